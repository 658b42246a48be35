"""A query once it is understood: its terms, and what each of them would explain of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from faq.terms import Term


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """An entry that holds `term` explains the characters `start` to `end` by `share`."""

    start: int
    end: int
    term: Term
    share: float


@dataclasses.dataclass(slots=True)
class Reading:
    """A query understood. `importance` is per character of `text`; `named`: words of the house."""

    text: str
    terms: dict[Term, float]
    claims: list[Claim]
    importance: list[float]
    named: str = ""
    syllables: frozenset[str] = frozenset()

    def explained_by(self, terms: Mapping[Term, float]) -> float:
        """0–1: the share of the query that an entry with these terms explains."""
        shares = [0.0] * len(self.text)
        for claim in self.claims:
            if claim.term in terms:
                for at in range(claim.start, claim.end):
                    shares[at] = max(shares[at], claim.share)
        whole = sum(self.importance)
        got = sum(map(float.__mul__, shares, self.importance))
        return got / whole if whole else 0.0
