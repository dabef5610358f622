"""The worked examples of docs/explanation/money, as quotes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction

import pytest

from palier.core.change_facts import ChangeFacts, Unpaid
from palier.core.fit import Measure
from palier.core.hours import MONDAY_TO_FRIDAY, WorkingHours
from palier.core.obstacle import Obstacle
from palier.core.periods import BillingCycle
from palier.core.policies import Policies
from palier.core.pricing import Configuration, PricedLine
from palier.core.proration import PaidPeriod
from palier.core.quote import Quote, plan_change_quote
from palier.core.quote_json import differences, digest, quote_from_json, quote_json
from palier.core.tax import TaxRate
from palier.core.tax_due import Buyer

MONTHLY, YEARLY = BillingCycle("monthly"), BillingCycle("yearly")
A, B = Configuration("web-a", MONTHLY), Configuration("web-b", MONTHLY)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TPS = TaxRate("TPS", Fraction(1, 20), "CA", date(2008, 1, 1))
TVQ = TaxRate("TVQ", Fraction(9975, 100_000), "CA-QC", date(2013, 1, 1))

#: Forfait A at 9.00 a month, paid for 14 November to 14 December; on 23 November the client looks at Forfait B.
FACTS = ChangeFacts(
    at=AT,
    on=date(2026, 11, 23),
    currency="CAD",
    current=A,
    current_price=900,
    target=B,
    target_lines=(PricedLine("plan", "web-b", 1, 1800),),
    policies=Policies(),
    person_hours=None,
    working_hours=WorkingHours("America/Toronto", MONDAY_TO_FRIDAY, time(9), time(17)),
    at_renewal=None,
    periods=(PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 900, 900),),
    renewal_on=date(2026, 12, 14),
    carried_at_most=900,
    tax_rates=(TPS, TVQ),
    seller="CA-QC",
    buyer=Buyer("CA-QC"),
    credit_balance=0,
    usage={"disk": Measure(7_600, AT, "live")},
    target_limits={"disk": 25_600},
    subscription_state="active",
    open_change=False,
    unpaid=(),
    payment_in_flight=False,
    cancellation_requested=False,
    overdue_elsewhere=0,
)
HOLDING_30 = replace(
    FACTS, periods=(PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 3000, 3000),), current_price=3000,
    current=Configuration("web-c", MONTHLY), target=A, target_lines=(PricedLine("plan", "web-a", 1, 900),),
)  # fmt: skip
TO_YEARLY = replace(
    FACTS, target=Configuration("web-b", YEARLY), target_lines=(PricedLine("plan", "web-b", 1, 18000),)
)


def quote(facts: ChangeFacts = FACTS, **changed: object) -> Quote:
    return plan_change_quote(replace(facts, **changed))  # type: ignore[arg-type]


def test_only_the_difference_for_the_days_left_is_due_with_both_taxes() -> None:
    found = quote()
    assert [(line.code, line.amount) for line in found.lines] == [("difference", 630)]
    assert [(tax.code, tax.amount) for tax in found.today.taxes] == [("TPS", 32), ("TVQ", 63)]
    assert (found.today.net, found.today.total, found.due_now) == (630, 725, 725)
    assert (found.renewal_on, found.renewal.total) == (date(2026, 12, 14), 2070)
    assert (found.direction, found.at_renewal, found.takes_effect_on) == ("up", False, date(2026, 11, 23))


def test_the_difference_explains_itself() -> None:
    (part,) = quote().lines[0].parts
    assert (part.held_price, part.days, part.cycle_days) == (900, 21, 30)


def test_the_credit_balance_pays_first() -> None:
    assert (quote(credit_balance=340).credit_used, quote(credit_balance=340).due_now) == (340, 385)
    assert (quote(credit_balance=9_000).credit_used, quote(credit_balance=9_000).due_now) == (725, 0)


def test_a_downgrade_waits_for_renewal_unless_the_client_says_now() -> None:
    at_renewal, now = quote(HOLDING_30), quote(HOLDING_30, at_renewal=False)
    assert (at_renewal.at_renewal, at_renewal.takes_effect_on) == (True, date(2026, 12, 14))
    assert (now.at_renewal, now.takes_effect_on) == (False, date(2026, 11, 23))
    assert at_renewal.may_choose_when and now.may_choose_when
    assert (at_renewal.due_now, now.due_now, now.returned) == (0, 0, 0)
    assert at_renewal.renewal.total == now.renewal.total == 1035


def test_going_back_up_to_a_level_already_paid_costs_nothing() -> None:
    back_up = replace(HOLDING_30, current=A, current_price=900, target=Configuration("web-c", MONTHLY),
                      target_lines=(PricedLine("plan", "web-c", 1, 3000),))  # fmt: skip
    assert quote(back_up).due_now == 0
    assert quote(back_up).lines == ()


def test_an_upgrade_cannot_be_put_off_by_asking() -> None:
    assert quote(at_renewal=True).at_renewal is False


def test_a_longer_cycle_restarts_today_and_carries_what_was_paid() -> None:
    found = quote(TO_YEARLY)
    assert found.restarts
    assert [(line.code, line.amount) for line in found.lines] == [("new_period", 18000), ("carried", -630)]
    assert found.renewal_on == date(2027, 11, 23)
    assert found.renewal.net == 18000


def test_a_shorter_cycle_waits_for_renewal() -> None:
    back = quote(TO_YEARLY, current=TO_YEARLY.target, current_price=18000, target=B,
                 target_lines=FACTS.target_lines)  # fmt: skip
    assert (back.at_renewal, back.restarts, back.due_now) == (True, False, 0)


def test_a_restart_that_would_leave_money_over_waits_for_renewal() -> None:
    paid = (PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 50_000, 50_000),)
    assert quote(TO_YEARLY, periods=paid, carried_at_most=50_000).at_renewal


@pytest.mark.parametrize(
    ("leftover", "returned", "extra_days"),
    [("forfeit", 0, 0), ("credit_balance", 17_000, 0), ("extend", 0, 344)],
)
def test_what_is_left_over_is_settled_by_policy(leftover: str, returned: int, extra_days: int) -> None:
    # 500.00 paid, 21 of 30 days left: 350.00 are carried into a year at 180.00, so 170.00 are left over.
    paid = (PaidPeriod(date(2026, 11, 14), date(2026, 12, 14), 30, 50_000, 50_000),)
    found = quote(
        TO_YEARLY, periods=paid, carried_at_most=50_000, policies=Policies.of({"leftover": leftover})
    )
    assert (found.due_now, found.returned, found.extra_days) == (0, returned, extra_days)


def test_money_comes_back_on_a_downgrade_only_where_the_policy_gives_it() -> None:
    giving = Policies.of({"refund": "credit_balance", "downgrade_when": "now"})
    assert quote(HOLDING_30, policies=giving).returned == 1470  # (30.00 - 9.00) x 21/30


def test_a_level_that_does_not_fit_is_refused_with_the_exact_excess() -> None:
    used = {"disk": Measure(12_698, AT, "sampled")}
    assert quote(usage=used, target_limits={"disk": 10_240}).obstacles == (
        Obstacle("does_not_fit", resource="disk", used=12_698, limit=10_240, excess=2_458),
    )


def test_unknown_usage_is_not_zero() -> None:
    assert [found.code for found in quote(usage={}).obstacles] == ["usage_unknown"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subscription_state": "suspended"}, "subscription_suspended"),
        ({"subscription_state": "cancelled"}, "subscription_cancelled"),
        ({"policies": None}, "no_path"),
        ({"target_lines": None}, "not_for_sale"),
        ({"target": A}, "same_configuration"),
        ({"open_change": True}, "change_open"),
        ({"cancellation_requested": True}, "cancellation_requested"),
        ({"payment_in_flight": True}, "payment_in_flight"),
        ({"unpaid": (Unpaid("x", "2026-0012", 1035),)}, "invoice_unpaid"),
    ],
)
def test_what_stands_in_the_way_is_named(changed: dict[str, object], code: str) -> None:
    found = quote(**changed)
    assert [obstacle.code for obstacle in found.obstacles] == [code]
    assert not found.is_possible


def test_a_change_by_a_person_promises_a_time_in_working_hours() -> None:
    found = quote(person_hours=8)
    assert found.needs_person
    # 8 working hours from Monday 10:00 in Toronto, worked 9 to 17.
    assert found.promised_by == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_a_quote_survives_being_written_down() -> None:
    for found in (quote(person_hours=8), quote(TO_YEARLY), quote(usage={})):
        assert quote_from_json(quote_json(found)) == found


def test_usage_that_moves_without_changing_the_answer_keeps_the_digest() -> None:
    assert digest(quote()) == digest(quote(usage={"disk": Measure(7_601, AT, "live")}))


def test_what_changed_between_two_quotes_is_named() -> None:
    dearer = quote(target_lines=(PricedLine("plan", "web-b", 1, 2000),))
    assert differences(quote(), dearer) == {"price", "billed_price", "lines", "today", "due_now", "renewal"}
