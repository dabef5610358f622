"""The demo's world: whole, believable, in every state, and its books balance."""

from itertools import pairwise

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.db.models import Sum

from palier.billing.models import CreditNote, Invoice
from palier.billing.queries import open_invoices_of, payment_methods
from palier.books import violations
from palier.catalog import snapshot
from palier.core.periods import BillingCycle
from palier.core.pricing import Configuration
from palier.entrypoints.demo import world
from palier.entrypoints.demo.world import boreale, cast
from palier.events import clock
from palier.events.models import Event
from palier.ledger.models import Balance, Posting
from palier.ledger.queries import credit_balance
from palier.notices.models import Notice
from palier.people.models import Customer, User
from palier.people.queries import memberships_of, provider
from palier.people.seal import unsealed
from palier.plan_changes.facts import situation
from palier.plan_changes.models import PlanChange
from palier.plan_changes.offer import offer
from palier.provisioning.models import Service
from palier.subscriptions.bill_period import House
from palier.subscriptions.models import CancellationRequest, Period, Subscription
from palier.work.models import WorkItem
from tests.machines import card_control, panel_control

pytestmark = pytest.mark.django_db


def customer(client: cast.Client) -> Customer:
    return Customer.objects.get(name=client.name)


def subscription(label: str, plan: str | None = None) -> Subscription:
    found = Subscription.objects.filter(label=label)
    return found.get(plan_id=plan) if plan else found.exclude(plan_id="ssl-dv").get()


def offered(of: Subscription, plan: str, cycle: str = "monthly"):
    house = House(snapshot.current(), provider())
    found = situation(of.customer_id, of.id, clock.now(), house=house)
    return offer(found, Configuration(plan, BillingCycle(cycle))).quote


def change_of(client: cast.Client) -> PlanChange:
    return PlanChange.objects.get(customer=customer(client))


class TestBooks:
    def test_they_hold_every_invariant(self, built):
        assert violations() == []

    def test_the_postings_sum_to_zero_and_the_balances_are_their_sums(self, built):
        assert Posting.objects.values("currency").annotate(sum=Sum("amount")).get()["sum"] == 0
        for balance in Balance.objects.all():
            postings = Posting.objects.filter(customer_id=balance.customer_id, account=balance.account)
            assert (postings.aggregate(sum=Sum("amount"))["sum"] or 0) == balance.amount

    def test_invoices_are_numbered_in_the_order_of_their_days(self, built):
        days = list(Invoice.objects.order_by("number").values_list("issued_on", flat=True))
        assert len(days) > 25
        assert days == sorted(days)

    def test_the_database_has_nothing_left_to_object_at_the_commit(self, built):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestTheDemoClient:
    def test_the_founding_service_has_room_and_its_next_level_costs_the_difference(self, built):
        founding = subscription(boreale.FOUNDING_LABEL)
        quote = offered(founding, "web-b")
        assert (founding.plan_id, founding.state, quote.is_possible) == ("web-a", "active", True)
        assert 610 <= quote.today.net <= 650

    def test_the_shop_is_too_full_for_the_level_below(self, built):
        obstacles = offered(subscription(boreale.SHOP_LABEL), "web-a").obstacles
        full = next(found for found in obstacles if found.resource == "disk")
        assert (full.code, full.used, full.limit) == ("does_not_fit", 12_697, 10_240)

    def test_the_agency_has_a_way_to_a_server_by_a_person_with_a_promised_time(self, built):
        quote = offered(subscription(boreale.AGENCY_LABEL), "vps-2")
        assert quote.is_possible
        assert quote.promised_by > clock.now()

    def test_the_certificate_has_no_other_level(self, built):
        assert snapshot.current().paths_from("ssl-dv") == ()
        assert subscription(boreale.FOUNDING_LABEL, "ssl-dv").state == "active"

    def test_her_card_is_one_that_the_gateway_knows(self, built, card_machine):
        (method,) = payment_methods(customer(cast.BOREALE).id)
        assert unsealed(method.token) in card_control(card_machine).state()["methods"]
        assert method.is_default

    def test_nothing_is_owed_and_nothing_is_under_way(self, built):
        alice = customer(cast.BOREALE)
        assert not open_invoices_of(alice.id).exists()
        assert not PlanChange.objects.filter(customer=alice).exclude(state="done").exists()

    def test_her_periods_follow_each_other_from_the_first_day(self, built):
        founding = subscription(boreale.FOUNDING_LABEL)
        periods = list(Period.objects.filter(subscription=founding).order_by("start_on"))
        assert periods[0].start_on == founding.started_on
        assert all(one.until_on == two.start_on for one, two in pairwise(periods))
        assert all(period.is_paid for period in periods)


class TestStates:
    def test_a_change_waits_for_a_person_who_has_not_taken_it(self, built):
        change = change_of(cast.COOP)
        item = WorkItem.objects.get(subject_id=change.id)
        assert (change.state, item.state) == ("needs_person", "open")
        assert change.promised_by > clock.now()

    def test_a_promise_is_broken_by_whoever_took_it(self, built):
        item = WorkItem.objects.get(subject_id=change_of(cast.CLINIQUE).id)
        assert (item.state, item.taken_by.name) == ("taken", cast.EMILE.name)
        assert item.promised_by < clock.now()

    def test_a_panel_has_lied_and_a_person_must_look(self, built):
        change = change_of(cast.BOULANGERIE)
        assert (change.state, change.reason) == ("needs_person", "panel_did_nothing")
        assert subscription("boulangerie-sainte-foy.example").plan_id == "web-a"

    def test_a_change_is_planned_at_renewal(self, built):
        change = change_of(cast.MILLER)
        assert (change.state, change.target.plan) == ("scheduled", "web-b")
        assert subscription("charlie-miller.example").upcoming.plan == "web-b"

    def test_a_service_is_suspended_on_its_panel_too(self, built, panel_machine):
        assert subscription("librairie-du-faubourg.example").state == "suspended"
        assert panel_control(panel_machine).account("librairie")["suspended"] == 1

    def test_an_invoice_is_overdue(self, built):
        (invoice,) = open_invoices_of(customer(cast.GARAGE).id)
        assert invoice.due_on < clock.now().date()
        assert subscription("garage-belanger.example").state == "active"

    def test_a_service_is_cancelled_and_the_end_of_another_was_asked_for(self, built):
        assert subscription("archives.studio-maree.example").state == "cancelled"
        ending = CancellationRequest.objects.get(subscription=subscription("studio-maree.example"))
        assert (ending.state, ending.at_renewal) == ("requested", True)

    def test_a_cycle_was_restarted(self, built):
        yearly = subscription("ecole-de-voile.example")
        assert (yearly.cycle, yearly.plan_id) == ("yearly", "web-b")
        new = Period.objects.filter(subscription=yearly).latest("start_on")
        assert new.carried_in > 0

    def test_a_customer_elsewhere_pays_one_tax_and_has_goodwill_left(self, built):
        bakery = customer(cast.BAKERY)
        assert credit_balance(bakery.id, "CAD") == 1500
        taxes = Invoice.objects.filter(customer=bakery).first().taxes
        assert [tax["code"] for tax in taxes] == ["TVH"]

    def test_a_late_delivery_gave_back_its_days(self, built):
        assert change_of(cast.NORDET).state == "done"
        assert CreditNote.objects.get(customer=customer(cast.NORDET)).reason == "late"

    def test_what_could_not_be_done_was_paid_back_in_full(self, built):
        change = change_of(cast.LUMEN)
        note = CreditNote.objects.get(customer=customer(cast.LUMEN))
        assert (change.state, note.reason, note.total) == ("reversed", "undone", change.invoice.total)


class TestHowItIsLeft:
    def test_nothing_happened_in_the_future(self, built):
        assert not Event.objects.filter(at__gt=clock.now()).exists()

    def test_every_panel_account_says_what_palier_thinks_and_was_read_just_now(self, built, panel_machine):
        accounts = panel_control(panel_machine).state()["accounts"]
        services = Service.objects.filter(server__driver="cpanel")
        assert len(services) == len(accounts)
        for service in services:
            assert accounts[service.account]["plan"] == service.package
            assert accounts[service.account]["usage"]["disk"] == service.usage["disk"]["amount"]
            assert (clock.now() - service.inspected_at).total_seconds() < 120

    def test_the_panel_remembers_nothing_of_the_building_and_behaves(self, built, panel_machine):
        state = panel_control(panel_machine).state()
        assert (state["acts"], state["mode"]["mode"]) == ([], "ok")

    def test_the_post_of_three_months_is_not_sent_today(self, built):
        waiting = Notice.objects.filter(state="queued")
        assert 0 < waiting.count() < 8
        assert not Notice.objects.filter(state="sent", sent_at=None).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY task_name")
            assert cursor.fetchall() == [("palier.send_notice", waiting.count())]

    def test_alice_has_read_her_old_messages_and_not_the_last_ones(self, built):
        notices = Notice.objects.filter(user__email=cast.ALICE.email).order_by("written_at")
        assert notices.first().read_at is not None
        assert notices.filter(read_at=None).count() <= 3

    @pytest.mark.parametrize(("label", "email", "password"), world.SIGN_INS)
    def test_whoever_is_named_at_the_start_can_sign_in(self, built, label, email, password):
        assert authenticate(None, username=email, password=password) == User.objects.get(email=email)

    def test_only_staff_is_staff_and_bob_may_not_buy(self, built):
        staff = User.objects.filter(is_staff=True).values_list("name", flat=True)
        assert set(staff) == {cast.DANA.name, cast.EMILE.name}
        (bob,) = memberships_of(User.objects.get(email=cast.BOB.email).id)
        assert not bob.may("change_plan")
