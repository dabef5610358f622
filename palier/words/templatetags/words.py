"""How templates say amounts, days, instants and quantities, in the language of the page."""

from datetime import date, datetime
from fractions import Fraction

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.words import amounts, cycles, dates, plans, quantities, statuses

register = template.Library()


@register.filter
def amount(money: Money) -> str:
    return amounts.amount(money, _language())


@register.filter
def amount_with_sign(money: Money) -> str:
    return amounts.amount_with_sign(money, _language())


@register.filter
def rate(fraction: Fraction) -> str:
    return amounts.rate(fraction, _language())


@register.filter
def the_plan(name: str) -> str:
    return plans.the_plan(name, _language())


@register.filter
def long_day(day: date) -> str:
    return dates.long_day(day, _language())


@register.filter
def day_and_month(day: date) -> str:
    return dates.day_and_month(day, _language())


@register.filter
def medium_day(day: date) -> str:
    return dates.medium_day(day, _language())


@register.filter
def short_day(day: date) -> str:
    return dates.short_day(day, _language())


@register.filter
def moment(instant: datetime) -> str:
    return dates.moment(instant, _language(), timezone.get_current_timezone())


@register.filter
def short_moment(instant: datetime) -> str:
    return dates.short_moment(instant, _language(), timezone.get_current_timezone())


@register.filter
def appointment(instant: datetime) -> str:
    return dates.appointment(instant, _language(), timezone.get_current_timezone())


@register.filter
def ago(instant: datetime, now: datetime) -> str:
    """`{{ page.measured_at|ago:page.now }}`: the page brings its own now, which is business time."""
    return dates.ago(instant, now, _language())


@register.filter
def storage(megabytes: int) -> str:
    return quantities.storage(megabytes, _language())


@register.filter
def number(value: int) -> str:
    return quantities.number(value, _language())


@register.filter
def per_cycle(cycle: BillingCycle) -> str:
    return cycles.per_cycle(cycle)


@register.filter
def by_cycle(cycle: BillingCycle) -> str:
    return cycles.by_cycle(cycle)


@register.filter
def days(count: int) -> str:
    return cycles.days(count)


@register.filter
def from_plan(name: str) -> str:
    return plans.from_plan(name, _language())


@register.filter
def to_plan(name: str) -> str:
    return plans.to_plan(name, _language())


@register.filter
def negative(money: Money) -> Money:
    """For what is taken off: `{{ payment|negative|amount }}`."""
    return -money


@register.filter
def change_status(code: str) -> str:
    return statuses.change_status(code)


def _language() -> str:
    return get_language() or "en"
