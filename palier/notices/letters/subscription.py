"""Messages about the end of a subscription: asked for, taken back, come."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.billing.models import Refund
from palier.core.money import Money
from palier.core.periods import billing_date
from palier.events.models import Event
from palier.notices.letter import Draft, Letter, blocks, plan_name
from palier.notices.letters.asked import actor_ids, actor_name, as_asked, customer_of
from palier.notices.letters.money_back import MoneyBack, notes_of, sent_back_at_end, where_it_went
from palier.notices.letters.renewal import renewal_sentence
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.next_renewal import next_renewal
from palier.subscriptions.settlement import REASON as ENDED_AT_ONCE
from palier.words.amounts import amount
from palier.words.dates import long_day


def end_requested(event: Event, house: House) -> Draft | None:
    """An end that comes at once is told of by the end itself."""
    ends_on = date.fromisoformat(event.facts["ends_on"])
    if ends_on <= billing_date(event.at, house.provider.zone):
        return None
    subscription, actor = _subscription(event), actor_name(event)

    def say(language: str) -> Letter:
        said = {
            **_names(subscription, house, language),
            "asked": as_asked(actor),
            "day": long_day(ends_on, language),
        }
        return Letter(
            _("Cancellation requested: %(plan)s, %(label)s") % said,
            blocks(
                _("%(asked)s, this service ends on %(day)s and will not renew. Until then it stays active.")
                % said,
                _(
                    "You can withdraw the request until that day. Before it comes, copy what you want to keep."
                ),
            ),
            _("See the request"),
        )

    return Draft(("cancellation", subscription.id), say, actor_ids(event))


def end_withdrawn(event: Event, house: House) -> Draft:
    subscription, actor = _subscription(event), actor_name(event)
    renewal = next_renewal(subscription, house=house, on=billing_date(event.at, house.provider.zone))

    def say(language: str) -> Letter:
        said = {**_names(subscription, house, language), "asked": as_asked(actor)}
        return Letter(
            _("Your service goes on: %(plan)s, %(label)s") % said,
            blocks(
                _("%(asked)s, the cancellation is withdrawn: nothing changes.") % said,
                renewal_sentence(renewal, language),
            ),
            _("See your service"),
        )

    return Draft(("subscription", subscription.id), say, actor_ids(event))


def ended(event: Event, house: House) -> Draft:
    subscription = _subscription(event)
    ended_on = subscription.ended_on or billing_date(event.at, house.provider.zone)
    notes = notes_of(subscription.customer_id, subscription.id, event.at)
    refunds = sent_back_at_end(subscription.customer_id, subscription.id, event.at)

    def say(language: str) -> Letter:
        said = {
            **_names(subscription, house, language),
            "day": long_day(ended_on, language),
            "email": house.provider.email,
        }
        return Letter(
            _("Your service has ended: %(plan)s, %(label)s") % said,
            blocks(
                str(_WHY[event.facts["cause"]]) % said,
                *_given_back(event, notes, refunds, language),
                _("If you still need something that was there, write to us soon: %(email)s.") % said,
            ),
            _("See your service"),
        )

    return Draft(("subscription", subscription.id), say, actor_ids(event))


#: Why it ended, by the cause of the request.
_WHY = {
    "asked": gettext_lazy(
        "This service ended on %(day)s, as requested. It will not renew and is no longer billed."
    ),
    "unpaid": gettext_lazy(
        "This service ended on %(day)s, because what was due for it was not paid. It is no longer billed: "
        "only what it cost until that day stays to be paid."
    ),
    "converted": gettext_lazy(
        "It is part of your new level since %(day)s. As an add-on it will not renew and is no longer billed."
    ),
    "change": gettext_lazy(
        "It ended on %(day)s, with the change of level. It will not renew and is no longer billed."
    ),
    "service": gettext_lazy(
        "It ended on %(day)s, with the service it was added to. It will not renew and is no longer billed."
    ),
}


def _given_back(
    event: Event, notes: Sequence[MoneyBack], refunds: Sequence[Refund], language: str
) -> tuple[str, ...]:
    """How much comes back, where and when; empty where nothing does."""
    returned = event.facts.get("returned")
    if not returned:
        return ()
    money = amount(Money(returned, event.facts["currency"]), language)
    return (
        _("For what you had paid and not used, %(money)s are given back, taxes included.") % {"money": money},
        *where_it_went(notes, refunds, language, reason=ENDED_AT_ONCE),
        _("Your bank may take a few days to show it.") if refunds else "",
    )


def _subscription(event: Event) -> Subscription:
    subscriptions = Subscription.objects.select_related("customer")
    return subscriptions.get(customer_id=customer_of(event), id=event.subject_id)


def _names(subscription: Subscription, house: House, language: str) -> dict[str, str]:
    return {"plan": plan_name(house, subscription.plan_id, language), "label": subscription.label}
