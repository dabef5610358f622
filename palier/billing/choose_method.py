"""Make a saved method the default, or let it go."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from palier.billing.gateways import NoGateway, gateway_named
from palier.billing.models import PaymentMethod
from palier.billing.queries import payment_methods
from palier.drivers.errors import DriverError
from palier.events.record import Actor, record
from palier.ledger.lock import lock_accounts
from palier.people.models import Customer
from palier.people.seal import unsealed

log = structlog.get_logger()


@transaction.atomic
def make_default(customer_id: UUID, method_id: UUID) -> PaymentMethod:
    """Renewals are charged to it from now on. Raises `PaymentMethod.DoesNotExist`, for one that is gone too."""
    _locked(customer_id)
    method = PaymentMethod.objects.get(customer_id=customer_id, id=method_id, removed_at=None)
    others = PaymentMethod.objects.filter(customer_id=customer_id, removed_at=None, is_default=True)
    others.exclude(id=method_id).update(is_default=False)
    method.is_default = True
    method.save(update_fields=["is_default"])
    return method


def remove_method(customer_id: UUID, method_id: UUID, *, by: Actor, at: datetime) -> PaymentMethod:
    """Nothing is charged to it any more; the gateway forgets it too. Call it outside a transaction.

    Raises `PaymentMethod.DoesNotExist`, for one that is gone already too.
    """
    method = _removed(customer_id, method_id, by, at)
    try:
        gateway_named(method.gateway).forget(unsealed(method.token))
    except (DriverError, NoGateway) as error:
        # Nobody here can charge it any more; that it is still known there does no harm.
        log.warning("payment_method_not_forgotten", method_id=str(method_id), error=type(error).__name__)
    return method


@transaction.atomic
def _removed(customer_id: UUID, method_id: UUID, by: Actor, at: datetime) -> PaymentMethod:
    _locked(customer_id)
    method = PaymentMethod.objects.get(customer_id=customer_id, id=method_id, removed_at=None)
    was_default = method.is_default
    method.removed_at, method.is_default = at, False
    method.save(update_fields=["removed_at", "is_default"])
    if was_default and (left := payment_methods(customer_id)):
        left[0].is_default = True
        left[0].save(update_fields=["is_default"])
    record(
        "payment_method.removed",
        subject=("payment_method", method.id),
        customer_id=customer_id,
        at=at,
        actor=by,
        facts={"label": method.label},
    )
    return method


def _locked(customer_id: UUID) -> None:
    """One act on a customer's methods at a time."""
    lock_accounts(customer_id, Customer.objects.values_list("currency", flat=True).get(id=customer_id))
