"""One world's window as the server opens it for one request."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from wizard.singlewindow.port import Receipt
from wizard.singlewindow.simulator.calls import Write
from wizard.singlewindow.simulator.weather import Forecast
from wizard.singlewindow.simulator.window import WorldWindow


class ServedWindow(WorldWindow):
    """Knows whether its receipt is new; the weather is the server's affair, since it has a wire."""

    made_a_receipt = False

    def __init__(self, *args: Any, met: Forecast | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._met = met

    def _weather(
        self,
        operation: str,  # noqa: ARG002
        *,
        key: str = "",  # noqa: ARG002
        number: str = "",  # noqa: ARG002
    ) -> AbstractContextManager[Forecast | None]:
        return nullcontext(self._met)

    def _receipt(self, write: Write, operation: str, key: str) -> Receipt:  # type: ignore[override]  # the instance remembers
        self.made_a_receipt = True
        return WorldWindow._receipt(write, operation, key)
