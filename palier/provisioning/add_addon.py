"""Add an add-on to a service: a subscription of its own, beside the one that it is for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.core.pricing import Configuration
from palier.events.record import Actor
from palier.provisioning.open_service import open_service
from palier.provisioning.queries import service_of
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import Subscription
from palier.subscriptions.queries import addons_of, ends_on_of, locked
from palier.subscriptions.start import start


class NotAddable(Exception):
    """The service is over or about to be, or this is not sold for its plan in that cycle. Nothing was written."""


class AddedAlready(Exception):
    """The service has it: one of each is enough, and a second click buys nothing. `addon` is the one there is."""

    def __init__(self, addon: Subscription) -> None:
        super().__init__(str(addon.id))
        self.addon = addon


@transaction.atomic
def add_addon(
    customer_id: UUID,
    subscription_id: UUID,
    configuration: Configuration,
    *,
    house: House,
    by: Actor,
    at: datetime,
) -> Subscription:
    """The add-on, its first period billed from today. Raises `NotAddable` or `AddedAlready`."""
    parent = locked(customer_id, subscription_id)
    catalog = house.catalog
    goes_on = parent.state == "active" and ends_on_of(parent) is None
    if not goes_on or not catalog.sells(configuration, parent.currency):
        raise NotAddable(configuration.plan)
    product = catalog.product_of(configuration.plan)
    if product not in catalog.addons_of(parent.plan_id):
        raise NotAddable(configuration.plan)
    for addon in addons_of(customer_id, subscription_id):
        if catalog.product_of(addon.plan_id) == product:
            raise AddedAlready(addon)
    addon = start(
        parent.customer, configuration, label=parent.label, house=house, at=at, by=by, addon_of=parent
    )
    account = service_of(customer_id, subscription_id).account
    open_service(addon, account=account, catalog=catalog)
    return addon
