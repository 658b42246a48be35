"""Where one journey takes place: site and authority with files of their own, and time to bend."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import urlsplit

import httpx
from django.conf import LazySettings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests import alike
from tests.door import Door
from tests.singlewindow.wired import CONTROL_TOKEN, InMemory
from wizard import authority, documents, trail, transitions
from wizard.account import signin
from wizard.models import Attempt, Throttle, World
from wizard.singlewindow import embedded, notices
from wizard.singlewindow.http import Line
from wizard.singlewindow.notices import Notice
from wizard.singlewindow.port import ApplicationFile
from wizard.singlewindow.rule import Rule
from wizard.singlewindow.simulator import secrecy, server, weather
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.postman import Postman
from wizard.singlewindow.simulator.server import SimulatorApp

URL: Final = "http://authority.example"
SECRET: Final = "secret-of-the-journeys"
NOTICES: Final = "http://site/singlewindow/notices/"
NUMBERS: Final = itertools.count(1)
# Older than any attempt that somebody may still wait for (`transitions.IN_FLIGHT`).
LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)


# Where in a commit the process may end.
DEATHS: Final = ("before the call", "after the answer", "in the transaction")


class Killed(BaseException):
    """The process ends here: nobody catches it, nobody cleans up."""


class Watch:
    """Stands in for the module `time` at the authority's door: time passes only by sleeping, and
    who sleeps waits for nothing. A busy machine is no bad weather.
    """

    def __init__(self) -> None:
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def monotonic(self) -> float:
        return self.slept


class Wire(InMemory):
    """The wire without a socket; an answer that comes too late is not waited for."""

    def __init__(self, app: SimulatorApp, watch: Watch, *, open_: Callable[[], bool]) -> None:
        super().__init__(app)
        self._watch = watch
        self._open = open_

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self._open():
            raise httpx.ConnectError("down", request=request)
        begun = self._watch.monotonic()
        response = super().handle_request(request)
        if self._watch.monotonic() - begun > request.extensions["timeout"]["read"]:
            raise httpx.ReadTimeout("too late", request=request)
        return response


class Place:
    """The surroundings of one journey after another; `move_in` gives the next one its own."""

    def __init__(self, folder: Path, settings: LazySettings, patch: Any) -> None:
        self.folder = folder
        self.settings = settings
        self.watch = Watch()
        self.lines: dict[str, Line] = {}
        self.is_down = False
        self.journeys = 0
        for module in (weather, server):
            patch.setattr(module, "time", self.watch)
        patch.setattr(secrecy, "COST", 2)
        # What one journey has set, the next need not set again.
        patch.setattr(documents, "pdf", alike.pdf)
        patch.setattr(authority, "open_line", self._open_line)
        self._blocked = folder / "a file, no folder"
        self._blocked.touch()
        settings.SINGLEWINDOW_NOTICE_SECRETS = [SECRET]
        settings.SINGLEWINDOW_CONTROL_TOKEN = CONTROL_TOKEN

    def move_in(self, *, wired: bool) -> None:
        """Files that nobody has used, on this side of a wire or in one process."""
        self.journeys += 1
        name = f"{next(NUMBERS)}"
        self.path = self.folder / f"{name}.sqlite3"
        self.settings.SIMULATOR_PATH = self.path
        self.settings.TRAIL_ANCHORS = self.folder / f"{name}.jsonl"
        self.settings.SINGLEWINDOW_URL = URL if wired else ""
        self.settings.SINGLEWINDOW_CONTROL_URL = f"{URL}/control" if wired else ""
        Throttle.objects.all().delete()
        self.restart()

    def move_out(self) -> None:
        """Leave nothing behind but the keys, which take long to make."""
        from wizard.demo.worlds import purge  # noqa: PLC0415 - the console's, only the demo has it

        for world in World.objects.all():
            purge(world)
        self.restart()
        for path in self.folder.glob("*.sqlite3*"):
            path.unlink()
        self.settings.TRAIL_ANCHORS.unlink(missing_ok=True)

    def restart(self) -> None:
        """What a new process does not know any more is forgotten."""
        embedded._engine.cache_clear()
        cache.clear()
        for line in self.lines.values():
            line.close()
        self.lines = {}
        self.wire.cache_clear()

    @functools.cache  # noqa: B019 - cleared at every restart
    def wire(self) -> Wire:
        app = SimulatorApp(self.engine, control_token=CONTROL_TOKEN)
        return Wire(app, self.watch, open_=lambda: not self.is_down)

    def _open_line(self, address: str, *, token: str = "") -> Line:
        if address not in self.lines:
            line = Line(
                address,
                token=token,
                transport=self.wire(),
                clock=self.watch.monotonic,
                sleep=self.watch.sleep,
            )
            self.lines[address] = line
        return self.lines[address]

    @property
    def engine(self) -> Engine:
        """The authority itself, whatever lies between it and the site."""
        return embedded.open_engine(self.path, published_at=self.settings.CERTIFICATES_URL)

    # --- what happens to the site

    def long_after(self) -> None:
        """Nobody waits any more for what was on its way; a line that rested is tried again."""
        self.watch.sleep(Rule().heals_within_seconds)
        Attempt.objects.filter(status__in=Attempt.OPEN).update(opened_at=LONG_AGO)

    @contextmanager
    def dying(self, when: str) -> Iterator[None]:
        """The site's process is killed at this point of a commit, if it comes there."""
        points: dict[str, tuple[Any, str]] = {
            "before the call": (transitions, "Call"),
            "after the answer": (transitions, "_finish"),
            "in the transaction": (trail, "append"),
        }
        module, name = points[when]
        with mock.patch.object(module, name, side_effect=Killed):
            try:
                yield
            except Killed:
                self.restart()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody listens at the authority's address, or its store cannot be opened."""
        self.is_down, self.settings.SIMULATOR_PATH = True, self._blocked / "simulator.sqlite3"
        try:
            yield
        finally:
            self.is_down, self.settings.SIMULATOR_PATH = False, self.path

    @property
    def line_rests(self) -> bool:
        """Whether nobody is asked for a while, because too many questions had no answer."""
        return any(line._breaker.seconds_to_wait() > 0 for line in self.lines.values())

    @staticmethod
    def session_runs_out(client: Client) -> None:
        """The sign-in of this browser is as old as it may become."""
        session = client.session
        if signin.SESSION_KEY in session:
            kept = session[signin.SESSION_KEY]
            session[signin.SESSION_KEY] = kept | {"started": LONG_AGO.timestamp()}
            session.save()

    # --- notices

    def notice(
        self, world: World, file: ApplicationFile, *, secret: str = SECRET, tampered: bool = False
    ) -> Any:
        """A notice of this file, signed now; `tampered` with after it was signed."""
        body = notices.dump(
            Notice(id="again", type=notices.FILE_CHANGED, world=world.key, file=file)
        )
        stamp = str(int(time.time()))
        signed = notices.signature(secret, timestamp=stamp, body=body)
        return Client().post(
            urlsplit(NOTICES).path,
            data=body.replace(b'"again"', b'"other"') if tampered else body,
            content_type="application/json",
            headers={notices.TIMESTAMP_HEADER: stamp, notices.SIGNATURE_HEADER: signed},
        )

    def deliver(self, world: World) -> None:
        """The postman comes once."""
        postman = Postman(self.engine, url=NOTICES, secret=SECRET, transport=Door())
        postman.deliver(world.key)
        postman.close()

    @contextmanager
    def in_a_copy(self, world: World) -> Iterator[World]:
        """In fair weather; whatever is done in the block has never been, neither here nor there."""
        key = f"{world.key}-copy"
        self.engine.copy_world(world.key, to=key)
        lines, self.lines = self.lines, {}
        try:
            with transaction.atomic():
                World.objects.filter(pk=world.pk).update(key=key)
                Attempt.objects.filter(status__in=Attempt.OPEN).update(opened_at=LONG_AGO)
                yield World.objects.get(pk=world.pk)
                transaction.set_rollback(True)
        finally:
            self.lines = lines
            self.engine.purge_world(key)
