"""One question for each family, answered by the product: what it says, beside what the vector says.

An answer is by key, and so is what is wanted; a vector that is not exact says what its rule gives instead.
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from conformance.vectors import Vector
from palier.core.history import (
    CalendarCycle,
    PastChange,
    ProrationRule,
    cycles_billed,
    past_boundary,
    past_period_containing,
    recomputed_change,
    recomputed_charge,
)
from palier.core.periods import BillingCycle, boundary, boundary_after, period_containing
from palier.core.proration import PaidPeriod, due

Answer = dict[str, Any]

MONTHS = {"month": 1, "year": 12}


def mistakes(family: str, vector: Vector) -> list[str]:
    """Where the product says something else, in words; empty when it agrees."""
    answers = [answer(vector) for answer in QUESTIONS[family]]
    wanted = WANTED[family](vector)
    unanswered = wanted.keys() - set[str]().union(*answers)
    return [f"{vector['id']}: {key} is not answered" for key in sorted(unanswered)] + [
        f"{vector['id']}: {key} is {found[key]}, wanted {wanted[key]}"
        for found in answers
        for key in wanted.keys() & found.keys()
        if found[key] != wanted[key]
    ]


def change(vector: Vector) -> Answer:
    made = PastChange(
        old_price=vector["old_price_minor"] * vector["quantity_old"],
        new_price=vector["new_price_minor"] * vector["quantity_new"],
        start=moment(vector["period_start"]),
        until=moment(vector["period_end"]),
        change_at=moment(vector["change_at"]),
        restarts=cycle_of(vector["new_cycle"]) if vector["cycle_rule"] == "restart_today" else None,
        billed=vector.get("held_minor"),
        billed_from=moment(vector["held_start"]) if "held_start" in vector else None,
    )
    found = recomputed_change(rule_of(vector), made)
    return {
        "credit_minor": found.credit,
        "charge_minor": found.charge,
        "net_minor": found.net,
        "next_renewal": found.next_renewal_on,
    }


def change_today(vector: Vector) -> Answer:
    """By the code that prices changes, where the vector's rule is the one we sell by; otherwise nothing."""
    is_ours = (
        rule_of(vector) == ProrationRule()
        and vector["cycle_rule"] == "keep_renewal_date"
        and "held_minor" not in vector
    )
    start_on, until_on, on = (moment(vector[key]) for key in ("period_start", "period_end", "change_at"))
    net = vector["expected"].get("net_minor", 0)
    if not is_ours or net < 0:  # Nothing is given back by ours.
        return {}
    old = vector["old_price_minor"] * vector["quantity_old"]
    period = PaidPeriod(start_on, until_on, (until_on - start_on).days, old, old)
    return {"net_minor": due(vector["new_price_minor"] * vector["quantity_new"], [period], on)}


def charge(vector: Vector) -> Answer:
    full = moment(vector["full_period_start"]), moment(vector["full_period_end"])
    service = moment(vector["service_start"]), moment(vector["service_end"])
    return {"amount_minor": recomputed_charge(rule_of(vector), vector["price_minor"], full, service)}


def calendar(vector: Vector) -> Answer:
    anchor_on, cycle = date.fromisoformat(vector["anchor"]), cycle_of(vector["cycle"])
    [(question, asked)] = vector["ask"].items()
    if question == "nth_boundary":
        return {"date": past_boundary(anchor_on, cycle, asked)}
    period = past_period_containing(anchor_on, cycle, date.fromisoformat(asked))
    return {"date": period.until_on, "period_start": period.start_on, "period_end": period.until_on}


def calendar_today(vector: Vector) -> Answer:
    """By the code that renews subscriptions; nothing for days and weeks, which nothing is sold by."""
    if vector["cycle"]["unit"] not in MONTHS:
        return {}
    anchor_on, cycle = date.fromisoformat(vector["anchor"]), sold_cycle(vector["cycle"])
    [(question, asked)] = vector["ask"].items()
    if question == "nth_boundary":
        return {"date": boundary(anchor_on, cycle, asked)}
    if question == "boundary_after":
        return {"date": boundary_after(anchor_on, cycle, date.fromisoformat(asked))}
    period = period_containing(anchor_on, cycle, date.fromisoformat(asked))
    return {"period_start": period.start_on, "period_end": period.until_on}


def cycles(vector: Vector) -> Answer:
    months = sold_cycle(vector["cycle"]).months
    start_on, until_on = date.fromisoformat(vector["service_start"]), vector["service_end"]
    billed = cycles_billed(
        months,
        vector["anchor_day"],
        start_on,
        date.fromisoformat(until_on) if until_on else None,
        date.fromisoformat(vector["target_date"]),
    )
    return {"cycles": billed}


QUESTIONS: dict[str, tuple[Callable[[Vector], Answer], ...]] = {
    "change": (change, change_today),
    "charge": (charge,),
    "calendar": (calendar, calendar_today),
    "cycles": (cycles,),
}


def _amounts(vector: Vector) -> Answer:
    given = "net_minor" if "cycle_rule" in vector else "amount_minor"
    wanted = dict(vector["expected"])
    if not vector["exact"]:
        wanted = {given: vector["exact_minor"]}
    if "next_renewal" in wanted:
        wanted["next_renewal"] = date.fromisoformat(wanted["next_renewal"])
    return wanted


WANTED: dict[str, Callable[[Vector], Answer]] = {
    "change": _amounts,
    "charge": _amounts,
    "calendar": lambda vector: {
        key: date.fromisoformat(written) for key, written in vector["expected"].items()
    },
    "cycles": lambda vector: {"cycles": Fraction(vector["expected"]["cycles"])},
}


def rule_of(vector: Vector) -> ProrationRule:
    written = dict(vector["rule"])
    if written["divisor"] != "actual":
        written["divisor"] = written["divisor"]["nominal_days"]
    return ProrationRule(**written)


def moment(written: str) -> Any:
    """A civil date, or an instant."""
    return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)


def cycle_of(written: dict[str, Any]) -> CalendarCycle:
    return CalendarCycle(written["unit"], written["count"])


def sold_cycle(written: dict[str, Any]) -> BillingCycle:
    return BillingCycle(f"months:{written['count'] * MONTHS[written['unit']]}")
