"""Is the trail still what was written? Reads it as it lies in the database and names the first
line of every chain that is not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from django.db import DatabaseError, connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from wizard import anchors, trail
from wizard.models import Application, Event

PLAIN: Final = ("actor", "action", "page", "document_sha256", "outcome", "previous")
SQLITE: Final = "sqlite"


class Problem(StrEnum):
    """What is wrong with the line that is named."""

    CHANGED = "changed"  # its content is not what its hash was taken over
    OUT_OF_PLACE = "out of place"  # a line before it is missing, added or exchanged
    OTHER_ANCHOR = "not the line that was anchored"  # rewritten together with all that follows
    MISSING = "missing"  # the tail was cut off, or an older backup was put back
    NOT_ANCHORED = "after the last anchor"  # added by hand, or the process died at that moment
    UNREADABLE = "unreadable"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Bad:
    """The first bad line of one chain."""

    world: str
    number: str
    sequence: int
    problem: Problem

    def __str__(self) -> str:
        return f"{self.number} #{self.sequence}: {self.problem.value} (world {self.world[:8]})"


def first_bad(application: Application, kept: dict[int, set[str]]) -> Bad | None:
    """The first bad line of the application's chain, or None: it is whole and reaches its head.

    `kept`: what `anchors.heads` knows of this chain.
    """

    def bad(sequence: int, problem: Problem) -> Bad:
        number = application.number
        return Bad(world=application.world.key, number=number, sequence=sequence, problem=problem)

    previous, sequence, last = trail.GENESIS, 0, max(kept, default=0)
    for sequence, row in enumerate(_rows(application), start=1):
        problem = _problem(application, row, sequence, previous)
        if problem is None and not kept.get(sequence, {row["hash"]}) <= {row["hash"]}:
            problem = Problem.OTHER_ANCHOR
        if problem is None and sequence > last:
            problem = Problem.NOT_ANCHORED
        if problem is not None:
            return bad(sequence, problem)
        previous = row["hash"]
    return bad(sequence + 1, Problem.MISSING) if sequence < last else None


def audit() -> Iterator[Bad]:
    """The first bad line of every chain that has one. Raises `anchors.AnchorsDamaged`."""
    kept = anchors.heads()
    known = Application.objects.filter(world__purged_at=None).select_related("world")
    for application in known.order_by("pk").iterator():
        chain = application.world.key, application.number
        found = first_bad(application, kept.pop(chain, {}))
        if found is not None and found.problem is Problem.NOT_ANCHORED:
            # Written since the anchors were read: the site goes on while it is checked.
            found = first_bad(application, anchors.heads().get(chain, {}))
        if found is not None:
            yield found
    for world, number in kept:  # the application itself is gone
        yield Bad(world=world, number=number, sequence=1, problem=Problem.MISSING)


def _problem(
    application: Application, row: dict[str, Any], sequence: int, previous: str
) -> Problem | None:
    if row.get("unreadable"):
        return Problem.UNREADABLE
    if row["sequence"] != sequence or row["previous"] != previous:
        return Problem.OUT_OF_PLACE
    try:
        at, facts = _moment(row["at_text"]), json.loads(row["facts_text"])
    except (ValueError, TypeError):
        return Problem.UNREADABLE
    if connection.vendor == SQLITE and not _as_written(row, at, facts):
        return Problem.CHANGED
    values = {
        "application": application.number,
        "sequence": sequence,
        "at": at.astimezone(trail.BEIJING).isoformat(timespec="microseconds"),
        "facts": facts,
        **{name: row[name] for name in PLAIN},
    }
    try:
        return None if trail.digest(values) == row["hash"] else Problem.CHANGED
    except (ValueError, TypeError):  # bytes where text belongs, half of a surrogate pair
        return Problem.UNREADABLE


def _as_written(row: dict[str, Any], at: datetime, facts: Any) -> bool:
    """SQLite keeps these columns as text: one byte more or less of the same meaning is a change."""
    said = str(at.replace(tzinfo=None))
    return bool(row["at_text"] == said and row["facts_text"] == json.dumps(facts))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _rows(application: Application) -> list[dict[str, Any]]:
    """The chain's lines as they lie there; one that cannot even be read does not hide the rest."""
    whole = _query(application)
    try:
        return list(whole)
    except DatabaseError:  # SQLite: bytes that are no text
        keys = Event.objects.filter(application=application).order_by("sequence", "pk")
        return [_row(whole, pk) for pk in keys.values_list("pk", flat=True)]


def _row(whole: QuerySet[Event, dict[str, Any]], pk: int) -> dict[str, Any]:
    try:
        return whole.get(pk=pk)
    except DatabaseError:
        return {"unreadable": True, "hash": ""}


def _query(application: Application) -> QuerySet[Event, dict[str, Any]]:
    rows: QuerySet[Event, dict[str, Any]] = (
        Event.objects.filter(application=application)
        .annotate(at_text=Cast("at", TextField()), facts_text=Cast("facts", TextField()))
        .order_by("sequence", "pk")
        .values("sequence", "hash", "at_text", "facts_text", *PLAIN)
    )
    return rows
