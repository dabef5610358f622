"""Taking a job up: what is read is what stands in the database, and who comes second waits."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict

from palier.events.clock import real_now
from palier.provisioning import lease
from palier.provisioning.carry_out import carry_out
from palier.provisioning.claim import claim, claim_next
from palier.provisioning.models import ProvisioningJob, Server, Service
from palier.provisioning.queries import RIVALS, is_wanted
from palier.provisioning.queue_job import queue_job
from palier.subscriptions.models import Subscription
from tests.provisioning.servers import accounts
from tests.world import World


def queued(world: World, service: Service, verb: str = "change") -> ProvisioningJob:
    with transaction.atomic():
        return queue_job(
            service,
            verb,
            subject=("service", service.id),
            package="forfait_b",
            limits={"disk": 1},
            at=world.now,
        )


def one_service(world: World) -> Service:
    return world.service(world.subscribe("web-a"))


@pytest.mark.django_db
def test_it_is_running_under_a_lease_with_a_place(world: World) -> None:
    service = one_service(world)
    job = queued(world, service)
    claimed = claim(job.customer_id, job.id)
    assert claimed is not None
    assert (claimed.job.state, claimed.job.attempts, claimed.is_wanted) == ("running", 1, True)
    assert claimed.held.place_id is not None
    assert Service.objects.get(id=service.id).fence == claimed.held.fence == service.fence + 1


@pytest.mark.django_db
def test_its_rows_are_what_stands_in_the_database(world: World) -> None:
    Server.objects.update(margin={"disk": "0.05"}, options={"port": "2087"})
    job = queued(world, one_service(world))
    ProvisioningJob.objects.update(facts={"a": [1, None]}, tried=[{"number": 1}], unsure=True, acts_sent=1)
    claimed = claim(job.customer_id, job.id)
    assert claimed is not None
    service = claimed.job.service
    for row, model in (
        (claimed.job, ProvisioningJob),
        (service, Service),
        (service.server, Server),
        (service.subscription, Subscription),
    ):
        there = model._default_manager.get(pk=row.pk)
        assert model_to_dict(row, fields=names(model)) == model_to_dict(there, fields=names(model))
        assert {name: getattr(row, name) for name in names(model)} == {
            name: getattr(there, name) for name in names(model)
        }


def names(model: type) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_there_is_nothing_to_do_before_its_time_or_after_its_end(world: World) -> None:
    job = queued(world, one_service(world))
    ProvisioningJob.objects.update(not_before=real_now() + timedelta(minutes=1))
    assert claim(job.customer_id, job.id) is None
    ProvisioningJob.objects.update(not_before=None, state="cancelled")
    assert claim(job.customer_id, job.id) is None
    assert Service.objects.filter(lease_until__isnull=False).count() == 0


@pytest.mark.django_db
def test_a_job_of_another_customer_is_not_found(world: World) -> None:
    job = queued(world, one_service(world))
    with pytest.raises(ProvisioningJob.DoesNotExist):
        claim(world.stranger.id, job.id)


@pytest.mark.django_db
def test_the_first_in_line_is_the_oldest_whose_service_nobody_is_at(world: World) -> None:
    Server.objects.update(at_once=2)
    services = [world.service(one) for one in accounts(world, 4)]
    jobs = [queued(world, service) for service in services]
    ProvisioningJob.objects.update(line=services[0].server_id)
    lease.furnish(services[0].server_id)
    lease.take(services[0].customer_id, services[0].id)  # somebody looks at it
    for expected in (jobs[1], jobs[2], None):  # two places
        claimed = claim_next(services[0].server_id)
        assert (claimed and claimed.job.id) == (expected and expected.id)


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_taken_back_is_left_and_looked_at_again(world: World) -> None:
    job = queued(world, one_service(world))
    is_locked, may_end = threading.Event(), threading.Event()

    def take_back() -> None:
        with transaction.atomic():
            ProvisioningJob.objects.select_for_update().get(id=job.id)
            is_locked.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=take_back)
    thread.start()
    is_locked.wait(10)
    try:
        with pytest.raises(lease.InUse):
            claim(job.customer_id, job.id)
    finally:
        may_end.set()
        thread.join()
    carry_out(job.customer_id, job.id, world.now)
    job.refresh_from_db()
    assert job.state != "queued"


@pytest.mark.django_db
@pytest.mark.parametrize("verb", sorted(RIVALS))
@pytest.mark.parametrize("later", sorted(RIVALS))
def test_a_later_rival_alone_makes_it_unwanted(world: World, verb: str, later: str) -> None:
    service = one_service(world)
    state = "active" if verb != "suspend" else "suspended"
    Subscription.objects.filter(id=service.subscription_id).update(state=state)
    job = queued(world, service, verb)
    assert is_wanted(job)
    ProvisioningJob.objects.filter(id=job.id).update(state="running")  # or it would be cancelled
    queued(world, service, later)
    assert is_wanted(job) == (later not in RIVALS[verb])
