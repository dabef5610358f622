"""Keep a method that a gateway has saved for the customer."""

from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from palier.billing.models import PaymentMethod
from palier.drivers.gateway import SavedMethod
from palier.people.seal import sealed

log = structlog.get_logger()


def kept(method: SavedMethod, gateway: str, customer_id: UUID) -> PaymentMethod | None:
    """The saved method, or None: one that cannot be kept must not keep the money out of the books."""
    try:
        with transaction.atomic():
            return _written(method, gateway, customer_id)
    except DatabaseError:
        log.exception("payment_method_not_kept", customer_id=str(customer_id), gateway=gateway)
        return None


def _written(method: SavedMethod, gateway: str, customer_id: UUID) -> PaymentMethod:
    """The saved method with this label, or a new one: the customer's default if it is their first of any gateway."""
    methods = PaymentMethod.objects.filter(customer_id=customer_id, removed_at=None)
    same = methods.filter(gateway=gateway, label=method.label, expires_on=method.expires_on).first()
    if same is not None:
        same.token = sealed(method.token)
        same.save(update_fields=["token"])
        return same
    return PaymentMethod.objects.create(
        customer_id=customer_id,
        gateway=gateway,
        label=method.label,
        expires_on=method.expires_on,
        token=sealed(method.token),
        is_default=not methods.filter(is_default=True).exists(),
    )
