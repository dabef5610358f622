from datetime import date
from pathlib import Path

import pytest

from palier.catalog import snapshot
from palier.catalog.file.problems import InvalidCatalogue
from palier.catalog.models import Plan, Version
from palier.events.record import SYSTEM
from palier.people.models import Provider
from palier.people.queries import provider
from palier.people.seal import sealed
from palier.provisioning.apply_catalogue import apply_catalogue, apply_document, read_catalogue
from palier.provisioning.models import Server
from palier.provisioning.retire_server import retire_server
from tests.catalogs.files import AT, DEMO, MAILHOST, block, demo, demo_text, with_own_taxes

pytestmark = pytest.mark.django_db

CERTIFICATES = block("  certificates:\n", "\nproducts:")


def test_the_provider_is_written_from_the_file() -> None:
    apply_catalogue(DEMO, AT)
    found = provider()
    assert (found.name, found.language, found.currency) == ("Hébergement Boréal", "fr", "CAD")
    assert found.address.splitlines()[0] == "1200, rue des Épinettes, bureau 300"
    assert found.hours.days == frozenset(range(5))
    assert date(2027, 6, 24) in found.hours.holidays


def test_the_same_file_twice_changes_nothing() -> None:
    apply_catalogue(DEMO, AT)
    again = apply_catalogue(DEMO, AT)
    assert again.is_nothing and again.version == 1


def test_another_word_of_the_provider_alone_is_another_version() -> None:
    apply_catalogue(DEMO, AT)
    outcome = apply_document(demo(("418 555-0142", "418 555-0143")), AT)
    assert outcome.kinds["provider"].changed == ("Hébergement Boréal",)
    assert (outcome.version, Version.objects.get().number) == (2, 2)
    assert provider().phone == "418 555-0143"


def test_servers_are_written_without_their_secrets() -> None:
    apply_catalogue(DEMO, AT)
    assert Server.objects.get(code="web1").credentials == {
        "user": "root",
        "token": "${PALIER_DEMO_PANEL_TOKEN}",
    }


def test_a_server_the_file_drops_is_retired_and_comes_back_the_same() -> None:
    apply_catalogue(DEMO, AT)
    row = Server.objects.get(code="certificates").pk
    outcome = apply_document(demo((CERTIFICATES, ""), ("    server: certificates", "    server: vps")), AT)
    assert outcome.kinds["servers"].retired == ("certificates",)
    assert Server.objects.get(code="certificates").retired_at == AT
    assert apply_catalogue(DEMO, AT).kinds["servers"].added == ("certificates",)
    assert Server.objects.get(code="certificates", retired_at=None).pk == row


def test_a_server_that_moves_is_changed() -> None:
    apply_catalogue(DEMO, AT)
    outcome = apply_document(demo(("${PALIER_DEMO_PANEL_URL}", "https://panel.example:2087")), AT)
    assert outcome.kinds["servers"].changed == ("web1",)
    assert Server.objects.get(code="web1").url == "https://panel.example:2087"


def test_a_server_says_what_must_stay_free_and_how_often_it_is_measured() -> None:
    apply_catalogue(DEMO, AT)
    assert Server.objects.get(code="web1").margin == {}
    assert Server.objects.get(code="web1").sampled_every_hours == 6
    asked = "    driver: cpanel\n    margin: {disk: 2.5 %, bandwidth: 1 GB, mailboxes: 1}\n    sampled_every_hours: 2\n"
    apply_document(demo(("    driver: cpanel\n", asked)), AT)
    web = Server.objects.get(code="web1")
    assert web.margin == {"disk": "0.025", "bandwidth": 1024, "mailboxes": 1}
    assert web.sampled_every_hours == 2


def added_by_hand(code: str, driver: str = "cpanel") -> Server:
    """One whose token was given to us to keep."""
    kept = {"token": sealed("t0ken-of-hand")}
    url = "https://web9.example:2087"
    return Server.objects.create(code=code, names={}, driver=driver, url=url, sealed=kept, by_hand=True)


def test_a_server_that_was_added_by_hand_is_left_alone() -> None:
    server = added_by_hand("web9")
    outcome = apply_catalogue(DEMO, AT)
    assert outcome.kinds["servers"].retired == ()
    server.refresh_from_db()
    assert server.retired_at is None and server.sealed


def test_products_of_a_file_live_on_servers_that_were_added_by_hand(tmp_path: Path) -> None:
    added_by_hand("papers", driver="manual")
    path = tmp_path / "catalog.yaml"
    path.write_text(demo_text((CERTIFICATES, ""), ("    server: certificates", "    server: papers")))
    apply_catalogue(path, AT)
    assert snapshot.current().products["ssl"].server_code == "papers"


def test_what_a_driver_by_hand_does_not_do_is_known_of_a_server_added_by_hand(tmp_path: Path) -> None:
    added_by_hand("papers")
    path = tmp_path / "catalog.yaml"
    path.write_text(demo_text(("    server: team", "    server: papers")))
    with pytest.raises(InvalidCatalogue, match="put it on a server whose driver is manual"):
        apply_catalogue(path, AT)


def test_a_server_that_was_retired_since_the_file_was_read_is_refused(tmp_path: Path) -> None:
    papers = added_by_hand("papers", driver="manual")
    path = tmp_path / "catalog.yaml"
    path.write_text(demo_text((CERTIFICATES, ""), ("    server: certificates", "    server: papers")))
    document = read_catalogue(path)
    assert retire_server(papers, arriving=0, by=SYSTEM, at=AT)
    with pytest.raises(InvalidCatalogue, match=r"products\.ssl\.server: “papers” was retired"):
        apply_document(document, AT)


def test_a_server_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text(demo_text((CERTIFICATES, ""), ("    server: certificates", "    server: papers")))
    with pytest.raises(InvalidCatalogue, match="“papers” is not a server"):
        apply_catalogue(path, AT)


def test_the_file_wins_where_it_declares_a_server_that_was_added_by_hand() -> None:
    added_by_hand("web1")
    assert apply_catalogue(DEMO, AT).kinds["servers"].changed == ("web1",)
    server = Server.objects.get(code="web1")
    assert (server.by_hand, server.sealed, server.url) == (False, {}, "${PALIER_DEMO_PANEL_URL}")


@pytest.mark.django_db(transaction=True)
def test_a_refused_file_leaves_provider_and_servers_as_they_were(tmp_path: Path) -> None:
    apply_document(demo(with_own_taxes()), AT)
    changed = tmp_path / "catalog.yaml"
    changed.write_text(
        demo_text(
            with_own_taxes(),
            ("418 555-0142", "418 555-0143"),
            ("${PALIER_DEMO_PANEL_URL}", "https://panel.example:2087"),
            ("rate: 9.975", "rate: 10"),
        ),
        encoding="utf-8",
    )
    with pytest.raises(InvalidCatalogue, match="TVQ in CA-QC has begun"):
        apply_catalogue(changed, AT)
    assert Provider.objects.get().phone == "418 555-0142"
    assert Server.objects.get(code="web1").url == "${PALIER_DEMO_PANEL_URL}"
    assert Version.objects.get().number == 1


def test_another_host_takes_the_place_of_the_demo() -> None:
    apply_catalogue(DEMO, AT)
    apply_catalogue(MAILHOST, AT)
    found = snapshot.current()
    assert provider().name == "Harbor Mail"
    assert [code for code, product in found.products.items() if not product.retired] == ["mail"]
    assert Plan.objects.filter(retired_at=None).count() == 3
    assert found.taxes == ()
    assert found.unit_prices("USD")["option:seat:monthly"] == 300
