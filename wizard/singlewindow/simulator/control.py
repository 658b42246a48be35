"""The demonstrator's hand as the server offers it: apart from the service, off unless asked for."""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from pydantic import Field, WithJsonSchema

from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import Control
from wizard.singlewindow.simulator.store import Request
from wizard.singlewindow.simulator.world import Decision

# The kinds of `weather.py` with their details, for the OpenAPI document.
SECONDS: Final = "(:([0-9]|[1-5][0-9]|60))?"
KINDS: Final = (
    "^(lost-before|lost-after|http-500|no-answer|truncated|invalid-json|wrong-schema|drip|reset"
    "|duplicate-answer|out-of-order"
    f"|fault:({'|'.join(FaultCode)})|http-429{SECONDS}|delay{SECONDS})$"
)
Kind = Annotated[str, Field(json_schema_extra={"pattern": KINDS})]
KindAndTimes = Annotated[
    tuple[str, int],
    WithJsonSchema({"type": "array", "minItems": 2, "maxItems": 2, "description": "kind, times"}),
]


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

    def set_outcome(self, world: str, *, decision: Decision, reason: str = "") -> None:
        """How every review from the next submission on ends. Raises NotFound."""
        ...

    def set_pace(
        self, world: str, *, working_days: int, working_minutes: int, reads: int = 0
    ) -> None:
        """How long every review from the next submission on takes.

        Working days, then minutes in which offices are open; all zero: at once, the policy with it.
        With `reads`, after the application has been read that often, if the time (without one,
        the usual) is not over before. Raises NotFound, ValueError.
        """
        ...

    def revoke_certificate(self, world: str, *, days_ago: int = 0) -> None:
        """The enterprise's key is not safe any more: its certificate is revoked as of so many days
        before the world's now (电子签名法 art. 15).

        Its 法人卡 reads as invalid (C-104) until it is put right or renewed; the next signature is
        by a new key. Raises NotFound, ValueError.
        """
        ...

    def set_weather(self, world: str, *, operation: str, kind: Kind, times: int = 1) -> None:
        """The next `times` calls of `operation` (a method of the port, or `*`) meet `kind`.

        lost-before, lost-after, fault:CODE, http-500, http-429:SECONDS, delay:SECONDS, no-answer,
        truncated, invalid-json, wrong-schema, drip, reset, duplicate-answer, out-of-order.
        `notice` is an operation too. Zero times clears it.
        """
        ...

    def weather(self, world: str) -> dict[str, KindAndTimes]:
        """Kind and number of calls still to come, by operation."""
        ...

    def requests(self, world: str, *, limit: int = 100) -> list[Request]:
        """What the authority has been asked to change in this world, newest first."""
        ...
