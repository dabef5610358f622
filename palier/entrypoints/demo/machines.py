"""The demo's machines, as this run has started them: the panel, the card, the letters caught."""

import os

from django.conf import settings

from palier.entrypoints.demo.card_control import CardControl
from palier.entrypoints.demo.lxd.access import told
from palier.entrypoints.demo.lxd.control import LxdControl
from palier.entrypoints.demo.panel_control import PanelControl


def panel() -> PanelControl:
    """Its address and token are in the environment, where the catalogue's `${...}` finds them too."""
    url = os.environ.get("PALIER_DEMO_PANEL_URL") or settings.DEMO_PANEL_URL
    return PanelControl(url, os.environ.get("PALIER_DEMO_PANEL_TOKEN", "demo-panel-token"))


def card() -> CardControl:
    configured = settings.GATEWAYS["demo_card"]
    return CardControl(configured["url"], configured["secret"])


def containers() -> LxdControl | None:
    """Their LXD, where `palier demo --lxd` has asked for one and it runs."""
    access = told(settings.DEMO_CONTAINERS_ACCESS)
    return LxdControl(access) if access else None


def forget_everything() -> None:
    """New machines: no account, no charge, no letter. Raises the drivers' errors when one does not run."""
    forget_containers()
    panel().reset()
    card().reset()
    for letter in settings.DEMO_MAIL_DIR.glob("*.eml"):
        letter.unlink(missing_ok=True)


def forget_containers() -> None:
    if (lxd := containers()) is not None:
        lxd.remove_all()
