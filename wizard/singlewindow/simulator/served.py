"""One world's window as the server opens it for one request."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from wizard.singlewindow.port import Receipt
from wizard.singlewindow.simulator.calls import Write
from wizard.singlewindow.simulator.window import WorldWindow


class ServedWindow(WorldWindow):
    """Knows whether its receipt is new; the weather is the server's affair, since it has a wire."""

    made_a_receipt = False

    def _weather(self, operation: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()

    def _receipt(self, write: Write, operation: str, key: str) -> Receipt:  # type: ignore[override]  # the instance remembers
        self.made_a_receipt = True
        return WorldWindow._receipt(write, operation, key)
