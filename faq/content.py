"""All published content as this process holds it, read again when any process changed it.

A page costs one query (the version); the rest is memory. Nothing in a `Content` is ever changed.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from django.conf import settings

from faq.models import (
    BranchContact,
    Contact,
    ContentVersion,
    Entry,
    ErrorCode,
    GlossaryTerm,
    HelpPage,
    HotQuery,
    Redirect,
    Stage,
    Uncovered,
)
from faq.search import SURE_SHARE, Confidence, Document, Index, Reading, Result, store_named
from faq.terms import holds

LONG_QUERY: Final = 24  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class StageCount:
    """A stage and how many of its questions there are to show."""

    stage: Stage
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A search as the pages show it. `code` is the error code that was asked for, if it exists."""

    result: Result
    entries: tuple[Entry, ...]
    code: ErrorCode | None
    uncovered: Uncovered | None


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """Everything the help site shows, at one version."""

    version: str
    entries: tuple[Entry, ...]
    stages: tuple[Stage, ...]
    codes: dict[str, ErrorCode]
    pages: dict[str, HelpPage]
    hot: tuple[HotQuery, ...]
    uncovered: tuple[Uncovered, ...]
    contacts: tuple[Contact, ...]
    branches: tuple[BranchContact, ...]
    redirects: dict[str, str]
    by_slug: dict[str, Entry]
    by_number: dict[int, Entry]
    index: Index

    def find(self, slug: str) -> Entry | None:
        """The entry of this name, also of a name it once had."""
        return self.by_slug.get(slug) or self.by_slug.get(self.redirects.get(slug, ""))

    def named(self, slugs: Iterable[str]) -> list[Entry]:
        """The published entries of these names, in this order, each once."""
        found = {entry.slug: entry for slug in slugs if (entry := self.find(slug))}
        return list(found.values())

    def of_kind(self, kind: str, *, stage: str = "") -> list[Entry]:
        """Entries of a kind (`Entry.Kind`), of one stage where it is given, by number."""
        return [
            entry
            for entry in self.entries
            if entry.kind == kind and (not stage or entry.stage.slug == stage)
        ]

    def answer_to(self, code: str) -> Entry | None:
        """The primary answer to an error code; None where the code has none."""
        known = self.codes.get(code)
        found = self.named(known.answers) if known else []
        return found[0] if found else None

    def page(self, slug: str) -> list[Entry]:
        """The entries of a page's panel or list, in order."""
        page = self.pages.get(slug)
        return self.named(page.entries) if page else []

    def stage_counts(self, entries: Iterable[Entry] | None = None) -> list[StageCount]:
        """Stages that have something, in order; of all questions unless `entries` are given."""
        given = self.of_kind(Entry.Kind.FAQ) if entries is None else entries
        counts = Counter(entry.stage.slug for entry in given)
        return [
            StageCount(stage, counts[stage.slug]) for stage in self.stages if counts[stage.slug]
        ]

    def search(self, query: str, *, limit: int) -> Found:
        """Ask the index; a topic that is known not to be covered is said to be so."""
        result = self.index.search(query, limit=limit)
        uncovered = self.not_covered(result)
        if uncovered and result.confidence is not Confidence.LOW:
            result = dataclasses.replace(result, confidence=Confidence.LOW)
        entries = tuple(self.by_slug[hit.slug] for hit in result.hits)
        return Found(result, entries, self.codes.get(result.code), uncovered)

    def not_covered(self, result: Result) -> Uncovered | None:
        """The topic of ours not to answer that the query names, unless an entry answers it."""
        if result.hits and result.hits[0].explained >= SURE_SHARE:
            return None
        # A story may mention 报关 and still ask something that an entry answers.
        if result.confidence is Confidence.HIGH and len(result.query) > LONG_QUERY:
            return None
        for topic in self.uncovered:
            if any(holds(result.query, term) for term in topic.terms):
                return topic
        return None


class _Held:
    """What this process has read; replaced as a whole."""

    content: Content | None = None
    lock = threading.Lock()


def content() -> Content:
    """The content at its current version. One query; more only after a change."""
    version = ContentVersion.current()
    held = _Held.content
    if held is not None and held.version == version:
        return held
    with _Held.lock:
        held = _Held.content
        if held is None or held.version != version:
            held = _Held.content = _read(version)
    return held


@functools.lru_cache(maxsize=256)
def _understood(version: str, query: str) -> Reading | None:
    held = _Held.content
    return held.index.read(query) if held is not None and held.version == version else None


def understood(query: str) -> Reading | None:
    """The query as the index last used by this process reads it, for marks; no query is made."""
    held = _Held.content
    return _understood(held.version, query) if held is not None else None


def documents_of(entries: Iterable[Entry]) -> list[Document]:
    """What the search reads of entries; which codes they answer is not asked."""
    return [_document(entry, {}, {}) for entry in entries]


def glossary() -> dict[str, list[str]]:
    """What people say → what the entries call it, the first entered first."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, terms in GlossaryTerm.objects.values_list("name", "terms"):
        for term in terms:
            found[term].append(name)
    return found


def _read(version: str) -> Content:
    codes = {code.code: code for code in ErrorCode.objects.all()}
    redirects = dict(Redirect.objects.values_list("old_slug", "entry__slug"))
    entries = tuple(Entry.objects.filter(status=Entry.Status.PUBLISHED).select_related("stage"))
    answered: dict[str, list[str]] = defaultdict(list)
    for code in codes.values():
        for slug in code.answers:
            answered[redirects.get(slug, slug)].append(code.code)
    for entry in entries:
        entry.codes = tuple(answered[entry.slug])
    return Content(
        version=version,
        entries=entries,
        stages=tuple(Stage.objects.all()),
        codes=codes,
        pages={page.slug: page for page in HelpPage.objects.all()},
        hot=tuple(HotQuery.objects.all()),
        uncovered=tuple(Uncovered.objects.all()),
        contacts=tuple(Contact.objects.all()),
        branches=tuple(BranchContact.objects.all()),
        redirects=redirects,
        by_slug={entry.slug: entry for entry in entries},
        by_number={entry.number: entry for entry in entries},
        index=Index(
            [_document(entry, codes, redirects) for entry in entries],
            glossary(),
            store=store_named(
                settings.FAQ_SEARCH_ENGINE, folder=settings.FAQ_SEARCH_DIR, version=version
            ),
        ),
    )


def _document(entry: Entry, codes: dict[str, ErrorCode], redirects: dict[str, str]) -> Document:
    places = {
        code: [redirects.get(slug, slug) for slug in codes[code].answers].index(entry.slug)
        for code in entry.codes
        if code in codes
    }
    return Document(
        slug=entry.slug,
        stage=entry.stage.slug,
        fields={
            "title": entry.title,
            "question": entry.question,
            "topic": entry.topic,
            "errors": "\n".join(entry.errors),
            "aliases": "\n".join(entry.aliases),
            "answer": "\n".join((entry.answer, entry.short_answer, *entry.steps)),
        },
        codes=places,
    )
