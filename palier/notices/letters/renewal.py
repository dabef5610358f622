"""The next renewal: the sentence that several messages end with, and the message that announces it ahead of time."""

from datetime import date

from django.utils.translation import gettext as _

from palier.billing.queries import payment_methods
from palier.events.models import Event
from palier.notices.letter import Draft, Letter, blocks, plan_name
from palier.notices.letters.asked import customer_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.next_renewal import Renewal, next_renewal
from palier.words.amounts import amount
from palier.words.dates import long_day


def renewal_sentence(renewal: Renewal | None, language: str) -> str:
    """Empty where nothing renews, or the renewal is free."""
    if renewal is None or not renewal.total.minor:
        return ""
    said = {"day": long_day(renewal.on, language), "money": amount(renewal.total, language)}
    if renewal.has_taxes:
        return _("The next renewal, on %(day)s, will cost %(money)s, taxes included.") % said
    return _("The next renewal, on %(day)s, will cost %(money)s.") % said


def announced(event: Event, house: House) -> Draft | None:
    """Nothing is said of a renewal that will not be any more."""
    subscription = Subscription.objects.select_related("customer").get(
        customer_id=customer_of(event), id=event.subject_id
    )
    renews_on = date.fromisoformat(event.facts["renews_on"])
    renewal = next_renewal(subscription, house=house, on=subscription.started_on)
    if renewal is None or renewal.on != renews_on:
        return None
    methods = payment_methods(subscription.customer_id)
    method = methods[0].label if methods else ""

    def say(language: str) -> Letter:
        said = {
            "plan": plan_name(house, subscription.upcoming.plan, language),
            "label": subscription.label,
            "day": long_day(renews_on, language),
            "method": method,
        }
        return Letter(
            _("Renewal on %(day)s: %(plan)s, %(label)s") % said,
            blocks(
                _(
                    "%(plan)s, %(label)s, renews on %(day)s. The law where you live has us tell you ahead of time."
                )
                % said,
                renewal_sentence(renewal, language),
                _("Then it will be paid with %(method)s: to keep it, you have nothing to do.") % said
                if method
                else _("To keep it, you have nothing to do before its invoice comes."),
                _(
                    "If you do not want it to renew, ask for its end by then: you keep it until that day, and nothing "
                    "more is charged."
                ),
            ),
            _("Keep it, or end it"),
        )

    return Draft(("cancellation", subscription.id), say)
