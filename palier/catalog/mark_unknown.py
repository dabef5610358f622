"""Note which plans their panels do not know, so that nobody is offered what cannot be made."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from palier.catalog.models import Plan, Version


def mark_unknown(unknown: Collection[str], known: Collection[str], at: datetime) -> bool:
    """By the codes of plans. The version counts up when one has changed, so that everybody reads them again."""
    with transaction.atomic():
        gone = Plan.objects.filter(code__in=unknown, unknown_since=None).update(unknown_since=at)
        back = Plan.objects.filter(code__in=known).exclude(unknown_since=None).update(unknown_since=None)
        if gone or back:
            Version.objects.filter(pk=1).update(number=F("number") + 1)
    return bool(gone or back)
