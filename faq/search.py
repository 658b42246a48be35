"""Find entries from half a sentence: character streams with BM25F weights, in process.

Pure Python over `Document`s; knows neither the database nor a request. `faq.terms` says what a text
is made of.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from faq.terms import (
    CJK_RUN,
    COMMON_CHARS,
    WORD,
    Term,
    as_code,
    normalise,
    spelling,
    terms_of,
    words,
)

# How much a term counts, by the field of the entry in which it stands.
FIELD_WEIGHTS: Final[dict[str, float]] = {
    "title": 1.6,
    "question": 1.6,
    "topic": 2.0,
    "errors": 2.0,
    "aliases": 2.0,
    "answer": 0.8,
}
STREAM_WEIGHTS: Final[dict[str, float]] = {"pair": 1.0, "char": 0.3, "word": 1.2}
K1: Final = 1.2
LENGTH_SHARE: Final = 0.3  # how much a long field is held against it (BM25's b)
# Confidence, set on the development queries: how much of the query the best entry explains, how far
# it leads, and the score that only a long and well-matched description reaches.
SURE_SHARE: Final = 0.8
LIKELY_SHARE: Final = 0.5
MAYBE_SHARE: Final = 0.35
CLEAR_MARGIN: Final = 1.4
LONG_SCORE: Final = 25.0


class Confidence(StrEnum):
    """high: show the answer; middle: 您是不是想问; low: say that nothing was found."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """What is searched of one entry: texts by field (keys of `FIELD_WEIGHTS`).

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
    """Hits, best first. `query` is the normalised query; `code` the error code it names, if any."""

    query: str
    confidence: Confidence
    hits: tuple[Hit, ...]
    code: str = ""


class Index:
    """The terms of a set of documents, ready to be asked. Immutable once built."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.slug: document for document in documents}
        self._codes = _by_code(documents)
        self._weights: dict[Term, dict[str, float]] = defaultdict(dict)
        lengths: dict[str, list[int]] = defaultdict(list)
        counted: list[tuple[str, str, Counter[Term], int]] = []
        for document in documents:
            for field, text in document.fields.items():
                terms = terms_of(spelling(text))
                lengths[field].append(len(terms))
                counted.append((document.slug, field, Counter(terms), len(terms)))
        mean = {field: max(1.0, sum(all_) / len(all_)) for field, all_ in lengths.items()}
        for slug, field, counter, length in counted:
            norm = 1 - LENGTH_SHARE + LENGTH_SHARE * length / mean[field]
            for term, count in counter.items():
                slot = self._weights[term]
                slot[slug] = slot.get(slug, 0.0) + FIELD_WEIGHTS[field] * count / norm
        total = len(documents)
        self._rarity = {
            term: math.log(1 + (total - len(slugs) + 0.5) / (len(slugs) + 0.5))
            for term, slugs in self._weights.items()
        }

    def search(self, text: str, *, stage: str = "", limit: int = 10) -> Result:
        """The best `limit` entries for what somebody typed; `stage` keeps to one stage."""
        code = as_code(text)
        if code:
            slugs = self._codes.get(code, [])
            hits = tuple(Hit(slug, 1.0, 1.0) for slug in self._in_stage(slugs, stage))
            level = Confidence.HIGH if hits else Confidence.LOW
            return Result(code.lower(), level, hits[:limit], code)
        query = normalise(text)
        terms = Counter(terms_of(query))
        scores = self._scores(terms)
        ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
        explained = {slug: self._explained(query, slug) for slug in ranked[: limit * 2]}
        level = self._confidence(ranked, scores, explained)
        wanted = self._in_stage(ranked, stage)[:limit]
        hits = tuple(
            Hit(slug, round(scores[slug], 4), round(self._explained(query, slug), 3))
            for slug in wanted
        )
        return Result(query, level if hits else Confidence.LOW, hits)

    def _in_stage(self, slugs: Iterable[str], stage: str) -> list[str]:
        return [slug for slug in slugs if not stage or self._documents[slug].stage == stage]

    def _scores(self, terms: Mapping[Term, int]) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for term, count in terms.items():
            worth = STREAM_WEIGHTS[term[0]] * self._rarity.get(term, 0.0) * min(count, 2)
            for slug, weight in self._weights.get(term, {}).items():
                scores[slug] += worth * weight * (K1 + 1) / (K1 + weight)
        return scores

    def _explained(self, query: str, slug: str) -> float:
        """Share of the query that the entry holds: pairs and words fully, lone characters half."""
        whole = got = 0.0
        for run in CJK_RUN.findall(query):
            known = [
                slug in self._weights.get(("pair", run[i : i + 2]), {}) for i in range(len(run) - 1)
            ]
            for at, character in enumerate(run):
                weight = 0.3 if character in COMMON_CHARS else 1.0
                whole += weight
                if (at and known[at - 1]) or (at < len(known) and known[at]):
                    got += weight
                elif slug in self._weights.get(("char", character), {}):
                    got += weight / 2
        for word in WORD.findall(query):
            size = min(len(word), 6) / 2
            whole += size
            parts = [term for term in words(word) if slug in self._weights.get(("word", term), {})]
            if word in parts:
                got += size
            elif parts:
                got += size * min(1.0, sum(map(len, set(parts))) / len(word))
        return got / whole if whole else 0.0

    @staticmethod
    def _confidence(
        ranked: Sequence[str],
        scores: Mapping[str, float],
        explained: Mapping[str, float],
    ) -> Confidence:
        if not ranked:
            return Confidence.LOW
        best = ranked[0]
        margin = scores[best] / scores[ranked[1]] if len(ranked) > 1 else CLEAR_MARGIN
        share = explained[best]
        if (
            share >= SURE_SHARE
            or (share >= LIKELY_SHARE and margin >= CLEAR_MARGIN)
            or (share >= MAYBE_SHARE and margin >= CLEAR_MARGIN and scores[best] >= LONG_SCORE)
        ):
            return Confidence.HIGH
        return Confidence.MIDDLE if share >= MAYBE_SHARE else Confidence.LOW


def _by_code(documents: Iterable[Document]) -> dict[str, list[str]]:
    """Slugs by error code, the primary answer first."""
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for document in documents:
        for code, place in document.codes.items():
            places[code].append((place, document.slug))
    return {code: [slug for _place, slug in sorted(found)] for code, found in places.items()}
