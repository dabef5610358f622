"""A work item in each of its states, and the page before a change is undone."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from palier.core.money import Money
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.pages.undo import ReturnChoice, UndoPage
from palier.entrypoints.staff_desk.pages.work_item import (
    AskedFor,
    Colleague,
    Happened,
    Note,
    OnPanel,
    Told,
    WorkItemPage,
)
from palier.entrypoints.staff_desk.samples.world import NOW, at


def work_item() -> WorkItemPage:
    return WorkItemPage(
        what=said("Passer du Forfait D au Serveur privé 2", "Move from Plan D to Private Server 2"),
        reason=said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
        customer_name="Ateliers Boréale",
        customer_url="../customer/",
        label="boutique-boreale.ca",
        server="srv-mtl-02",
        account="boutique",
        opened_at=at(23, 15),
        now=NOW,
        from_name=said("Forfait D", "Plan D"),
        to_name=said("Serveur privé 2", "Private Server 2"),
        paid=Money(3381, "CAD"),
        invoice_number="2026-1207",
        invoice_url="../customer/#2026-1207",
        told=(
            Told(
                at(23, 15),
                said(
                    "Notre équipe prépare votre passage au Serveur privé 2",
                    "Our team is preparing your move to Private Server 2",
                ),
                ("Alice Tremblay", "Bob Gagnon"),
            ),
        ),
        promised_by=at(24, 22),
        taken_by="Dana",
        taken_at=at(23, 16),
        is_mine=True,
        instructions=(
            said("Créer le serveur privé", "Create the private server"),
            said("Copier les sites et les bases", "Copy the sites and databases"),
            said("Changer le DNS et vérifier", "Change the DNS and check"),
        ),
        must_tick=True,
        notes=(
            Note(
                "Dana",
                at(23, 16, 20),
                said(
                    "Copie lancée, 38 Go. Je change le DNS demain à 9 h.",
                    "Copy started, 38 GB. I change the DNS tomorrow at 9.",
                ),
            ),
        ),
        history=(
            Happened(at(23, 15), "Alice Tremblay", said("Changement demandé", "Change requested")),
            Happened(at(23, 15, 1), "Palier", said("Dans la file de travail", "In the work queue")),
            Happened(at(23, 16), "Dana", said("Pris en charge", "Taken")),
        ),
        colleagues=(Colleague(UUID(int=1), "Éloi"), Colleague(UUID(int=2), "Fatou")),
        note_url="#",
        finish_url="#",
        undo_url="../undo/",
        let_go_url="#",
        give_url="#",
        crumbs=(Crumb(_("Work queue"), "../queue/"), Crumb("boutique-boreale.ca")),
    )


def work_item_open() -> WorkItemPage:
    return replace(
        work_item(),
        taken_by="",
        taken_at=None,
        is_mine=False,
        take_url="#",
        finish_url="",
        undo_url="",
        let_go_url="",
        give_url="",
        colleagues=(),
        is_overdue=True,
        promised_by=at(23, 18),
    )


def work_item_taken() -> WorkItemPage:
    dana = (Colleague(UUID(int=3), "Dana"),)
    return replace(
        work_item_open(),
        taken_by="Éloi",
        taken_at=at(23, 16),
        take_url="",
        take_over_url="#",
        colleagues=dana,
    )


def work_item_panel() -> WorkItemPage:
    return replace(
        work_item(),
        what=said("Passer du Forfait B au Forfait C", "Move from Plan B to Plan C"),
        from_name=said("Forfait B", "Plan B"),
        to_name=said("Forfait C", "Plan C"),
        reason=said(
            "Le panneau n’a fait qu’une partie du changement.", "The panel made only a part of the change."
        ),
        told=(
            Told(
                at(23, 19, 10),
                said(
                    "Notre équipe prépare votre passage au Forfait C",
                    "Our team is preparing your move to Plan C",
                ),
                ("Alice Tremblay",),
            ),
        ),
        instructions=(
            said(
                "Regarder le compte dans le panneau : il a peut-être été changé en partie.",
                "Look at the account in the panel: it may have been changed in part.",
            ),
            said(
                "srv-mtl-02, compte boutique : Forfait C (forfait_c), avec les limites ci-dessous.",
                "srv-mtl-02, account boutique: Plan C (forfait_c), with the limits below.",
            ),
        ),
        must_tick=False,
        panel=OnPanel(
            at(23, 19, 10),
            (
                AskedFor(
                    said("Espace disque", "Disk space"),
                    said("25 Go", "25 GB"),
                    said("50 Go", "50 GB"),
                    said("25 Go", "25 GB"),
                    is_wrong=True,
                ),
                AskedFor(said("Comptes courriel", "Mailboxes"), "25", "50", "25", is_wrong=True),
                AskedFor(said("Forfait du panneau", "Panel plan"), "forfait_b", "forfait_c", "forfait_c"),
            ),
            is_awaited=True,
            read_url="#",
        ),
        history=(
            Happened(
                at(23, 19),
                "Palier",
                said("Le changement est demandé au panneau", "The panel is asked to make the change"),
            ),
            Happened(
                at(23, 19, 1),
                "Palier",
                said(
                    "Le panneau était occupé, ou injoignable.", "The panel was busy, or could not be reached."
                ),
                "Another process holds the lock on this account. Try again later.",
            ),
            Happened(
                at(23, 19, 10),
                "Palier",
                said(
                    "Le panneau n’a fait qu’une partie du changement.",
                    "The panel made only a part of the change.",
                ),
            ),
        ),
        retry_url="#",
    )


def work_item_closed() -> WorkItemPage:
    return replace(
        work_item(),
        promised_by=at(24, 22),
        closed_by="Dana",
        closed_at=at(24, 15),
        outcome=said("Pleinement opérationnel", "Fully operational"),
        instructions=(),
        finish_url="",
        undo_url="",
        let_go_url="",
        give_url="",
        is_mine=False,
    )


def undo() -> UndoPage:
    return UndoPage(
        what=said("Passer du Forfait B au Forfait C", "Move from Plan B to Plan C"),
        customer_name="Fromagerie du Lac",
        label="fromageriedulac.ca",
        stays_on=said("Forfait B", "Plan B"),
        undo_url="#",
        item_url="../work-item/",
        own=Money(725, "CAD"),
        total=Money(725, "CAD"),
        to_card=Money(525, "CAD"),
        invoice_number="2026-1204",
        choices=(
            ReturnChoice(
                "credit_balance",
                said("Au solde créditeur", "To the credit balance"),
                said(
                    "7,25 $, utilisés d’eux-mêmes sur les prochaines factures.",
                    "$7.25, used by itself on the next invoices.",
                ),
                True,
            ),
            ReturnChoice(
                "card",
                said("D’où il vient", "Back to where it came from"),
                said(
                    "5,25 $ vers Visa •••• 4242 ; 2,00 $ au solde créditeur.",
                    "$5.25 to Visa •••• 4242; $2.00 to the credit balance.",
                ),
            ),
        ),
        must_put_back=True,
        on_panel=said(
            "Le panneau a dit en dernier que fromage est sur forfait_c : remettez-le d’abord sur forfait_b.",
            "The panel last said that fromage is on forfait_c: put it back on forfait_b first.",
        ),
        crumbs=(
            Crumb(_("Work queue"), "../queue/"),
            Crumb("fromageriedulac.ca", "../work-item/"),
            Crumb(_("Undo this change")),
        ),
    )


SAMPLES = {
    "work-item": Sample("staff_desk/work_item.html", work_item),
    "work-item-open": Sample("staff_desk/work_item.html", work_item_open),
    "work-item-taken": Sample("staff_desk/work_item.html", work_item_taken),
    "work-item-panel": Sample("staff_desk/work_item.html", work_item_panel),
    "work-item-closed": Sample("staff_desk/work_item.html", work_item_closed),
    "undo": Sample("staff_desk/undo.html", undo),
}
