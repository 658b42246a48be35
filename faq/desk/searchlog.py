"""The log of searches: masked, prefixes merged, swept; and what staff look for in it."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from faq.desk.masking import masked
from faq.models import Entry
from faq.models_desk import SearchLog
from faq.terms import clean

# A visitor who goes on typing within this time goes on with the same search.
MERGE_SECONDS: Final = 30
# A result may be opened this long after its search.
ROW_SECONDS: Final = 3600
KEPT: Final = timedelta(days=180)
VISITOR_SALT: Final = "faq.search.visitor"
ROW_SALT: Final = "faq.search.row"


@dataclasses.dataclass(frozen=True, slots=True)
class Noted:
    """What the page gets back: `token` ties its next search, `row` its clicks, to this one."""

    token: str
    row: str


@dataclasses.dataclass(frozen=True, slots=True)
class Missed:
    """A search that staff should look at, with how often it was made and when last."""

    query: str
    times: int
    last: datetime


def note(*, query: str, level: str, token: str = "") -> Noted | None:
    """Keep a search, or merge it into the one before when one begins with the other.

    `token`: what the visitor's last `Noted` said; another, or an old one, begins a new search.
    None when nothing of the query is left to keep.
    """
    text = masked(query)
    if not text:
        return None
    random = _opened(token) or secrets.token_urlsafe(16)
    digest = hashlib.sha256(random.encode()).hexdigest()
    now = timezone.now()
    with transaction.atomic():
        sweep(now)
        before = SearchLog.objects.filter(token_hash=digest, clicked=None, handled=False).first()
        if before is not None and _same_search(before.query, text):
            # What was typed back to a prefix is still the longer search.
            if len(text) >= len(before.query):
                before.query, before.level = text, level
            before.at = now
            before.save(update_fields=["query", "level", "at"])
            row = before
        else:
            SearchLog.objects.filter(token_hash=digest).update(token_hash="")
            row = SearchLog.objects.create(query=text, level=level, token_hash=digest, at=now)
    return Noted(
        token=signing.dumps(random, salt=VISITOR_SALT), row=signing.dumps(row.pk, salt=ROW_SALT)
    )


def note_click(*, row: str, entry: Entry) -> bool:
    """The search behind `row` led to this entry; the first click counts. False for a forged row."""
    try:
        pk = signing.loads(row, salt=ROW_SALT, max_age=ROW_SECONDS)
    except signing.BadSignature:
        return False
    known = SearchLog.objects.filter(pk=pk)
    known.filter(clicked=None).update(clicked=entry)
    return known.exists()


def sweep(now: datetime) -> None:
    """Forget the ties between searches, and searches that are too old. Part of every `note`."""
    SearchLog.objects.filter(at__lt=now - timedelta(seconds=MERGE_SECONDS)).exclude(
        token_hash=""
    ).update(token_hash="")
    SearchLog.objects.filter(at__lt=now - KEPT).delete()


def missed(*, without_result: bool, since: datetime, limit: int = 50) -> list[Missed]:
    """Searches nobody has looked at yet: without result, or with one that nobody opened.

    The most frequent first.
    """
    low = Q(level=SearchLog.Level.LOW)
    rows = (
        SearchLog.objects.filter(low if without_result else ~low, at__gte=since, handled=False)
        .filter(clicked=None)
        .order_by()
        .values("query")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-times", "-last")[:limit]
    )
    return [Missed(row["query"], row["times"], row["last"]) for row in rows]


def handle(queries: Sequence[str]) -> int:
    """These searches need no more looking at; how many rows they were."""
    return SearchLog.objects.filter(query__in=queries, handled=False).update(handled=True)


def _same_search(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _opened(token: str) -> str:
    try:
        return str(signing.loads(token, salt=VISITOR_SALT, max_age=MERGE_SECONDS))
    except signing.BadSignature:
        return ""


def as_alias(query: str) -> str:
    """A logged query as the text of an alias; empty where masking took what it was about."""
    text = clean(query)
    return "" if "[" in text else text
