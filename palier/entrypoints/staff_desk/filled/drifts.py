"""What differs between the servers and our side."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.staff_desk.access import Desk
from palier.entrypoints.staff_desk.filled.paging import paging_of
from palier.entrypoints.staff_desk.pages.drifts import DriftRow, DriftsPage, EndHerePage, Side
from palier.plan_changes.end_subscription import end_at_once
from palier.reconciliation.compare_now import is_comparing
from palier.reconciliation.models import Drift
from palier.reconciliation.queries import across_customers_count, across_customers_open_drifts
from palier.reconciliation.repair_ours import why_not_ours
from palier.reconciliation.repair_server import can_repair_server
from palier.reconciliation.side_by_side import EVERY
from palier.words.amounts import amount
from palier.words.differences import difference_line
from palier.words.drifts import KINDS, NOT_OURS, OURS, OURS_MEANS, SERVER, SERVER_MEANS

MANY = 50


def drifts_page(desk: Desk, number: str) -> DriftsPage:
    shown = Paginator(across_customers_open_drifts(), MANY).get_page(number)
    compared, waiting = across_customers_count(desk.at - EVERY - timedelta(hours=1))
    return DriftsPage(
        rows=tuple(_row(desk, drift) for drift in shown),
        compared=compared,
        waiting=waiting,
        compare_url=reverse("staff_desk:compare_now"),
        is_comparing=is_comparing(),
        paging=paging_of(shown, reverse("staff_desk:drifts"), {}),
    )


def _row(desk: Desk, drift: Drift) -> DriftRow:
    service = drift.service
    return DriftRow(
        what=str(KINDS[shape(drift)]),
        customer_name=drift.customer.name,
        customer_url=reverse("staff_desk:customer", args=[drift.customer_id]),
        label=service.subscription.label,
        server=desk.names.of(service.server.names),
        account=service.account,
        found_at=drift.found_at,
        seen_at=drift.seen_at,
        lines=tuple(
            difference_line(
                one["what"], one["wanted"], one["found"], desk.names.resources(), desk.names.language
            )
            for one in drift.lines
        ),
        server_side=_server_side(drift),
        our_side=_our_side(drift),
        is_asked=drift.asked_at is not None,
    )


def shape(drift: Drift) -> str:
    """The kind, as words/drifts.py tells it: a suspension by which side works."""
    if drift.kind != "suspended":
        return drift.kind
    return {"active": "stopped", "suspended": "working"}.get(drift.service.subscription.state, "ended")


def _server_side(drift: Drift) -> Side:
    code, keys = shape(drift), [drift.customer_id, drift.id]
    url = reverse("staff_desk:repair_server", args=keys)
    if can_repair_server(drift):
        return Side(str(SERVER[code]), str(SERVER_MEANS[code]), url)
    refused = _("The driver of this server cannot do that: do it by hand there.")
    return Side(str(SERVER[code]), "", refused=refused)


def _our_side(drift: Drift) -> Side | None:
    code, keys = shape(drift), [drift.customer_id, drift.id]
    if code not in OURS:
        return None
    if refused := why_not_ours(drift):
        return Side(str(OURS[code]), "", refused=str(NOT_OURS[refused]))
    asks = code == "missing"
    url = reverse("staff_desk:end_here" if asks else "staff_desk:repair_ours", args=keys)
    return Side(str(OURS[code]), str(OURS_MEANS[code]), url, asks=asks)


def end_here_page(desk: Desk, drift: Drift) -> EndHerePage:
    subscription = drift.service.subscription
    found = end_at_once(drift.customer_id, subscription.id, house=desk.house, at=desk.at)
    back = found.settlement.total + sum(settled.total for _, settled in found.addons)
    money = amount(Money(back, subscription.currency), desk.language)
    sentences = [_("Its account is gone from its server. The subscription ends today, and renews no more.")]
    if back:
        sentences.append(_("The client gets %(money)s back, as their law profile says.") % {"money": money})
    else:
        sentences.append(_("Nothing is given back, as the client’s law profile says."))
    if found.returned_beside:
        beside = amount(Money(found.returned_beside, subscription.currency), desk.language)
        sentences.append(
            _("A change that is under way is undone: %(money)s goes to the credit balance.")
            % {"money": beside}
        )
    sentences.append(_("The client is told at once. This cannot be taken back."))
    return EndHerePage(
        label=subscription.label,
        customer_name=drift.customer.name,
        sentences=tuple(sentences),
        act_url=reverse("staff_desk:repair_ours", args=[drift.customer_id, drift.id]),
        back_url=reverse("staff_desk:drifts"),
    )
