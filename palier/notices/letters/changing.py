"""The facts that every message about a plan change starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.obstacle import Obstacle, of_misfit
from palier.documents.paper import Key
from palier.events.models import Event
from palier.notices.letter import Draft, Letter, plan_name
from palier.notices.letters.asked import actor_ids, actor_name, customer_of
from palier.plan_changes.fit import misfits_of
from palier.plan_changes.models import PlanChange
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.words.amounts import amount
from palier.words.plans import from_plan, to_plan
from palier.work.models import WorkItem


@dataclass(frozen=True)
class Changing:
    """A change, and who did what is told of it (empty for a machine or the host's staff)."""

    change: PlanChange
    house: House
    event: Event
    actor: str

    @property
    def moves(self) -> bool:
        """To another level, and not just to another cycle or other options."""
        return self.change.origin.plan != self.change.target.plan

    @property
    def person(self) -> Mapping[str, Any]:
        """The catalogue's reasons, by language, why a person makes this change."""
        return self.house.catalog.person(self.change.origin, self.change.target)

    def names(self, language: str) -> dict[str, str]:
        """`from` and `to` with their prepositions, `plan` (the target's name) and `label`."""
        before = plan_name(self.house, self.change.origin.plan, language)
        after = plan_name(self.house, self.change.target.plan, language)
        return {
            "from": from_plan(before, language),
            "to": to_plan(after, language),
            "plan": after,
            "label": self.change.subscription.label,
        }

    def work_facts(self, reason: str) -> Mapping[str, Any]:
        """What the queue's item says of a change that does not fit; the rest is for staff only."""
        if reason not in ("does_not_fit", "usage_unknown"):
            return {}
        items = WorkItem.objects.filter(
            customer_id=self.change.customer_id,
            subject_kind="plan_change",
            subject_id=self.change.id,
            reason=reason,
        )
        return items.order_by("-opened_at", "-id").values_list("facts", flat=True).first() or {}

    def obstacles(self) -> tuple[Obstacle, ...]:
        """What of the usage last read does not fit the target."""
        service = service_of(self.change.customer_id, self.change.subscription_id)
        found = misfits_of(service, self.change.target, self.house.catalog)
        return tuple(of_misfit(one) for one in found)

    def credit_sentence(self, language: str) -> str:
        """An unpaid change gives back the credit balance it had used."""
        quote = self.change.quoted
        if not quote.credit_used:
            return ""
        used = amount(Money(quote.credit_used, quote.currency), language)
        return _("The %(money)s it had taken from your credit balance are back there.") % {"money": used}

    def draft(self, say: Callable[[str], Letter], documents: tuple[Key, ...] = ()) -> Draft:
        asked = {self.change.accepted_by_id} if self.change.accepted_by_id else set()
        return Draft(("plan_change", self.change.id), say, actor_ids(self.event) | asked, documents)


def changing(event: Event, house: House) -> Changing:
    """The change an event is about."""
    changes = PlanChange.objects.select_related("subscription__customer")
    change = changes.get(customer_id=customer_of(event), id=event.subject_id)
    return Changing(change, house, event, actor_name(event))
