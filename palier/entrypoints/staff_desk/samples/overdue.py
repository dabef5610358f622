"""Who owes, and nobody."""

from datetime import date

from palier.core.money import Money
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.staff_desk.pages.overdue import OverduePage, OverdueRow

TODAY = date(2026, 11, 23)


def rows() -> tuple[OverdueRow, ...]:
    return (
        OverdueRow(
            "1",
            "Librairie Vagabonde",
            "../customer/",
            "2026-1127",
            "librairie-vagabonde.example",
            Money(2069, "CAD"),
            date(2026, 10, 29),
            25,
            said("Fin de l’abonnement le 13 décembre 2026", "End of the subscription on December 13, 2026"),
            service="suspended",
            delay_url="#",
            retry_url="#",
            today=TODAY,
            can_wait_until_on=date(2027, 2, 21),
        ),
        OverdueRow(
            "2",
            "Ateliers Boréale",
            "../customer/",
            "2026-1193",
            "vps-1187",
            Money(4829, "CAD"),
            date(2026, 11, 15),
            8,
            said("Rappel 2 le 5 décembre 2026", "Reminder 2 on December 5, 2026"),
            held=said("Promis d’ici le 4 décembre 2026", "Promised by December 4, 2026"),
            service="active",
            delay_url="#",
            today=TODAY,
            can_wait_until_on=date(2027, 2, 21),
        ),
    )


def overdue() -> OverduePage:
    return OverduePage(rows())


def nobody() -> OverduePage:
    return OverduePage()


SAMPLES = {
    "overdue": Sample("staff_desk/overdue.html", overdue),
    "overdue-empty": Sample("staff_desk/overdue.html", nobody),
}
