"""What stands in the way of a change, as sentences with a way out."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from palier.core.obstacle import Obstacle
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to, to_pay
from palier.entrypoints.client_area.filled.parts import resources_in_words
from palier.entrypoints.client_area.pages.choose import Reason
from palier.people.permissions import CANCEL, PAY
from palier.plan_changes.facts import Situation
from palier.words.obstacles import obstacle_sentence

#: What stands before a level, and not before every one of them.
OF_A_LEVEL = frozenset(
    {
        "no_path",
        "not_for_sale",
        "not_on_server",
        "same_configuration",
        "does_not_fit",
        "cannot_shrink",
        "usage_unknown",
    }
)


def reasons(client: Client, situation: Situation, obstacles: Iterable[Obstacle]) -> tuple[Reason, ...]:
    words, currency = resources_in_words(client), situation.subscription.currency
    return tuple(
        Reason(
            obstacle_sentence(obstacle, currency, words, client.language),
            *_way_out(client, situation, obstacle),
        )
        for obstacle in obstacles
    )


def _way_out(client: Client, situation: Situation, obstacle: Obstacle) -> tuple[str, str]:
    """The address where something can be done about it, and what it is called; both empty where there is none."""
    subscription, change = situation.subscription, situation.standing.change
    match obstacle.code:
        case "change_open" if change is not None:
            return to("follow", change.id), _("Follow it")
        case "cancellation_requested" if client.may(CANCEL):
            return to("cancellation", subscription.id), _("See the request")
        case "invoice_unpaid" if client.may(PAY):
            return to_pay(UUID(obstacle.invoice_id)), _("Pay this invoice")
        case "overdue_elsewhere":
            return to("invoices"), _("See the invoices")
    return "", ""
