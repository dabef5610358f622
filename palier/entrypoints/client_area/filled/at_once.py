"""What ending a service at once gives back, as the client reads it before confirming."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from palier.core.cancellation import PayBack, UnusedPart
from palier.core.money import Money
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.pages.cancellation import AtOnce, Law, MoneyRow
from palier.plan_changes.end_subscription import EndAtOnce
from palier.subscriptions.settlement import Settlement
from palier.words.amounts import amount, rate
from palier.words.cycles import days
from palier.words.law import indemnity_sentence, law_sentence


def at_once_value(client: Client, found: EndAtOnce) -> AtOnce:
    settled, beside = found.settlement, found.returned_beside
    every = [settled, *(of_addon for _, of_addon in found.addons)]
    total = sum(one.total for one in every)
    return AtOnce(
        total=Money(total, settled.currency),
        promise=found.promise,
        rows=tuple(_rows(client, settled) if settled.total else ()) + tuple(_addon_rows(client, found)),
        places=tuple(_places(client, every)),
        why="" if total else _why_nothing(settled.explained),
        beside=Money(beside, settled.currency) if beside else None,
        taken_off=Money(found.taken_off, settled.currency) if found.taken_off else None,
        law=_law(client, settled),
    )


def _rows(client: Client, settled: Settlement) -> Iterator[MoneyRow]:
    explained = settled.explained
    yield MoneyRow(
        _("All that was paid for it") if explained.outcome == "in_full" else _("Paid and not used"),
        Money(explained.unused, settled.currency),
        "" if explained.outcome == "in_full" else _parts(client, settled),
    )
    if explained.indemnity:
        kept = indemnity_sentence(settled.rule.indemnity, settled.currency, client.language)
        yield MoneyRow(
            _("Cancellation indemnity, which we keep"), Money(-explained.indemnity, settled.currency), kept
        )
    inside = explained.back - sum(one.net for one in settled.given)
    if inside:
        yield MoneyRow(_("Taxes included in these prices"), Money(-inside, settled.currency))
    for name, (tax_rate, tax) in settled.taxes.items():
        yield MoneyRow(f"{name} {rate(tax_rate, client.language)}", Money(tax, settled.currency))


def _addon_rows(client: Client, found: EndAtOnce) -> Iterator[MoneyRow]:
    """One for each add-on of which something comes back."""
    for addon, settled in found.addons:
        if settled.total:
            name, money = client.plan_name(addon.plan_id), Money(settled.total, settled.currency)
            yield MoneyRow(name, money, _("the same, taxes included"))


def _parts(client: Client, settled: Settlement) -> str:
    sums = " + ".join(_part(client, part, settled.currency) for part in settled.explained.parts)
    if settled.explained.unbilled:
        waits = amount(Money(settled.explained.unbilled, settled.currency), client.language)
        sums = _("%(parts)s, less %(money)s that were not billed yet") % {"parts": sums, "money": waits}
    if settled.explained.is_held_down:
        return _("%(parts)s, less what was given back before") % {"parts": sums}
    return sums


def _part(client: Client, part: UnusedPart, currency: str) -> str:
    return _("%(price)s × %(days)s of %(all)s") % {
        "price": amount(Money(part.paid_price, currency), client.language),
        "days": days(part.days),
        "all": part.cycle_days,
    }


def _places(client: Client, settlements: Sequence[Settlement]) -> Iterator[str]:
    """To each card or account, then the rest to the credit balance."""
    by_method: dict[str, int] = {}
    currency = settlements[0].currency
    for given in (given for settled in settlements for given in settled.given):
        left = given.to_payment
        for source in given.sources:
            method = source.payment.method.label if source.payment.method else _("what you paid with")
            part = min(left, source.left)
            if part:
                by_method[method] = by_method.get(method, 0) + part
            left -= part
    for method, part in by_method.items():
        money = amount(Money(part, currency), client.language)
        yield _("%(money)s go back to %(method)s; your bank may take a few days to show it.") % {
            "money": money,
            "method": method,
        }
    to_balance = sum(settled.to_balance for settled in settlements)
    if to_balance:
        money = amount(Money(to_balance, currency), client.language)
        yield _("%(money)s go to your credit balance, which pays your next invoices.") % {"money": money}


def _why_nothing(explained: PayBack) -> str:
    if explained.outcome == "too_late":
        return _("It is too late in this period: nothing comes back any more.")
    if explained.outcome == "none" and explained.parts:
        return _("What is paid and not used does not come back.")
    return _("Nothing that was paid is left to give back.")


def _law(client: Client, settled: Settlement) -> Law | None:
    law = settled.law
    if not law.code:
        return None
    return Law(
        client.say(law.names),
        law_sentence(settled.rule, settled.currency, client.language),
        tuple((client.say(article.cites), client.say(article.urls)) for article in law.articles),
    )
