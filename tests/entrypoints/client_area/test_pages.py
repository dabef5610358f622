"""Every page in both languages, in the states that the cast can bring about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from palier.billing.models import CreditNote
from palier.entrypoints.client_area.filled import documents
from palier.events.record import SYSTEM
from palier.plan_changes.by_person import take_change
from palier.plan_changes.undo import undo
from palier.provisioning.apply_catalogue import apply_document
from palier.provisioning.circuit import OPENS_AFTER, failed
from palier.provisioning.inspect import inspect
from tests.catalogs.files import demo
from tests.entrypoints.client_area.conftest import Browser, at
from tests.pages import links, text
from tests.plan_changes.rules import set_policies
from tests.world import World

pytestmark = pytest.mark.django_db

SAID = {
    "fr": {
        "dashboard": "Espace client",
        "services": "Mes produits & services",
        "product": "Gestion du produit",
        "choose": "Quel niveau vous convient",
        "check": "Payer 7,25 $ et passer au Forfait B",
        "follow": "Pleinement opérationnel",
        "invoices": "Factures",
        "billing": "Coordonnées de facturation",
        "invoice": "TVQ 9,975 %",
        "messages": "Messages",
        "password": "Modifier le mot de passe",
        "cancellation": "Demande d’annulation",
    },
    "en": {
        "dashboard": "Client area",
        "services": "My products & services",
        "product": "Manage product",
        "choose": "Which level suits you?",
        "check": "Pay $7.25 and move to Plan B",
        "follow": "Fully operational",
        "invoices": "Invoices",
        "billing": "Billing details",
        "invoice": "TVQ 9,975 %",
        "messages": "Messages",
        "password": "Change password",
        "cancellation": "Request cancellation",
    },
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_speaks_the_language(
    language: str, world: World, browser_of: Callable[..., Browser]
) -> None:
    other = world.subscribe(label="other.example", account="other")
    change = world.change(other, "web-b")
    subscription = world.subscribe()
    browser = browser_of(world.alice, language)
    said = SAID[language]
    pages = {
        view: browser.get(view, *ids)
        for view, ids in {
            "dashboard": [],
            "services": [],
            "product": [subscription.id],
            "choose": [subscription.id],
            "follow": [change.id],
            "invoices": [],
            "billing": [],
            "invoice": [change.invoice_id],
            "messages": [],
            "password": [subscription.id],
            "cancellation": [subscription.id],
        }.items()
    } | {"check": browser.check(subscription.id, "web-b")}
    assert {view: page.status_code for view, page in pages.items()} == dict.fromkeys(said, 200)
    for view, sentence in said.items():
        assert sentence in text(pages[view]).replace("\u00a0", " "), view


class TestProduct:
    def test_a_product_of_one_level_has_no_upgrade_button(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("ssl-dv", "yearly", label="certificate", account="certificate")
        page = alice.get("product", subscription.id)
        assert at("choose", subscription.id) not in links(page)
        assert at("cancellation", subscription.id) in links(page)

    def test_its_gauges_say_when_they_were_measured(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        inspect(world.service(subscription), world.now - timedelta(minutes=12))
        page = text(alice.get("product", subscription.id))
        assert "Measured on the server 12 minutes ago" in page
        assert "Disk space 7.4 of 10 GB" in page

    def test_what_is_only_granted_stands_below_them(self, world: World, alice: Browser) -> None:
        disk = "    name: {fr: Espace disque"
        apply_document(demo((disk, f"    measured: granted\n{disk}")), world.now)
        page = text(alice.get("product", world.subscribe().id))
        assert "Disk space 7.4 of 10 GB" not in page
        assert "10 GB disk space" in page

    def test_a_limit_that_is_near_names_the_level_with_room_and_its_price(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe(usage={"mailboxes": 4})
        page = alice.get("product", subscription.id)
        assert "Mailboxes: 80% used. Plan B has room: $7.25 today." in text(page)
        assert any(link.startswith(at("check", subscription.id) + "?plan=web-b") for link in links(page))

    def test_with_room_it_names_none(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe(usage={"mailboxes": 1, "disk": 100, "bandwidth": 100})
        assert "has room" not in text(alice.get("product", subscription.id))

    def test_another_change_is_offered_beside_one_that_waits_for_the_renewal_only(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe("web-c")
        choose = at("choose", subscription.id)
        world.change(subscription, "web-a")
        assert choose in links(alice.get("product", subscription.id))
        world.accept(subscription, world.offer(subscription, "web-d"))
        assert choose not in links(alice.get("product", subscription.id))

    def test_an_unpaid_invoice_is_said_with_a_way_to_pay(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe(paid=False)
        page = alice.get("product", subscription.id)
        assert "$10.35 to pay on invoice 2026-0001" in text(page)
        assert any(link.endswith("#pay") for link in links(page))

    def test_a_change_at_renewal_shows_in_the_price_to_come(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-b")
        world.change(subscription, "web-a", at_renewal=True)
        page = text(alice.get("product", subscription.id))
        assert "December 14, 2026 $10.35 taxes included · Plan A" in page

    def test_its_story_names_people_plans_and_invoices(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        world.change(subscription, "web-b")
        page = text(alice.get("product", subscription.id))
        assert "Change from Plan A to Plan B: fully operational" in page
        assert "Change requested: from Plan A to Plan B · invoice 2026-0002" in page
        assert "Service started: Plan A" in page

    def test_a_server_that_nobody_measures_says_what_it_grants(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("vps-1", label="vps-1187", account="vps-1187")
        page = text(alice.get("product", subscription.id))
        assert "1 processor" in page and "2 GB memory" in page
        assert "Measured" not in page

    def test_a_technician_sees_no_upgrade_and_a_reader_no_act(
        self, world: World, browser_of: Callable[..., Browser]
    ) -> None:
        subscription = world.subscribe()
        shown = links(browser_of(world.bob).get("product", subscription.id))
        assert at("choose", subscription.id) not in shown
        assert at("panel", subscription.id) in shown and at("password", subscription.id) in shown


class TestChoose:
    def test_a_level_that_does_not_fit_stays_and_says_why(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-b", usage={"disk": 12_698})
        page = alice.get("choose", subscription.id)
        assert "You use 12.4 GB disk space; this level holds 10 GB. Free 2.5 GB to choose it: old" in text(
            page
        )
        assert 'id="level-web-a"' not in page.content.decode()
        assert 'id="level-web-c"' in page.content.decode()

    def test_a_disk_that_cannot_shrink_says_what_there_is_and_whom_to_ask(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe("web-b", usage={"disk": 100})
        type(world.service(subscription)).objects.update(grows_only=["disk"])
        page = text(alice.get("choose", subscription.id))
        assert (
            "Disk space: yours is of 25 GB and cannot be made smaller on its server; this level holds 10 GB"
            in page
        )
        assert "write to us" in page

    def test_a_policy_that_warns_is_told_before_paying(self, world: World, alice: Browser) -> None:
        set_policies(unknown_usage="warn")
        subscription = world.subscribe()
        world.panel.set_usage("boreale", disk=None)
        inspect(world.service(subscription), world.now)
        assert 'id="level-web-b"' in alice.get("choose", subscription.id).content.decode()
        page = alice.check(subscription.id, "web-b")
        assert "Disk space: what you use could not be measured. Make sure that the 25 GB" in text(page)
        assert "<button" in page.content.decode().split('class="finale"')[1].split("</div>")[0]

    def test_a_policy_that_asks_a_person_promises_a_time(self, world: World, alice: Browser) -> None:
        set_policies(unknown_usage="ask_person")
        subscription = world.subscribe()
        world.panel.set_usage("boreale", disk=None)
        inspect(world.service(subscription), world.now)
        assert "Done by our team, ready by Tuesday, Nov 24, 10 am" in text(
            alice.get("choose", subscription.id)
        )
        page = text(alice.check(subscription.id, "web-b"))
        assert "Our team will look whether the 25 GB of this level are enough" in page
        assert "It will be ready by Tuesday, Nov 24, 10 am" in page

    def test_it_says_when_what_must_fit_was_measured_and_measures_it_anew(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        page = alice.get("choose", subscription.id)
        assert "Measured on the server 1 week ago · being measured again" in text(page)
        assert "data-measuring" in page.content.decode()
        world.panel.set_usage("boreale", disk=26_000)
        world.drain()
        page = alice.get("choose", subscription.id)
        assert "Measured on the server just now" in text(page)
        assert "data-measuring" not in page.content.decode()
        assert "You use 25.4 GB disk space; this level holds 25 GB." in text(page)

    def test_a_server_that_is_down_is_told_and_not_waited_for(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        for _ in range(OPENS_AFTER):
            failed(world.service(subscription).server_id, "no route to host")
        page = alice.get("choose", subscription.id)
        assert "1 week ago · the server does not answer at the moment" in text(page)
        assert "data-measuring" not in page.content.decode()
        page = alice.get("product", subscription.id)
        assert "1 week ago · the server does not answer at the moment" in text(page)
        assert "data-live" not in page.content.decode()
        page = alice.check(subscription.id, "web-b")
        assert "1 week ago · the server does not answer at the moment" in text(page)

    def test_a_server_that_is_down_is_told_before_paying_and_while_it_is_waited_for(
        self, world: World, alice: Browser
    ) -> None:
        subscription, other = world.subscribe(), world.subscribe(account="other", label="other.example")
        alice.get("choose", subscription.id)
        world.drain()
        assert "does not answer" not in text(alice.check(subscription.id, "web-b"))
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        assert change.invoice_id is not None
        world.pay(change.customer_id, change.invoice_id)
        assert "It is being applied" in text(alice.get("follow", change.id))
        for _ in range(OPENS_AFTER):
            failed(world.service(subscription).server_id, "no route to host")
        assert "your change is made as soon as it does" in text(alice.get("follow", change.id))
        assert "The change is made as soon as it does." in text(alice.check(other.id, "web-b"))

    def test_a_check_page_has_old_measures_taken_anew_too(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        alice.check(subscription.id, "web-b")
        world.drain()
        assert world.service(subscription).inspected_at == world.now

    def test_the_level_one_has_is_not_a_choice_until_its_terms_change(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        assert 'id="level-web-a"' not in alice.get("choose", subscription.id).content.decode()
        yearly = alice.get("choose", subscription.id, cycle="yearly")
        assert 'id="level-web-a"' in yearly.content.decode()

    def test_another_cycle_shows_its_own_prices(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        page = text(alice.get("choose", subscription.id, cycle="yearly"))
        assert "$180.00 per year" in page and "$199.72 today" in page

    def test_an_option_is_added_to_every_level(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        page = text(alice.get("choose", subscription.id, **{"option.dedicated-ip": "1"}))
        assert "$22.00 per month" in page and "By our team" in page

    @pytest.mark.parametrize("quantity", ["-1", "9999999", "x", "1.5", ""])
    def test_nonsense_in_the_address_is_read_as_what_one_has(
        self, quantity: str, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        asked = {"option.dedicated-ip": quantity, "cycle": "never", "when.web-a": "yesterday"}
        answer = alice.get("choose", subscription.id, **asked)
        assert answer.status_code == 200 and "$7.25" in text(answer)

    def test_another_cycle_says_that_a_new_period_begins(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        assert "You pay only the difference for the 21 days left" in text(
            alice.get("choose", subscription.id)
        )
        yearly = text(alice.get("choose", subscription.id, cycle="yearly"))
        assert "a new period begins today" in yearly and "only the difference" not in yearly

    def test_without_anything_paid_no_amount_is_promised(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe(paid=False)
        page = text(alice.get("choose", subscription.id))
        assert "Invoice 2026-0001 of this service is to be paid first: $10.35." in page
        assert "today" not in page and "0 days left" not in page

    def test_what_stands_before_every_level_is_said_once_with_a_way_out(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        page = alice.get("choose", subscription.id)
        assert text(page).count("A change of this service is already under way.") == 1
        assert at("follow", change.id) in links(page)
        assert 'name="plan"' not in page.content.decode()

    def test_overdue_invoices_of_another_service_warn_and_stop_nothing(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe()
        world.subscribe(label="other.example", account="other", paid=False)
        page = alice.get("choose", subscription.id)
        assert "Invoices of your other services are overdue: $10.35." in text(page)
        assert 'name="plan"' in page.content.decode()


class TestCheck:
    def test_without_a_level_one_is_sent_to_choose(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        assert at("choose", subscription.id) in alice.get("check", subscription.id).headers["Location"]

    def test_a_level_that_does_not_exist_is_not_found(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        assert alice.check(subscription.id, "web-z").status_code == 404

    def test_one_without_a_way_there_says_so(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        page = alice.check(subscription.id, "ssl-dv")
        assert "There is no way from your level to this one." in text(page)
        assert 'class="button go wide tall"' not in page.content.decode()

    def test_what_changes_beside_the_level_is_said(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        asked = {"cycle": "yearly", "option.dedicated-ip": "1"}
        page = text(alice.check(subscription.id, "web-a", **asked))
        assert "ateliers-boreale.example · Per year · Dedicated IP address × 1" in page
        assert "and change Plan A" in page

    def test_nothing_to_pay_lists_no_taxes(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-b")
        page = text(alice.check(subscription.id, "web-a"))
        assert "The change begins at renewal: nothing to pay before" in page and "GST" not in page

    def test_the_way_back_keeps_what_was_chosen(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-b")
        page = alice.check(subscription.id, "web-a", cycle="yearly", **{"when.web-a": "now"})
        back = next(link for link in links(page) if link.startswith(at("choose", subscription.id) + "?"))
        assert "plan=web-a" in back and "cycle=yearly" in back and "when.web-a=now" in back


class TestFollow:
    def test_a_change_that_no_longer_fits_says_by_how_much_and_what_to_do(
        self, world: World, alice: Browser
    ) -> None:
        subscription = world.subscribe("web-b")
        change = world.accept(subscription, world.offer(subscription, "web-a", at_renewal=False))
        world.panel.set_usage("boreale", disk=12_698)
        world.drain()
        page = text(alice.get("follow", change.id))
        assert "Disk space: 12.4 GB used, limit 10 GB: 2.5 GB too much" in page
        assert "Free what is too much and our team will make the change; or ask us to undo it" in page

    def test_nothing_new_is_told_in_no_words(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        first = alice.get("follow", change.id, part="follow")
        headers = {"X-Part": "follow", "If-None-Match": first.headers["ETag"]}
        again = alice.client.get(at("follow", change.id), headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        world.pay(world.boreale.id, change.invoice_id)  # type: ignore[arg-type]
        world.drain()
        moved = alice.client.get(at("follow", change.id), headers=headers)
        assert moved.status_code == 200 and "data-live" not in moved.content.decode()

    def test_a_part_is_a_part(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        assert alice.get("follow", change.id, part="follow").content.startswith(b'<div id="follow" data-live')
        assert "X-Part" in alice.get("follow", change.id).headers["Vary"]

    def test_money_that_is_here_is_not_asked_for_again(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        change = world.accept(subscription, world.offer(subscription, "web-b"))
        assert any(link.endswith("#pay") for link in links(alice.get("follow", change.id)))
        world.pay(world.boreale.id, change.invoice_id)  # type: ignore[arg-type]
        page = alice.get("follow", change.id)
        assert not any(link.endswith("#pay") for link in links(page))

    def test_a_person_who_took_it_is_named(self, world: World, alice: Browser) -> None:

        subscription = world.subscribe("web-d")
        change = world.change(subscription, "vps-2")
        take_change(world.boreale.id, change.id, by=world.dana, at=world.now)
        page = text(alice.get("follow", change.id))
        assert "Our team moves your sites" in page
        assert "Taken by Dana" in page and "ready by Tuesday, Nov 24, 10 am" in page

    def test_what_was_undone_says_what_came_back(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-d")
        change = world.change(subscription, "vps-2")
        undo(world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
        note = CreditNote.objects.get()
        page = alice.get("follow", change.id)
        assert "has been given back to you." in text(page)
        assert at("invoice", note.id) in links(page)


class TestInvoices:
    def test_a_document_prints_in_the_customers_language(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        invoice_id = world.change(subscription, "web-b").invoice_id
        page = alice.get("invoice", invoice_id).content.decode()
        assert '<article class="sheet document" lang="fr">' in page
        assert "Facture 2026-0002" in page and "Paid" in page

    def test_a_credit_note_has_its_own_page(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe("web-d")
        change = world.change(subscription, "vps-2")
        undo(world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
        page = text(alice.get("invoice", CreditNote.objects.get().id))
        assert "NC-2026-0001" in page and "Le changement a été annulé." in page
        paid = text(alice.get("invoice", change.invoice_id))
        assert "Note de crédit NC-2026-0001" in paid and "À votre solde créditeur" in paid

    def test_the_list_holds_both_kinds_and_can_be_of_one_service(self, world: World, alice: Browser) -> None:
        first = world.subscribe("web-d")
        change = world.change(first, "vps-2")
        undo(world.boreale.id, change.id, reason="cannot_be_done", house=world.house, at=world.now, by=SYSTEM)
        second = world.subscribe(label="other.example", account="other", paid=False)
        everything = text(alice.get("invoices"))
        for number in ("2026-0001", "2026-0002", "2026-0003", "NC-2026-0001"):
            assert number in everything
        assert "$10.35 to pay." in everything
        of_first = text(alice.get("invoices", service=str(first.id)))
        assert "NC-2026-0001" in of_first and "2026-0003" not in of_first and "Nothing is owed." in of_first
        assert "2026-0003" in text(alice.get("invoices", service=str(second.id)))

    def test_a_long_list_has_pages(
        self, world: World, alice: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(documents, "MANY", 1)
        subscription = world.subscribe()
        world.pass_time(datetime(2026, 12, 16, tzinfo=UTC))
        first = alice.get("invoices")
        assert f"{at('invoices')}?page=2" in links(first)
        assert alice.get("invoices", page="2").status_code == 200
        assert alice.get("invoices", page="nonsense").status_code == 200
        assert subscription.plan_id == "web-a"
