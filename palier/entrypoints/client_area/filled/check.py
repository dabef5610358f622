"""The last look before a change, from an offer; and against an older quote, with what differs marked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.billing.gateways import abilities_of
from palier.billing.models import PaymentMethod
from palier.core.money import Money
from palier.core.periods import boundary
from palier.core.quote import Quote
from palier.drivers.gateway import Ability
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.filled.parts import (
    crumb_of_service,
    line_names,
    measured,
    person_reason,
)
from palier.entrypoints.client_area.filled.reasons import reasons
from palier.entrypoints.client_area.pages.check import CheckPage, PaymentChoice, QuoteRow
from palier.entrypoints.client_area.pages.choose import CodeField
from palier.entrypoints.client_area.pages.parts import Measured, crumbs
from palier.entrypoints.client_area.terms import terms_of
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.design.period_picture import PeriodPicture, PricedLevel
from palier.plan_changes.facts import Situation
from palier.plan_changes.offer import Offer
from palier.provisioning.circuit import down
from palier.provisioning.inspect import can_be_inspected
from palier.provisioning.models import Service
from palier.words.addons import addon_sentences
from palier.words.codes import code_problem
from palier.words.cycles import by_cycle
from palier.words.dates import medium_day
from palier.words.discounts import discount_sentences
from palier.words.quote_lines import SaidLine, quote_lines
from palier.words.tax_notes import tax_note
from palier.words.what_happens import Replaced


def check_page(
    client: Client,
    situation: Situation,
    offer: Offer,
    *,
    key: str,
    at_renewal: bool | None,
    methods: Sequence[PaymentMethod],
    chosen_method: str = "",
    read_before: Quote | None = None,
) -> CheckPage:
    """`read_before` is the quote that is no longer good; `key` makes a repeated acceptance the same one."""
    quote, subscription = offer.quote, situation.subscription
    path = client.catalog.path(quote.origin.plan, quote.target.plan)
    asked = terms_of(quote.target, at_renewal, client.catalog).query
    names = line_names(client)
    return CheckPage(
        from_name=client.plan_name(quote.origin.plan),
        to_name=client.plan_name(quote.target.plan),
        label=subscription.label,
        terms=_terms(client, quote),
        direction=quote.direction,
        picture=picture_of(client, situation, quote) if quote.is_possible else None,
        rows=rows(client, quote, read_before),
        due_now=Money(quote.due_now, quote.currency),
        renewal_on=quote.renewal_on,
        renewal_total=Money(quote.renewal.total, quote.currency),
        accept_url=to("accept", subscription.id),
        choose_url=to("choose", subscription.id, query=asked | ({"code": quote.code} if quote.code else {})),
        check_url=to("check", subscription.id),
        asked=tuple(asked.items()),
        code_field=_code_field(client, quote),
        token=offer.token,
        key=key,
        takes_effect_on=quote.takes_effect_on if quote.at_renewal else None,
        returned=Money(quote.returned, quote.currency) if quote.returned else None,
        addons=addon_sentences(quote, client.plan_name, client.language),
        needs_person=quote.needs_person,
        person_reason=person_reason(client, quote.origin, quote.target),
        promised_by=quote.promised_by,
        approval=quote.approval,
        approval_reason=client.say(path.policies.approval_reason) if path else "",
        approved_by=quote.approved_by,
        note=client.say(path.notes) if path else "",
        discounts=tuple(discount_sentences(quote, names, client.language)),
        extra_days=quote.extra_days,
        replaced=_replaced(client, situation),
        methods=payment_choices(methods, client.on, chosen_method)
        if quote.due_now and quote.approval != "before_payment"
        else (),
        stops=reasons(client, situation, quote.obstacles),
        warnings=reasons(client, situation, quote.warnings),
        measured=_measured(client, situation.service),
        tax_notes=_tax_notes(client, quote),
        crumbs=crumbs(
            crumb_of_service(client, subscription),
            Crumb(_("Upgrade / downgrade"), to("choose", subscription.id)),
            Crumb(_("Check")),
        ),
        outdated=read_before is not None,
        was_due=_was(read_before, quote, "due_now"),
        was_renewal=_was_renewal(read_before, quote),
    )


def _measured(client: Client, service: Service) -> Measured | None:
    """Whoever is about to pay reads in any case that the server does not answer."""
    if not can_be_inspected(service):
        return None
    found = measured(client, service)
    return found if found.is_silent else replace(found, is_silent=down(service.server_id) is not None)


def rows(client: Client, quote: Quote, read_before: Quote | None) -> tuple[QuoteRow, ...]:
    """The lines of the total; beside an older quote, each that differs with what it was, and what is gone at zero."""
    now = _lines(client, quote)
    if read_before is None:
        return tuple(_row(line) for line in now)
    before = {line.code: line for line in _lines(client, read_before)}
    gone = [line for code, line in before.items() if code not in {line.code for line in now}]
    nothing = Money(0, quote.currency)
    marked = [_row(line, before[line.code].amount if line.code in before else nothing) for line in now]
    return (*marked, *(QuoteRow(line.kind, line.label, nothing, was=line.amount) for line in gone))


def _lines(client: Client, quote: Quote) -> tuple[SaidLine, ...]:
    """None where nothing is to be paid: taxes of nothing say nothing."""
    return quote_lines(quote, line_names(client), client.language) if quote.lines else ()


def _tax_notes(client: Client, quote: Quote) -> tuple[str, ...]:
    """Why a tax is not charged today; where nothing is, it says nothing."""
    names = line_names(client)
    notes = quote.today.notes if quote.lines else ()
    return tuple(tax_note(note, names.get(note.tax, note.tax), client.language) for note in notes)


def _code_field(client: Client, quote: Quote) -> CodeField | None:
    if not client.catalog.has_codes:
        return None
    return CodeField(quote.code, code_problem(quote.code_problem))


def _replaced(client: Client, situation: Situation) -> Replaced | None:
    change = situation.standing.change
    if change is None or change.state != "scheduled":
        return None
    return Replaced(client.plan_name(change.target.plan), change.takes_effect_on)


def _terms(client: Client, quote: Quote) -> tuple[str, ...]:
    """What changes beside the level: the cycle, and the options."""
    before, after = dict(quote.origin.options), dict(quote.target.options)
    cycle = (by_cycle(quote.target.cycle),) if quote.target.cycle != quote.origin.cycle else ()
    plans = client.catalog.plans
    products = dict.fromkeys(plans[one.plan].product_code for one in (quote.origin, quote.target))
    options = (option for code in products for option in client.catalog.products[code].options)
    return cycle + tuple(
        f"{client.say(option.names)} × {after.get(option.code, 0)}"
        for option in options
        if before.get(option.code, 0) != after.get(option.code, 0)
    )


def _row(line: SaidLine, was: Money | None = None) -> QuoteRow:
    return QuoteRow(line.kind, line.label, line.amount, line.note, was if was != line.amount else None)


def _was(before: Quote | None, now: Quote, name: str) -> Money | None:
    if before is None or getattr(before, name) == getattr(now, name):
        return None
    return Money(getattr(before, name), before.currency)


def _was_renewal(before: Quote | None, now: Quote) -> Money | None:
    if before is None or before.renewal.total == now.renewal.total:
        return None
    return Money(before.renewal.total, before.currency)


def payment_choices(
    methods: Iterable[PaymentMethod], on: date, chosen: str = ""
) -> tuple[PaymentChoice, ...]:
    """The saved methods that are still good, the default first, and each gateway: a new card, or a transfer."""
    saved = [
        PaymentChoice(str(method.id), method.label, _expires(method))
        for method in methods
        if method.gateway in settings.GATEWAYS and (method.expires_on is None or method.expires_on >= on)
    ]
    new = [_at_gateway(gateway, bool(saved)) for gateway in settings.GATEWAYS]
    choices = (*saved, *new)
    codes = [choice.code for choice in choices]
    selected = chosen if chosen in codes else next(iter(codes), "")
    return tuple(
        PaymentChoice(choice.code, choice.label, choice.note, choice.code == selected) for choice in choices
    )


def _at_gateway(gateway: str, has_saved: bool) -> PaymentChoice:
    if Ability.SLOW in abilities_of(gateway):
        return PaymentChoice(
            gateway, _("By bank transfer"), _("takes a few days; what you buy begins once it has arrived")
        )
    card = _("Another card") if has_saved else _("By card")
    return PaymentChoice(gateway, card, _("on the secure payment page"))


def _expires(method: PaymentMethod) -> str:
    if method.expires_on is None:
        return ""
    return _("Good until %(day)s") % {"day": medium_day(method.expires_on, get_language() or "en")}


def picture_of(client: Client, situation: Situation, quote: Quote) -> PeriodPicture | None:
    """The current paid period with the change in it; None where nothing is paid."""
    period = next(
        (period for period in situation.periods if period.is_paid and period.start_on <= quote.on), None
    )
    if period is None or not quote.origin.cycle.is_recurring or not quote.target.cycle.is_recurring:
        return None
    currency = quote.currency
    old, new = (
        PricedLevel(client.plan_name(configuration.plan), Money(price, currency), configuration.cycle)
        for configuration, price in ((quote.origin, quote.origin_price), (quote.target, quote.price))
    )
    return PeriodPicture(
        kind="restart" if quote.restarts else "at_renewal" if quote.at_renewal else "now",
        start_on=period.start_on,
        today=quote.on,
        until_on=situation.renewal_on,
        old=old,
        new=new,
        held_price=Money(period.held_price, currency),
        next_until_on=_next_until(quote),
    )


def _next_until(quote: Quote) -> date | None:
    if quote.restarts:
        return quote.renewal_on
    return boundary(quote.takes_effect_on, quote.target.cycle, 1) if quote.at_renewal else None
