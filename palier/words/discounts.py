"""The discounts that count in a quote, one sentence each."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from palier.core.discounts import Discount
from palier.core.money import Money
from palier.core.quote import Quote
from palier.words.amounts import amount, rate
from palier.words.dates import long_day


def discount_sentences(quote: Quote, names: Mapping[str, str], language: str) -> Iterator[str]:
    """`names` is that of the catalogue's `line_names`. The active translation must be that of `language`."""
    for discount in quote.discounts:
        said = {
            "name": names.get(f"discount:{discount.code}", discount.code),
            "off": _off(discount, quote, language),
        }
        if discount.until_on is None and discount.code == quote.recurring:
            yield _("Discount “%(name)s”: %(off)s off, in these prices and in the renewal.") % said
        elif discount.until_on is not None and discount.code == quote.first:
            said["day"] = long_day(discount.until_on, language)
            yield _("Discount “%(name)s”: %(off)s off what is billed for the time before %(day)s.") % said


def _off(discount: Discount, quote: Quote, language: str) -> str:
    if discount.percent:
        return rate(discount.percent / 100, language)
    amounts = dict(discount.amounts)
    return amount(Money(amounts.get(quote.target.cycle.code, 0), quote.currency), language)
