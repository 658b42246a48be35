"""The trail: an append-only record, chained by hash, of who did what to which version."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from django.db import transaction

from wizard.models import Application, Event

GENESIS: Final = "0" * 64
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
        Application.objects.select_for_update().only("pk").get(pk=application.pk)
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
        event.hash = digest(event)
        event.save(force_insert=True)
    return event


def digest(event: Event) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON of the line and the previous line's hash."""
    line = {
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
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(application: Application) -> Event | None:
    """The first line that does not follow from the one before it, or None: the chain is whole."""
    previous = GENESIS
    events = Event.objects.filter(application=application).order_by("sequence")
    for sequence, event in enumerate(events, start=1):
        event.application = application
        if (event.sequence, event.previous, event.hash) != (sequence, previous, digest(event)):
            return event
        previous = event.hash
    return None
