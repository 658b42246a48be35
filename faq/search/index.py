"""Rank the entries for a query and say how far the first of them can be trusted."""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from faq.search.glossary import Glossary
from faq.search.memory import MemoryStore
from faq.search.model import Candidate, Confidence, Document, Hit, Result, Store
from faq.search.query import Reading
from faq.search.reading import Reader
from faq.terms import Term, as_code, clean

DEPTH: Final = 12  # entries that get a closer look
# BM25F's score counts this much more for an entry that explains all of the query, and for one that
# has a line like the query.
SHARE_WORTH: Final = 1.0
LIKENESS_WORTH: Final = 1.0
# Confidence: a logistic regression on queries with and without an answer, rounded. The score's
# scale is that of `USUAL_SIZE` entries.
TRUST_SHARE, TRUST_LIKENESS, TRUST_SCORE, TRUST_NONE = 7.7, 0.8, 1.8, -9.9
USUAL_SIZE: Final = 39
KEPT_RESULTS: Final = 512
SURE: Final = 0.5
# The share of the query below which an entry is no guess, and above which it is no chance.
MAYBE_SHARE: Final = 0.35
SURE_SHARE: Final = 0.8


class Index:
    """The terms of a set of documents, ready to be asked. Immutable once built."""

    def __init__(
        self,
        documents: Sequence[Document],
        glossary: Mapping[str, Sequence[str]] | None = None,
        *,
        store: Callable[[Sequence[Document]], Store] = MemoryStore,
    ) -> None:
        """`glossary`: what people say → what entries call it, the likeliest first."""
        self._stages = {document.slug: document.stage for document in documents}
        self._codes = _by_code(documents)
        self._store = store(documents)
        self._reader = Reader(Glossary(glossary or {}), self._store.rarity, self._store.words())
        # What many ask is asked again and again; per instance, so that no cache outlives its texts.
        self._answer = functools.lru_cache(KEPT_RESULTS)(self._find)
        self._scale = math.log(1 + USUAL_SIZE) / math.log(1 + max(len(documents), 2))

    def read(self, text: str) -> Reading:
        """What a query asks for."""
        return self._reader.read(text)

    def search(self, text: str, *, stage: str = "", limit: int = 10) -> Result:
        """The best `limit` entries for what somebody typed; `stage` keeps to one stage."""
        return self._answer(clean(text), stage, limit)

    def _find(self, text: str, stage: str, limit: int) -> Result:
        code = as_code(text)
        if code:
            slugs = self._codes.get(code, [])
            hits = tuple(Hit(slug, 1.0, 1.0) for slug in slugs if self._is_in(slug, stage))
            level = Confidence.HIGH if hits else Confidence.LOW
            return Result(code.lower(), level, hits[:limit], code, float(bool(hits)))
        reading = self.read(text)
        ranked = self._ranked(reading, most=max(DEPTH, limit))
        hits = tuple(hit for hit, _likeness in ranked if self._is_in(hit.slug, stage))[:limit]
        if not hits:
            return Result(reading.text, Confidence.LOW, ())
        best, likeness = ranked[0]
        trust = self._trust(best, likeness)
        if trust >= SURE:
            level = Confidence.HIGH
        else:
            level = Confidence.MIDDLE if best.explained >= MAYBE_SHARE else Confidence.LOW
        return Result(reading.text, level, hits, trust=trust)

    def _is_in(self, slug: str, stage: str) -> bool:
        return not stage or self._stages[slug] == stage

    def _ranked(self, reading: Reading, *, most: int) -> list[tuple[Hit, float]]:
        """Hits, best first, each with its likeness to the query."""
        wanted = {
            term: (weight * self._store.rarity(term)) ** 2 for term, weight in reading.terms.items()
        }
        found = []
        for candidate in self._store.candidates(reading.terms, most=most):
            likeness = _likeness(candidate, wanted)
            share = reading.explained_by(candidate.terms)
            factor = (1 + SHARE_WORTH * share) * (1 + LIKENESS_WORTH * likeness)
            hit = Hit(candidate.slug, round(candidate.score * factor, 4), round(share, 3))
            found.append((hit, likeness))
        return sorted(found, key=lambda pair: (-pair[0].score, pair[0].slug))

    def _trust(self, best: Hit, likeness: float) -> float:
        """0–1: how likely the best hit answers the query."""
        logit = (
            TRUST_SHARE * best.explained
            + TRUST_LIKENESS * likeness
            + TRUST_SCORE * math.log1p(best.score * self._scale / 2)
            + TRUST_NONE
        )
        return round(1 / (1 + math.exp(-logit)), 3)


def _likeness(candidate: Candidate, wanted: Mapping[Term, float]) -> float:
    """0–1: how far the query and the nearest line of the entry are made of the same terms.

    `wanted`: the square of every term's weight in the query.
    """
    whole = math.sqrt(sum(wanted.values())) or 1.0
    norms = candidate.lines.norms
    common = [0.0] * len(norms)
    for term, square in wanted.items():
        for line in candidate.lines.holding.get(term, ()):
            common[line] += square
    lengths = map(math.sqrt, common)
    likeness = (
        length / whole * min(1.0, length / norm)
        for length, norm in zip(lengths, norms, strict=True)
    )
    return max(likeness, default=0.0)


def _by_code(documents: Iterable[Document]) -> dict[str, list[str]]:
    """Slugs by error code, the primary answer first."""
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for document in documents:
        for code, place in document.codes.items():
            places[code].append((place, document.slug))
    return {code: [slug for _place, slug in sorted(found)] for code, found in places.items()}
