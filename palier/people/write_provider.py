"""Write the provider, whose words are in the catalogue file."""

from collections.abc import Mapping
from typing import Any, Literal

from palier.people.models import Provider


def write_provider(columns: Mapping[str, Any]) -> Literal["added", "changed", "unchanged"]:
    """Make the provider what the columns say, in the caller's transaction."""
    provider = Provider.objects.select_for_update().first()
    if provider is None:
        Provider.objects.create(**columns)
        return "added"
    if all(getattr(provider, name) == value for name, value in columns.items()):
        return "unchanged"
    Provider.objects.filter(pk=provider.pk).update(**columns)
    return "changed"
