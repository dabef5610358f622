"""A believable sample of every page of the staff desk: Dana's afternoon, on 23 November 2026."""

from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.core.periods import BillingCycle
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.pages.customer import (
    ChangeRow,
    CustomerPage,
    DocumentRow,
    PersonRow,
    ServiceRow,
)
from palier.entrypoints.staff_desk.pages.queue import QueuePage, QueueRow
from palier.entrypoints.staff_desk.pages.work_item import Difference, Note, WorkItemPage

MONTHLY = BillingCycle("monthly")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


NOW = _at(23, 19, 24)


def queue() -> QueuePage:
    items = (
        QueueRow(
            "../work-item/",
            said("Passer du Forfait B au Forfait C", "Move from Plan B to Plan C"),
            said(
                "Le serveur a répondu oui, mais n’a rien changé.", "The server said yes and changed nothing."
            ),
            "Fromagerie du Lac",
            "fromageriedulac.ca",
            _at(23, 13),
            _at(23, 18),
            True,
            take_url="#",
        ),
        QueueRow(
            "../work-item/",
            said("Passer du Forfait D au Serveur privé 2", "Move from Plan D to Private Server 2"),
            said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
            "Ateliers Boréale",
            "boutique-boreale.ca",
            _at(23, 15),
            _at(24, 22),
            taken_by="Dana",
            is_mine=True,
        ),
        QueueRow(
            "../work-item/",
            said("Passer du Forfait D au Serveur privé 1", "Move from Plan D to Private Server 1"),
            said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
            "Librairie Vagabonde",
            "vagabonde.qc.ca",
            _at(23, 16),
            _at(25, 14),
            taken_by="Éloi",
        ),
    )
    return QueuePage(NOW, items, 3, 1, 1, open_url="#", mine_url="#", done_url="#")


def queue_empty() -> QueuePage:
    return replace(queue(), items=(), open_count=0, overdue_count=0, mine_count=0)


def work_item() -> WorkItemPage:
    return WorkItemPage(
        what=said("Passer du Forfait D au Serveur privé 2", "Move from Plan D to Private Server 2"),
        reason=said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
        customer_name="Ateliers Boréale",
        customer_url="../customer/",
        label="boutique-boreale.ca",
        server="srv-mtl-02",
        account="boutique",
        opened_at=_at(23, 15),
        now=NOW,
        from_name=said("Forfait D", "Plan D"),
        to_name=said("Serveur privé 2", "Private Server 2"),
        paid=Money(3381, "CAD"),
        client_knows=said(
            "Prêt d’ici mardi 24 nov., 17 h. Un message suivra.",
            "Ready by Tuesday, Nov 24, 5 pm. A message will follow.",
        ),
        promised_by=_at(24, 22),
        taken_by="Dana",
        taken_at=_at(23, 16),
        instructions=(
            said("Créer le serveur privé", "Create the private server"),
            said("Copier les sites et les bases", "Copy the sites and databases"),
            said("Changer le DNS et vérifier", "Change the DNS and check"),
        ),
        differences=(
            Difference(said("Espace disque", "Disk space"), said("50 Go", "50 GB"), said("120 Go", "120 GB")),
            Difference(said("Mémoire vive", "Memory"), "–", said("4 Go", "4 GB")),
        ),
        notes=(
            Note(
                "Dana",
                _at(23, 16, 20),
                said(
                    "Copie lancée, 38 Go. Je change le DNS demain à 9 h.",
                    "Copy started, 38 GB. I change the DNS tomorrow at 9.",
                ),
            ),
        ),
        note_url="#",
        finish_url="#",
        retry_url="#",
        undo_url="#",
        give_back_url="#",
        crumbs=(Crumb(_("Work queue"), "../queue/"), Crumb("boutique-boreale.ca")),
    )


def work_item_open() -> WorkItemPage:
    return replace(
        work_item(),
        taken_by="",
        taken_at=None,
        take_url="#",
        finish_url="",
        retry_url="",
        undo_url="",
        give_back_url="",
        is_overdue=True,
        promised_by=_at(23, 18),
    )


def customer() -> CustomerPage:
    return CustomerPage(
        "Ateliers Boréale",
        "48, avenue Cartier\nQuébec (Québec)  G1R 2S2\nCanada",
        said("Français", "French"),
        date(2024, 6, 14),
        people=(
            PersonRow("Alice Tremblay", "alice@ateliers-boreale.example", "owner"),
            PersonRow("Bob Gagnon", "bob@ateliers-boreale.example", "technical"),
        ),
        services=(
            ServiceRow(
                said("Forfait A", "Plan A"),
                "ateliers-boreale.ca",
                "active",
                Money(900, "CAD"),
                MONTHLY,
                date(2026, 12, 14),
            ),
            ServiceRow(
                said("Forfait D", "Plan D"),
                "boutique-boreale.ca",
                "changing",
                Money(3000, "CAD"),
                MONTHLY,
                date(2026, 12, 2),
            ),
        ),
        changes=(
            ChangeRow(
                date(2026, 11, 23),
                "boutique-boreale.ca",
                said("Forfait D", "Plan D"),
                said("Serveur privé 2", "Private Server 2"),
                "needs_person",
                "../work-item/",
            ),
        ),
        documents=(
            DocumentRow("2026-1204", date(2026, 11, 23), Money(725, "CAD"), "paid"),
            DocumentRow("2026-1193", date(2026, 11, 8), Money(4829, "CAD"), "overdue"),
        ),
        owed=Money(4829, "CAD"),
        credit_balance=Money(340, "CAD"),
        crumbs=(Crumb(_("Work queue"), "../queue/"), Crumb("Ateliers Boréale")),
    )


SAMPLES = {
    "queue": Sample("staff_desk/queue.html", queue),
    "queue-empty": Sample("staff_desk/queue.html", queue_empty),
    "work-item": Sample("staff_desk/work_item.html", work_item),
    "work-item-open": Sample("staff_desk/work_item.html", work_item_open),
    "customer": Sample("staff_desk/customer.html", customer),
}
