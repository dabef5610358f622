"""Messages about a service itself: its safety, and what was added to it."""

from django.utils.translation import gettext as _

from palier.events.models import Event
from palier.notices.letter import Draft, Letter, blocks
from palier.notices.letters.asked import actor_ids, actor_name, customer_of
from palier.people.models import Provider
from palier.provisioning.models import Service
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.words.dates import moment


def password_changed(event: Event, house: House) -> Draft:
    """Never the password, which nobody here knows."""
    services = Service.objects.select_related("subscription")
    service = services.get(customer_id=customer_of(event), id=event.subject_id)
    actor = actor_name(event)

    def say(language: str) -> Letter:
        said = {
            "label": service.subscription.label,
            "moment": moment(event.at, language, house.provider.zone),
            "person": actor,
        }
        if actor:
            first = _("The password of the service %(label)s was changed on %(moment)s by %(person)s.")
        else:
            first = _("The password of the service %(label)s was changed on %(moment)s.")
        return Letter(
            _("Password changed: %(label)s") % said,
            blocks(first % said, _if_not_you(house.provider)),
            _("See your service"),
        )

    return Draft(("subscription", service.subscription_id), say, actor_ids(event))


def addon_set_up(event: Event, house: House) -> Draft:
    """What was bought beside a service works."""
    addon = Subscription.objects.get(customer_id=customer_of(event), id=event.subject_id)
    names = house.catalog.plans[addon.plan_id].names

    def say(language: str) -> Letter:
        said = {"addon": names.get(language) or next(iter(names.values())), "label": addon.label}
        return Letter(
            _("%(addon)s is ready: %(label)s") % said,
            blocks(_("%(addon)s was set up for %(label)s and is fully operational.") % said),
            _("See it"),
        )

    return Draft(("subscription", addon.id), say)


def _if_not_you(provider: Provider) -> str:
    said = {"email": provider.email, "phone": provider.phone}
    if provider.phone:
        return _("If nobody of yours did this, tell us at once: %(email)s, %(phone)s.") % said
    return _("If nobody of yours did this, tell us at once: %(email)s.") % said
