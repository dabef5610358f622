"""Samples of the founding page and of its two forms."""

from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.forms import CancellationForm, PasswordForm
from palier.entrypoints.client_area.pages.cancellation import CancellationPage, OpenRequest
from palier.entrypoints.client_area.pages.password import PasswordPage
from palier.entrypoints.client_area.pages.product import Hint, HistoryLine, ProductPage
from palier.entrypoints.client_area.samples.cast import (
    MONTHLY,
    NOW,
    RENEWAL,
    by_team,
    cad,
    crumbs_to,
    some_invoices,
)
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Gauge


def product() -> ProductPage:
    return ProductPage(
        product_name=said("Hébergement Web", "Web Hosting"),
        plan_name=said("Forfait A", "Plan A"),
        label="ateliers-boreale.ca",
        icon="server",
        status="active",
        price=cad(900),
        cycle=MONTHLY,
        now=NOW,
        renews_on=RENEWAL,
        renewal_total=cad(1035),
        payment_method="Visa •••• 4242",
        gauges=(
            Gauge(said("Espace disque", "Disk space"), "storage", 7578, 10240),
            Gauge(said("Comptes courriel", "Mailboxes"), "count", 4, 5),
            Gauge(said("Bande passante", "Bandwidth"), "storage", 38912, 102400),
            Gauge(said("Bases de données", "Databases"), "count", 1, 2),
        ),
        measured_at=datetime(2026, 11, 23, 19, 12, tzinfo=UTC),
        history=(
            HistoryLine(
                date(2026, 11, 14),
                said("Renouvelé pour un mois", "Renewed for a month"),
                "../invoice/",
                said("facture 2026-1187", "invoice 2026-1187"),
            ),
            HistoryLine(
                date(2026, 10, 2),
                said("Mot de passe modifié par Alice Tremblay", "Password changed by Alice Tremblay"),
            ),
            HistoryLine(
                date(2026, 6, 14),
                said("Service ouvert et vérifié sur le serveur", "Service opened and checked on the server"),
            ),
        ),
        hint=Hint(
            said("Comptes courriel", "Mailboxes"), 80, said("Forfait B", "Plan B"), cad(725), "../check/"
        ),
        upgrade_url="../choose/",
        cancel_url="../cancellation/",
        password_url="../password/",  # noqa: S106
        panel_url="#",
        panel_name="cPanel",
        invoices_url="../invoices/",
        url="../product/",
        crumbs=crumbs_to(_("My products & services"), _("Product details")),
    )


def product_waiting() -> ProductPage:
    gauges = (
        Gauge(said("Espace disque", "Disk space"), "storage", 12697, 10240),
        Gauge(said("Comptes courriel", "Mailboxes"), "count", None, 100),
        Gauge(said("Bande passante", "Bandwidth"), "storage", 300, None),
        Gauge(said("Bases de données", "Databases"), "count", 2, 2),
    )
    return replace(
        product(),
        plan_name=said("Forfait D", "Plan D"),
        label="boutique-boreale.ca",
        status="changing",
        change=by_team(),
        hint=None,
        gauges=gauges,
    )


def product_ending() -> ProductPage:
    unpaid = some_invoices()[1]
    return replace(
        product(), status="ending", ends_on=RENEWAL, hint=None, upgrade_url="", cancel_url="", unpaid=unpaid
    )


def password() -> PasswordPage:
    return PasswordPage(
        said("Forfait A", "Plan A"),
        "ateliers-boreale.ca",
        "boreale",
        "#",
        "../product/",
        PasswordForm(),
        "cPanel",
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Change password")),
    )


def password_wrong() -> PasswordPage:
    return replace(password(), form=PasswordForm({"password": "court", "again": "autre"}))


def password_made() -> PasswordPage:
    return replace(password(), generated="erable-7-riviere-Quai-41-lune")


def cancellation() -> CancellationPage:
    return CancellationPage(
        said("Forfait A", "Plan A"),
        "ateliers-boreale.ca",
        "#",
        "../product/",
        RENEWAL,
        CancellationForm(),
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Request cancellation")),
    )


def cancellation_open() -> CancellationPage:
    return replace(cancellation(), form=None, request=OpenRequest(RENEWAL, True, NOW, "Alice Tremblay", "#"))


SAMPLES = {
    "product": Sample("client_area/product.html", product),
    "product-waiting": Sample("client_area/product.html", product_waiting),
    "product-ending": Sample("client_area/product.html", product_ending),
    "password": Sample("client_area/password.html", password),
    "password-wrong": Sample("client_area/password.html", password_wrong),
    "password-made": Sample("client_area/password.html", password_made),
    "cancellation": Sample("client_area/cancellation.html", cancellation),
    "cancellation-open": Sample("client_area/cancellation.html", cancellation_open),
}
