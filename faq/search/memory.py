"""The streams in Python dictionaries: for hundreds of entries, nothing to install or to keep."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from faq.search.model import (
    FIELD_WEIGHTS,
    K1,
    LENGTH_SHARE,
    SHORT_FIELDS,
    Candidate,
    Document,
    Line,
)
from faq.terms import Term, spelling, terms_of

# What a short text's own length is made of: sounds only repeat what the characters say.
LINE_WEIGHTS: Final[dict[str, float]] = {"pair": 1.0, "char": 0.3, "word": 1.2}


def weigh(document: Document, mean: Mapping[str, float]) -> dict[Term, float]:
    """BM25F's term frequencies of one document: by field weight and field length."""
    weights: dict[Term, float] = {}
    for field, text in document.fields.items():
        counter = Counter(field_terms(field, text))
        norm = 1 - LENGTH_SHARE + LENGTH_SHARE * counter.total() / mean[field]
        for term, count in counter.items():
            weights[term] = weights.get(term, 0.0) + FIELD_WEIGHTS[field] * count / norm
    return weights


def field_terms(field: str, text: str) -> list[Term]:
    """Every term of one field, line by line."""
    short = field in SHORT_FIELDS
    lines = spelling(text).split("\n")
    return [term for line in lines for term in terms_of(line, short=short)]


def mean_lengths(documents: Iterable[Document]) -> dict[str, float]:
    """Terms per field, on average."""
    lengths: dict[str, list[int]] = defaultdict(list)
    for document in documents:
        for field, text in document.fields.items():
            lengths[field].append(len(field_terms(field, text)))
    return {field: max(1.0, sum(all_) / len(all_)) for field, all_ in lengths.items()}


def rarity(total: int, holding: int) -> float:
    """BM25's inverse document frequency."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5)) if holding else 0.0


def lines_of(document: Document) -> list[frozenset[Term]]:
    """The terms of every short text by itself."""
    return [
        frozenset(terms_of(line, short=True))
        for field in document.fields
        if field in SHORT_FIELDS
        for line in spelling(document.fields[field]).split("\n")
        if line
    ]


class MemoryStore:
    """See the module. Immutable once built."""

    def __init__(self, documents: Sequence[Document]) -> None:
        mean = mean_lengths(documents)
        self._weights = {document.slug: weigh(document, mean) for document in documents}
        self._postings: dict[Term, dict[str, float]] = defaultdict(dict)
        for slug, weights in self._weights.items():
            for term, weight in weights.items():
                self._postings[term][slug] = weight
        self._postings = dict(self._postings)
        self._rarity = {
            term: rarity(len(documents), len(slugs)) for term, slugs in self._postings.items()
        }
        self._lines = {
            document.slug: tuple(map(self._line, lines_of(document))) for document in documents
        }

    def _line(self, terms: frozenset[Term]) -> Line:
        return Line(terms, line_norm(terms, self.rarity))

    def rarity(self, term: Term) -> float:
        """See `Store`."""
        return self._rarity.get(term, 0.0)

    def candidates(self, terms: Mapping[Term, float], *, most: int) -> list[Candidate]:
        """See `Store`."""
        scores: dict[str, float] = defaultdict(float)
        for term, worth in terms.items():
            factor = worth * self.rarity(term) * (K1 + 1)
            for slug, weight in self._postings.get(term, {}).items():
                scores[slug] += factor * weight / (K1 + weight)
        best = heapq.nsmallest(most, scores, key=lambda slug: (-scores[slug], slug))
        return [
            Candidate(slug, scores[slug], self._weights[slug], self._lines[slug]) for slug in best
        ]

    def words(self) -> Iterable[str]:
        """See `Store`."""
        return (text for stream, text in self._postings if stream == "word")


def line_norm(terms: Iterable[Term], rare: Callable[[Term], float]) -> float:
    """The length of a line as a vector."""
    total = sum((LINE_WEIGHTS.get(term[0], 0.0) * rare(term)) ** 2 for term in terms)
    return math.sqrt(total) or 1.0
