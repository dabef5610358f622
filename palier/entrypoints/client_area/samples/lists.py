"""Samples of the dashboard and the lists."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from palier.entrypoints.client_area.pages.dashboard import DashboardPage
from palier.entrypoints.client_area.pages.invoices import InvoicesPage
from palier.entrypoints.client_area.pages.messages import MessagePage, MessagesPage
from palier.entrypoints.client_area.pages.services import ServicesPage
from palier.entrypoints.client_area.samples.cast import (
    NOW,
    TODAY,
    by_team,
    cad,
    crumbs_to,
    some_invoices,
    some_messages,
    some_services,
)
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb, Paging


def dashboard() -> DashboardPage:
    return DashboardPage(
        "Ateliers Boréale",
        NOW,
        some_services(),
        (by_team(),),
        some_invoices()[1:2],
        some_messages(),
        owed=cad(4829),
        credit_balance=cad(340),
        services_url="../services/",
        invoices_url="../invoices/",
        messages_url="../messages/",
    )


def dashboard_empty() -> DashboardPage:
    return DashboardPage("Ateliers Boréale", NOW)


def services() -> ServicesPage:
    return ServicesPage(some_services(), crumbs_to(_("My products & services")), Paging(1, 3, next_url="#"))


def invoices() -> InvoicesPage:
    return InvoicesPage(
        TODAY,
        some_invoices(),
        cad(4829),
        cad(340),
        billing_url="../billing/",
        methods_url="../methods/",
        paging=Paging(1, 4, next_url="#"),
        crumbs=crumbs_to(_("Invoices")),
    )


def messages() -> MessagesPage:
    return MessagesPage(NOW, some_messages(), crumbs=crumbs_to(_("Messages")))


def message() -> MessagePage:
    return MessagePage(
        said("Notre équipe prépare votre Serveur privé 2", "Our team is preparing your Private Server 2"),
        said(
            "Bonjour Alice,\n\nVotre passage du Forfait D au Serveur privé 2 demande l’intervention de notre équipe : "
            "vos sites sont déplacés vers un autre serveur.\n\nIl sera prêt d’ici mardi 24 nov., 17 h. Un message vous "
            "dira quand il sera pleinement opérationnel.\n\n"
            "Suivre le changement : https://boreale.example/\n\n-- \nHébergement Boréal",
            "Hello Alice,\n\nYour change from Plan D to Private Server 2 needs our team: your sites move to another "
            "server.\n\nIt will be ready by Tuesday, Nov 24, 5 pm. A message will tell you when it is fully "
            "operational.\n\nFollow the change: https://boreale.example/\n\n-- \nHébergement Boréal",
        ),
        datetime(2026, 11, 23, 15, 2, tzinfo=UTC),
        "alice@ateliers-boreale.example",
        "fr",
        "../follow-person/",
        _("Follow the change"),
        crumbs=(
            *crumbs_to(_("Messages"))[:-1],
            Crumb(_("Messages"), "../messages/"),
            Crumb(said("Notre équipe prépare…", "Our team is preparing…")),
        ),
    )


SAMPLES = {
    "dashboard": Sample("client_area/dashboard.html", dashboard),
    "dashboard-empty": Sample("client_area/dashboard.html", dashboard_empty),
    "services": Sample("client_area/services.html", services),
    "invoices": Sample("client_area/invoices.html", invoices),
    "messages": Sample("client_area/messages.html", messages),
    "message": Sample("client_area/message.html", message),
}
