"""Who gets in, and to what: the stranger at every address, the roles, the staff, the person of two customers."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern
from django.urls.converters import UUIDConverter

from palier.billing.give_credit import give_credit
from palier.billing.models import Invoice, MethodSetup, Payment, PaymentMethod, Refund
from palier.billing.refund import start_refunds
from palier.core.money import Money
from palier.entrypoints.client_area.urls import urlpatterns
from palier.events.record import SYSTEM
from palier.notices.models import Notice
from palier.people.models import Member, User
from palier.people.permissions import (
    BILLING_DETAILS,
    CANCEL,
    CHANGE_PLAN,
    OPEN_PANEL,
    PAY,
    ROLES,
    SET_PASSWORD,
)
from palier.people.seal import sealed
from palier.plan_changes.models import PlanChange
from palier.subscriptions.models import Subscription
from tests.entrypoints.client_area.conftest import Browser, at
from tests.pages import text
from tests.world import World

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Browser]


@pytest.fixture
def charlies(world: World) -> Subscription:
    """A stranger's subscription, with a change that waits for its payment, an attempt at that, and a message."""
    subscription = world.subscribe(customer=world.stranger, label="charlie.example", account="charlie")
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    Payment.objects.create(
        customer=world.stranger,
        invoice_id=change.invoice_id,
        gateway="demo_card",
        amount=725,
        currency="CAD",
        started_at=world.now,
    )
    give_credit(world.stranger.id, Money(100, "CAD"), reason="", by=SYSTEM, on=world.now.date(), at=world.now)
    paid = Payment.objects.get(customer=world.stranger, state="succeeded")
    start_refunds(world.stranger.id, paid.invoice_id, 100, reason="undone", by=SYSTEM, at=world.now)
    PaymentMethod.objects.create(
        customer=world.stranger, gateway="demo_card", label="Visa •••• 4242", token=sealed("card_1")
    )
    MethodSetup.objects.create(
        customer=world.stranger, gateway="demo_card", return_url="/", language="en", started_at=world.now
    )
    world.drain()
    return subscription


def ids_of(subscription: Subscription) -> dict[str, UUID]:
    """An identifier for every name that an address has."""
    change = PlanChange.objects.get(subscription=subscription)
    assert change.invoice_id is not None
    return {
        "subscription_id": subscription.id,
        "change_id": change.id,
        "document_id": change.invoice_id,
        "invoice_id": change.invoice_id,
        "payment_id": Payment.objects.get(invoice_id=change.invoice_id).id,
        "receipt_id": Payment.objects.get(customer_id=subscription.customer_id, state="succeeded").id,
        "refund_id": Refund.objects.get(customer_id=subscription.customer_id).id,
        "notice_id": Notice.objects.filter(customer_id=subscription.customer_id)[0].id,
        "method_id": PaymentMethod.objects.get(customer_id=subscription.customer_id).id,
        "setup_id": MethodSetup.objects.get(customer_id=subscription.customer_id).id,
    }


#: What an address names that belongs to the host and not to a customer.
OF_THE_HOST = {"plan_code": "backups-daily", "gateway": "demo_card"}


def names_in(pattern: URLPattern) -> list[str]:
    return [
        name for name, converter in pattern.pattern.converters.items() if isinstance(converter, UUIDConverter)
    ]


def keys_of(pattern: URLPattern, ids: Mapping[str, object]) -> list[object]:
    """The arguments of an address, in order."""
    return [OF_THE_HOST.get(name) or ids[name] for name in pattern.pattern.converters]


WITH_IDS = [pattern for pattern in urlpatterns if names_in(pattern)]


def test_every_identifier_in_an_address_is_a_uuid() -> None:
    others = {name for pattern in urlpatterns for name in pattern.pattern.converters} - {
        name for pattern in urlpatterns for name in names_in(pattern)
    }
    assert others == OF_THE_HOST.keys()
    assert len(WITH_IDS) > 10


def test_a_strangers_identifier_is_not_found_at_any_address_by_any_role(
    world: World, charlies: Subscription, browser_of: SignIn
) -> None:
    ids = ids_of(charlies)
    for role in ROLES:
        Member.objects.filter(user=world.alice).update(role=role)
        browser = browser_of(world.alice)
        for pattern in WITH_IDS:
            address = at(pattern.name or "", *keys_of(pattern, ids))
            answers = [browser.client.get(address).status_code, browser.client.post(address).status_code]
            assert set(answers) <= {404, 405} and 404 in answers, (role, pattern.name)


def test_their_owner_finds_them(world: World, charlies: Subscription, browser_of: SignIn) -> None:
    browser, ids = browser_of(world.charlie), ids_of(charlies)
    for pattern in WITH_IDS:
        answer = browser.client.get(at(pattern.name or "", *keys_of(pattern, ids)))
        assert answer.status_code in (200, 302, 405), pattern.name


def test_a_message_to_a_colleague_is_not_ones_own(world: World, browser_of: SignIn) -> None:
    world.subscribe()
    notice = Notice.objects.filter(user=world.alice)[0]
    bob = browser_of(world.bob)
    assert bob.get("message", notice.id).status_code == 404
    assert bob.post("read_message", notice.id).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


class TestAForm:
    """That names what is another's."""

    def test_a_token(self, world: World, alice: Browser, charlies: Subscription) -> None:
        mine = world.subscribe()
        theirs = world.offer(charlies, "web-c").token
        for subscription_id in (mine.id, charlies.id):
            answer = alice.post("accept", subscription_id, token=theirs, key="a-key")
            assert answer.status_code == 404

    def test_a_token_of_another_subscription_of_ones_own(self, world: World, alice: Browser) -> None:
        one = world.subscribe()
        other = world.subscribe(label="other.example", account="other")
        token = world.offer(one, "web-b").token
        assert alice.post("accept", other.id, token=token, key="a-key").status_code == 404
        assert not PlanChange.objects.exists()

    @pytest.mark.usefixtures("card")
    def test_a_payment_method(self, world: World, alice: Browser) -> None:
        subscription = world.subscribe()
        method = PaymentMethod.objects.create(
            customer=world.stranger, gateway="demo_card", label="Visa", token=sealed("t")
        )
        page = alice.check(subscription.id, "web-b")
        assert alice.press(page, subscription.id, method=str(method.id)).status_code == 404
        assert not PlanChange.objects.exists()
        world.accept(subscription, world.offer(subscription, "web-b"))
        invoice = Invoice.objects.get(subject_kind="plan_change")
        assert alice.post("pay", invoice.id, method=str(method.id)).status_code == 404
        assert not Payment.objects.filter(invoice=invoice).exists()

    def test_a_service_in_a_list_of_invoices(self, alice: Browser, charlies: Subscription) -> None:
        assert alice.get("invoices", service=str(charlies.id)).status_code == 404
        assert alice.get("invoices", service="nonsense").status_code == 404

    def test_a_customer_one_is_no_member_of(self, world: World, alice: Browser) -> None:
        assert alice.post("customer", customer=str(world.stranger.id)).status_code == 404
        assert alice.post("customer", customer="nonsense").status_code == 404


ACTS: list[tuple[str, str, str]] = [
    ("get", "choose", CHANGE_PLAN),
    ("get", "check", CHANGE_PLAN),
    ("post", "accept", CHANGE_PLAN),
    ("post", "cancel", CHANGE_PLAN),
    ("post", "pay", PAY),
    ("get", "password", SET_PASSWORD),
    ("post", "password", SET_PASSWORD),
    ("post", "panel", OPEN_PANEL),
    ("get", "cancellation", CANCEL),
    ("post", "cancellation", CANCEL),
    ("post", "withdraw", CANCEL),
    ("get", "billing", BILLING_DETAILS),
    ("post", "billing", BILLING_DETAILS),
    ("get", "addon", CHANGE_PLAN),
    ("post", "addon", CHANGE_PLAN),
    ("post", "add_method", PAY),
    ("post", "default_method", PAY),
    ("post", "remove_method", PAY),
]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_without_an_act_reads_who_has_it(role: str, world: World, browser_of: SignIn) -> None:
    subscription = world.subscribe()
    token = world.offer(subscription, "web-c").token
    change = world.accept(subscription, world.offer(subscription, "web-b"))
    rose = User.objects.create_user("rose@example.com", "correct horse battery", name="Rose")
    Member.objects.create(customer=world.boreale, user=rose, role=role)
    card = PaymentMethod.objects.create(
        customer=world.boreale, gateway="demo_card", label="Visa •••• 4242", token=sealed("card_1")
    )
    keys: dict[str, list[object]] = {
        "billing": [],
        "addon": [subscription.id, "backups-daily"],
        "add_method": ["demo_card"],
        "default_method": [card.id],
        "remove_method": [card.id],
    }
    browser = browser_of(rose)
    for method, view, act in ACTS:
        key = {"cancel": change.id, "pay": change.invoice_id}.get(view, subscription.id)
        said = {"token": token, "key": "k"} if view == "accept" else {}
        ids = keys.get(view, [key])
        answer = getattr(browser.client, method)(at(view, *ids), said)
        assert (answer.status_code == 403) == (act not in ROLES[role]), (view, answer.status_code)
        assert answer.status_code != 403 or "Alice" in text(answer)


def test_every_act_is_in_the_table_of_roles_or_is_for_every_member(alice: Browser) -> None:
    for_all = {"customer", "read_message"}
    takes_posts = {
        pattern.name
        for pattern in urlpatterns
        if pattern.name != "home"
        and alice.client.post(at(pattern.name or "", *keys_of(pattern, defaultdict(uuid4)))).status_code
        != 405
    }
    assert takes_posts == {view for method, view, _act in ACTS if method == "post"} | for_all


def test_nobody_gets_in_without_signing_in(world: World) -> None:
    subscription = world.subscribe()
    ids = {"subscription_id": subscription.id}
    for pattern in urlpatterns:
        if pattern.name in ("home",) or set(names_in(pattern)) - ids.keys():
            continue
        answer = Client().get(at(pattern.name or "", *keys_of(pattern, ids)))
        assert answer.status_code == 405 or "/login/" in answer.headers["Location"], pattern.name


def test_an_act_without_signing_in_leads_to_the_door_and_then_to_the_start(world: World) -> None:
    subscription = world.subscribe()
    answer = Client().post(at("accept", subscription.id))
    assert answer.headers["Location"].endswith("/login/?next=/")


def test_acts_want_the_protection_token(world: World) -> None:
    subscription = world.subscribe()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice)
    for pattern in urlpatterns:
        if names_in(pattern) in ([], ["subscription_id"]) and pattern.name != "home":
            key = keys_of(pattern, {"subscription_id": subscription.id})
            assert client.post(at(pattern.name or "", *key)).status_code in (403, 405), pattern.name
    assert client.post(at("accept", subscription.id)).status_code == 403


def test_staff_without_a_membership_are_sent_to_their_desk(world: World) -> None:
    client = Client()
    client.force_login(world.dana)
    answer = client.get(at("dashboard"))
    assert answer.status_code == 302 and "/client/" not in answer.headers["Location"]


def test_someone_who_is_nobodys_member_can_open_nothing(world: World, browser_of: SignIn) -> None:
    eve = User.objects.create_user("eve@example.com", "correct horse battery", name="Eve")
    assert browser_of(eve).get("dashboard").status_code == 403


def test_a_person_of_two_customers_chooses_for_whom_they_act(
    world: World, alice: Browser, charlies: Subscription
) -> None:
    Member.objects.create(customer=world.stranger, user=world.alice, role="owner")
    assert "Act for Charlie Tremblay" in text(alice.get("dashboard"))
    assert alice.get("product", charlies.id).status_code == 404
    alice.post("customer", customer=str(world.stranger.id))
    assert alice.get("product", charlies.id).status_code == 200
    assert "Act for Ateliers Boréale inc." in text(alice.get("dashboard"))


def test_a_person_whose_place_was_taken_away_is_out(world: World, alice: Browser) -> None:
    subscription = world.subscribe()
    Member.objects.filter(user=world.alice).delete()
    assert alice.get("product", subscription.id).status_code == 403


def test_the_page_speaks_the_language_that_was_chosen(world: World, browser_of: SignIn) -> None:
    assert "Espace client" in text(browser_of(world.alice, "fr").get("dashboard"))
    assert "Client area" in text(browser_of(world.alice, "en").get("dashboard"))


def test_without_a_choice_it_speaks_the_providers(world: World, browser_of: SignIn) -> None:
    browser = browser_of(world.alice, "")
    answer = browser.client.get(at("dashboard"), headers={"Accept-Language": "en"})
    assert "Espace client" in text(answer)
