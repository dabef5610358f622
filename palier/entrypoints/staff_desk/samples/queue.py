"""The queue, full and empty, and what machines gave up."""

from dataclasses import replace

from django.utils.translation import pgettext

from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.staff_desk.pages.jobs import JobRow, JobsPage, TaskRow
from palier.entrypoints.staff_desk.pages.queue import Part, QueuePage, QueueRow, ServerAlert
from palier.entrypoints.staff_desk.samples.world import NOW, at
from palier.words.servers import health_word


def queue() -> QueuePage:
    told = said("Notre équipe prépare votre passage", "Our team is preparing your move")
    items = (
        QueueRow(
            "../work-item-panel/",
            said("Passer du Forfait B au Forfait C", "Move from Plan B to Plan C"),
            said(
                "Le serveur a répondu oui, mais n’a rien changé.", "The server said yes and changed nothing."
            ),
            "Fromagerie du Lac",
            "../customer/",
            "fromageriedulac.ca",
            at(23, 13),
            at(23, 18),
            True,
            told=told,
            told_at=at(23, 13),
            take_url="#",
        ),
        QueueRow(
            "../work-item/",
            said("Passer du Forfait D au Serveur privé 2", "Move from Plan D to Private Server 2"),
            said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
            "Ateliers Boréale",
            "../customer/",
            "boutique-boreale.ca",
            at(23, 15),
            at(24, 22),
            told=told,
            told_at=at(23, 15),
            taken_by="Dana",
            is_mine=True,
        ),
        QueueRow(
            "../work-item-taken/",
            said("Passer du Forfait D au Serveur privé 1", "Move from Plan D to Private Server 1"),
            said("Les sites sont déplacés vers un autre serveur.", "The sites move to another server."),
            "Librairie Vagabonde",
            "../customer/",
            "vagabonde.qc.ca",
            at(23, 16),
            at(25, 14),
            told=told,
            told_at=at(23, 16),
            taken_by="Éloi",
        ),
        QueueRow(
            "../work-item-closed/",
            said("Suspendre un service terminé", "Suspend a service that has ended"),
            said("Le service est terminé.", "The service has ended."),
            "Atelier du Quai",
            "../customer/",
            "atelierduquai.ca",
            at(22, 16),
            take_url="#",
        ),
    )
    parts = (
        Part("all", pgettext("queue", "All"), 4, "#"),
        Part("mine", pgettext("queue", "Mine"), 1, "#"),
        Part("free", pgettext("queue", "Free"), 2, "#"),
    )
    web_2 = ServerAlert(
        said("Serveur Web 2", "Web server 2"), health_word("untrusted"), "../server-untrusted/"
    )
    return QueuePage(NOW, items, parts, 4, 1, servers=(web_2,))


def queue_empty() -> QueuePage:
    full = queue()
    return replace(
        full,
        items=(),
        open_count=0,
        overdue_count=0,
        servers=(),
        parts=tuple(replace(part, count=0) for part in full.parts),
    )


def jobs() -> JobsPage:
    return JobsPage(
        NOW,
        (
            JobRow(
                said("Suspendre le compte", "Suspend the account"),
                said("Le panneau a refusé : compte verrouillé", "The panel refused: account locked"),
                "Atelier du Quai",
                "../customer/",
                "atelierduquai.ca",
                "srv-mtl-01",
                "quai",
                1,
                at(23, 14),
                retry_url="#",
            ),
        ),
        (
            TaskRow(
                812,
                "palier.send_notice",
                "customer_id=01a205f7, notice_id=01a205f8",
                10,
                at(23, 12),
                "#",
            ),
        ),
    )


SAMPLES = {
    "queue": Sample("staff_desk/queue.html", queue),
    "queue-empty": Sample("staff_desk/queue.html", queue_empty),
    "jobs": Sample("staff_desk/jobs.html", jobs),
}
