"""Samples of the demo's pages for the gallery: no world, no machine and no letter is needed."""

from datetime import UTC, datetime, timedelta

from palier.entrypoints.demo.filled.scenarios import buttons
from palier.entrypoints.demo.filled.welcome import steps
from palier.entrypoints.demo.pages.letters import LetterPage, LetterRow, LettersPage
from palier.entrypoints.demo.pages.scenarios import Asked, Beside, Held, Inside, Said, ScenariosPage, UnderWay
from palier.entrypoints.demo.pages.welcome import WelcomePage
from palier.entrypoints.demo.scenarios import BEHIND, CARD, SERVER, TIME
from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Gauge

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
GB = 1024


def _welcome() -> WelcomePage:
    return WelcomePage(steps(), NOW, letters=4, has_containers=True)


def _welcome_back() -> WelcomePage:
    return WelcomePage(steps(), NOW, signed_in_as="Alice Tremblay", home_url="#")


def _not_built() -> WelcomePage:
    return WelcomePage(steps(), NOW, is_built=False)


def _scenarios() -> ScenariosPage:
    return _page(mode="ok", behaves=True, agree=True)


def _scenarios_lie() -> ScenariosPage:
    return _page(mode="lie", behaves=False, agree=False)


def _page(mode: str, *, behaves: bool, agree: bool) -> ScenariosPage:
    plan_a, plan_b = said("Forfait A", "Plan A"), said("Forfait B", "Plan B")
    change = UnderWay(
        said("du Forfait A au Forfait B", "from Plan A to Plan B"),
        said("Entre les mains de notre équipe", "In the hands of our team"),
        "#",
        NOW + timedelta(hours=5),
    )
    site = Beside(
        "ateliers-boreale.example", "boreale", "#",
        Said(plan_a if agree else plan_b, "active" if agree else "changing", _disk(7578, 10),
             NOW - timedelta(minutes=2), None if agree else change),
        Held(plan_a, "forfait_a", False, _disk(7578, 10)), agree,
    )  # fmt: skip
    shop = Beside(
        "boutique-boreale.example", "boutique", "#",
        Said(plan_b, "active", _disk(12_697, 25), NOW - timedelta(minutes=2)),
        Held(plan_b, "forfait_b", False, _disk(12_697, 25)), True,
    )  # fmt: skip
    asked = Asked(
        NOW - timedelta(seconds=40),
        said("boreale : passer au Forfait B", "boreale: change to Plan B"),
        said("a dit oui, n’a rien fait", "said yes, did nothing"),
        False,
    )
    return ScenariosPage(
        now=NOW, real_now=NOW, services=(site, shop), inside=(_inside(agree),), asked=() if agree else (asked,),
        server=buttons(SERVER, mode), behind=buttons(BEHIND, ""), card=buttons(CARD, ""), time=buttons(TIME, ""),
        mode=str(next(scenario.done for scenario in SERVER.values() if scenario.mode == mode)),
        behaves=behaves, heading_for=None if agree else NOW + timedelta(days=30),
    )  # fmt: skip


def _inside(agree: bool) -> Inside:
    plan = said("Serveur privé 2", "Private Server 2")
    return Inside(
        "vps.ateliers-boreale.example",
        "vps-boreale",
        "#",
        plan,
        2,
        4 * GB,
        True,
        2 if agree else 1,
        4 * GB,
        agree,
    )


def _disk(used: int, gigabytes: int) -> Gauge:
    return Gauge(said("Espace disque", "Disk space"), "storage", used, gigabytes * GB)


def _mail() -> LettersPage:
    title = said(
        "Votre service est pleinement opérationnel : Forfait B, ateliers-boreale.example",
        "Your service is fully operational: Plan B, ateliers-boreale.example",
    )
    row = LetterRow("#", title, "alice@ateliers-boreale.example", NOW - timedelta(minutes=3))
    return LettersPage(NOW, (row, row), 2)


def _letter() -> LetterPage:
    return LetterPage(
        subject=said("Paiement reçu : 7,25 $", "Payment received: $7.25"),
        to="alice@ateliers-boreale.example",
        sender="Hébergement Boréal <palier@localhost>",
        language="",
        caught_at=NOW,
        text=said("Bonjour Alice,\n\nMerci.\nhttps://example.com", "Hello Alice,\n\nThank you."),
        html_url="",
        list_url="#",
    )


SAMPLES = {
    "demo-welcome": Sample("demo/welcome.html", _welcome, signed_in=False),
    "demo-welcome-back": Sample("demo/welcome.html", _welcome_back),
    "demo-welcome-empty": Sample("demo/welcome.html", _not_built, signed_in=False),
    "demo-scenarios": Sample("demo/scenarios.html", _scenarios, signed_in=False),
    "demo-scenarios-lie": Sample("demo/scenarios.html", _scenarios_lie),
    "demo-mail": Sample("demo/mail.html", _mail, signed_in=False),
    "demo-mail-empty": Sample("demo/mail.html", lambda: LettersPage(NOW), signed_in=False),
    "demo-letter": Sample("demo/letter.html", _letter, signed_in=False),
}
