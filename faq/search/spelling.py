"""Latin words that were misspelt: one slip away from a known word, or from pinyin."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from faq.pinyin import VOWELS, splits

FEWEST: Final = 5  # letters; a shorter word is one slip away from too many
FEWEST_VOWELS: Final = 2


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that one slip made into `word`; empty if there is none."""
    if len(word) < FEWEST:
        return ""
    near = [other for other in known if abs(len(other) - len(word)) <= 1 and one_slip(word, other)]
    return min(near, default="")


def one_slip(one: str, two: str) -> bool:
    """Whether a letter lost, added, changed or swapped with its neighbour makes one the other."""
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    a, b = one[start:], two[start:]
    return (
        a[1:] == b
        or b[1:] == a
        or a[1:] == b[1:]
        or (a[:2] == b[:2][::-1] and a[2:] == b[2:] and len(a) > 1)
    )


def repaired(letters: str, known: Callable[[Sequence[str]], int]) -> str:
    """Letters that are pinyin but for one slip, put right; empty if no repair reads well.

    `known` counts the pairs of syllables that entries hold: all must be.
    """
    if sum(letter in VOWELS for letter in letters) < FEWEST_VOWELS or not letters.isalpha():
        return ""
    return _repaired(letters, known)


@functools.lru_cache(maxsize=1024)
def _slips(letters: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each_slip(letters)))


def _each_slip(letters: str) -> Iterator[str]:
    for at in range(len(letters) - 1):
        yield letters[:at] + letters[at + 1] + letters[at] + letters[at + 2 :]
    for at in range(len(letters)):
        yield letters[:at] + letters[at + 1 :]
    for at in range(len(letters) + 1):
        for letter in string.ascii_lowercase:
            yield letters[:at] + letter + letters[at:]


def _repaired(letters: str, known: Callable[[Sequence[str]], int]) -> str:
    best, most = "", 0
    for other in _slips(letters):
        for way in splits(other):
            count = known(way)
            if len(way) > 1 and count == len(way) - 1 and count > most:
                best, most = other, count
    return best
