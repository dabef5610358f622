"""The margin: what the catalogue wants to stay free on a server above what is used, beside what its panel asks for."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil

from palier.core.fit import Measure
from palier.drivers.panel import State


def with_margin(state: State, margin: Mapping[str, int | str]) -> State:
    """The state with the wider of both margins. `margin` is, by resource, an amount, or a share of what is used."""
    asked = {
        resource: _room(wanted, state.usage[resource])
        for resource, wanted in margin.items()
        if resource in state.usage and state.usage[resource].exactness != "unknown"
    }
    room = {
        resource: max(asked.get(resource, 0), state.room.get(resource, 0))
        for resource in asked.keys() | state.room.keys()
    }
    return replace(state, room=room)


def _room(wanted: int | str, measure: Measure) -> int:
    return wanted if isinstance(wanted, int) else ceil(measure.amount * Fraction(wanted))
