"""A work item: what it is about, why a person must, what can be done about it by whoever is looking."""

from dataclasses import replace
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.addresses import to_document
from palier.entrypoints.staff_desk.filled.history import history_of
from palier.entrypoints.staff_desk.filled.instructions import instructions_for, to_set
from palier.entrypoints.staff_desk.filled.panel import on_panel
from palier.entrypoints.staff_desk.filled.reasons import details_of, reason_for_staff
from palier.entrypoints.staff_desk.filled.told import messages_about
from palier.entrypoints.staff_desk.names import Names, label_of, what_to_do
from palier.entrypoints.staff_desk.pages.work_item import Colleague, Note, WorkItemPage
from palier.ledger.queries import owed_on
from palier.people.models import User
from palier.people.queries import staff
from palier.plan_changes.by_person import is_for_machines, panel_confirms
from palier.plan_changes.items import subscription_about
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import change_of
from palier.provisioning.models import Service
from palier.provisioning.queries import job_of, service_of
from palier.words.amounts import amount
from palier.words.statuses import change_status
from palier.work.models import WorkItem
from palier.work.queries import notes_on


def work_item_page(desk: Desk, item: WorkItem) -> WorkItemPage:
    change = change_of(item.customer_id, item.subject_id) if item.subject_kind == "plan_change" else None
    page = _with_acts(_page(desk, item, change), item, desk.user)
    return _about_service(desk, page, item) if change is None else _about_change(desk, page, item, change)


def _page(desk: Desk, item: WorkItem, change: PlanChange | None) -> WorkItemPage:
    label, names = label_of(item, change), desk.names
    subject = (item.subject_kind, item.subject_id)
    return WorkItemPage(
        what=what_to_do(item, change, names),
        reason=reason_for_staff(item),
        details=details_of(item, names),
        customer_name=item.customer.name,
        customer_url=reverse("staff_desk:customer", args=[item.customer_id]),
        label=label,
        opened_at=item.opened_at,
        now=desk.at,
        told=messages_about(item),
        promised_by=item.promised_by,
        is_overdue=item.is_open and item.promised_by is not None and item.promised_by < desk.at,
        taken_by=str(item.taken_by) if item.taken_by else "",
        taken_at=item.taken_at,
        had_by=item.taken_by_id,
        closed_by=str(item.closed_by) if item.closed_by else "",
        closed_at=item.closed_at,
        notes=tuple(Note(str(note.by), note.at, note.text) for note in notes_on(item.customer_id, subject)),
        history=history_of(item, change, names),
        crumbs=(Crumb(_("Work queue"), reverse("staff_desk:queue")), Crumb(label)),
    )


def _with_acts(page: WorkItemPage, item: WorkItem, user: User) -> WorkItemPage:
    """What this person may do with the item itself, now."""
    page = replace(page, note_url=_to("note", item))
    if not item.is_open:
        return page
    if item.taken_by is None:
        return replace(page, take_url=_to("take", item))
    if item.taken_by != user:
        return replace(page, take_over_url=_to("give", item), colleagues=(Colleague(user.id, str(user)),))
    return replace(
        page,
        is_mine=True,
        let_go_url=_to("let_go", item),
        give_url=_to("give", item),
        colleagues=tuple(Colleague(one.id, str(one)) for one in staff() if one != user),
        close_url="" if item.subject_kind == "plan_change" else _to("close", item),
    )


def _about_service(desk: Desk, page: WorkItemPage, item: WorkItem) -> WorkItemPage:
    """An item that is about a service, and not about a change of it: what a machine could not do there."""
    subscription_id = subscription_about(item)
    if subscription_id is None:
        return page
    service = service_of(item.customer_id, subscription_id)
    panel = on_panel(item, service, desk.house, desk.names, None)
    page = replace(
        page,
        details=details_of(item, desk.names, panel),
        server=desk.names.of(service.server.names),
        account=service.account,
        panel=panel,
    )
    if not item.is_open:
        return page
    job = job_of(item.customer_id, (item.subject_kind, item.subject_id))
    may_retry = page.is_mine and job is not None and job.state == "needs_person"
    return replace(
        page,
        instructions=_to_put_back(desk, item, service),
        retry_url=_to("retry", item) if may_retry else "",
    )


def _to_put_back(desk: Desk, item: WorkItem, service: Service) -> tuple[str, ...]:
    """The level that an account must be put back on, when its change was undone."""
    if item.subject_kind != "undone_change":
        return ()
    undone = change_of(item.customer_id, item.subject_id)
    return (to_set(undone.origin, service, desk.names),)


def _about_change(desk: Desk, page: WorkItemPage, item: WorkItem, change: PlanChange) -> WorkItemPage:
    house, names = desk.house, desk.names
    service = service_of(change.customer_id, change.subscription_id)
    from_name, to_name = names.both(change)
    confirms = panel_confirms(change, service, house)
    is_awaited = confirms and change.state != "needs_approval"
    panel = on_panel(item, service, house, names, change if is_awaited else None)
    page = replace(
        _with_invoice(page, change),
        details=details_of(item, names, panel),
        from_name=from_name,
        to_name=to_name,
        server=names.of(service.server.names),
        account=service.account,
        panel=panel,
        outcome="" if item.is_open else change_status(change.state),
    )
    if not item.is_open:
        return page
    if change.state == "needs_approval":
        return _to_approve(page, item, change, names)
    may_act = page.is_mine and change.state == "needs_person"
    return replace(
        page,
        instructions=instructions_for(change, service, house, names),
        must_tick=not confirms,
        finish_url=_to("finish", item) if may_act else "",
        retry_url=_to("retry", item) if may_act and is_for_machines(change, service, house) else "",
        undo_url=_to("undo", item) if may_act else "",
    )


def _to_approve(page: WorkItemPage, item: WorkItem, change: PlanChange, names: Names) -> WorkItemPage:
    """Nothing is asked of a machine yet: someone says yes or no."""
    path = names.catalog.path(change.origin.plan, change.target.plan)
    why = names.of(path.policies.approval_reason) if path and path.policies.approval_reason else ""
    quote = change.quoted
    money = amount(Money(quote.today.total, quote.currency), names.language)
    accepted = _("The client has accepted %(money)s, taxes included.") % {"money": money}
    return replace(
        page,
        details=tuple(line for line in (why, accepted) if line),
        approve_url=_to("approve", item) if page.is_mine else "",
        refuse_url=_to("undo", item) if page.is_mine else "",
    )


def _with_invoice(page: WorkItemPage, change: PlanChange) -> WorkItemPage:
    invoice = change.invoice
    if invoice is None:
        return page
    paid = invoice.total - max(0, owed_on(change.customer_id, invoice.id))
    return replace(
        page,
        paid=Money(paid, invoice.currency),
        invoice_number=str(invoice.number),
        invoice_url=to_document(change.customer_id, ("invoice", invoice.id)),
    )


def _to(view: str, item: WorkItem) -> str:
    key: list[UUID] = [item.customer_id, item.id]
    return reverse(f"staff_desk:{view}", args=key)
