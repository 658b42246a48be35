"""What both stores keep of a document: BM25F weights of its terms, and its short lines."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from faq.search.model import FIELD_WEIGHTS, LENGTH_SHARE, SHORT_FIELDS, Document, Lines
from faq.terms import Term, spelling, terms_of

# What a short text's own length is made of: sounds only repeat what the characters say.
LINE_WEIGHTS: Final[dict[str, float]] = {"pair": 1.0, "char": 0.3, "word": 1.2}


def mean_lengths(documents: Sequence[Document]) -> dict[str, float]:
    """Characters per field, on average over all documents."""
    lengths: dict[str, int] = defaultdict(int)
    for document in documents:
        for field, text in document.fields.items():
            lengths[field] += len(text)
    return {field: max(1.0, length / len(documents)) for field, length in lengths.items()}


def analyse(
    document: Document, mean: Mapping[str, float]
) -> tuple[dict[Term, float], list[frozenset[Term]]]:
    """The document's terms with BM25F's frequencies, and the terms of each of its short lines."""
    weights: dict[Term, float] = defaultdict(float)
    lines: list[frozenset[Term]] = []
    for field, text in document.fields.items():
        short = field in SHORT_FIELDS
        found = [terms_of(line, short=short) for line in spelling(text).split("\n") if line]
        if short:
            lines += map(frozenset, found)
        norm = 1 - LENGTH_SHARE + LENGTH_SHARE * len(text) / mean[field]
        for term, count in Counter(term for line in found for term in line).items():
            weights[term] += FIELD_WEIGHTS[field] * count / norm
    return dict(weights), lines


def rarity(total: int, holding: int) -> float:
    """BM25's inverse document frequency; 0 where no document holds the term."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5)) if holding else 0.0


def lines_with(lines: Sequence[Iterable[Term]], rare: Callable[[Term], float]) -> Lines:
    """Which terms stand in which lines, and how long each line is."""
    holding: dict[Term, list[int]] = defaultdict(list)
    norms = []
    for at, line in enumerate(lines):
        total = 0.0
        for term in line:
            holding[term].append(at)
            total += (LINE_WEIGHTS.get(term[0], 0.0) * rare(term)) ** 2
        norms.append(math.sqrt(total) or 1.0)
    return Lines(dict(holding), norms)
