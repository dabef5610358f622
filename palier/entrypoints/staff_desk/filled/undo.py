"""Before a change is undone: what the client gets back, where it can go, and what is still on the panel."""

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.drivers.panel import differences
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.filled.panel import last_state
from palier.entrypoints.staff_desk.names import Names, what_to_do
from palier.entrypoints.staff_desk.pages.undo import ReturnChoice, UndoPage
from palier.plan_changes.by_person import panel_confirms
from palier.plan_changes.models import PlanChange
from palier.plan_changes.panel_target import panel_target
from palier.plan_changes.returned import BilledAgain, Returned, returned_by_undo
from palier.provisioning.models import Service
from palier.provisioning.queries import jobs_about, service_of
from palier.subscriptions.bill_period import House
from palier.words.amounts import amount
from palier.words.dates import long_day
from palier.work.models import WorkItem


def undo_page(
    desk: Desk, item: WorkItem, change: PlanChange, *, return_to: str = "credit_balance", reason: str = ""
) -> UndoPage:
    names, returned = desk.names, returned_by_undo(change, desk.house, desk.at)
    service = service_of(change.customer_id, change.subscription_id)
    is_refusal = change.state == "needs_approval"
    on_panel, must_put_back = ("", False) if is_refusal else _on_panel(change, service, desk.house)
    key = [item.customer_id, item.id]
    label = change.subscription.label
    return UndoPage(
        what=what_to_do(item, change, names),
        customer_name=item.customer.name,
        label=label,
        stays_on=names.both(change)[0],
        undo_url=reverse("staff_desk:undo", args=key),
        item_url=reverse("staff_desk:item", args=key),
        own=Money(returned.own, returned.currency),
        total=Money(returned.total, returned.currency),
        to_card=Money(returned.to_card, returned.currency),
        invoice_number=str(returned.invoice.number) if returned.invoice else "",
        choices=_choices(returned, return_to, names),
        periods=tuple(_period(period, returned, names) for period in returned.periods),
        on_panel=on_panel,
        must_put_back=must_put_back,
        reason=reason,
        is_refusal=is_refusal,
        crumbs=(
            Crumb(_("Work queue"), reverse("staff_desk:queue")),
            Crumb(label, reverse("staff_desk:item", args=key)),
            Crumb(_("Refuse this change") if is_refusal else _("Undo this change")),
        ),
    )


def _choices(returned: Returned, return_to: str, names: Names) -> tuple[ReturnChoice, ...]:
    """The credit balance always takes it all; a card only what came from it."""
    if not returned.total:
        return ()
    total = _said(returned.total, returned, names)
    balance = ReturnChoice(
        "credit_balance",
        _("To the credit balance"),
        _("%(amount)s, used by itself on the next invoices.") % {"amount": total},
        selected=return_to == "credit_balance",
    )
    if not returned.to_card:
        return (balance,)
    return (balance, _to_card(returned, return_to == "card", names))


def _to_card(returned: Returned, selected: bool, names: Names) -> ReturnChoice:
    where = ", ".join(
        str(source.payment.method.label) if source.payment.method else source.payment.gateway
        for source in returned.sources
    )
    said = {"amount": _said(returned.to_card, returned, names), "where": where}
    rest = returned.total - returned.to_card
    sentence = _("%(amount)s to %(where)s.") % said
    if rest:
        said["rest"] = _said(rest, returned, names)
        sentence = _("%(amount)s to %(where)s; %(rest)s to the credit balance.") % said
    return ReturnChoice("card", _("Back to where it came from"), sentence, selected)


def _period(period: BilledAgain, returned: Returned, names: Names) -> str:
    said = {
        "day": long_day(period.start_on, names.language),
        "number": period.number,
        "bill": _said(period.bill, returned, names),
        "paid": _said(period.paid, returned, names),
        "back": _said(period.returned, returned, names),
    }
    if not period.paid:
        return _("The period from %(day)s, not paid yet, is billed again: %(bill)s to pay.") % said
    if not period.is_held:
        return _("The period from %(day)s is billed again: %(paid)s goes back, %(bill)s is to pay.") % said
    return (
        _(
            "The period from %(day)s, paid %(paid)s on invoice %(number)s, is billed again for %(bill)s: %(back)s back."
        )
        % said
    )


def _said(minor: int, returned: Returned, names: Names) -> str:
    return amount(Money(minor, returned.currency), names.language)


def _on_panel(change: PlanChange, service: Service, house: House) -> tuple[str, bool]:
    """What becomes of the panel, which may have made the change or half of it; and whether a person must see to it."""
    if not panel_confirms(change, service, house):
        return "", False
    before = panel_target(change.origin, house)
    said = {"account": service.account, "found": service.package, "wanted": before.plan}
    if any(job.acts_sent for job in jobs_about(change.customer_id, ("plan_change", change.id))):
        return _("The panel was asked: %(account)s is put back on %(wanted)s by itself.") % said, False
    if not differences(last_state(service), before):
        return "", False
    warning = _(
        "The panel last said that %(account)s is on %(found)s: put it back on %(wanted)s with all its limits first."
    )
    return warning % said, True
