"""The authority at the other end of a wire: in memory, and as a server on a real socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import httpx

from wizard.singlewindow.http import HttpSigningAuthority, HttpSingleWindow, Line, adapter_of
from wizard.singlewindow.port import SingleWindow
from wizard.singlewindow.rule import Rule
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.control import ServedControl
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.server import SimulatorApp
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.storm import Cut

ROOT: Final = Path(__file__).parents[2]
CONTROL_TOKEN: Final = "control-token-of-the-tests"
START_SECONDS: Final = 60
# The contract says what one call does; how often a call is repeated is tested by itself.
ONCE: Final = Rule(
    tries=1, writes_tried=1, failures_before_rest=10**6, timeout_seconds=20, patience_seconds=30
)


class InMemory(httpx.BaseTransport):
    """Calls the application in this process; a cut line looks as it does on a socket."""

    def __init__(self, app: SimulatorApp) -> None:
        self._inner = httpx.WSGITransport(app=app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._inner.handle_request(request)
            response.read()
        except Cut as cut:
            raise httpx.RemoteProtocolError("cut", request=request) from cut
        return response


class WiredAuthority(adapter_of(ServedControl)):  # type: ignore[misc]  # made from the protocol
    """What the contract suite needs, all of it through HTTP."""

    def __init__(
        self, url: str, *, rule: Rule, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._service = Line(url, rule=rule, transport=transport)
        self._signing = Line(f"{url}/signing", rule=rule, transport=transport)
        self._control = Line(f"{url}/control", rule=rule, transport=transport, token=CONTROL_TOKEN)
        super().__init__(self._control, "")

    def close(self) -> None:
        """Hang up."""
        self._service.close()
        self._signing.close()
        self._control.close()

    def window(self, world: str) -> SingleWindow:
        """The authority as `world` sees it."""
        return HttpSingleWindow(self._service, world)

    def signatures(self, world: str) -> SigningAuthority:
        """Who signs for `world`."""
        return HttpSigningAuthority(self._signing, world)


def in_memory(engine: Engine | None = None, *, rule: Rule = ONCE) -> WiredAuthority:
    """The server's application without a socket."""
    app = SimulatorApp(engine or Engine(Store(None)), control_token=CONTROL_TOKEN)
    return WiredAuthority("http://simulator", rule=rule, transport=InMemory(app))


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`python -m wizard.singlewindow.simulator` in a process of its own."""

    def __init__(self, *arguments: str, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._arguments = arguments
        self._environment = {
            **os.environ,
            "SINGLEWINDOW_CONTROL_TOKEN": CONTROL_TOKEN,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises `RuntimeError` when it does not."""
        command = [sys.executable, "-m", "wizard.singlewindow.simulator", "--control"]
        command += ["--port", str(self.port), *self._arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(timeout=2) as line:
            while time.monotonic() < deadline and self._process.poll() is None:
                try:
                    if line.get(f"{self.url}/openapi.json").is_success:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)  # polling a start
        self.stop()
        raise RuntimeError("The simulator did not start")

    def stop(self) -> None:
        """End it, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(15)

    def authority_as_it_is(self, *, rule: Rule = ONCE) -> WiredAuthority:
        """The running server."""
        return WiredAuthority(self.url, rule=rule)

    def authority(self, *, rule: Rule = ONCE) -> WiredAuthority:
        """The running server, without worlds."""
        found = self.authority_as_it_is(rule=rule)
        for world in found.worlds():
            found.purge_world(world)
        return found
