"""Mark in a text what the query found: the shortest stretch of it, never stray characters."""

from __future__ import annotations

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from faq.terms import COMMON_CHARS, normalise

# A stretch may be this much longer than what it explains: 卡锁 is found in 卡已被锁.
SLACK: Final = 2
SHORTEST: Final = 2


def highlight(text: str, query: str) -> SafeString:
    """`text` escaped, with at most one `<mark>` around the best stretch (design.md §8.13)."""
    start, end = window(text, query)
    if end <= start:
        return format_html("{}", text)
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])


def window(text: str, query: str) -> tuple[int, int]:
    """Where the shortest stretch lies that holds most of the query's characters; (0, 0) if none.

    Most distinct characters first, then the shortest, then the leftmost. Fewer than two
    characters, or a stretch much longer than what it holds, is no find.
    """
    wanted = {character for character in normalise(query) if character.isalnum()}
    wanted = (wanted - COMMON_CHARS) or wanted
    # Character by character, so that positions in `text` stay what they are.
    folded = [character.lower() for character in text]
    best = (0, 0, 0)  # found, -length, -start
    for start, first in enumerate(folded):
        if first not in wanted:
            continue
        seen: set[str] = set()
        for end in range(start, len(folded)):
            if folded[end] in wanted and folded[end] not in seen:
                seen.add(folded[end])
                length = end + 1 - start
                if length <= SLACK * len(seen):
                    best = max(best, (len(seen), -length, -start))
            if len(seen) == len(wanted):
                break
    found, length, start = best[0], -best[1], -best[2]
    if found < min(SHORTEST, len(wanted)) or not found:
        return 0, 0
    return start, start + length
