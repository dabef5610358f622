"""`palier run`, with real processes: killed one after the other, stopped, started again."""

import os
import signal
import socket
import sys

import pytest

from tests import running
from tests.running import Palier, eventually, free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

KEPT = "CREATE TABLE IF NOT EXISTS kept_by_test (word text)"
DEFER = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock)
    VALUES ('default', 'palier.entrypoints.batch.tasks.forget_old_jobs', '{"timestamp": 0}', 'test')
    RETURNING id
"""


@pytest.fixture(scope="module")
def palier(tmp_path_factory):
    """One run for the whole file; its port is taken, so that it must find another one."""
    port = free_port(18000)
    with socket.socket() as somebody_else:
        somebody_else.bind(("127.0.0.1", port))
        somebody_else.listen()
        running = Palier(tmp_path_factory.mktemp("run") / "var", demo=False, port=port)
        try:
            yield running.start()
        finally:
            running.forget()


def carry_out_a_job(palier):
    """Queue a job and wait until a worker has done it (a job that succeeded is deleted)."""
    with palier.connect() as connection:
        (job,) = connection.execute(DEFER).fetchone()
        eventually(
            lambda: (
                connection.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s", [job]).fetchone() is None
            )
        )


def test_a_taken_port_is_left_for_the_next_one(palier):
    assert palier.address != f"http://127.0.0.1:{palier.port}"
    assert f"Port {palier.port} is taken" in palier.said
    assert palier.get("/-/ready").json() == {"status": "ready"}


def test_static_files_are_served_with_a_long_life(palier):
    manifest = (palier.var / "static" / "staticfiles.json").read_text()
    assert '"paths"' in manifest
    response = palier.get("/static/staticfiles.json")
    assert (response.status_code, response.headers["cache-control"]) == (200, "max-age=31536000")


def test_the_worker_carries_out_what_is_queued(palier):
    carry_out_a_job(palier)


def test_a_killed_worker_is_started_again_and_works(palier):
    killed = palier.kill("main worker")
    eventually(lambda: palier.pid_of("main worker") != killed)
    carry_out_a_job(palier)


def test_a_killed_web_is_started_again_on_its_port_and_leaves_no_process_behind(palier):
    before = palier.all_pids()
    killed = palier.kill("main serve")
    eventually(lambda: palier.pid_of("main serve") != killed)
    assert eventually(lambda: palier.get("/-/ready")).status_code == 200
    assert len(palier.all_pids()) <= len(before)


def test_a_killed_postgresql_comes_back_on_its_port_with_what_was_committed(palier):
    with palier.connect() as connection:
        connection.execute(KEPT)
        connection.execute("INSERT INTO kept_by_test VALUES ('committed')")
        port = connection.info.port
    palier.kill("bin/postgres -D")

    def rows():
        with palier.connect() as connection:
            assert connection.info.port == port
            return connection.execute("SELECT word FROM kept_by_test").fetchall()

    assert eventually(rows) == [("committed",)]
    eventually(lambda: palier.get("/-/ready").status_code == 200)
    carry_out_a_job(palier)


def test_the_doctor_beside_the_run_finds_its_database_and_worker(palier):
    assert "our own" in palier.command("doctor").stdout
    # A worker killed by a test before this one counts until its heartbeat is 15 seconds old.
    assert eventually(lambda: "1 at work" in palier.command("doctor").stdout)


def test_a_second_run_in_the_same_place_says_so_and_leaves(palier):
    second = palier.command("run")
    assert second.returncode == 1
    assert "already runs" in second.stdout


def test_ctrl_c_stops_everything_and_the_next_run_finds_its_data(palier):
    with palier.connect() as connection:
        connection.execute(KEPT)
        connection.execute("INSERT INTO kept_by_test VALUES ('before the stop')")
    assert palier.stop(signal.SIGINT) == 0
    assert palier.all_pids() == set()
    palier.start()
    with palier.connect() as connection:
        assert ("before the stop",) in connection.execute("SELECT word FROM kept_by_test").fetchall()


def left(palier):
    """The command lines of what still runs, so that a failure names them."""
    found = [running.command_line(pid) for pid in palier.all_pids()]
    assert not found, found
    return found


def test_a_killed_supervisor_leaves_nobody(palier):
    os.kill(palier.process.pid, signal.SIGKILL)
    palier.process.wait()
    eventually(lambda: left(palier) == [])
