"""Read a query: which terms it asks for, and which of its characters each of them would explain.

Characters are taken as typed, as they sound, and as the glossary says they are called here. Latin
letters are, in this order: a word that an entry holds, a word of the glossary, pinyin, a misspelt
word, initials.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from faq.pinyin import begun, could_be_initials, fold, sounds, splits
from faq.search.glossary import Glossary
from faq.search.query import Claim, Reading
from faq.search.spelling import nearest, repaired
from faq.terms import (
    CJK_RUN,
    COMMON_CHARS,
    LONGEST_RUN,
    MAX_QUERY,
    WORD,
    Term,
    initials_of,
    normalise,
    says_little,
    spelling,
    words,
)

# Words of English that say nothing about the matter.
_STOPS: Final = """
a an and are be can could do does for from get have how i in is it me my need no not of on or our
please s should t the this to use using want was what when where which who why will with you your
"""
ENGLISH_STOPS: Final = frozenset(_STOPS.split())
LETTERS_A_WORD: Final = 6  # a longer Latin word counts no more than this
FEWEST_INITIALS, MOST_INITIALS = 2, 12
FEWEST_TO_REPAIR, MOST_TO_REPAIR = 6, 24
FEWEST_LETTERS: Final = 4  # of a word that others are taken for a misspelling of

# Weight of a term in the query, and the share of the character that it explains.
PAIR, PAIR_EXPLAINS = 1.0, 1.0
CHAR, CHAR_EXPLAINS = 0.3, 0.5
WORD_TERM, WORD_EXPLAINS = 1.2, 1.0
PINYIN, PINYIN_EXPLAINS = 0.9, 0.95
SYLLABLE, SYLLABLE_EXPLAINS = 0.25, 0.4
SOUNDS_TOO: Final = 0.1  # the pair is known as typed
SOUNDS_INSTEAD, SOUNDS_EXPLAIN = 0.5, 0.85  # it is not
SYLLABLE_INSTEAD: Final = 0.1
SWAPPED, SKIPPED, SLIP_EXPLAINS = 0.4, 0.25, 0.7
SYNONYM, SYNONYM_EXPLAINS = 0.7, 0.9
INITIALS, INITIALS_EXPLAIN = 0.7, 0.8
TWO_INITIALS, TWO_INITIALS_EXPLAIN = 0.28, 0.3
FILLER_PAIR: Final = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class _Atom:
    """One character or syllable of the query and where it stands."""

    char: str  # empty for pinyin
    sound: str
    start: int
    end: int
    typed: bool


class Reader:
    """Reads queries against what the entries hold."""

    def __init__(
        self, glossary: Glossary, rarity: Callable[[Term], float], known: Iterable[str]
    ) -> None:
        self._glossary = glossary
        self._rarity = rarity
        self._spellings = {
            word
            for word in (*known, *glossary.words)
            if len(word) >= FEWEST_LETTERS and word.isalpha()
        }

    def read(self, query: str) -> Reading:
        """Understand a query as it was typed."""
        text = self._mended(normalise(query))
        reading = Reading(text, {}, [], [0.0] * len(text))
        found = self._glossary.find(text)
        self._weigh(reading)
        for run in self._runs(reading, found):
            self._take(reading, run)
        for start, end, means, latin in found:
            for mean in means[1:] if latin else means:
                self._also(reading, start, end, mean)
        self._with_fillers(reading, query)
        return reading

    def _with_fillers(self, reading: Reading, query: str) -> None:
        """如何注册 is nearer to 如何注册和认证 than 注册 is: what was stripped decides a tie."""
        for run in CJK_RUN.findall(spelling(query[:MAX_QUERY])):
            for at in range(len(run) - 1):
                term = ("pair", run[at : at + 2])
                if term not in reading.terms and self._rarity(term):
                    reading.terms[term] = FILLER_PAIR

    def _mended(self, text: str) -> str:
        """The text with misspelt Latin words put right."""

        def mend(match: re.Match[str]) -> str:
            word = match[0]
            if self._plain(word) or self._rarity(("word", word)) or splits(word):
                return word
            near = nearest(word, self._spellings)
            if near:
                return near
            if FEWEST_TO_REPAIR <= len(word) <= MOST_TO_REPAIR and not begun(word):
                return repaired(word, self._sounds_known) or word
            return word

        return WORD.sub(mend, text)

    def _plain(self, word: str) -> bool:
        return word in self._glossary.words or word in ENGLISH_STOPS or word.isdigit()

    def _sounds_known(self, way: Sequence[str]) -> int:
        folded = [fold(syllable) for syllable in way]
        pairs = itertools.pairwise(folded)
        return sum(self._rarity(("sounds", " ".join(pair))) > 0 for pair in pairs)

    def _weigh(self, reading: Reading) -> None:
        text = reading.text
        for run in CJK_RUN.finditer(text):
            for at in range(run.start(), run.end()):
                reading.importance[at] = 0.3 if text[at] in COMMON_CHARS else 1.0
        for word in WORD.finditer(text):
            size = min(len(word[0]), LETTERS_A_WORD) / 2 / len(word[0])
            for at in range(word.start(), word.end()):
                reading.importance[at] = size

    def _runs(
        self, reading: Reading, found: Sequence[tuple[int, int, tuple[str, ...], bool]]
    ) -> list[list[_Atom]]:
        """Characters and syllables that follow one another, in the order of the query."""
        text = reading.text
        latin = {start: (end, means) for start, end, means, is_latin in found if is_latin}
        english = any(not splits(word[0]) or word.start() in latin for word in WORD.finditer(text))
        runs: list[list[_Atom]] = [[]]
        at = 0
        while at < len(text):
            character = text[at]
            if at in latin:
                end, means = latin[at]
                runs[-1] += _called(means[0], at, end)
                for word in words(text[at:end]):
                    self._literal(reading, word, at, end)
                at = end
            elif CJK_RUN.match(character):
                run = CJK_RUN.match(text, at)
                assert run is not None  # noqa: S101 - it matched one character
                runs[-1] += _typed(run[0], at)
                at = run.end()
            elif match := WORD.match(text, at):
                atoms = self._latin(reading, match[0], at, english=english)
                runs[-1] += atoms
                if not atoms:
                    runs.append([])
                at = match.end()
            else:
                if not character.isspace() and character != "'":
                    runs.append([])
                at += 1
        return runs

    def _latin(self, reading: Reading, word: str, at: int, *, english: bool) -> list[_Atom]:
        """The syllables that the word is; none where it is taken as a word or as initials."""
        end = at + len(word)
        if english and word in ENGLISH_STOPS:
            reading.importance[at:end] = [0.0] * len(word)
            return []
        known = [part for part in words(word) if self._rarity(("word", part))]
        if known:
            for part in known:
                begin = at + word.find(part)
                self._literal(reading, part, begin, begin + len(part))
            return []
        ways = splits(word) or splits(begun(word)) if len(word) > 1 else ()
        if ways:
            way = max(ways, key=self._sounds_known)
            return self._syllables(reading, way, at)
        if FEWEST_INITIALS <= len(word) <= MOST_INITIALS and could_be_initials(word):
            self._initials(reading, word, at)
        return []

    @staticmethod
    def _initials(reading: Reading, word: str, at: int) -> None:
        longest = min(LONGEST_RUN, len(word))
        for term in initials_of(word):
            whole = len(term[1]) == longest
            reading.terms[term] = INITIALS if whole else TWO_INITIALS
            share = INITIALS_EXPLAIN if whole else TWO_INITIALS_EXPLAIN
            begin = word.find(term[1])
            while begin >= 0:
                end = begin + len(term[1])
                reading.claims.append(Claim(at + begin, at + end, term, share))
                begin = word.find(term[1], begin + 1)

    @staticmethod
    def _syllables(reading: Reading, way: Sequence[str], at: int) -> list[_Atom]:
        atoms = []
        reading.syllables |= set(map(fold, way))
        for syllable in way:
            end = at + len(syllable)
            atoms.append(_Atom("", fold(syllable), at, end, typed=False))
            reading.importance[at:end] = [1 / len(syllable)] * len(syllable)
            at = end
        return atoms

    def _literal(self, reading: Reading, word: str, start: int, end: int) -> None:
        term = ("word", word)
        if self._rarity(term):
            reading.terms[term] = WORD_TERM
            reading.claims.append(Claim(start, end, term, WORD_EXPLAINS))
            reading.named += f" {word}"

    def _take(self, reading: Reading, run: Sequence[_Atom]) -> None:
        """The terms of one run, and of the slips that may be in it."""
        for at, atom in enumerate(run):
            self._single(reading, atom)
            if at + 1 < len(run):
                self._double(reading, atom, run[at + 1])
            if at + 2 < len(run) and atom.char and run[at + 2].char:
                pair = atom.char + run[at + 2].char
                self._add(reading, ("pair", pair), SKIPPED, (atom, run[at + 2]), SLIP_EXPLAINS)

    def _single(self, reading: Reading, atom: _Atom) -> None:
        if not atom.char:
            self._add(reading, ("syllable", atom.sound), SYLLABLE, (atom,), SYLLABLE_EXPLAINS)
        elif atom.char not in COMMON_CHARS:
            self._add(reading, ("char", atom.char), CHAR, (atom,), CHAR_EXPLAINS)
            if not self._rarity(("char", atom.char)):
                term = ("syllable", atom.sound)
                self._add(reading, term, SYLLABLE_INSTEAD, (atom,), SYLLABLE_EXPLAINS)
        if not atom.typed:
            reading.named += atom.char

    def _double(self, reading: Reading, one: _Atom, two: _Atom) -> None:
        both = (one, two)
        pair = one.char + two.char
        heard = ("sounds", f"{one.sound} {two.sound}")
        if not (one.char and two.char):
            self._add(reading, heard, PINYIN, both, PINYIN_EXPLAINS)
        elif says_little(pair):
            return
        elif self._rarity(("pair", pair)):
            self._add(reading, ("pair", pair), PAIR, both, PAIR_EXPLAINS)
            self._add(reading, heard, SOUNDS_TOO, both, SOUNDS_EXPLAIN)
        else:
            if self._rarity(heard):
                reading.syllables |= {one.sound, two.sound}
            self._add(reading, heard, SOUNDS_INSTEAD, both, SOUNDS_EXPLAIN)
            self._add(reading, ("pair", pair[::-1]), SWAPPED, both, SLIP_EXPLAINS)

    def _also(self, reading: Reading, start: int, end: int, mean: str) -> None:
        """The terms of another word for the characters `start` to `end`, with its neighbours."""
        text = reading.text
        for word in words(mean):
            self._literal(reading, word, start, end)
        before = text[start - 1 : start] if CJK_RUN.match(text[start - 1 : start]) else ""
        after = text[end : end + 1] if CJK_RUN.match(text[end : end + 1]) else ""
        if len(mean) == 1 and CJK_RUN.match(mean):
            claim = Claim(start, end, ("char", mean), SYNONYM_EXPLAINS)
            self._claim(reading, claim, CHAR)
        whole = before + mean + after
        for at in range(len(whole) - 1):
            pair = whole[at : at + 2]
            if CJK_RUN.fullmatch(pair) and not says_little(pair):
                claim = Claim(start, end, ("pair", pair), SYNONYM_EXPLAINS)
                self._claim(reading, claim, SYNONYM)
        reading.named += mean

    def _add(
        self, reading: Reading, term: Term, weight: float, atoms: Sequence[_Atom], share: float
    ) -> None:
        for atom in atoms:
            self._claim(reading, Claim(atom.start, atom.end, term, share), weight)

    def _claim(self, reading: Reading, claim: Claim, weight: float) -> None:
        if self._rarity(claim.term):
            reading.terms[claim.term] = max(reading.terms.get(claim.term, 0.0), weight)
            reading.claims.append(claim)


def _typed(run: str, at: int) -> list[_Atom]:
    heard = sounds(run)
    return [
        _Atom(char, fold(sound), at + place, at + place + 1, typed=True)
        for place, (char, sound) in enumerate(zip(run, heard, strict=True))
    ]


def _called(mean: str, start: int, end: int) -> list[_Atom]:
    """A Latin word of the query under the name that it has here."""
    name = "".join(CJK_RUN.findall(mean))
    return [
        _Atom(char, fold(sound), start, end, typed=False)
        for char, sound in zip(name, sounds(name), strict=True)
    ]
