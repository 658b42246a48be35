"""The streams in Python dictionaries: for hundreds of entries, nothing to keep on disk."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from faq.search.analysis import analyse, lines_with, mean_lengths, rarity
from faq.search.model import K1, Candidate, Document
from faq.terms import Term


class MemoryStore:
    """See the module and `Store`. Immutable once built."""

    def __init__(self, documents: Sequence[Document]) -> None:
        mean = mean_lengths(documents)
        self._weights: dict[str, dict[Term, float]] = {}
        lines: dict[str, list[frozenset[Term]]] = {}
        postings: dict[Term, dict[str, float]] = defaultdict(dict)
        for document in documents:
            weights, lines[document.slug] = analyse(document, mean)
            self._weights[document.slug] = weights
            for term, weight in weights.items():
                postings[term][document.slug] = weight
        self._postings = dict(postings)
        self._rarity = {
            term: rarity(len(documents), len(slugs)) for term, slugs in self._postings.items()
        }
        self._lines = {slug: lines_with(found, self.rarity) for slug, found in lines.items()}

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
