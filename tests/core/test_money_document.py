"""docs/explanation/money.md says what the code does: every table of numbers is worked out again."""

import json
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from palier.core import postings
from palier.core.addons import FATES, Addon, addon_returned
from palier.core.cancellation import Indemnity, PayBackRule, pay_back
from palier.core.discounts import Discount, taken_off
from palier.core.history import PastChange, ProrationRule, recomputed_change
from palier.core.least import credit_to_use, is_too_small
from palier.core.money import Money, RoundingMode, parse, plain_text, round_half_up, rounded
from palier.core.periods import BillingCycle, billing_date, boundary, days_left
from palier.core.policies import CHOICES, Policies
from palier.core.pricing import Configuration, PricedLine, billed_price, discounted, price, priced
from palier.core.proration import (
    PaidPeriod,
    billed_part,
    carried,
    due,
    exact_due,
    extension_days,
    held_after,
    held_after_refund,
    leftover,
    refund_credit,
    restart_due,
)
from palier.core.tax import Taxed, TaxRate, credited, rate_of, rates_for, taxed
from palier.core.tax_due import Buyer, taxes_due

Row = dict[str, str]
DOCUMENT = (Path(__file__).parents[2] / "docs/explanation/money.md").read_text()
SENTENCES = " ".join(DOCUMENT.split())

LONG_AGO = date(2020, 1, 1)
TPS = TaxRate("TPS", rate_of("5"), "CA", LONG_AGO)
TVQ = TaxRate("TVQ", rate_of("9.975"), "CA-QC", LONG_AGO)
TVH = TaxRate("TVH", rate_of("13"), "CA-ON", LONG_AGO, replaces=frozenset({"TPS"}))
VAT_FR = TaxRate("VAT-FR", rate_of("20"), "FR", LONG_AGO)
VAT_DE = TaxRate("VAT-DE", rate_of("19"), "DE", LONG_AGO)
QUEBEC = (TPS, TVQ)
FROM, UNTIL = date(2026, 11, 14), date(2026, 12, 14)

CHECKED: dict[str, Callable[[list[Row]], None]] = {}


def checks(header: str) -> Callable[[Callable[[list[Row]], None]], Callable[[list[Row]], None]]:
    """Marks the check of the table whose header begins like this."""

    def remember(check: Callable[[list[Row]], None]) -> Callable[[list[Row]], None]:
        CHECKED[header] = check
        return check

    return remember


def tables() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    lines = DOCUMENT.splitlines()
    for number, line in enumerate(lines):
        if set(line) == {"|", "-"}:
            names = cells(lines[number - 1])
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append(dict(zip(names, cells(row), strict=True)))
            found[" | ".join(names)] = rows
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def minor(text: str) -> int:
    return parse(text, "CAD").minor


def written(amount: int) -> str:
    return plain_text(Money(amount, "CAD"))


def day(text: str) -> date:
    return datetime.strptime(text, "%d %b %Y").date()


def amounts(bill: Taxed) -> list[int]:
    return [line.amount for line in bill.lines]


def november(held: int, at: int | None = None) -> PaidPeriod:
    return PaidPeriod(FROM, UNTIL, 30, held, held if at is None else at)


@pytest.mark.parametrize("header", tables())
def test_every_table_of_the_document_is_what_the_code_gives(header: str) -> None:
    [check] = [check for start, check in CHECKED.items() if header.startswith(start)]
    rows = tables()[header]
    assert rows
    check(rows)


def test_no_check_is_left_without_its_table() -> None:
    for start in CHECKED:
        assert any(header.startswith(start) for header in tables()), start


@checks("`addons` | Means")
def _what_becomes_of_add_ons(rows: list[Row]) -> None:
    assert tuple(row["`addons`"].strip("`") for row in rows) == FATES


@checks("Change done on")
def _what_comes_back_of_an_add_on(rows: list[Row]) -> None:
    period = PaidPeriod(date(2026, 11, 23), date(2026, 12, 23), 30, 500, 500)
    addon = Addon("1", "backups", "boreale.example", "convert", (period,), 500)
    for row in rows:
        on = day(row["Change done on"])
        assert row["Days left"] == f"{days_left(period.span, on)} of 30"
        assert minor(row["Comes back"]) == addon_returned(addon, on, "none")


@checks("It remembers")
def _what_a_period_remembers(rows: list[Row]) -> None:
    told = [row["It remembers"].removeprefix("the ") for row in rows]
    assert told == ["days of its cycle", "held price", "paid price"]


@checks("Day | Move")
def _four_changes(rows: list[Row]) -> None:
    periods: tuple[PaidPeriod, ...] = (november(900),)
    for row in rows:
        on, new = day(row["Day"]), minor(row["New price"])
        assert periods[0].held_price == minor(row["Held before"])
        assert row["Days left"] == f"{days_left(periods[0].span, on)} of {periods[0].cycle_days}"
        difference = due(new, periods, on)
        bill = taxed([(difference, QUEBEC)])
        assert difference == minor(row["Due before tax"])
        assert amounts(bill) == [minor(row["TPS 5 %"]), minor(row["TVQ 9.975 %"])]
        assert bill.total == minor(row["To pay"])
        periods = held_after(periods, new, on)


@checks("Renewal of")
def _renewals(rows: list[Row]) -> None:
    for row in rows:
        bill = taxed([(minor(row["Price"]), QUEBEC)])
        assert amounts(bill) == [minor(row["TPS 5 %"]), minor(row["TVQ 9.975 %"])]
        assert bill.total == minor(row["To pay"])


@checks("Period | From")
def _periods_that_are_not_one_cycle(rows: list[Row]) -> None:
    for row in rows:
        period = PaidPeriod(day(row["From"]), day(row["Until"]), int(row["Days of the cycle"]), 900, 900)
        on = day(row["Change on"])
        assert days_left(period.span, on) == int(row["Days left"])
        assert due(1800, [period], on) == minor(row["Due"])


def test_the_sentence_on_two_paid_periods() -> None:
    later = PaidPeriod(UNTIL, date(2027, 1, 14), 31, 900, 900)
    both = due(1800, [november(900), later], date(2026, 11, 23))
    assert f"moving to 18.00 costs 6.30 + 9.00 = {written(both)}." in SENTENCES


@checks("Line | Quantity")
def _price_of_a_configuration(rows: list[Row]) -> None:
    [plan, *options] = rows
    monthly = BillingCycle("monthly")
    prices = {f"option:{row['Line']}:monthly": minor(row["Unit price"]) for row in options}
    prices["plan:plan:monthly"] = minor(plan["Unit price"])
    quantities = tuple((row["Line"], int(row["Quantity"])) for row in options)
    configuration = Configuration("plan", monthly, quantities)
    discount = Discount("school", Fraction("2.5"))
    lines = discounted(priced(configuration, prices, {}), configuration, [discount], FROM)
    found = {line.code: line for line in lines}
    for row in rows:
        line = found[row["Line"]]
        assert line.quantity * line.unit_price == minor(row["Full"])
        assert line.amount == minor(row["After the discount"])
    assert f"The price is {written(price(lines))}." in SENTENCES


@checks("Line | Full | Off")
def _an_amount_off(rows: list[Row]) -> None:
    found = taken_off(
        Discount("five", amounts=(("monthly", 500),)),
        BillingCycle("monthly"),
        [minor(row["Full"]) for row in rows],
    )
    assert list(found) == [minor(row["Off"]) for row in rows]
    assert all(minor(row["Full"]) - minor(row["Off"]) == minor(row["Left"]) for row in rows)
    assert sum(found) == 500


@checks("Discount | A paid at")
def _discounts(rows: list[Row]) -> None:
    on = date(2026, 11, 23)
    target = Configuration("web-b", BillingCycle("monthly"))
    for row in rows:
        agreed = _agreed(row["Discount"])
        lines = discounted([PricedLine("plan", "web-b", 1, 1800)], target, agreed, on)
        later = discounted([PricedLine("plan", "web-b", 1, 1800)], target, agreed, UNTIL)
        period = november(900, at=minor(row["A paid at"]))
        level, billed = price(lines), billed_price(lines)
        exact = exact_due(level, [period], on)
        [after] = held_after([period], level, on, billed_part(billed, level))
        to_pay = round_half_up(exact * billed_part(billed, level))
        assert {
            "Price": written(level),
            "Billed at": written(billed),
            "Difference": written(round_half_up(exact)),
            "Off": written(round_half_up(exact) - to_pay),
            "Due": written(to_pay),
            "Held after": written(after.held_price),
            "Paid after": written(after.paid_price),
            "Next renewal": written(billed_price(later)),
        }.items() <= row.items()


def _agreed(text: str) -> list[Discount]:
    if text == "none":
        return []
    percent, _, until = text.partition(" %")
    until_on = day(until.removeprefix(", until ")) if "until" in until else None
    return [Discount("one", Fraction(percent), until_on=until_on)]


@checks("Difference | Set-up fee")
def _a_set_up_fee(rows: list[Row]) -> None:
    for row in rows:
        difference = due(1800, [november(900)], date(2026, 11, 23))
        worked_out = taxed([(difference + minor(row["Set-up fee"]), QUEBEC)])
        assert difference == minor(row["Difference"])
        assert [line.amount for line in worked_out.lines] == [minor(row["TPS"]), minor(row["TVQ"])]
        assert worked_out.total == minor(row["To pay"])
        assert minor(row["Held after"]) == 1800


@checks("Change costs, with taxes | Waiting before")
def _too_small_to_be_paid_alone(rows: list[Row]) -> None:
    for row in rows:
        cost, before, balance = (
            minor(row[name]) for name in ("Change costs, with taxes", "Waiting before", "Credit balance")
        )
        waits = is_too_small(cost + before, balance, 50)
        today = 0 if waits else cost + before
        used = credit_to_use(today, balance, 50)
        assert used == minor(row["From the balance"])
        assert today - used == minor(row["To pay today"])
        assert (before + cost if waits else 0) == minor(row["On the next invoice"])


@checks("Mode |")
def _rounding_modes(rows: list[Row]) -> None:
    assert {row["Mode"] for row in rows} == set(get_args(RoundingMode))
    for row in rows:
        for value in ("2.5", "3.5", "-2.5"):
            assert rounded(Fraction(value), row["Mode"]) == int(row[value])  # type: ignore[arg-type]


@checks("Way |")
def _rounding_apart_or_once(rows: list[Row]) -> None:
    apart, once = rows
    credit, charge = (rounded(Fraction(price * 22, 29)) for price in (10_000, 30_000))
    assert [credit, charge] == [minor(apart["Credit"]), minor(apart["Charge"])]
    assert charge - credit == minor(apart["Difference"])
    period = PaidPeriod(date(2026, 1, 1), date(2026, 1, 30), 29, 10_000, 10_000)
    assert due(30_000, [period], date(2026, 1, 8)) == minor(once["Difference"])


@checks("Policy |")
def _policies(rows: list[Row]) -> None:
    told = {
        row["Policy"].strip("`"): tuple(value.strip("` ") for value in row["Values"].split(","))
        for row in rows
    }
    assert told == CHOICES
    assert {name: getattr(Policies(), name) for name in CHOICES} == {name: told[name][0] for name in told}


@checks("Held | Paid price")
def _giving_back(rows: list[Row]) -> None:
    on = date(2026, 12, 1)
    for row in rows:
        periods = [november(minor(row["Held"]), minor(row["Paid price"]))]
        new, current = minor(row["New price"]), minor(row["Current price"])
        assert refund_credit(new, current, periods, on) == minor(row["Given back"])
        assert held_after_refund(periods, new, current, on)[0].held_price == minor(row["Held after"])


@checks("Day | Paid price | Carried")
def _restarts(rows: list[Row]) -> None:
    for row in rows:
        on, paid, new = day(row["Day"]), minor(row["Paid price"]), minor(row["New price"])
        worth = carried([november(paid)], on, paid)
        assert rounded(worth) == minor(row["Carried"])
        assert restart_due(new, worth) == minor(row["Due"])
        assert rounded(leftover(new, worth)) == minor(row["Left over"])
    until_on = boundary(on, BillingCycle("quarterly"), 1)
    bought = extension_days(leftover(new, worth), new, (until_on - on).days)
    assert f"{bought} of them, at 27.00 for {(until_on - on).days} days." in SENTENCES


@checks("Ended on")
def _ending_at_once(rows: list[Row]) -> None:
    rule = PayBackRule("unused_share", Indemnity(Fraction(1, 10), 5000))
    for row in rows:
        paid, on = minor(row["Paid price"]), day(row["Ended on"])
        period = november(paid)
        if row["Days left"].endswith("365"):
            period = PaidPeriod(date(2026, 1, 1), date(2027, 1, 1), 365, paid, paid)
        found = pay_back(rule, [period], bought_on=period.start_on, on=on, at_most=paid)
        taxes = credited(taxed([(paid, QUEBEC)]).lines, paid, found.back)
        assert row["Days left"] == f"{days_left(period.span, on)} of {period.cycle_days}"
        assert [minor(row[name]) for name in ("Not used", "Indemnity", "Given back")] == [
            found.unused, found.indemnity, found.back,
        ]  # fmt: skip
        assert [minor(row["TPS"]), minor(row["TVQ"])] == [tax.amount for tax in taxes]
        assert minor(row["Credit note"]) == found.back + sum(tax.amount for tax in taxes)


@checks("Done on")
def _done_late(rows: list[Row]) -> None:
    period = november(900)
    quoted = due(1800, [period], day(rows[0]["Done on"]))
    for row in rows:
        on = day(row["Done on"])
        now_due = due(1800, [period], on)
        late = quoted - now_due
        note = Taxed(late, credited(taxed([(quoted, QUEBEC)]).lines, quoted, late))
        assert row["Days left"] == f"{days_left(period.span, on)} of 30"
        assert (now_due, note.net) == (minor(row["Due"]), minor(row["Given back"]))
        assert [*amounts(note), note.total] == [minor(row[name]) for name in ("TPS", "TVQ", "Credit note")]


@checks("Anchor |")
def _dates(rows: list[Row]) -> None:
    for row in rows:
        for n in range(1, 5):
            assert boundary(day(row["Anchor"]), BillingCycle(row["Cycle"]), n) == day(row[str(n)])


def test_the_sentence_on_montreal_and_london() -> None:
    at = datetime.fromisoformat("2026-11-22T23:30:00-05:00")
    assert billing_date(at, "America/Toronto").day == 22
    assert billing_date(at, "Europe/London").day == 23


@checks("Customer in | Price")
def _taxes_by_place(rows: list[Row]) -> None:
    for row in rows:
        rates = rates_for((TVQ, TVH, TPS), row["Customer in"], date(2026, 11, 23))
        bill = taxed([(minor(row["Price"]), rates)])
        assert ", ".join(f"{line.code} {written(line.amount)}" for line in bill.lines) == row["Taxes"]
        assert bill.total == minor(row["To pay"])


@checks("Customer in | VAT number")
def _taxes_in_europe(rows: list[Row]) -> None:
    shop = {"no": (VAT_FR,), "yes": (VAT_FR, VAT_DE)}
    for row in rows:
        buyer = Buyer(row["Customer in"], "X" if row["VAT number"] == "yes" else "")
        due = taxes_due(shop[row["One Stop Shop"]], "FR", buyer, date(2026, 11, 23))
        bill = due.on_amount(minor(row["Price"]))
        assert ", ".join(f"{line.code} {written(line.amount)}" for line in bill.lines) == row["Taxes"]
        assert bill.total == minor(row["To pay"])
        assert bool(due.notes) == (row["Customer in"] == "DE" and buyer.vat_number == "X")


@checks("Price, 20 % included")
def _included_tax(rows: list[Row]) -> None:
    vat = TaxRate("TVA", rate_of("20"), "FR", LONG_AGO, included=True)
    for row in rows:
        exempt = {"TVA"} if row["Exempt"] == "yes" else set()
        bill = taxed([(minor(row["Price, 20 % included"]), (vat,))], exempt)
        assert bill.net == minor(row["Before tax"])
        assert sum(amounts(bill)) == minor(row["Tax"])
        assert bill.total == minor(row["To pay"])


@checks("Document |")
def _credit_in_parts(rows: list[Row]) -> None:
    invoice = taxed([(20, (TPS,))])
    notes = (credited(invoice.lines, 20, 10), credited(invoice.lines, 20, 10, before=10))
    documents = (invoice, *(Taxed(10, lines) for lines in notes))
    for row, document in zip(rows, documents, strict=True):
        assert [document.net, *amounts(document), document.total] == [
            minor(row[name]) for name in ("Before tax", "Tax", "Total")
        ]


@checks("Event |")
def _ledger(rows: list[Row]) -> None:
    taxes = taxed([(630, QUEBEC)]).lines
    entries = {
        "invoice issued": postings.invoice_issued(630, taxes),
        "credit note": postings.credit_note_issued(630, taxes),
        "payment": postings.payment_received("stripe", 725),
        "credit note of a paid invoice, overpayment": postings.kept_for_customer(725),
        "credit balance used": postings.credit_balance_used(725),
        "goodwill": postings.goodwill_given(725),
        "refund": postings.refund_sent("stripe", 725),
        "chargeback": postings.charged_back("stripe", 725),
        "dispute won": postings.charge_back_returned("stripe", 725),
        "transfer for no invoice": postings.deposited("transfer", 725),
    }
    assert [row["Event"] for row in rows] == list(entries)
    for row in rows:
        legs = entries[row["Event"]]
        for side, sign in (("Debit", 1), ("Credit", -1)):
            accounts = {leg.account.partition(":")[0] for leg in legs if leg.amount * sign > 0}
            assert accounts == set(row[side].split(", ")), row["Event"]


@checks("Part of the rule")
def _parts_of_a_rule(rows: list[Row]) -> None:
    ours = ProrationRule()
    for row in rows:
        first = row["Values (ours first)"].split(",")[0].strip("`")
        value = getattr(ours, row["Part of the rule"].strip("`"))
        assert first == ("exact" if value is None else value)
    assert len(rows) == len(ProrationRule.__dataclass_fields__)


@checks("Rule |")
def _other_rules(rows: list[Row]) -> None:
    change = PastChange(3000, 6000, date(2026, 9, 1), date(2026, 10, 1), date(2026, 9, 16))
    for row in rows:
        parts = [part.strip("` ").split(": ") for part in row["Rule"].split(",") if part != "ours"]
        rule = ProrationRule(**{name: int(value) if value.isdigit() else value for name, value in parts})  # type: ignore[arg-type]
        found = recomputed_change(rule, change)
        assert (found.credit, found.charge, found.net) == tuple(
            minor(row[n]) for n in ("Credit", "Charge", "Net")
        )


def test_the_sentence_on_published_cases() -> None:
    cases = [
        case
        for path in (Path(__file__).parent / "vectors").glob("*.json")
        for case in json.loads(path.read_text())
    ]
    systems = {case["system"] for case in cases}
    assert f"{len(cases)} published cases of {len(systems)} systems" in SENTENCES
