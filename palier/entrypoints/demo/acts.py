"""What the buttons of the scenarios do, and the sentence that says it was done."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from palier.billing.collect import NothingOwed, collect
from palier.billing.gateways import gateway_named
from palier.billing.models import Invoice
from palier.billing.settle import settle
from palier.core.postings import RECEIVABLE
from palier.drivers.errors import PanelError
from palier.entrypoints.demo import machines
from palier.entrypoints.demo.scenarios import BEHIND, CARD, SERVER, TIME, Scenario
from palier.entrypoints.demo.world.boreale import FOUNDING_ACCOUNT
from palier.events import clock
from palier.ledger.models import Balance
from palier.provisioning.circuit import open_circuits, queue_probe
from palier.provisioning.inspect import inspect
from palier.provisioning.lease import InUse
from palier.provisioning.models import Circuit, ProvisioningJob, Service
from palier.provisioning.wake import wake

MEGABYTES = 1024
MOST_GIGABYTES = 500


class NotPossible(Exception):
    """The message is a sentence for whoever pressed the button."""


def play(act: str) -> str:
    """Raises `KeyError` for what is no scenario, and the drivers' errors when the machine does not run."""
    if act in SERVER:
        return misbehave(act)
    if act in BEHIND:
        return behind_our_back(act)
    if act in CARD:
        return call_back(act)
    return let_time_pass(act) if TIME[act].how else pay_everything()


def said(scenario: Scenario) -> str:
    """What was done, and what to look at next."""
    return f"{scenario.done} {scenario.look}"


def misbehave(act: str) -> str:
    scenario = SERVER[act]
    machines.panel().set_mode(scenario.mode, **scenario.how)
    if scenario.mode == "ok":
        try_again_now()
    return said(scenario)


def behind_our_back(act: str) -> str:
    """On the server itself: the plan after the one that the account has, or its suspension."""
    panel = machines.panel()
    account, packages = panel.account(FOUNDING_ACCOUNT), sorted(panel.state()["packages"])
    if act == "change-there":
        account["plan"] = packages[(packages.index(account["plan"]) + 1) % len(packages)]
    else:
        account["suspended"] = 1
    panel.seed({}, [account], overwrite=True)
    return said(BEHIND[act])


def try_again_now() -> None:
    """Jobs that wait longer and longer for the server need not wait any more, nor a server that is left alone."""
    for circuit in list(open_circuits()):
        Circuit.objects.filter(server_id=circuit.server_id).update(probe_at=clock.real_now())
        queue_probe(circuit.server_id)
    waiting = ProvisioningJob.objects.filter(state="queued", not_before__isnull=False)
    for job in list(waiting):
        waiting.filter(id=job.id).update(not_before=None)
        wake(job)


def call_back(act: str) -> str:
    scenario = CARD[act]
    machines.card().set_delivery(scenario.mode, calls=1, **scenario.how)
    return said(scenario)


def let_time_pass(act: str) -> str:
    clock.let_pass(timedelta(**TIME[act].how))
    return said(TIME[act])


def pay_everything() -> str:
    """Every invoice with something left to pay, on the card's own page, as its client would."""
    invoices = [
        (invoice.customer_id, invoice.id)
        for customer_id in across_customers_who_owe()
        for invoice in Invoice.objects.filter(customer_id=customer_id)
    ]
    paid = sum(pay(customer_id, invoice_id) for customer_id, invoice_id in invoices)
    return str(TIME["pay-everything"].done) if paid else _("Nobody owes anything.")


def across_customers_who_owe() -> list[UUID]:
    owing = Balance.objects.filter(account=RECEIVABLE, amount__gt=0)
    return list(owing.values_list("customer_id", flat=True).distinct())


def pay(customer_id: UUID, invoice_id: UUID) -> bool:
    """False when nothing is owed on it."""
    gateway, now = "demo_card", clock.now()
    try:
        payment = collect(
            customer_id, invoice_id, gateway=gateway, method_id=None, return_url=settings.BASE_URL, at=now
        )
    except NothingOwed:
        return False
    if payment.state == "needs_action" and payment.reference:
        machines.card().pay(payment.redirect_url)
        settle(gateway_named(gateway).status(payment.reference), gateway=gateway, at=now)
    return True


def fill_disk(account: str, gigabytes: str) -> str:
    """`gigabytes` as people write them: `12,4` or `12.4`. Raises `NotPossible`."""
    try:
        megabytes = round(float(gigabytes.replace(",", ".")) * MEGABYTES)
    except (ValueError, OverflowError):
        raise NotPossible(_("Write a number of gigabytes, such as 12.4.")) from None
    if not 0 <= megabytes <= MOST_GIGABYTES * MEGABYTES:
        raise NotPossible(_("Write a number of gigabytes between 0 and 500."))
    service = across_customers_service(account)
    if service is None:
        raise NotPossible(_("There is no such account."))
    machines.panel().set_usage(account, disk=megabytes)
    try:
        inspect(service, clock.now())
    except (PanelError, InUse):
        return _("The disk is filled; Palier will read it when the server answers.")
    return _("The disk is filled, and Palier has read it.")


def across_customers_service(account: str) -> Service | None:
    services = Service.objects.select_related("server", "subscription")
    return services.filter(account=account, server__driver="cpanel").first()
