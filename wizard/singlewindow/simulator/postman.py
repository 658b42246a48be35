"""Delivers what the insurer decided and issued to a site's door, signed, until it is taken in."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Final

import httpx

from wizard.singlewindow import notices
from wizard.singlewindow.faults import NotFound, OutcomeUnknown
from wizard.singlewindow.notices import Notice
from wizard.singlewindow.port import ApplicationFile
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.weather import Weather

# The name under which weather for notices is ordered.
OPERATION: Final = "notice"
ROUND_SECONDS: Final = 1.0
TIMEOUT_SECONDS: Final = 5.0
AFTER_FAILURE_SECONDS: Final = 5.0


class Postman:
    """Goes round all worlds; what the site did not take comes again on the next round."""

    def __init__(
        self,
        engine: Engine,
        *,
        url: str,
        secret: str,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._url = url
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False, transport=transport
        )

    def start(self) -> None:
        """Go round for ever, beside the server."""
        threading.Thread(target=self._rounds, daemon=True).start()

    def go_round(self) -> bool:
        """Once to every world; False when something was not taken in."""
        taken = [self.deliver(world) for world in self._engine.worlds()]
        return all(taken)

    def deliver(self, world: str) -> bool:
        """What is due in one world, in its order unless the weather has it otherwise."""
        due = self._engine.due_notices(world)
        if not due:
            return True
        forecast = self._engine.take_weather(world, OPERATION)
        kind = forecast.kind if forecast else None
        if kind is Weather.OUT_OF_ORDER:
            due = due[::-1]
        if kind is Weather.DUPLICATE:
            due = [one for one in due for _ in range(2)]
        if kind is not Weather.LOST_BEFORE:
            taken = [self._post(world, file) for file in due]
            if not all(taken):
                return False
        if kind is not Weather.LOST_AFTER:  # the site's thanks are lost: all of it comes again
            for file in due:
                self._engine.mark_notified(world, file.number, version=file.version)
        return True

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _post(self, world: str, file: ApplicationFile) -> bool:
        name = hashlib.sha256(f"{world}\n{file.number}\n{file.version}".encode()).hexdigest()[:32]
        body = notices.dump(Notice(id=name, type=notices.FILE_CHANGED, world=world, file=file))
        stamp = str(int(self._clock()))
        signed = notices.signature(self._secret, timestamp=stamp, body=body)
        try:
            response = self._client.post(
                self._url,
                content=body,
                headers={
                    "Content-Type": "application/json",
                    notices.TIMESTAMP_HEADER: stamp,
                    notices.SIGNATURE_HEADER: signed,
                },
            )
        except httpx.HTTPError:
            return False
        return response.is_success

    def _rounds(self) -> None:
        while True:
            try:
                fine = self.go_round()
            except (NotFound, OutcomeUnknown):
                fine = False
            time.sleep(ROUND_SECONDS if fine else AFTER_FAILURE_SECONDS)
