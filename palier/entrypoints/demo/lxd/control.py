"""What the demo's world does with its LXD, by the driver that the product has for it."""

from dataclasses import dataclass

from palier.drivers.panel import Account
from palier.drivers.panels.incus import Incus
from palier.drivers.panels.incus.line import Line
from palier.entrypoints.demo.lxd.daemon import Access
from palier.entrypoints.demo.lxd.image import ALIAS


@dataclass(frozen=True)
class LxdControl:
    access: Access

    @property
    def options(self) -> dict[str, str]:
        """What a driver is told that is no secret. The image holds next to nothing, so little needs to stay free."""
        return {"client_certificate": self.access.client.certificate, "image": ALIAS, "disk_margin_mb": "64"}

    @property
    def secrets(self) -> dict[str, str]:
        return {"client_key": self.access.client.key}

    def remove_all(self) -> None:
        """Every container, whoever has made it. Raises the driver's errors."""
        driver = Incus(
            self.access.url, {**self.options, **self.secrets, "certificate": self.access.certificate}
        )
        for name in self.names():
            driver.terminate(Account(name))

    def names(self) -> list[str]:
        client = (self.access.client.certificate, self.access.client.key)
        line = Line(
            self.access.url, client=client, certificate=self.access.certificate, project="", read_seconds=30
        )
        return [address.rpartition("/")[2] for address in line.addresses("instances")]
