"""The demonstrator's hand as the server offers it: apart from the service, off unless asked for."""

from __future__ import annotations

from typing import Protocol

from wizard.singlewindow.port import Control
from wizard.singlewindow.simulator.store import Request


class ServedControl(Control, Protocol):
    """`Control`, and what only the simulator has: its worlds, its weather, its log."""

    def worlds(self) -> list[str]:
        """The names of all worlds, in their order."""
        ...

    def copy_world(self, world: str, *, to: str) -> None:
        """Another world just like this one, sign-ins and answers included.

        A world of that name is thrown away first. Raises NotFound.
        """
        ...

    def reset_world(self, world: str) -> None:
        """The world as its persona starts, its clock at real time. Raises NotFound."""
        ...

    def set_weather(self, world: str, *, operation: str, kind: str, times: int = 1) -> None:
        """The next `times` calls of `operation` (a method of the port, or `*`) meet `kind`.

        lost-before, lost-after, fault:CODE, http-500, http-429:SECONDS, delay:SECONDS, no-answer,
        truncated, invalid-json, duplicate-answer. Zero times clears it.
        """
        ...

    def weather(self, world: str) -> dict[str, tuple[str, int]]:
        """Kind and number of calls still to come, by operation."""
        ...

    def requests(self, world: str) -> list[Request]:
        """What the authority has been asked to change in this world, newest first."""
        ...
