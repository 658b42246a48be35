"""What people say, and what the entries call it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from faq.terms import spelling


class Glossary:
    """Words that people say, and what the entries call it."""

    def __init__(self, pairs: Mapping[str, Sequence[str]]) -> None:
        self.means = {
            spelling(term): tuple(spelling(word) for word in means)
            for term, means in pairs.items()
            if spelling(term).strip()
        }
        longest = sorted(self.means, key=len, reverse=True)
        patterns = [
            rf"(?<![a-z0-9]){re.escape(term)}(?:e?s)?(?![a-z0-9])"
            if term.isascii()
            else re.escape(term)
            for term in longest
        ]
        self._pattern = re.compile("|".join(patterns)) if patterns else None
        self.words = frozenset(word for term in longest if term.isascii() for word in term.split())

    def find(self, text: str) -> list[tuple[int, int, tuple[str, ...], bool]]:
        """(start, end, meanings, whether it is Latin) of every term in the text."""
        if self._pattern is None:
            return []
        found = []
        for match in self._pattern.finditer(text):
            term = match[0]
            latin = term.isascii()
            means = self.means.get(term) or self.means.get(term.removesuffix("s"))
            means = means or self.means.get(term.removesuffix("es"), ())
            found.append((match.start(), match.end(), means, latin))
        return found
