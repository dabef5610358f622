"""Everything that is done about one plan change can be found in the logs by its id."""

import json
from collections.abc import Iterator

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.request_id import RequestId
from palier.billing.models import Invoice
from palier.events.trace import lines_are_about
from palier.provisioning.models import ProvisioningJob
from tests.logged import Lines, logged
from tests.world import World


@pytest.fixture
def lines() -> Iterator[Lines]:
    with logged() as lines:
        yield lines


@pytest.mark.django_db
def test_the_life_of_a_change_is_read_by_its_id(world: World, lines: Lines) -> None:
    change = world.change(world.subscribe(), "web-b")
    about = [line for line in lines() if line.get("change_id") == str(change.id)]
    told = [line["event"] for line in about if line["logger"].startswith("palier.")]  # the queue has its own
    assert sorted(told) == [
        "invoice.paid", "job.done", "job_attempted", "notice_sent",
        "plan_change.accepted", "plan_change.applying", "plan_change.done",
    ]  # fmt: skip


@pytest.mark.django_db
def test_payments_are_found_by_the_invoice_that_the_change_names(world: World, lines: Lines) -> None:
    change = world.change(world.subscribe(), "web-b")
    told = [line["event"] for line in lines() if line.get("invoice_id") == str(change.invoice_id)]
    assert "payment.received" in told
    assert "invoice.paid" in told


@pytest.mark.django_db
def test_an_attempt_says_which_job_it_was_of_and_how_it_ended(world: World, lines: Lines) -> None:
    subscription = world.subscribe()
    world.panel.set_mode("lie")
    change = world.change(subscription, "web-b")
    (line,) = [line for line in lines() if line["event"] == "job_attempted"]
    job = ProvisioningJob.objects.get(subject_id=change.id)
    assert (line["change_id"], line["job_id"]) == (str(change.id), str(job.id))
    assert (line["state"], line["reason"], line["attempt"]) == ("needs_person", "panel_did_nothing", 1)


@pytest.mark.django_db
def test_no_line_of_a_change_holds_money_or_who_it_is_of(world: World, lines: Lines) -> None:
    change = world.change(world.subscribe(), "web-b")
    invoice = Invoice.objects.get(id=change.invoice_id)
    written = json.dumps(lines(), ensure_ascii=False)
    for private in (world.alice.email, world.boreale.name, str(invoice.number)):
        assert private not in written


def test_a_request_forgets_the_ids_of_the_one_before_it(rf: RequestFactory, lines: Lines) -> None:
    def accepts(request: HttpRequest) -> HttpResponse:
        lines_are_about(("plan_change", "c1"))
        return HttpResponse()

    RequestId(accepts)(rf.post("/a/"))
    RequestId(lambda request: HttpResponse())(rf.get("/b/"))
    first, second = (line for line in lines() if line["event"] == "request")
    assert first["change_id"] == "c1"
    assert "change_id" not in second
    structlog.contextvars.clear_contextvars()
