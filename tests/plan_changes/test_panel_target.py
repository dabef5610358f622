"""What a panel is asked for is what it can show."""

import pytest

from palier.catalog.models import Plan, Version
from palier.plan_changes.panel_target import target_of
from palier.provisioning.models import ProvisioningJob
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_limit_that_nothing_measures_does_not_keep_a_change_from_being_confirmed(world: World) -> None:
    for plan in Plan.objects.filter(code__in=["web-a", "web-b"]):
        Plan.objects.filter(pk=plan.pk).update(limits={**plan.limits, "cpus": 2})
    Version.objects.update(number=99)
    change = world.change(world.subscribe("web-a"), "web-b")
    assert change.state == "done"
    job = ProvisioningJob.objects.get()
    assert job.target == target_of(change, world.house)
    assert "disk" in job.limits and "cpus" not in job.limits
