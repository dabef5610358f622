"""Where a change stands, from the change and what is known of its work."""

from uuid import UUID

from django.utils.translation import gettext as _

from palier.billing.models import CreditNote, Payment
from palier.core.money import Money
from palier.core.policies import Approval
from palier.core.quote import Quote
from palier.core.quote_json import quote_from_json
from palier.core.states import OPEN_CHANGE
from palier.drivers.panel import Capability
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay
from palier.entrypoints.client_area.filled.parts import crumb_of_service, person_reason, resources_in_words
from palier.entrypoints.client_area.pages.follow import FollowPage, GivenBack, Moments, steps
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import CHANGE_PLAN, PAY
from palier.plan_changes.models import PlanChange
from palier.plan_changes.queries import change_of, sentence_of_undo
from palier.provisioning.circuit import down
from palier.provisioning.models import Server
from palier.provisioning.panels import capabilities_of
from palier.provisioning.queries import job_of
from palier.words.document_lines import line_text
from palier.words.reasons import change_reason, free_or_undo, work_details
from palier.work.models import WorkItem
from palier.work.queries import items_of

#: While a change is in one of these, something may happen at any moment.
MOVING = frozenset({"awaiting_payment", "needs_approval", "applying", "needs_person"})


def follow_page(client: Client, change_id: UUID) -> FollowPage:
    """Raises `PlanChange.DoesNotExist`, for another customer's too."""
    change = change_of(client.customer_id, change_id)
    quote = change.quoted
    item, note, attempt = _item(change), _credit_note(change), _attempt(change)
    is_paid = attempt is not None and attempt.state == "succeeded"
    state = "applying" if is_paid else change.state  # in a moment, when the reaction to its payment has run
    subscription = change.subscription
    return FollowPage(
        from_name=client.plan_name(quote.origin.plan),
        to_name=client.plan_name(quote.target.plan),
        label=subscription.label,
        state=state,
        steps=steps(
            state,
            _moments(change, item, attempt),
            pays=bool(quote.due_now),
            needs_person=quote.needs_person or item is not None,
            approval=_approval(change),
            at_renewal=change.at_renewal,
            taken_by=item.taken_by.name if item and item.taken_by else "",
        ),
        service_url=to("product", subscription.id),
        is_live=state in MOVING,
        paid=Money(quote.due_now, quote.currency),
        returned=Money(note.total, note.currency) if note and change.paid_at else None,
        given_back=_given_back(client, change),
        promised_by=change.promised_by,
        is_late=change.promised_by is not None and change.promised_by < client.at,
        takes_effect_on=change.takes_effect_on,
        reason=_reason(client, change, quote),
        misfits=_misfits(client, change, item),
        to_do=free_or_undo() if change.state == "needs_person" and change.reason == "does_not_fit" else "",
        by_client=change.reason == "by_client",
        by_hand=change.state == "done" and item is not None and not _is_read(client, quote),
        is_silent=state == "applying" and down(_server(client, quote).id) is not None,
        cancel_url=to("cancel", change.id) if not is_paid and _can_cancel(client, change, item) else "",
        pay_url=_pay_url(client, change) if not is_paid else "",
        invoice_url=to("invoice", change.invoice_id) if change.invoice_id else "",
        invoice_number=(change.invoice.number or "") if change.invoice else "",
        credit_note_url=to("invoice", note.id) if note else "",
        credit_note_number=(note.number or "") if note else "",
        choose_url=to("choose", subscription.id) if client.may(CHANGE_PLAN) else "",
        crumbs=crumbs(crumb_of_service(client, subscription), Crumb(_("Follow the change"))),
    )


def _approval(change: PlanChange) -> Approval:
    """As it was accepted; the quote of the day it was approved needs none any more."""
    return quote_from_json(change.quote).approval


def _is_read(client: Client, quote: Quote) -> bool:
    """Can a machine look at what is delivered? What it cannot, a person has confirmed."""
    return Capability.INSPECT in capabilities_of(_server(client, quote))


def _server(client: Client, quote: Quote) -> Server:
    """Where the new level is to be."""
    return Server.objects.get(code=client.catalog.product_of(quote.target.plan).server_code)


def _moments(change: PlanChange, item: WorkItem | None, attempt: Payment | None) -> Moments:
    received_at = attempt.settled_at if attempt and attempt.state == "succeeded" else None
    return Moments(
        accepted_at=change.accepted_at,
        approved_at=change.approved_at,
        paid_at=change.paid_at or received_at,
        begun_at=change.begun_at,
        taken_at=item.taken_at if item else None,
        ended_at=change.ended_at,
    )


def _item(change: PlanChange) -> WorkItem | None:
    """What our team has, or had, to do for it, once it was approved."""
    items = items_of(change.customer_id).filter(subject_kind="plan_change", subject_id=change.id)
    return items.exclude(reason="approval").select_related("taken_by").first()


def _credit_note(change: PlanChange) -> CreditNote | None:
    """What gave back all or part of its invoice."""
    if change.invoice_id is None:
        return None
    notes = CreditNote.objects.filter(customer_id=change.customer_id, invoice_id=change.invoice_id)
    return notes.order_by("-issued_at", "-id").first()


def _given_back(client: Client, change: PlanChange) -> tuple[GivenBack, ...]:
    """Of a change that is done: for the days it was late, or for the move down; on whichever invoice billed it."""
    if change.state != "done" or change.ended_at is None:
        return ()
    notes = CreditNote.objects.filter(
        customer_id=client.customer_id,
        issued_at=change.ended_at,
        reason__in=("late", "returned"),
        lines__subscription_id=change.subscription_id,
    )
    return tuple(
        GivenBack(
            line_text(line.code, line.facts, client.language),
            note.amount,
            note.number or "",
            to("invoice", note.id),
        )
        for note in notes.distinct().order_by("number")
        for line in note.lines.filter(customer_id=client.customer_id)
    )


def _misfits(client: Client, change: PlanChange, item: WorkItem | None) -> tuple[str, ...]:
    """By how much, while our team has it for that."""
    if (
        item is None
        or change.state != "needs_person"
        or change.reason not in ("does_not_fit", "usage_unknown")
    ):
        return ()
    return work_details(
        {"misfits": item.facts.get("misfits", ())}, resources_in_words(client), client.language
    )


def _reason(client: Client, change: PlanChange, quote: Quote) -> str:
    """Why a person has it, or why it ended otherwise than done: what our team wrote to the client comes first."""
    if change.state == "done" or not change.reason:
        return ""
    if change.state in ("reversed", "cancelled") and (said := sentence_of_undo(change)):
        return said
    if change.reason == "path_needs_person":
        return person_reason(client, quote.origin, quote.target) or change_reason(change.reason)
    if change.reason == "approval":
        path = client.catalog.path(quote.origin.plan, quote.target.plan)
        return client.say(path.policies.approval_reason) if path else ""
    return change_reason(change.reason)


def _can_cancel(client: Client, change: PlanChange, item: WorkItem | None) -> bool:
    """Until work has begun: the panel was asked, or a person has taken it. Of one that was set aside, the other is."""
    if change.state not in OPEN_CHANGE or change.set_aside_by_id or not client.may(CHANGE_PLAN):
        return False
    if change.state not in ("applying", "needs_person"):
        return True
    if item is not None and item.state == "taken":
        return False
    job = job_of(change.customer_id, ("plan_change", change.id))
    return job is None or job.attempts == 0


def _attempt(change: PlanChange) -> Payment | None:
    """While its payment is awaited, the last attempt at it: money may be here a moment before the change moves on."""
    if change.state != "awaiting_payment" or change.invoice_id is None:
        return None
    payments = Payment.objects.filter(customer_id=change.customer_id, invoice_id=change.invoice_id)
    return payments.order_by("-started_at", "-id").first()


def _pay_url(client: Client, change: PlanChange) -> str:
    if change.state != "awaiting_payment" or change.invoice_id is None or not client.may(PAY):
        return ""
    return to_pay(change.invoice_id)
