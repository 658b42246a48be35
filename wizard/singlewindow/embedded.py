"""The simulator inside this process: the adapter that needs no wire."""

from __future__ import annotations

import functools
from pathlib import Path

from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.store import Store
from wizard.singlewindow.simulator.window import WorldWindow as EmbeddedSingleWindow

__all__ = ["EmbeddedSingleWindow", "Engine", "open_engine"]


def open_engine(path: Path | None, *, published_at: str = "") -> Engine:
    """The engine on the SQLite file at `path`, or in memory; one per path and process.

    `published_at`: where the site serves certificate and revocation list, as new certificates say.

    `Engine.window(world)` is the `SingleWindow` of a world, the engine itself its `Control`.
    """
    return _engine(_place(path) if path else None, published_at)


@functools.cache
def _place(path: Path) -> Path:
    """Resolving asks the disk about every folder on the way, and every page comes by here."""
    return path.resolve()


@functools.cache
def _engine(path: Path | None, published_at: str) -> Engine:
    keys = KeyStore(path.parent / "keys" if path else None, published_at=published_at)
    return Engine(Store(path), keys=keys)
