"""Before a change is undone: what the client gets back, where it can go, and what is still on the panel."""

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.names import Names, what_to_do
from palier.entrypoints.staff_desk.pages.undo import ReturnChoice, UndoPage
from palier.plan_changes.by_person import panel_confirms
from palier.plan_changes.models import PlanChange
from palier.plan_changes.returned import Returned, returned_by_undo
from palier.provisioning.models import Service
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.words.amounts import amount
from palier.work.models import WorkItem


def undo_page(
    desk: Desk, item: WorkItem, change: PlanChange, *, return_to: str = "credit_balance", reason: str = ""
) -> UndoPage:
    names, returned = desk.names, returned_by_undo(change)
    service = service_of(change.customer_id, change.subscription_id)
    key = [item.customer_id, item.id]
    label = change.subscription.label
    return UndoPage(
        what=what_to_do(item, change, names),
        customer_name=item.customer.name,
        label=label,
        stays_on=names.both(change)[0],
        undo_url=reverse("staff_desk:undo", args=key),
        item_url=reverse("staff_desk:item", args=key),
        total=Money(returned.total, returned.currency),
        to_card=Money(returned.to_card, returned.currency),
        invoice_number=str(returned.invoice.number) if returned.invoice else "",
        choices=_choices(returned, return_to, names),
        on_panel=_still_on_panel(change, service, desk.house),
        reason=reason,
        crumbs=(
            Crumb(_("Work queue"), reverse("staff_desk:queue")),
            Crumb(label, reverse("staff_desk:item", args=key)),
            Crumb(_("Undo this change")),
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
        sentence = (
            _("%(amount)s to %(where)s; %(rest)s, which came from the credit balance, goes back there.")
            % said
        )
    return ReturnChoice("card", _("Back to where it came from"), sentence, selected)


def _said(minor: int, returned: Returned, names: Names) -> str:
    return amount(Money(minor, returned.currency), names.language)


def _still_on_panel(change: PlanChange, service: Service, house: House) -> str:
    """The panel may have made the change, or half of it: undoing gives the money back, not the plan."""
    if not panel_confirms(change, service, house):
        return ""
    package = house.catalog.plans[change.origin.plan].package
    granted = house.catalog.limits_of(change.origin)
    if service.package == package and dict(service.limits) == dict(granted):
        return ""
    return _(
        "The panel last said that %(account)s is on %(found)s: put it back on %(wanted)s with all its limits first."
    ) % {"account": service.account, "found": service.package, "wanted": package}
