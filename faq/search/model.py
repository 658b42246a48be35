"""What is searched and what is found: plain data, no database, no request."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

from faq.terms import Term

# How much a term counts, by the field of the entry in which it stands.
FIELD_WEIGHTS: Final[dict[str, float]] = {
    "title": 1.6,
    "question": 1.6,
    "topic": 2.0,
    "errors": 2.0,
    "aliases": 2.0,
    "answer": 0.8,
}
SHORT_FIELDS: Final = frozenset(FIELD_WEIGHTS) - {"answer"}
K1: Final = 1.2
LENGTH_SHARE: Final = 0.3  # how much a long field is held against it (BM25's b)


class Confidence(StrEnum):
    """high: show the answer; middle: 您是不是想问; low: say that nothing was found."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one entry: texts by field (keys of `FIELD_WEIGHTS`), a line each.

    `codes`: the error codes that it answers, with its place among their answers (0 is primary).
    """

    slug: str
    stage: str
    fields: Mapping[str, str]
    codes: Mapping[str, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """One entry that was found. `score` is comparable within one result only."""

    slug: str
    score: float
    explained: float  # 0–1: share of the query's characters that this entry explains


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """Hits, best first. `query` is the normalised query; `code` the error code it names, if any.

    `trust`: 0–1, what `confidence` was decided on.
    """

    query: str
    confidence: Confidence
    hits: tuple[Hit, ...]
    code: str = ""
    trust: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """The short texts of an entry (title, aliases, messages): which terms stand in which of them.

    `norms`: the length of each as a vector.
    """

    holding: Mapping[Term, Sequence[int]]
    norms: Sequence[float]


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """An entry worth a closer look: its score by terms, those of its terms that were asked for, its
    lines. A store may give more terms than were asked for.
    """

    slug: str
    score: float
    terms: Mapping[Term, float]
    lines: Lines


class Store(Protocol):
    """Where the terms of all documents are kept: in memory, or in an index on disk."""

    def rarity(self, term: Term) -> float:
        """BM25's inverse document frequency; 0 for a term that no document holds."""

    def candidates(self, terms: Mapping[Term, float], *, most: int) -> list[Candidate]:
        """The best entries for weighted terms, best first, by BM25F."""

    def words(self) -> Iterable[str]:
        """Every Latin word of the documents."""
