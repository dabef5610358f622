"""Messages about plan changes: exactly one when a person must step in, one when it is done, one for another end."""

from datetime import datetime

from django.utils.translation import gettext as _

from palier.core.periods import billing_date
from palier.events.models import Event
from palier.notices.letter import Block, Draft, Letter, blocks, resources_in
from palier.notices.letters.approval import AFTER_APPROVAL, not_made
from palier.notices.letters.asked import as_asked
from palier.notices.letters.changing import Changing, changing
from palier.notices.letters.money_back import (
    documents_of,
    late_sentence,
    notes_of,
    returned_sentence,
    sent_back,
    void_sentence,
    where_it_went,
)
from palier.notices.letters.renewal import renewal_sentence
from palier.subscriptions.bill_period import House
from palier.subscriptions.next_renewal import next_renewal
from palier.words.dates import appointment, long_day, moment
from palier.words.languages import in_language
from palier.words.obstacles import obstacle_sentence
from palier.words.reasons import change_reason, free_or_undo, work_details


def needs_person(event: Event, house: House) -> Draft | None:
    """Told once: a change that comes back to the queue has been promised already."""
    if not event.facts["first_time"]:
        return None
    found = changing(event, house)
    reason, details = event.facts["reason"], found.work_facts(event.facts["reason"])
    promised_by = datetime.fromisoformat(event.facts["promised_by"])

    def say(language: str) -> Letter:
        said = found.names(language)
        if found.moves:
            title = _("Our team is preparing your move %(to)s") % said
            first = _("Your move %(from)s %(to)s, for %(label)s, needs our team.") % said
        else:
            title = _("Our team is preparing the change of your %(plan)s") % said
            first = _("The change of your %(plan)s, for %(label)s, needs our team.") % said
        why = change_reason(reason)
        if reason == "path_needs_person":
            why = in_language(found.person.get("reasons", {}), language) or why
        ready_by = appointment(promised_by, language, house.provider.zone)
        return Letter(
            title,
            blocks(
                first,
                why,
                Block(points=work_details(details, resources_in(house, language), language)),
                _("It will be ready by %(moment)s.") % {"moment": ready_by},
                _what_to_do(reason),
            ),
            _("Follow the change"),
        )

    return found.draft(say)


def _what_to_do(reason: str) -> str:
    if reason == "does_not_fit":
        return free_or_undo()
    return _("You have nothing to do: another message will tell you when your service is fully operational.")


def done(event: Event, house: House) -> Draft:
    found = changing(event, house)
    change, zone = found.change, house.provider.zone
    notes = notes_of(change.customer_id, change.subscription_id, event.at)
    renewal = next_renewal(change.subscription, house=house, on=billing_date(event.at, zone))

    def say(language: str) -> Letter:
        said = {**found.names(language), "moment": moment(event.at, language, zone)}
        if found.moves:
            first = _(
                "Your move %(from)s %(to)s is done: since %(moment)s, the service %(label)s is fully operational."
            )
        else:
            first = _(
                "The change of your %(plan)s is done: since %(moment)s, the service %(label)s is fully operational."
            )
        return Letter(
            _("Your service is fully operational: %(plan)s, %(label)s") % said,
            blocks(
                first % said,
                late_sentence(notes, language),
                returned_sentence(notes, language),
                renewal_sentence(renewal, language),
            ),
            _("See the change"),
        )

    return found.draft(say, documents_of(notes))


def expired(event: Event, house: House) -> Draft:
    found = changing(event, house)
    notes = notes_of(found.change.customer_id, found.change.subscription_id, event.at)

    def say(language: str) -> Letter:
        said = found.names(language)
        if found.moves:
            title = _("Your move %(to)s was not paid in time") % said
            first = _("Your move %(from)s %(to)s, for %(label)s, was not paid in time: it will not be made.")
        else:
            title = _("The change of your %(plan)s was not paid in time") % said
            first = _(
                "The change of your %(plan)s, for %(label)s, was not paid in time: it will not be made."
            )
        return Letter(
            title,
            blocks(
                first % said,
                void_sentence(notes, language),
                found.credit_sentence(language),
                _("Your service stays as it was. You can ask for this change again whenever you like."),
            ),
            _("See the change"),
        )

    return found.draft(say, documents_of(notes))


def cancelled(event: Event, house: House) -> Draft:
    if event.facts["reason"] == "no_longer_fits":
        return _no_longer_fits(event, house)
    if event.facts["reason"] in AFTER_APPROVAL:
        return not_made(event, house)
    found = changing(event, house)
    notes = notes_of(found.change.customer_id, found.change.subscription_id, event.at)

    def say(language: str) -> Letter:
        said = {**found.names(language), "asked": as_asked(found.actor)}
        if found.moves:
            title = _("Your move %(to)s is cancelled") % said
            first = _("%(asked)s, your move %(from)s %(to)s, for %(label)s, will not be made.")
        else:
            title = _("The change of your %(plan)s is cancelled") % said
            first = _("%(asked)s, the change of your %(plan)s, for %(label)s, will not be made.")
        return Letter(
            title,
            blocks(
                first % said,
                void_sentence(notes, language),
                found.credit_sentence(language),
                _("Your service stays as it was."),
            ),
            _("See the change"),
        )

    return found.draft(say, documents_of(notes))


def _no_longer_fits(event: Event, house: House) -> Draft:
    """What is used, what it means for the renewal, and what to do."""
    found = changing(event, house)
    change = found.change
    on = billing_date(event.at, house.provider.zone)
    renewal = next_renewal(change.subscription, house=house, on=on)
    in_the_way = found.obstacles()

    def say(language: str) -> Letter:
        said = {**found.names(language), "day": long_day(change.takes_effect_on, language)}
        if found.moves:
            title = _("Your move %(to)s cannot take place") % said
            first = _(
                "Your move %(from)s %(to)s was planned for %(day)s, but what %(label)s uses no longer fits this level."
            )
        else:
            title = _("The change of your %(plan)s cannot take place") % said
            first = _(
                "The change of your %(plan)s was planned for %(day)s, but what %(label)s uses no longer fits it."
            )
        words = resources_in(house, language)
        currency = change.subscription.currency
        return Letter(
            title,
            blocks(
                first % said,
                Block(points=tuple(obstacle_sentence(one, currency, words, language) for one in in_the_way)),
                _("Your service stays as it was. To change all the same, free what is needed and ask again."),
                renewal_sentence(renewal, language),
            ),
            _("See the change"),
        )

    return found.draft(say)


def reversed_(event: Event, house: House) -> Draft:
    if event.facts["reason"] in AFTER_APPROVAL:
        return not_made(event, house)
    found = changing(event, house)
    change = found.change
    notes = notes_of(change.customer_id, change.subscription_id, event.at)
    refunds = sent_back(change.customer_id, change.invoice_id, event.at)

    def say(language: str) -> Letter:
        money = where_it_went(notes, refunds, language, reason="undone")
        return Letter(
            _undone_title(found, language),
            blocks(
                _undone_because(found, event.facts["reason"], language),
                event.facts.get("said", ""),
                *money,
                _("Your service stays as it was."),
            ),
            _("See the change"),
        )

    return found.draft(say, documents_of(notes, refunds))


def _undone_title(found: Changing, language: str) -> str:
    said = found.names(language)
    if found.moves:
        return _("Your move %(to)s is undone") % said
    return _("The change of your %(plan)s is undone") % said


def _undone_because(found: Changing, reason: str, language: str) -> str:
    said = {**found.names(language), "asked": as_asked(found.actor), "why": change_reason(reason)}
    if reason == "by_client":
        if found.moves:
            return _("%(asked)s, your move %(from)s %(to)s, for %(label)s, is undone.") % said
        return _("%(asked)s, the change of your %(plan)s, for %(label)s, is undone.") % said
    if found.moves:
        return _("Your move %(from)s %(to)s, for %(label)s, is undone. %(why)s") % said
    return _("The change of your %(plan)s, for %(label)s, is undone. %(why)s") % said
