"""Write the notices of an event: one for each person it concerns."""

from palier.events.models import Event


def write_notices(event: Event) -> None:
    """To be written."""
