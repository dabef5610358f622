"""What a gateway calls a customer of ours: asked once, and kept."""

from uuid import UUID

from palier.billing.gateways import gateway_named
from palier.billing.models import GatewayAccount
from palier.drivers.gateway import Holder
from palier.people.models import Customer


def account_at(gateway: str, customer_id: UUID) -> str:
    """Opened there if there is none yet; two who ask at once get the same. Call it outside a transaction.

    Raises `NoGateway`, `Busy`, `Refused` or `Unknown`.
    """
    accounts = GatewayAccount.objects.filter(customer_id=customer_id, gateway=gateway)
    known = accounts.values_list("reference", flat=True).first()
    if known is not None:
        return str(known)
    customer = Customer.objects.get(id=customer_id)
    reference = gateway_named(gateway).open_account(
        Holder(str(customer.id), customer.name, customer.language)
    )
    account, _ = GatewayAccount.objects.get_or_create(
        customer_id=customer_id, gateway=gateway, defaults={"reference": reference}
    )
    return str(account.reference)
