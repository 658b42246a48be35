"""Mark in a text what the query found: the shortest stretch of it, never stray characters."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from faq.pinyin import fold, sounds
from faq.search import Reading
from faq.terms import CJK_RUN, COMMON_CHARS, normalise

# A stretch may be this much longer than what it explains: 卡锁 is found in 卡已被锁.
SLACK: Final = 2
SHORTEST: Final = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be marked: characters, and the syllables of what was typed as it sounds."""

    characters: frozenset[str]
    syllables: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.characters) + len(self.syllables)


def wanted(query: str, reading: Reading | None = None) -> Wanted:
    """What a query asks for: as typed, and where it was read, as the entries call it."""
    asked = set(normalise(query))
    if reading is not None:
        asked = {character for character in asked if not _spelt_out(character, reading)}
        asked |= set(reading.named)
    asked = {character for character in asked if character.isalnum()}
    asked = (asked - COMMON_CHARS) or asked
    return Wanted(frozenset(asked), reading.syllables if reading else frozenset())


def _spelt_out(character: str, reading: Reading) -> bool:
    """Letters that stood for syllables or for a word of the glossary are in no text."""
    return character.isascii() and character.isalpha() and bool(reading.syllables or reading.named)


def highlight(text: str, query: str, reading: Reading | None = None) -> SafeString:
    """`text` escaped, with at most one `<mark>` around the best stretch (design.md §8.13)."""
    start, end = window(text, wanted(query, reading))
    if end <= start:
        return format_html("{}", text)
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])


def window(text: str, asked: Wanted | str) -> tuple[int, int]:
    """Where the shortest stretch lies that holds most of what is asked for; (0, 0) if none.

    Most distinct characters first, then the shortest, then the leftmost. Fewer than two
    characters, or a stretch much longer than what it holds, is no find.
    """
    asked = wanted(asked) if isinstance(asked, str) else asked
    # Character by character, so that positions in `text` stay what they are.
    keys = [_key(character, asked) for character in text]
    best = (0, 0, 0)  # found, -length, -start
    for start, first in enumerate(keys):
        if not first:
            continue
        seen: set[str] = set()
        for end in range(start, len(keys)):
            if keys[end] and keys[end] not in seen:
                seen.add(keys[end])
                length = end + 1 - start
                if length <= SLACK * len(seen):
                    best = max(best, (len(seen), -length, -start))
            if len(seen) == len(asked):
                break
    found, length, start = best[0], -best[1], -best[2]
    if found < min(SHORTEST, len(asked)) or not found:
        return 0, 0
    return start, start + length


def _key(character: str, asked: Wanted) -> str:
    """What of the query this character is; empty for none of it."""
    character = character.lower()
    if character in asked.characters:
        return character
    if asked.syllables and CJK_RUN.match(character):
        heard = fold(sounds(character)[0])
        return heard if heard in asked.syllables else ""
    return ""
