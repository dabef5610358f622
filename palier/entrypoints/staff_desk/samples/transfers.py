"""Transfers: what is awaited and arrived, a statement before it is taken in, a line to be matched."""

from datetime import date

from palier.core.money import Money
from palier.core.statement import statement
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.staff_desk.filled.transfers import columns_to_choose
from palier.entrypoints.staff_desk.pages.transfers import (
    Account,
    AsideRow,
    AwaitedRow,
    Candidate,
    LineRow,
    MatchPage,
    OpenInvoice,
    PreviewRow,
    StatementPage,
    TransfersPage,
)
from palier.entrypoints.staff_desk.samples.world import NOW

TODAY = date(2026, 11, 23)
FILE = "Date,Description,Montant\n2026-11-23,VIREMENT RF18 0KLM 2PQT 7XYZ,7.25\n"
TEXT = "VIREMENT RF18 0KLM 2PQT 7XYZ ATELIERS BOREALE"


def cad(minor: int) -> Money:
    return Money(minor, "CAD")


def transfers() -> TransfersPage:
    return TransfersPage(
        (Account("transfer", True),),
        (AwaitedRow("Ateliers Boréale", "../customer/", "2026-1204", "RF18 0KLM 2PQT 7XYZ", cad(725), NOW),),
        (
            LineRow(
                TODAY,
                cad(12000),
                said("DÉPÔT 4471 GARAGE TREMBLAY", "DEPOSIT 4471 GARAGE TREMBLAY"),
                "../match/",
            ),
        ),
        TODAY,
        "CAD",
        "#",
        "#",
        (
            AsideRow(
                TODAY, cad(80000), said("LOYER NOVEMBRE", "RENT NOVEMBER"), said("Le loyer", "The rent"), "#"
            ),
        ),
    )


def transfers_none() -> TransfersPage:
    return TransfersPage((), (), (), TODAY, "CAD", "#", "#")


def statement_read() -> StatementPage:
    pays = said("Règle la facture 2026-1204 d’Ateliers Boréale", "Pays invoice 2026-1204 of Ateliers Boréale")
    waits = said("Attend d’être associé à la main", "Waits to be matched by hand")
    return StatementPage(
        "transfer",
        FILE,
        columns_to_choose(statement(FILE, "CAD")),
        (PreviewRow(2, TODAY, cad(725), TEXT, pays), PreviewRow(5, TODAY, cad(12000), "DEPOT 4471", waits)),
        (said("Ligne 4 : « 31/11 » n’est pas une date.", "Line 4: “31/11” is not a date."),),
        3,
        2,
        True,
        "#",
        "../transfers/",
    )


def match() -> MatchPage:
    owed = (OpenInvoice("1", "2026-1204", cad(725)),)
    return MatchPage(
        LineRow(TODAY, cad(12000), "DEPOT 4471 GARAGE TREMBLAY"),
        "",
        "boréale",
        (Candidate("1", "Ateliers Boréale", "../customer/", owed),),
        *("#", "#", "#", "#"),
    )


SAMPLES = {
    "transfers": Sample("staff_desk/transfers.html", transfers),
    "transfers-none": Sample("staff_desk/transfers.html", transfers_none),
    "statement": Sample("staff_desk/statement.html", statement_read),
    "match": Sample("staff_desk/match.html", match),
}
