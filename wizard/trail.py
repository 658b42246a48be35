"""The trail: an append-only record, chained by hash, of who did what to which version.

The only writer of `Event`. The database refuses changes (migrations), the chain shows them, and
`anchors` keeps the heads outside the database, where a tail that was cut off is missed.
"""

from __future__ import annotations

import functools
import hashlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from django.db import transaction

from wizard import anchors
from wizard.models import Application, Event, World

GENESIS: Final = "0" * 64
# How the trail names the other side, where no person of ours acted.
AUTHORITY: Final = "single-window"
# Records carry Beijing time whatever the server's zone is (domain.md §4).
BEIJING: Final = timezone(timedelta(hours=8))


def append(
    *,
    application: Application,
    actor: str,
    action: str,
    at: datetime,
    outcome: str,
    page: str = "",
    document_sha256: str = "",
    facts: dict[str, Any] | None = None,
) -> Event:
    """Add one line to the application's chain, inside the caller's transaction if there is one.

    `facts` are JSON values without secrets. The chain is per application, so that two companies
    never wait for each other; within one the unique (application, sequence) orders the writers.
    """
    with transaction.atomic():
        # The application's row is the lock of its chain.
        chain = Application.objects.select_for_update(of=("self",)).select_related("world")
        world = chain.only("world__key").get(pk=application.pk).world
        last = Event.objects.filter(application=application).order_by("-sequence").first()
        event = Event(
            application=application,
            sequence=last.sequence + 1 if last else 1,
            at=at,
            actor=actor,
            action=action,
            page=page,
            document_sha256=document_sha256,
            outcome=outcome,
            facts=facts or {},
            previous=last.hash if last else GENESIS,
        )
        event.hash = digest(line(event))
        event.save(force_insert=True)
        head = anchors.Head(
            world=world.key,
            number=application.number,
            sequence=event.sequence,
            hash=event.hash,
        )
        # robust: what is committed stays acknowledged even if the disk of the anchors is full.
        transaction.on_commit(functools.partial(anchors.keep, head), robust=True)
    return event


def append_once(*, application: Application, action: str, about: str, **rest: Any) -> None:
    """`append`, unless this action is on record with the same `about`: who came first wrote it."""
    with transaction.atomic():
        Application.objects.select_for_update(of=("self",)).only("pk").get(pk=application.pk)
        lines = Event.objects.filter(application=application, action=action, outcome="done")
        if any(event.facts.get("about") == about for event in lines):
            return
        facts = (rest.pop("facts", None) or {}) | {"about": about}
        append(application=application, action=action, outcome="done", facts=facts, **rest)


def line(event: Event) -> dict[str, Any]:
    """What the hash is taken over, as JSON values; `event.application` must be at hand."""
    return {
        "application": event.application.number,
        "sequence": event.sequence,
        "at": event.at.astimezone(BEIJING).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "page": event.page,
        "document_sha256": event.document_sha256,
        "outcome": event.outcome,
        "facts": event.facts,
        "previous": event.previous,
    }


def digest(values: dict[str, Any]) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON of a line, the previous hash included."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lines(application: Application) -> list[Event]:
    """The application's lines in order. One query."""
    found = list(Event.objects.filter(application=application).order_by("sequence"))
    for event in found:
        event.application = application
    return found


def let_go(world: World) -> None:
    """Note outside the database that the world's chains end by decision, not by a cut."""
    anchors.end(world.key)
