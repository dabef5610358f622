"""Another price from a renewal on."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.events.models import Event
from palier.notices.letter import Block, Draft, Letter, Row, blocks, plan_name
from palier.notices.letters.asked import customer_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.words.amounts import amount
from palier.words.cycles import per_cycle
from palier.words.dates import long_day
from palier.words.plans import of_plan


def announced(event: Event, house: House) -> Draft:
    subscription = Subscription.objects.select_related("customer").get(
        customer_id=customer_of(event), id=event.subject_id
    )
    from_on = date.fromisoformat(event.facts["from_on"])
    free_until_on = _free_until(event, subscription, house, from_on)

    def say(language: str) -> Letter:
        name = plan_name(house, subscription.plan_id, language)
        said = {
            "plan": name,
            "of_plan": of_plan(name, language),
            "label": subscription.label,
            "day": long_day(from_on, language),
            "last_day": long_day(free_until_on, language) if free_until_on else "",
        }
        rows = (
            Row(_("Price until then"), _price(event, "before", subscription, language)),
            Row(_("Price from %(day)s") % said, _price(event, "after", subscription, language)),
        )
        return Letter(
            _("New price on %(day)s: %(plan)s, %(label)s") % said,
            blocks(
                _(
                    "The price of %(of_plan)s, %(label)s, changes at its renewal of %(day)s. "
                    "Until then nothing changes."
                )
                % said,
                Block(rows=rows),
                _(
                    "If you do not want it at this price, ask for its end by then. You may also end it at once until "
                    "%(last_day)s: what you have paid and not used is given back, and no indemnity is kept."
                )
                % said
                if free_until_on
                else _("If you do not want it at this price, ask for its end by then."),
            ),
            _("Keep it, or end it"),
        )

    return Draft(("cancellation", subscription.id), say)


def _free_until(event: Event, subscription: Subscription, house: House, from_on: date) -> date | None:
    """The last day on which the law of the customer lets them leave without indemnity; None where none is kept."""
    customer = subscription.customer
    law = house.catalog.law_of(customer.kind, customer.jurisdiction, from_on)
    rises = event.facts["after"] > event.facts["before"]
    if (
        not rises
        or law.free_exit_days is None
        or law.pay_back_rule(subscription.currency).pays_back == "none"
    ):
        return None
    return from_on + timedelta(law.free_exit_days)


def _price(event: Event, side: str, subscription: Subscription, language: str) -> str:
    money = amount(Money(event.facts[side], event.facts["currency"]), language)
    return _("%(money)s %(per_cycle)s, before taxes") % {
        "money": money,
        "per_cycle": per_cycle(BillingCycle(subscription.cycle)),
    }
