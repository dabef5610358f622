"""The addresses of this entrance. Another customer's identifier in any of them is not found."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from palier.entrypoints.client_area.views.accept import accept_offer
from palier.entrypoints.client_area.views.addon import addon
from palier.entrypoints.client_area.views.billing import billing
from palier.entrypoints.client_area.views.cancellation import cancellation, withdraw
from palier.entrypoints.client_area.views.check import check
from palier.entrypoints.client_area.views.choose import choose
from palier.entrypoints.client_area.views.customer import choose_customer
from palier.entrypoints.client_area.views.dashboard import dashboard
from palier.entrypoints.client_area.views.documents import (
    invoice,
    invoice_pdf,
    receipt,
    receipt_pdf,
    refund,
    refund_pdf,
)
from palier.entrypoints.client_area.views.follow import cancel_change, follow
from palier.entrypoints.client_area.views.invoices import invoices
from palier.entrypoints.client_area.views.messages import message, messages, read_message
from palier.entrypoints.client_area.views.methods import (
    add_method,
    default_method,
    method_saved,
    methods,
    remove,
)
from palier.entrypoints.client_area.views.panel import panel
from palier.entrypoints.client_area.views.password import password
from palier.entrypoints.client_area.views.paying import pay
from palier.entrypoints.client_area.views.payment_return import payment_return
from palier.entrypoints.client_area.views.product import product
from palier.entrypoints.client_area.views.services import services

app_name = "client_area"

SERVICE = "client/services/<uuid:subscription_id>/"
CHANGE = "client/changes/<uuid:change_id>/"
MESSAGE = "client/messages/<uuid:notice_id>/"

urlpatterns: list[URLPattern] = [
    path("", RedirectView.as_view(pattern_name="client_area:dashboard"), name="home"),
    path("client/", dashboard, name="dashboard"),
    path("client/customer/", choose_customer, name="customer"),
    path("client/services/", services, name="services"),
    path(SERVICE, product, name="product"),
    path(f"{SERVICE}change/", choose, name="choose"),
    path(f"{SERVICE}change/check/", check, name="check"),
    path(f"{SERVICE}change/accept/", accept_offer, name="accept"),
    path(f"{SERVICE}addons/<slug:plan_code>/", addon, name="addon"),
    path(f"{SERVICE}password/", password, name="password"),
    path(f"{SERVICE}panel/", panel, name="panel"),
    path(f"{SERVICE}cancellation/", cancellation, name="cancellation"),
    path(f"{SERVICE}cancellation/withdraw/", withdraw, name="withdraw"),
    path(CHANGE, follow, name="follow"),
    path(f"{CHANGE}cancel/", cancel_change, name="cancel"),
    path("client/billing/", billing, name="billing"),
    path("client/invoices/", invoices, name="invoices"),
    path("client/invoices/<uuid:document_id>/", invoice, name="invoice"),
    path("client/invoices/<uuid:document_id>/pdf/", invoice_pdf, name="invoice_pdf"),
    path("client/invoices/<uuid:invoice_id>/pay/", pay, name="pay"),
    path("client/payments/<uuid:payment_id>/return/", payment_return, name="payment_return"),
    path("client/methods/", methods, name="methods"),
    path("client/methods/add/<slug:gateway>/", add_method, name="add_method"),
    path("client/methods/saved/<uuid:setup_id>/", method_saved, name="method_saved"),
    path("client/methods/<uuid:method_id>/default/", default_method, name="default_method"),
    path("client/methods/<uuid:method_id>/remove/", remove, name="remove_method"),
    path("client/receipts/<uuid:receipt_id>/", receipt, name="receipt"),
    path("client/receipts/<uuid:receipt_id>/pdf/", receipt_pdf, name="receipt_pdf"),
    path("client/refunds/<uuid:refund_id>/", refund, name="refund"),
    path("client/refunds/<uuid:refund_id>/pdf/", refund_pdf, name="refund_pdf"),
    path("client/messages/", messages, name="messages"),
    path(MESSAGE, message, name="message"),
    path(f"{MESSAGE}read/", read_message, name="read_message"),
]
