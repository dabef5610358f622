"""What somebody does to an account on the panel, and tells nobody."""

from palier.provisioning.panels import panel_of
from palier.subscriptions.models import Subscription
from tests.world import World


def on_the_panel(world: World, plan: str = "forfait_a", **more: object) -> None:
    """The account of the world is so there."""
    wanted = {"user": "boreale", "plan": plan, "domain": "ateliers-boreale.example", **more}
    world.panel.seed(
        world.panel_limits, [{**wanted, "usage": {"disk": 4000, "mailboxes": 2}}], overwrite=True
    )


def remove_from_the_panel(world: World, subscription: Subscription) -> None:
    service = world.service(subscription)
    panel_of(service.server).terminate(service.panel_account)
