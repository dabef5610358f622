"""`palier demo --lxd`, lived in Chromium: a client moves a server from one processor to two, and `nproc` says so."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from config.containers import access_of, folder_of
from palier.entrypoints.demo.lxd import traces
from palier.entrypoints.demo.lxd.access import told
from tests.browser.test_the_walk import FRENCH, Walk
from tests.lxd import require_lxd
from tests.running import Palier, eventually, free_port


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Palier]:
    require_lxd()
    running = Palier(tmp_path_factory.mktemp("containers") / "var", demo=True, port=free_port(18600))
    folder = folder_of(running.var)
    try:
        yield running.start()
    finally:
        running.forget()
        eventually(lambda: not access_of(running.var).exists() and not traces.mounts(folder))
        traces.wipe(folder)
        shutil.rmtree(folder, ignore_errors=True)


def seen(page: Page, real: Palier) -> str:
    """What the page of scenarios says of the client's server."""
    page.goto(f"{real.address}/demo/scenarios/")
    return page.locator("section", has=page.locator("#of-vps-boreale")).inner_text()


def test_the_client_moves_up_and_the_container_sees_it(real: Palier, page: Page) -> None:
    done = real.command("demo", "--lxd", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr

    walk = Walk(page, real, FRENCH)
    walk.speak()
    assert "nproc\n1" in seen(page, real)
    walk.open("/demo/")
    page.locator("button[value=machine_levels]").click()
    page.locator("#level-vps-2").check()
    walk.press(FRENCH.details)
    walk.press(FRENCH.pay)
    walk.watch_until_operational()

    shown = seen(page, real)
    assert "nproc\n2" in shown and "Serveur privé 2" in shown and "Pareil" in shown
    walk.check_accessible()


def test_stopped_and_started_again_it_is_as_it_was(real: Palier, page: Page) -> None:
    folder = folder_of(real.var)
    before = told(access_of(real.var))
    assert real.stop() == 0
    assert traces.mounts(folder) == [] and list(traces.loop_devices(folder)) == []

    real.start()

    assert told(access_of(real.var)) == before
    expect_nproc = eventually(lambda: "nproc\n2" in seen(page, real))
    assert expect_nproc


def test_without_them_people_look_after_the_servers_again(real: Palier, page: Page) -> None:
    done = real.command("demo", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr

    eventually(lambda: not access_of(real.var).exists())
    page.goto(f"{real.address}/demo/")
    expect(page.locator("button[value=machine_levels]")).to_have_count(0)


def test_where_no_lxd_can_run_it_says_what_is_missing_and_changes_nothing(real: Palier) -> None:
    before = real.get("/demo/scenarios/").status_code
    real.environment["PATH"], path = "/nowhere", real.environment["PATH"]
    try:
        refused = real.command("demo", "--lxd", "--yes")
    finally:
        real.environment["PATH"] = path
    assert refused.returncode == 1
    assert "apt install lxd" in refused.stderr and "stays as it is" in refused.stderr
    assert not access_of(real.var).exists() and before == real.get("/demo/scenarios/").status_code
