"""Site and authority with weather between them: in this process, and over a real socket."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import LazySettings

from tests.singlewindow.wired import CONTROL_TOKEN, Server, free_port
from tests.worlds import Person, make_world, signed_in
from wizard import authority
from wizard.models import World
from wizard.singlewindow import rule
from wizard.singlewindow.http import Line
from wizard.singlewindow.rule import Rule

DOWN: Final = "down"
# As the simulator can do it; `delay:1` is later than anybody here waits.
KINDS: Final = (
    DOWN,
    "lost-before",
    "lost-after",
    "http-500",
    "http-429:30",
    "no-answer",
    "delay:1",
    "drip",
    "reset",
    "truncated",
    "invalid-json",
    "wrong-schema",
    "duplicate-answer",
)
# The breaker is tested by itself: here it would make one call's weather the next one's.
PATIENT: Final = Rule(
    failures_before_rest=10**6, timeout_seconds=20, patience_seconds=20, pause_seconds=0.001
)
# While it is silent out there, that is noticed at once.
IMPATIENT: Final = dataclasses.replace(
    PATIENT, timeout_seconds=0.1, patience_seconds=0.15, pause_seconds=0.01
)
SILENT: Final = frozenset({"no-answer", "delay:1", "drip"})
# Without a wire an answer that is lost is lost in the same way, and so is a request.
SAME_WITHOUT_A_WIRE: Final = frozenset(KINDS) - {
    DOWN,
    "lost-before",
    "lost-after",
    "http-429:30",
    "delay:1",
    "duplicate-answer",
}
# What is worth its time where a case costs a lot of it.
WHERE_AND_KIND: Final = [
    (where, kind)
    for where in ("embedded", "socket")
    for kind in KINDS
    if where == "socket" or kind not in SAME_WITHOUT_A_WIRE
]
# One for each way in which an answer can be missing, for pages that have nothing of their own in
# between; what a wire does to bytes is the adapter's affair, not theirs.
FEW: Final = (DOWN, "lost-before", "lost-after", "no-answer", "wrong-schema")


@dataclasses.dataclass(kw_only=True)
class Sky:
    """What the weather between site and authority is, for one test."""

    settings: LazySettings
    folder: Path
    socket: bool
    lines: dict[str, Line] = dataclasses.field(default_factory=dict)
    _fair: dict[str, object] = dataclasses.field(default_factory=dict)

    def turn(self, world: World, kind: str, *operations: str) -> None:
        """From now on these operations of the world, or all, meet `kind`; `down` meets all."""
        if kind == DOWN:
            self._fall_silent()
            return
        if kind in SILENT:
            self._wait(IMPATIENT)
        for operation in operations or ("*",):
            authority.control().set_weather(world.key, operation=operation, kind=kind, times=99)

    def clear(self, world: World) -> None:
        """Fair weather again."""
        for name, value in self._fair.items():
            setattr(self.settings, name, value)
        self._fair = {}
        self._wait(PATIENT)
        for operation, (kind, _times) in authority.control().weather(world.key).items():
            authority.control().set_weather(world.key, operation=operation, kind=kind, times=0)

    def _wait(self, patience: Rule) -> None:
        rule.TIMEOUT_SECONDS = patience.timeout_seconds
        rule.PAGE_SECONDS = patience.patience_seconds
        for address, line in self.lines.items():
            if not address.endswith("/control"):
                line.rule = patience

    def _fall_silent(self) -> None:
        """Nobody listens on the port, or no store can be opened."""
        url = f"http://127.0.0.1:{free_port()}"
        blocked = self.folder / "a file, no folder"
        blocked.touch()
        gone: dict[str, object] = (
            {"SINGLEWINDOW_URL": url, "SINGLEWINDOW_CONTROL_URL": f"{url}/control"}
            if self.socket
            else {"SIMULATOR_PATH": blocked / "simulator.sqlite3"}
        )
        for name, value in gone.items():
            self._fair[name] = getattr(self.settings, name)
            setattr(self.settings, name, value)


@pytest.fixture(scope="session")
def far_server() -> Iterator[Server]:
    """The simulator as a server of its own."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["embedded", "socket"])
def sky(
    request: pytest.FixtureRequest,
    db: None,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Sky]:
    """The authority in this process or at the other end of a socket, and the sky between."""
    made = Sky(settings=settings, folder=tmp_path, socket=request.param == "socket")
    for name in ("TIMEOUT_SECONDS", "PAGE_SECONDS"):
        monkeypatch.setattr(rule, name, PATIENT.patience_seconds)
    if made.socket:
        url = request.getfixturevalue("far_server").url

        def open_line(address: str, *, token: str = "") -> Line:
            if address not in made.lines:
                made.lines[address] = Line(address, token=token, rule=PATIENT)
            return made.lines[address]

        monkeypatch.setattr(authority, "open_line", open_line)
        settings.SINGLEWINDOW_URL = url
        settings.SINGLEWINDOW_CONTROL_URL = f"{url}/control"
        settings.SINGLEWINDOW_CONTROL_TOKEN = CONTROL_TOKEN
    yield made
    for line in made.lines.values():
        line.close()


@pytest.fixture
def cast(sky: Sky) -> Callable[[str], Person]:
    """Somebody signed in with the 法人卡 of a persona's world."""

    def person(persona: str) -> Person:
        return signed_in(make_world(persona))

    return person
