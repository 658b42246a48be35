"""How long a page takes while the authority does not answer, and how soon it works afterwards.

Run `.venv/bin/python -m benchmarks.weather`. Site and simulator are servers of their own with a
relay between them that can fall silent in four ways. Targets (quality.md): a page within 3 s, and
working again within 10 s. The same page in fair weather stands beside it as the baseline.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from tests.singlewindow.wired import CONTROL_TOKEN, Server, free_port

VAR_DIR = Path(tempfile.mkdtemp(prefix="wizard-bench-"))
SIMULATOR: Final = Server()
RELAY_PORT: Final = free_port()
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "wizard.settings"
os.environ["LOG_LEVEL"] = "CRITICAL"
os.environ["SINGLEWINDOW_URL"] = f"http://127.0.0.1:{RELAY_PORT}"
os.environ["SINGLEWINDOW_CONTROL_URL"] = f"{SIMULATOR.url}/control"
os.environ["SINGLEWINDOW_CONTROL_TOKEN"] = CONTROL_TOKEN

import django  # noqa: E402 - after the environment is set

django.setup()

from django.core.management import call_command  # noqa: E402

from benchmarks.serving import Served, served  # noqa: E402
from tests.worlds import make_world, signed_in  # noqa: E402
from wizard.process import State  # noqa: E402

LONGEST_PAGE, LONGEST_HEALING = 3.0, 10.0
ROUNDS: Final = 3
FAIR, SILENT, DRIPPING, RESET, DOWN = "fair", "silent", "dripping", "reset", "down"
DRIP_SECONDS: Final = 0.05
UNKNOWN: Final = b"X-704"


class Relay:
    """Passes bytes on in fair weather; else it accepts and says nothing, too little, or an RST."""

    def __init__(self, *, port: int, to: int) -> None:
        self._port, self._to = port, to
        self.weather = FAIR
        self._server: socket.socket | None = None
        self.open()

    def open(self) -> None:
        """Listen."""
        self._server = socket.create_server(("127.0.0.1", self._port), backlog=128)
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def close(self) -> None:
        """Nobody listens any more."""
        if self._server is not None:
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None

    def turn(self, weather: str) -> None:
        """From now on."""
        if weather == DOWN:
            self.close()
        elif self._server is None:
            self.open()
        self.weather = weather

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        weather = self.weather
        with line, contextlib.suppress(OSError):
            if weather == FAIR:
                with socket.create_connection(("127.0.0.1", self._to)) as far:
                    back = threading.Thread(target=_pump, args=(far, line), daemon=True)
                    back.start()
                    _pump(line, far)
                    back.join()
            elif weather == RESET:
                line.recv(1)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            elif weather == DRIPPING:
                for _ in range(2000):
                    line.sendall(b"H")
                    time.sleep(DRIP_SECONDS)
            else:
                while line.recv(4096):
                    pass


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)


def seconds(site: Served, url: str, cookies: str) -> float:
    """How long one page takes. Ends the run when it is an error page."""
    started = time.monotonic()
    status, _body = site.get(url, cookies=cookies)
    if status not in {200, 503}:
        raise SystemExit(f"{url}: {status}")
    return time.monotonic() - started


def heals(site: Served, cookies: str) -> float:
    """How long until the service centre knows the truth again."""
    started = time.monotonic()
    while UNKNOWN in site.get("/center/", cookies=cookies)[1]:
        if time.monotonic() - started > 5 * LONGEST_HEALING:
            break
        time.sleep(0.1)
    return time.monotonic() - started


def measure(site: Served, relay: Relay, urls: list[str], cookies: str) -> int:
    """Print a line for each kind of silence; how many missed a target."""
    baseline = statistics.median(seconds(site, url, cookies) for url in urls * ROUNDS)
    print(f"{'median s':>9} {'longest s':>10} {'ratio':>6} {'healed s':>9}  authority")
    print(f"{baseline:9.3f} {'':10} {1:6.0f} {'':9}  {FAIR}")
    missed = 0
    for weather in (SILENT, DRIPPING, RESET, DOWN):
        relay.turn(weather)
        waits = [seconds(site, url, cookies) for url in urls * ROUNDS]
        relay.turn(FAIR)
        healed = heals(site, cookies)
        over = max(waits) > LONGEST_PAGE or healed > LONGEST_HEALING
        missed += over
        middle = statistics.median(waits)
        print(
            f"{middle:9.3f} {max(waits):10.3f} {max(waits) / baseline:6.0f} {healed:9.2f}"
            f"  {weather}{'  MISSED' if over else ''}"
        )
    return missed


def main() -> int:
    """Print the table; 1 if a target is missed."""
    call_command("prepare", verbosity=0)
    SIMULATOR.start()
    relay = Relay(port=RELAY_PORT, to=SIMULATOR.port)
    person = signed_in(make_world("P01"))
    application = person.application(until=State.UNDER_REVIEW)
    pages = [f"/apply/{application.number}/policy/", "/center/", "/account/seals/", "/account/"]
    pages += ["/account/verify/", "/policies/", "/login/card/", "/check/"]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in person.client.cookies.items())
    with served("wizard.wsgi:application", folder=VAR_DIR) as site:
        missed = measure(site, relay, pages, cookies)
    print(f"targets missed: {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        SIMULATOR.stop()
        shutil.rmtree(VAR_DIR, ignore_errors=True)
