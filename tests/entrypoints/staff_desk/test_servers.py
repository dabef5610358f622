"""Servers at the desk: how they are, looking again, adding one, its secrets never shown, a new certificate compared."""

from typing import Any

import pytest
from django.urls import reverse

from palier.drivers.certificates import fingerprint
from palier.events.models import Event
from palier.events.record import Actor
from palier.people.seal import unsealed
from palier.provisioning import circuit
from palier.provisioning.check_server import check_server
from palier.provisioning.models import ProvisioningJob, Server
from palier.provisioning.suspend import suspend
from tests.drivers.tls import self_signed, speaking_tls
from tests.entrypoints.staff_desk.conftest import Desk, text
from tests.machines import PANEL_TOKEN
from tests.parrot import running_parrot
from tests.provisioning.servers import accounts, put_on
from tests.world import World

pytestmark = pytest.mark.django_db

WRITTEN = {"code": "web-9", "name": "Web 9", "set_user": "root"}


def add(desk: Desk, **said: str) -> Any:
    address = f"{reverse('staff_desk:add_server')}?driver=cpanel"
    return desk.browser.post(address, {**WRITTEN, **said}, follow=True)


def post(desk: Desk, view: str, code: str, **said: str) -> Any:
    return desk.browser.post(reverse(f"staff_desk:{view}", args=[code]), said, follow=True)


def test_every_server_is_listed_with_what_is_wrong_first(desk: Desk, world: World) -> None:
    world.subscribe()
    world.panel.set_mode("refuse", reads=True)
    check_server(Server.objects.get(code="web1"), world.now)
    page = text(desk.get("servers"))
    assert page.index("Web server 1") < page.index("Our team")
    for said in ("Refuses us", "The demo panel was told to refuse", "1 service", "Worked on by hand"):
        assert said in page


def test_the_page_of_a_server_says_how_it_is_and_what_lives_there(desk: Desk, world: World) -> None:
    world.subscribe()
    page = text(desk.get("server", "web1"))
    assert "Not looked at yet" in page and "It has not told its plans yet" in page
    page = text(post(desk, "check_server", "web1"))
    for said in (
        "It answers as it should.",
        "Works",
        "11.126.0.21 (demo)",
        "Plan B forfait_b The same",
        "boreale",
    ):
        assert said in page, said
    assert "${PALIER_DEMO_PANEL_TOKEN}" in page and PANEL_TOKEN not in page
    assert "Declared in the catalogue file" in page


def test_jobs_that_wait_and_that_were_given_up_are_counted(desk: Desk, world: World) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("refuse")
    suspend(subscription.customer_id, subscription.id, by=Actor("system"), at=world.now)
    world.drain()
    assert ProvisioningJob.objects.get(verb="suspend").state == "needs_person"
    assert "1 failed" in text(desk.get("servers"))


def test_a_plan_that_vanished_is_told_on_the_first_page_of_the_desk(desk: Desk, world: World) -> None:
    assert "needs a look" not in text(desk.get("queue"))
    world.panel.reset()
    world.panel.seed({name: held for name, held in world.panel_limits.items() if name != "forfait_b"})
    page = text(post(desk, "check_server", "web1"))
    assert "Lacks plans" in page and "Plan B forfait_b Missing" in page
    assert "1 server needs a look Web server 1 – Lacks plans" in text(desk.get("queue"))


def test_a_server_is_added_with_a_secret_that_nobody_reads_again(desk: Desk, world: World) -> None:
    assert "What runs on it?" in text(desk.get("add_server"))
    answer = add(desk, url=world.panel.url, secret_token=PANEL_TOKEN)
    assert "The server is kept." in text(answer) and "It answers as it should." in text(answer)
    server = Server.objects.get(code="web-9")
    assert (server.by_hand, unsealed(server.sealed["token"])) == (True, PANEL_TOKEN)
    assert Event.objects.get(kind="server.added").actor_id == desk.user.id
    for page in (answer, desk.get("server", "web-9"), desk.get("edit_server", "web-9")):
        said = page.content.decode()
        assert PANEL_TOKEN not in said and server.sealed["token"] not in said
    assert "Kept. Leave it empty" in text(desk.get("edit_server", "web-9"))


def test_a_server_that_does_not_answer_is_kept_and_says_what_to_do(desk: Desk, world: World) -> None:
    page = text(add(desk, url="https://127.0.0.1:9", secret_token="t"))
    assert "Does not answer" in page and "Is the machine up" in page
    assert Server.objects.get(code="web-9").health.problem == "silent"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"url": "panel.example"}, "Write an address like https://panel.example:2087"),
        (
            {"url": "https://evil.example/${PALIER_KEYS}"},
            "A variable of the environment cannot be named here",
        ),
        ({"url": "https://p.example", "code": "web1"}, "There is a server called web1 already"),
        ({"url": "https://p.example", "secret_token": ""}, "This field is required"),
    ],
)
def test_what_is_mistyped_is_told_at_its_field_and_secrets_are_not_repeated(
    desk: Desk, said: dict[str, str], told: str
) -> None:
    answer = add(desk, **{"secret_token": "t0ken-typed", **said})
    assert answer.status_code == 422 and told in text(answer)
    assert "t0ken-typed" not in answer.content.decode()
    assert not Server.objects.filter(code="web-9").exists()


def test_settings_are_changed_and_a_secret_stays_unless_it_is_written_again(desk: Desk, world: World) -> None:
    add(desk, url=world.panel.url, secret_token="wrong")
    kept = {"name": "Web neuf", "url": world.panel.url, "set_user": "root"}
    assert "Refuses us" in text(post(desk, "edit_server", "web-9", **kept))
    assert unsealed(Server.objects.get(code="web-9").sealed["token"]) == "wrong"
    page = text(post(desk, "edit_server", "web-9", **kept, secret_token=PANEL_TOKEN))
    assert "The settings are kept." in page and "It answers as it should." in page and "Web neuf" in page


def test_secrets_are_asked_for_again_at_another_address(desk: Desk, world: World) -> None:
    add(desk, url=world.panel.url, secret_token=PANEL_TOKEN)
    moved = {"name": "Web 9", "url": "https://evil.example", "set_user": "root"}
    answer = post(desk, "edit_server", "web-9", **moved)
    assert answer.status_code == 422 and "the secrets must be given again" in text(answer)


def test_what_the_file_declares_is_not_changed_here(desk: Desk, world: World) -> None:
    assert desk.get("edit_server", "web1").status_code == 404
    assert reverse("staff_desk:edit_server", args=["web1"]) not in desk.get("server", "web1").content.decode()
    assert "change it there" in text(post(desk, "pin_certificate", "web1", sha256="AB"))


def test_a_new_certificate_is_pinned_with_both_fingerprints_in_sight(desk: Desk, world: World) -> None:
    old, new = self_signed("panel.invalid"), self_signed("panel.invalid")
    with speaking_tls(*new) as url:
        add(desk, url=url, secret_token="t")
        Server.objects.filter(code="web-9").update(certificate=old[0])
        page = post(desk, "check_server", "web-9").content.decode().replace("<wbr>", "")
        assert fingerprint(old[0]) in page and fingerprint(new[0]) in page
        assert "another certificate meanwhile" in text(
            post(desk, "pin_certificate", "web-9", sha256=fingerprint(old[0]))
        )
        page = text(post(desk, "pin_certificate", "web-9", sha256=fingerprint(new[0])))
        assert "This certificate is believed from now on" in page
    facts = Event.objects.get(kind="server.certificate_pinned").facts
    assert (facts["before"], facts["now"]) == (fingerprint(old[0]), fingerprint(new[0]))


def test_a_machine_that_repeats_its_secrets_shows_them_to_nobody(desk: Desk, world: World) -> None:
    with running_parrot() as url:
        answers = [add(desk, url=url, secret_token="t0ken-repeated"), post(desk, "check_server", "web-9")]
    answers += [desk.get("servers"), desk.get("queue")]
    pages = "".join(answer.content.decode() for answer in answers)
    assert "[hidden]" in pages and "t0ken-repeated" not in pages


def test_one_that_is_left_alone_says_so(desk: Desk, world: World) -> None:
    for _ in range(3):
        circuit.failed(Server.objects.get(code="web1").id, "timed out")
    assert "Paused" in text(desk.get("servers")) and "it is left alone" in text(desk.get("server", "web1"))


def test_one_that_was_added_by_mistake_is_retired_after_a_page_that_says_what_that_does(
    desk: Desk, world: World
) -> None:
    add(desk, url=world.panel.url, secret_token=PANEL_TOKEN)
    address = reverse("staff_desk:retire_server", args=["web-9"])
    assert address in desk.get("server", "web-9").content.decode()
    asked = text(desk.get("retire_server", "web-9"))
    assert "Retire Web 9" in asked and "Its secrets are forgotten at once." in asked
    assert Server.objects.get(code="web-9").retired_at is None
    page = text(post(desk, "retire_server", "web-9"))
    assert "The server is retired." in page and "web-9" not in page
    assert Server.objects.get(code="web-9").sealed == {}
    assert Event.objects.get(kind="server.retired").actor_id == desk.user.id
    assert "The server is retired." not in text(post(desk, "retire_server", "web-9")), "pressed twice"
    assert desk.get("server", "web-9").status_code == 404
    assert "It answers as it should." in text(add(desk, url=world.panel.url, secret_token=PANEL_TOKEN))


def test_where_one_cannot_be_retired_its_page_says_why(desk: Desk, world: World) -> None:
    add(desk, url=world.panel.url, secret_token=PANEL_TOKEN)
    put_on(Server.objects.get(code="web-9"), accounts(world, 2))
    page = desk.get("server", "web-9")
    assert "It cannot be retired. 2 services live on it" in text(page)
    assert reverse("staff_desk:retire_server", args=["web-9"]) not in page.content.decode()
    for answer in (
        desk.browser.get(reverse("staff_desk:retire_server", args=["web-9"]), follow=True),
        post(desk, "retire_server", "web-9"),
    ):
        assert text(answer).count("2 services live on it") == 2, "said as a message too"
    assert Server.objects.get(code="web-9").retired_at is None


def test_the_plans_that_keep_one_are_called_by_their_names(desk: Desk, world: World) -> None:
    Server.objects.filter(code="web1").update(by_hand=True)
    assert "sells plans on it: Plan A, Plan B, Plan C, Plan D." in text(desk.get("server", "web1"))


def test_what_the_file_declares_is_not_retired_here(desk: Desk, world: World) -> None:
    assert desk.get("retire_server", "web1").status_code == 404
    page = desk.get("server", "web1")
    assert reverse("staff_desk:retire_server", args=["web1"]) not in page.content.decode()
    assert "cannot be retired" not in text(page)


def test_no_server_yet_says_what_to_do(desk: Desk, world: World) -> None:
    Server.objects.update(retired_at=world.now)
    assert "There is no server yet. Declare some in the catalogue file" in text(desk.get("servers"))


def test_a_certificate_among_the_settings_is_told_by_its_fingerprint(desk: Desk) -> None:
    certificate, _key = self_signed("palier")
    Server.objects.filter(code="web1").update(credentials={"client_certificate": certificate})
    page = text(desk.browser.get(reverse("staff_desk:server", args=["web1"])))
    assert f"SHA-256 {fingerprint(certificate)}" in page
    assert "BEGIN CERTIFICATE" not in page
