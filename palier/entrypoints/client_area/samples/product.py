"""Samples of the founding page and of its two forms."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.core.cancellation import Indemnity, PayBackRule
from palier.entrypoints.client_area.forms import CancellationForm, PasswordForm
from palier.entrypoints.client_area.pages.cancellation import (
    AtOnce,
    CancellationPage,
    Law,
    MoneyRow,
    OpenRequest,
)
from palier.entrypoints.client_area.pages.parts import Measured
from palier.entrypoints.client_area.pages.password import PasswordPage
from palier.entrypoints.client_area.pages.product import AddonRow, Hint, HistoryLine, Overdue, ProductPage
from palier.entrypoints.client_area.samples.cast import (
    MEASURED_AT,
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
from palier.words.law import law_sentence


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
        measured=Measured(MEASURED_AT, NOW),
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
        addons=(
            AddonRow(said("Sauvegardes quotidiennes", "Daily backups"), cad(500), MONTHLY, "../product/"),
            AddonRow(
                said("Surveillance du site", "Site monitoring"),
                cad(300),
                MONTHLY,
                "../addon/",
                said(
                    "Nous vous appelons quand votre site ne répond plus.",
                    "We call you when your site is down.",
                ),
                is_offered=True,
            ),
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
        Gauge(said("Bande passante", "Bandwidth"), "storage", 300, None, is_sampled=True),
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


def product_silent() -> ProductPage:
    """Its server has been down for two days: what was measured before is told as old."""
    gauges = tuple(replace(gauge, is_old=True) for gauge in product().gauges)
    measured = Measured(datetime(2026, 11, 21, 17, 3, tzinfo=UTC), NOW, is_silent=True, is_old=True)
    return replace(product(), gauges=gauges, measured=measured, hint=None)


def product_overdue() -> ProductPage:
    late = Overdue(
        suspends_on=date(2026, 11, 30),
        ends_on=date(2026, 12, 30),
        declined=said("Votre banque a refusé la carte.", "Your bank declined the card."),
    )
    return replace(
        product(), status="overdue", renews_on=None, paid_until_on=date(2026, 11, 14), hint=None,
        unpaid=some_invoices()[1], overdue=late,
    )  # fmt: skip


def product_suspended() -> ProductPage:
    late = Overdue(suspended_on=date(2026, 11, 20), ends_on=date(2026, 12, 30))
    return replace(product_overdue(), status="suspended", overdue=late)


def product_suspended_by_us() -> ProductPage:
    return replace(product(), status="suspended", hint=None, write_to="bonjour@hebergement-boreal.example")


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
        at_once=_at_once(),
        crumbs=crumbs_to(_("My products & services"), said("Forfait A", "Plan A"), _("Request cancellation")),
    )


def cancellation_open() -> CancellationPage:
    return replace(cancellation(), form=None, request=OpenRequest(RENEWAL, True, NOW, "Alice Tremblay", "#"))


def _at_once() -> AtOnce:
    rule = PayBackRule("unused_share", Indemnity(Fraction(1, 10), 5000))
    act = said(
        "Loi sur la protection du consommateur (RLRQ, c. P-40.1), art. 214.6 et 214.7",
        "Consumer Protection Act (CQLR, c. P-40.1), s. 214.6 and 214.7",
    )
    return AtOnce(
        cad(652),
        "630-63-652-652",
        (
            MoneyRow(
                _("Paid and not used"), cad(630), said("9,00 $ × 21 jours sur 30", "$9.00 × 21 days of 30")
            ),
            MoneyRow(
                _("Cancellation indemnity, which we keep"),
                cad(-63),
                said("le moindre de 50,00 $ et de 10 % de cette somme", "the lesser of $50.00 and 10% of it"),
            ),
            MoneyRow(said("TPS 5 %", "GST 5%"), cad(28)),
            MoneyRow(said("TVQ 9,975 %", "QST 9.975%"), cad(57)),
        ),
        (
            said(
                "6,52 $ retournent sur Visa •••• 4242 ; votre banque peut mettre quelques jours à l’afficher.",
                "$6.52 go back to Visa •••• 4242; your bank may take a few days to show it.",
            ),
        ),
        law=Law(
            said("Consommateur au Québec", "Consumer in Québec"),
            law_sentence(rule, "CAD", get_language() or "en"),
            ((act, "https://www.legisquebec.gouv.qc.ca/"),),
        ),
    )


def cancellation_now() -> CancellationPage:
    return replace(cancellation(), confirms=True)


def cancellation_now_outdated() -> CancellationPage:
    return replace(cancellation_now(), outdated=True)


def cancellation_now_nothing() -> CancellationPage:
    nothing = AtOnce(cad(0), "0-0-0-0", why=_("What is paid and not used does not come back."))
    return replace(cancellation_now(), at_once=nothing)


def cancellation_now_unpaid() -> CancellationPage:
    nothing = AtOnce(
        cad(0), "0-0-0-0-851", why=_("Nothing that was paid is left to give back."), taken_off=cad(851)
    )
    return replace(cancellation_now(), at_once=nothing)


SAMPLES = {
    "product": Sample("client_area/product.html", product),
    "product-waiting": Sample("client_area/product.html", product_waiting),
    "product-silent": Sample("client_area/product.html", product_silent),
    "product-overdue": Sample("client_area/product.html", product_overdue),
    "product-suspended": Sample("client_area/product.html", product_suspended),
    "product-suspended-by-us": Sample("client_area/product.html", product_suspended_by_us),
    "product-ending": Sample("client_area/product.html", product_ending),
    "password": Sample("client_area/password.html", password),
    "password-wrong": Sample("client_area/password.html", password_wrong),
    "password-made": Sample("client_area/password.html", password_made),
    "cancellation": Sample("client_area/cancellation.html", cancellation),
    "cancellation-now": Sample("client_area/cancellation.html", cancellation_now),
    "cancellation-now-outdated": Sample("client_area/cancellation.html", cancellation_now_outdated),
    "cancellation-now-nothing": Sample("client_area/cancellation.html", cancellation_now_nothing),
    "cancellation-now-unpaid": Sample("client_area/cancellation.html", cancellation_now_unpaid),
    "cancellation-open": Sample("client_area/cancellation.html", cancellation_open),
}
