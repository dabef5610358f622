"""The tasks that rooms put in the queue by name."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from palier import reactions
from palier.billing.chase import CHASE, chase
from palier.billing.refund import SEND_REFUND, send_refund_again
from palier.billing.save_method import CHASE_SETUP, chase_setup
from palier.events import clock
from palier.events.here import Here
from palier.events.record import REACT, REACT_TO_ALL
from palier.notices.send import SEND, send
from palier.provisioning.carry_out import carry_out, carry_out_next
from palier.provisioning.check_server import CHECK_SERVER, check_by_id
from palier.provisioning.circuit import PROBE, probe
from palier.provisioning.hands import in_hand, is_wanted_elsewhere
from palier.provisioning.inspect import INSPECT, inspect_if_stale
from palier.provisioning.line import call
from palier.provisioning.queries import CARRY_OUT

#: A fault of ours is tried again, ever more slowly, for about a day; the job then stays failed and is seen.
AGAIN = RetryStrategy(max_attempts=10, exponential_wait=3)


@app.task(name=REACT, retry=AGAIN)
def react(event_id: str) -> None:
    reactions.react(UUID(event_id))


@app.task(name=REACT_TO_ALL, retry=AGAIN)
def react_to_all(event_ids: list[str]) -> None:
    reactions.react_to_all([UUID(event_id) for event_id in event_ids])


@app.task(name=CARRY_OUT, retry=AGAIN)
async def carry_out_job(customer_id: str, job_id: str) -> None:
    await in_hand(carry_out_now, customer_id, job_id)


def carry_out_now(customer_id: str, job_id: str) -> None:
    """And then what waits in line at its server, as long as nobody else waits for this thread."""
    here = Here(reactions.react)
    server_id = carry_out(UUID(customer_id), UUID(job_id), clock.now(), here)
    while server_id is not None:
        here.react()
        if is_wanted_elsewhere():
            call(server_id)
            return
        server_id = carry_out_next(server_id, clock.now(), here)
    here.react()


@app.task(name=SEND, retry=AGAIN)
def send_notice(customer_id: str, notice_id: str) -> None:
    send(UUID(customer_id), UUID(notice_id), clock.now())


@app.task(name=INSPECT, retry=2)
async def refresh_measures(customer_id: str, subscription_id: str) -> None:
    await in_hand(refresh_measures_now, customer_id, subscription_id)


def refresh_measures_now(customer_id: str, subscription_id: str) -> None:
    inspect_if_stale(UUID(customer_id), UUID(subscription_id), clock.now())


@app.task(name=PROBE, queue="upkeep")
async def probe_server(server_id: str) -> None:
    await in_hand(probe, UUID(server_id))


@app.task(name=CHECK_SERVER, queue="upkeep")
async def look_at_server(server_id: str) -> None:
    await in_hand(lambda: check_by_id(UUID(server_id), clock.now()))


@app.task(name=CHASE, retry=AGAIN)
def chase_payment(customer_id: str, payment_id: str) -> None:
    chase(UUID(customer_id), UUID(payment_id), at=clock.now())


@app.task(name=SEND_REFUND, retry=AGAIN)
def send_refund(customer_id: str, refund_id: str) -> None:
    send_refund_again(UUID(customer_id), UUID(refund_id), at=clock.now())


@app.task(name=CHASE_SETUP, retry=AGAIN)
def chase_method_setup(customer_id: str, setup_id: str) -> None:
    chase_setup(UUID(customer_id), UUID(setup_id), at=clock.now())
