"""Bills thought through once for all the subscriptions that are alike.

What a bill depends on is compared as it was read; two with equal columns get equal bills. What is a subscription's own
(whose it is, names, addresses) is thought as a mark, and filled in when the bill is written.
"""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models

from palier.core.renewal import bill, next_span
from palier.events.copy_in import fillings_of, mark
from palier.events.keys import new_id
from palier.people.models import Customer
from palier.subscriptions.bill_period import House, thought
from palier.subscriptions.due import CUSTOMER_TEXTS, SUBSCRIPTION_TEXTS, Due, Key, like_fields
from palier.subscriptions.models import Subscription
from palier.subscriptions.write_bills import Alike

Row = TypeVar("Row", bound=models.Model)

#: So many are kept: a few kilobytes each.
KEPT = 4096
_MARKS = tuple(mark(name) for name in SUBSCRIPTION_TEXTS + CUSTOMER_TEXTS)


class Thoughts:
    """What was thought in one run, at one moment and with one catalogue."""

    def __init__(self, house: House, at: datetime, on: date) -> None:
        self.house, self.at, self.on = house, at, on
        self._alike = lru_cache(maxsize=KEPT)(self._think)

    def bill(self, due: Due, start_on: date) -> Alike:
        """The bill of the period that starts then. Raises `NoPrice`, or `LookupError` for what the catalogue does not
        know."""
        owner = (due.customer_id, due.subscription_id) if due.is_apart else None
        return self._alike(due.anchor_on, start_on, due.like, owner)

    def _think(self, anchor_on: date, start_on: date, like: tuple[Any, ...], owner: Key | None) -> Alike:
        subscription = _subscription(like, owner or (new_id(), new_id()))
        configuration = subscription.upcoming
        span = next_span(anchor_on, configuration.cycle, start_on)
        owed = bill(configuration, subscription.upcoming_lines_from(start_on), span, self.on)
        return thought(subscription, owed, house=self.house, at=self.at, on=self.on, marks=_MARKS)


def fillings(due: Due) -> list[str]:
    """What is written in the blanks of its bill."""
    return [filling for text in due.texts for filling in fillings_of(text)]


def _subscription(like: tuple[Any, ...], owner: Key) -> Subscription:
    """A subscription with these columns, and marks for what is its own. What was not read cannot be thought with: it
    would have to be read, and is not found."""
    customer_id, subscription_id = owner
    columns = like_fields(Subscription)
    subscription = _with(
        Subscription, {"id": subscription_id, "customer_id": customer_id}, SUBSCRIPTION_TEXTS, like
    )
    subscription.customer = _with(Customer, {"id": customer_id}, CUSTOMER_TEXTS, like[len(columns) :])
    return subscription


def _with(model: type[Row], keys: dict[str, UUID], texts: tuple[str, ...], like: tuple[Any, ...]) -> Row:
    values: dict[str, Any] = {**keys, **{name: mark(name) for name in texts}}
    for column, value in zip(like_fields(model), like, strict=False):
        is_json = isinstance(column, models.JSONField) and value is not None
        values[column.attname] = json.loads(value) if is_json else value
    read = [column.attname for column in model._meta.concrete_fields if column.attname in values]
    return model.from_db(DEFAULT_DB_ALIAS, read, [values[name] for name in read])
