"""Note the account that a subscription pays for, on the server its product is put on."""

from palier.catalog.snapshot import Catalog
from palier.provisioning.models import Server, Service
from palier.subscriptions.models import Subscription


def open_service(subscription: Subscription, *, account: str, catalog: Catalog) -> Service:
    """The service, on its product's server. What the panel says of it is read by `inspect`."""
    product = catalog.product_of(subscription.plan_id)
    return Service.objects.create(
        customer_id=subscription.customer_id,
        subscription=subscription,
        server=Server.objects.get(code=product.server_code),
        account=account,
    )
