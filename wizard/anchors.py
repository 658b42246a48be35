"""Heads of the trail's chains, kept in a file outside the database (ADR 0007).

A chain whose tail was cut off, or a database that was put back to an older backup, is whole in
itself; it no longer reaches the head that was written down here. One JSON line for each event.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

Chain = tuple[str, str]  # key of the world, number of the application


class AnchorsDamaged(Exception):  # noqa: N818 - says what happened
    """A line of the file cannot be read; the message names it."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where a chain had come to: `hash` (64 hex digits) of its line number `sequence`."""

    world: str
    number: str
    sequence: int
    hash: str


def keep(head: Head) -> None:
    """Write one head down, after its line was committed. Raises `OSError`."""
    _append(dataclasses.asdict(head))


def end(world: str) -> None:
    """Write down that the world was thrown away: nobody misses its chains. Raises `OSError`."""
    _append({"world": world, "ended": True})


def heads() -> dict[Chain, dict[int, set[str]]]:
    """For each chain that should be there: what was written down for each of its lines.

    Raises `AnchorsDamaged`.
    """
    found: dict[Chain, dict[int, set[str]]] = {}
    for said in _read():
        if said.get("ended"):
            for chain in [chain for chain in found if chain[0] == said["world"]]:
                del found[chain]
            continue
        kept = found.setdefault((said["world"], said["number"]), {})
        kept.setdefault(said["sequence"], set()).add(said["hash"])
    return found


def beside_the_database() -> bool:
    """Whether the anchors lie on the very disk of the database, where they protect least."""
    if connection.vendor != "sqlite":
        return False
    disks = [
        next(place.stat().st_dev for place in (path, *path.parents) if place.exists())
        for path in (Path(settings.TRAIL_ANCHORS).resolve(), Path(connection.settings_dict["NAME"]))
    ]
    return disks[0] == disks[1]


def _append(said: dict[str, Any]) -> None:
    """One write in append mode: lines of several processes never mix."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    descriptor = os.open(settings.TRAIL_ANCHORS, flags, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _read() -> Iterator[dict[str, Any]]:
    path = Path(settings.TRAIL_ANCHORS)
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                said = json.loads(text)
                if not said.get("ended"):
                    Head(**said)
                yield {"world": said["world"], **said}
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise AnchorsDamaged(f"{path}:{number}") from error
