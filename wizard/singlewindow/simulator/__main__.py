"""`python -m wizard.singlewindow.simulator --port 8200`: the simulator as a server of its own."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.personas import personas
from wizard.singlewindow.simulator.postman import Postman
from wizard.singlewindow.simulator.server import SimulatorApp
from wizard.singlewindow.simulator.store import Store

TOKEN_VARIABLE: Final = "SINGLEWINDOW_CONTROL_TOKEN"  # noqa: S105 - the name, not the token
SECRET_VARIABLE: Final = "SINGLEWINDOW_NOTICE_SECRET"  # noqa: S105 - the name, not the secret
THREADS: Final = 16
SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - memory, not a place for files


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with one process and many threads: worlds in memory belong to one process."""

    def __init__(self, make_app: Callable[[], SimulatorApp], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Ours instead of a file's."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> SimulatorApp:
        """The application, made in the process that serves it."""
        return self._make_app()


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(
        prog="python -m wizard.singlewindow.simulator",
        description="A simulated Single Window over HTTP. Everything in it is invented.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--path", type=Path, help="SQLite file for the worlds; else in memory")
    parser.add_argument(
        "--control",
        action="store_true",
        help=f"serve /control/ too; its token is ${TOKEN_VARIABLE}, or made and printed",
    )
    parser.add_argument(
        "--world",
        action="append",
        default=[],
        metavar="NAME=PERSONA",
        help="make this world at the start unless it is there, for example demo=P01",
    )
    parser.add_argument(
        "--notices-to",
        metavar="URL",
        help=f"tell this address what the insurer decides, signed with ${SECRET_VARIABLE}",
    )
    parser.add_argument(
        "--public-url",
        metavar="URL",
        help="where others reach this server, as new certificates say (http://HOST:PORT)",
    )
    chosen = parser.parse_args(arguments)
    secret = os.environ.get(SECRET_VARIABLE, "")
    if chosen.notices_to and not secret:
        parser.error(f"--notices-to: set {SECRET_VARIABLE} to what the site knows too")
    wanted = [tuple(text.partition("=")[::2]) for text in chosen.world]
    for _, persona in wanted:
        if persona not in personas():
            parser.error(f"There is no persona {persona!r}: {' '.join(personas())}")
    token = ""
    if chosen.control:
        token = os.environ.get(TOKEN_VARIABLE, "") or _made_token()
    address = f"http://{chosen.host}:{chosen.port}"
    options = {
        "bind": f"{chosen.host}:{chosen.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "keepalive": 5,
        "timeout": 0,
        "graceful_timeout": 2,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None,
        "when_ready": lambda _server: _say(f"{address}/openapi.json    Ctrl-C ends it"),
    }

    def make_app() -> SimulatorApp:
        keys = KeyStore(
            chosen.path.parent / "keys" if chosen.path else None,
            published_at=(chosen.public_url or address).rstrip("/"),
        )
        engine = Engine(Store(chosen.path), keys=keys)
        for name, persona in wanted:
            if not engine.has_world(name):
                engine.make_world(world=name, persona=persona, at=datetime.now(UTC))
        if chosen.notices_to:
            Postman(engine, url=chosen.notices_to, secret=secret).start()
        return SimulatorApp(engine, control_token=token)

    Server(make_app, options).run()


def _made_token() -> str:
    token = secrets.token_urlsafe(24)
    _say(f"control token: {token}")
    return token


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
