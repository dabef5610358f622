"""The saved payment methods of the customer, and what letting one go means."""

from django.utils.translation import gettext as _

from palier.billing.gateways import gateways_with
from palier.billing.models import MethodSetup, PaymentMethod
from palier.billing.queries import payment_methods
from palier.drivers.gateway import Ability
from palier.entrypoints.client_area.access import Client
from palier.entrypoints.client_area.addresses import to
from palier.entrypoints.client_area.pages.methods import MethodRow, MethodsPage, NewMethod, RemoveMethodPage
from palier.entrypoints.client_area.pages.parts import crumbs
from palier.entrypoints.design.parts import Crumb
from palier.people.permissions import PAY


def methods_page(client: Client, setup: MethodSetup | None = None) -> MethodsPage:
    """`setup` is the one that the client comes back from."""
    may_pay = client.may(PAY)
    gateways = gateways_with(Ability.SET_UP) if may_pay else ()
    return MethodsPage(
        methods=tuple(_row(client, method, may_pay) for method in payment_methods(client.customer_id)),
        new=tuple(NewMethod(to("add_method", name), name if len(gateways) > 1 else "") for name in gateways),
        waiting=setup is not None and setup.state in ("started", "needs_action"),
        crumbs=crumbs(Crumb(_("Payment methods")), section=""),
    )


def _row(client: Client, method: PaymentMethod, may_pay: bool) -> MethodRow:
    return MethodRow(
        label=method.label,
        is_default=method.is_default,
        expires_on=method.expires_on,
        is_expired=method.expires_on is not None and method.expires_on < client.on,
        default_url=to("default_method", method.id) if may_pay and not method.is_default else "",
        remove_url=to("remove_method", method.id) if may_pay else "",
    )


def remove_method_page(client: Client, method: PaymentMethod) -> RemoveMethodPage:
    others = [one for one in payment_methods(client.customer_id) if one.id != method.id]
    return RemoveMethodPage(
        label=method.label,
        is_default=method.is_default,
        next_default=others[0].label if others else "",
        remove_url=to("remove_method", method.id),
        back_url=to("methods"),
        crumbs=crumbs(Crumb(_("Payment methods"), to("methods")), Crumb(_("Remove")), section=""),
    )
