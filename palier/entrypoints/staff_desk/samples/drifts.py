"""What differs with the servers, and nothing."""

from datetime import UTC, datetime

from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.staff_desk.pages.drifts import DriftRow, DriftsPage, EndHerePage, Side
from palier.words.drifts import KINDS, NOT_OURS, OURS, OURS_MEANS, SERVER, SERVER_MEANS

FOUND_AT = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)
SEEN_AT = datetime(2026, 11, 23, 14, 40, tzinfo=UTC)


def server(code: str) -> Side:
    return Side(str(SERVER[code]), str(SERVER_MEANS[code]), "#")


def ours(code: str) -> Side:
    return Side(str(OURS[code]), str(OURS_MEANS[code]), "#", asks=code == "missing")


def row(code: str, customer: str, label: str, account: str, *lines: str, **more: object) -> DriftRow:
    sides = {"server_side": server(code), "our_side": ours(code) if code in OURS else None}
    web1 = said("Serveur Web 1", "Web server 1")
    return DriftRow(
        str(KINDS[code]), customer, "../customer/", label, web1, account, FOUND_AT, SEEN_AT, lines,
        **{**sides, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def drifts() -> DriftsPage:
    plan = said(
        "Forfait du panneau : attendu forfait_a, trouvé forfait_b",
        "Panel plan: wanted forfait_a, found forfait_b",
    )
    disk = said("Espace disque : attendu 10 Go, trouvé 25 Go", "Disk space: wanted 10 GB, found 25 GB")
    mail = said("Comptes courriel : attendu 25, trouvé 40", "Mailboxes: wanted 25, found 40")
    unpaid = Side(str(OURS["working"]), "", refused=str(NOT_OURS["unpaid"]))
    return DriftsPage(
        rows=(
            row("missing", "Verger du Nord", "verger-du-nord.example", "verger"),
            row("plan", "Ateliers Boréale inc.", "ateliers-boreale.example", "boreale", plan, disk),
            row("limits", "Librairie Vagabonde", "librairie-vagabonde.example", "vagabonde", mail),
            row("stopped", "Café Tournesol", "cafe-tournesol.example", "tournesol", is_asked=True),
            row("working", "Studio Lumen", "studio-lumen.example", "lumen", our_side=unpaid),
        ),
        compared=1204,
        waiting=3,
        compare_url="#",
    )


def none() -> DriftsPage:
    return DriftsPage(compared=1204, compare_url="#", is_comparing=True)


def end_here() -> EndHerePage:
    return EndHerePage(
        label="verger-du-nord.example",
        customer_name="Verger du Nord",
        sentences=(
            said(
                "Le compte n’est plus sur son serveur. L’abonnement se termine aujourd’hui et ne se renouvelle plus.",
                "Its account is gone from its server. The subscription ends today, and renews no more.",
            ),
            said(
                "Le client reçoit 5,40 $, comme le dit son profil légal.",
                "The client gets $5.40 back, as their law profile says.",
            ),
            said(
                "Le client l’apprend tout de suite. C’est définitif.",
                "The client is told at once. This cannot be taken back.",
            ),
        ),
        act_url="#",
        back_url="../drifts/",
    )


SAMPLES = {
    "drifts": Sample("staff_desk/drifts.html", drifts),
    "drifts-none": Sample("staff_desk/drifts.html", none),
    "end-here": Sample("staff_desk/end_here.html", end_here),
}
