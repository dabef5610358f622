"""Somebody who is told how a long piece of work goes on."""

from collections.abc import Callable


class Watch:
    """Told of each step, of what it goes over, and of what came of it. This one does nothing with it."""

    def begins(self, step: str, total: Callable[[], int]) -> None:
        """A step begins; `total` counts what it goes over, for whoever wants to know."""

    def goes_on(self, by: int = 1) -> None:
        """So many more are done."""

    def failed(self) -> None:
        """One failed, and is in the log."""

    def came_to(self, result: object) -> None:
        """The step is over, and this came of it."""


NOBODY = Watch()
