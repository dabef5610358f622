"""Ateliers Boréale: whoever tries the demo is Alice, who owns it.

Each of her services shows one thing: a plan with room whose next level costs the founding document's difference, a
plan too full for the level below it, a path that needs a person, a machine, and a product with one level only.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from palier.entrypoints.demo.world.cast import ALICE, BOB, BOREALE
from palier.entrypoints.demo.world.moments import first_start, founding_start
from palier.entrypoints.demo.world.stage import Stage
from palier.people.models import Customer

#: The founding page is that of this service; the page of scenarios speaks of it and of the shop.
FOUNDING_LABEL, FOUNDING_ACCOUNT = "ateliers-boreale.example", "boreale"
SHOP_LABEL, SHOP_ACCOUNT = "boutique-boreale.example", "boutique"
AGENCY_LABEL, AGENCY_ACCOUNT = "agence-boreale.example", "agence"
MACHINE_LABEL, MACHINE_ACCOUNT = "vps.ateliers-boreale.example", "vps-boreale"


def joins(stage: Stage) -> Iterator[datetime]:
    """Forfait A, renewed on its dates, with room for a while yet."""
    moments = stage.moments
    began_on = first_start(founding_start(moments.today), months=3)
    yield moments.on(began_on, "10:12")
    customer = stage.customer(BOREALE)
    stage.joins(BOB, customer, "technical")
    usage = {"disk": 7578, "bandwidth": 38_912, "mailboxes": 4, "databases": 1, "sites": 1}
    stage.subscribes(customer, "web-a", FOUNDING_LABEL, FOUNDING_ACCOUNT, usage=usage)
    yield moments.on(began_on + timedelta(1), "09:31")
    stage.subscribes(customer, "ssl-dv", FOUNDING_LABEL, "boreale-cert", cycle="yearly")


def opens_a_shop(stage: Stage) -> Iterator[datetime]:
    """Forfait B, outgrown A: 12.4 GB used, of which A holds 10."""
    moments = stage.moments
    began_on = first_start(moments.today - timedelta(13), months=2)
    yield moments.on(began_on, "14:40")
    usage = {"disk": 6450, "bandwidth": 21_504, "mailboxes": 3, "databases": 1, "sites": 1}
    shop = stage.subscribes(_boreale(), "web-a", SHOP_LABEL, SHOP_ACCOUNT, usage=usage)
    yield moments.on(began_on + timedelta(19), "11:05")
    stage.uses(shop, disk=9728)
    stage.changes(shop, "web-b", by=ALICE)
    yield moments.days_ago(1, "03:10")
    stage.uses(shop, disk=12_697, bandwidth=96_256, mailboxes=11, databases=4, sites=2)


def works_for_others(stage: Stage) -> Iterator[datetime]:
    """Forfait D, whose way on is a server of its own, by our team."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(19), months=1), "16:22")
    usage = {"disk": 48_128, "bandwidth": 312_320, "mailboxes": 64, "databases": 21, "sites": 18}
    stage.subscribes(_boreale(), "web-d", AGENCY_LABEL, AGENCY_ACCOUNT, usage=usage)


def rents_a_machine(stage: Stage) -> Iterator[datetime]:
    """A virtual server, which people look after, unless there are containers (containers.py)."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(5), months=1), "13:15")
    stage.subscribes(_boreale(), "vps-1", MACHINE_LABEL, MACHINE_ACCOUNT)


def _boreale() -> Customer:
    return Customer.objects.get(name=BOREALE.name)


STORIES = (joins, opens_a_shop, works_for_others, rents_a_machine)
