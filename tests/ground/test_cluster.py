"""The embedded PostgreSQL."""

import os
import shutil
import signal
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from config.database import binaries
from config.database.binaries import NoPostgres
from config.database.cluster import Cluster
from config.database.owner import reachable_place
from tests.running import eventually


@pytest.fixture
def directory(tmp_path):
    yield tmp_path / "postgres"
    forget(tmp_path / "postgres")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    directory = tmp_path_factory.mktemp("cluster") / "postgres"
    made = Cluster(directory, {"fsync": "off"})
    made.start()
    yield made
    made.stop()
    forget(directory)


def forget(directory):
    """What root had to put where `nobody` can reach it."""
    if reachable_place(directory) != directory:
        shutil.rmtree(reachable_place(directory).parent, ignore_errors=True)


def test_a_new_server_asks_for_its_password_which_only_its_owner_can_read(cluster):
    password = cluster.directory / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    right = password.read_text()
    password.write_text("wrong")
    try:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            cluster.connect()
    finally:
        password.write_text(right)


def test_it_sorts_by_code_point_in_utf8_and_checks_its_pages(cluster):
    with cluster.connect() as connection:
        encoding = connection.execute("SHOW server_encoding").fetchone()[0]
        order = connection.execute(
            "SELECT array_agg(x ORDER BY x) FROM unnest('{b,A,a,é}'::text[]) x"
        ).fetchone()[0]
        checksums = connection.execute("SHOW data_checksums").fetchone()[0]
    assert (encoding, order, checksums) == ("UTF8", ["A", "a", "b", "é"], "on")


def test_a_killed_server_starts_again_on_its_port_with_what_was_committed(cluster):
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    port = cluster.port
    cluster.process.send_signal(signal.SIGKILL)
    eventually(lambda: not cluster.is_running)
    cluster.start(keep_port=True)
    with cluster.connect() as connection:
        assert connection.execute("SELECT n FROM t").fetchone() == (1,)
    assert cluster.port == port


def test_a_stopped_server_whose_port_was_taken_meanwhile_takes_another_one(cluster):
    port = cluster.port
    cluster.stop()
    with socket.socket() as somebody_else:
        somebody_else.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        somebody_else.bind(("127.0.0.1", port))
        somebody_else.listen()
        cluster.start()
    assert cluster.port != port
    cluster.connect().close()


def test_a_cluster_half_made_is_made_again(directory):
    cluster = Cluster(directory)
    (cluster.place / "draft" / "base").mkdir(parents=True)
    cluster.create()
    assert cluster.exists
    assert not (cluster.place / "draft").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may not run PostgreSQL")
def test_as_root_it_runs_as_nobody(cluster):
    assert Path(f"/proc/{cluster.process.pid}").owner() == "nobody"


def test_installed_programs_serve_where_there_is_no_wheel(directory, monkeypatch):
    monkeypatch.setattr(binaries, "_embedded", lambda: None)
    try:
        found = binaries.find()
    except NoPostgres:
        pytest.skip("no PostgreSQL 15 or newer is installed here")
    cluster = Cluster(directory)
    cluster.start()
    try:
        with cluster.connect() as connection:
            version = connection.execute("SHOW server_version").fetchone()[0]
        assert version.startswith(found.version)
    finally:
        cluster.stop()


def test_without_any_postgresql_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(binaries, "_embedded", lambda: None)
    monkeypatch.setattr(binaries, "_installed_directories", list)
    with pytest.raises(NoPostgres, match=r"apt install postgresql.*DATABASE_URL"):
        binaries.find()
