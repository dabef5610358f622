"""From today on, the virtual servers are containers: machines do what people did until this morning.

The story before is the same, so what people have still to do is theirs, and a machine may now try it too.
"""

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import yaml

from palier.drivers.errors import Refused
from palier.drivers.panel import Pending, Target
from palier.entrypoints.demo.lxd.control import LxdControl
from palier.entrypoints.demo.world.stage import Stage
from palier.people.seal import sealed
from palier.provisioning.apply_catalogue import apply_catalogue
from palier.provisioning.inspect import inspect
from palier.provisioning.models import Server, Service
from palier.provisioning.panels import panel_of

PRODUCT, SERVER = "vps", "vps"
#: Measured where machines are asked, which people who look after a server by hand are not.
MEASURED = ("cpus", "memory")
NOTE = {
    "fr": "Appliqué tout de suite, sans redémarrage.",
    "en": "Applied at once, without a restart.",
}


def put_on_containers(stage: Stage, lxd: LxdControl, catalogue: Path) -> None:
    """The server, the catalogue, and a container for every virtual server that is alive."""
    Server.objects.filter(code=SERVER).update(
        driver="incus",
        url=lxd.access.url,
        certificate=lxd.access.certificate,
        options=lxd.options,
        sealed={name: sealed(secret) for name, secret in lxd.secrets.items()},
        by_hand=True,
    )
    apply_without_people(catalogue, stage)
    for service in Service.objects.select_related("server", "subscription").filter(
        server__code=SERVER, ended_at=None
    ):
        make(service, stage)


def apply_without_people(catalogue: Path, stage: Stage) -> None:
    """The same catalogue, but for the server, which was added by hand, and the ways that need nobody any more."""
    written = sold_here(without_people(yaml.safe_load(catalogue.read_text())), os.cpu_count() or 1)
    with NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(written, file, allow_unicode=True, sort_keys=False)
        file.flush()
        apply_catalogue(Path(file.name), stage.now)


def without_people(written: dict[str, Any]) -> dict[str, Any]:
    del written["servers"][SERVER]
    for resource in MEASURED:
        written["resources"][resource].pop("measured", None)
    written["resources"]["cpus"]["measured"] = "granted"
    for path in written["change_paths"]:
        if path.get("between") == [PRODUCT]:
            path.pop("needs_person")
            path["note"] = NOTE
    return written


def sold_here(written: dict[str, Any], processors: int) -> dict[str, Any]:
    """Without the levels that ask for more processors than this machine has."""
    plans = written["products"][PRODUCT]["plans"]
    written["products"][PRODUCT]["plans"] = {
        code: plan for code, plan in plans.items() if plan["limits"]["cpus"] <= processors
    }
    return written


def make(service: Service, stage: Stage) -> None:
    """What is sold, as a container. Raises the driver's errors."""
    configuration = service.subscription.configuration
    plan = stage.house.catalog.plans[configuration.plan]
    target = Target(plan.package, stage.house.catalog.limits_on_panel(configuration))
    password = secrets.token_urlsafe(12)
    made = panel_of(service.server).create(service.panel_account, target, password, "", str(service.id))
    if isinstance(made, Pending):
        raise Refused(f"the container {service.account} is still being made")
    inspect(service, stage.now)
