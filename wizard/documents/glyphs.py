"""The bundled fonts as outlines, and what to say when a character is in none of them."""

from __future__ import annotations

import dataclasses
import functools
import threading
from pathlib import Path
from typing import Final

from fontTools.pens.basePen import AbstractPen
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).resolve().parent / "fonts"
SANS: Final = "NotoSansCJKsc-Regular.ttf"
SERIF: Final = "NotoSerifCJKsc-Regular.ttf"


class Unprintable(ValueError):  # noqa: N818 - the word for what the text is
    """A text that cannot become part of a document; nothing was made."""


class MissingGlyph(Unprintable):
    """No bundled font has this character. `character` is one character, as it was given."""

    def __init__(self, character: str) -> None:
        super().__init__(f"no bundled font has {describe_character(character)}")
        self.character = character


def describe_character(character: str) -> str:
    """A character for a message: itself where it can be shown, and always its number (U+4E2D)."""
    number = f"U+{ord(character):04X}"
    return f"{character} ({number})" if character.isprintable() else number


# A font takes its tables and glyphs apart when they are first asked for, and two threads that ask
# at once find half of them: what is read from a font is read by one thread, and kept.
_reading: Final = threading.RLock()


@dataclasses.dataclass(frozen=True, slots=True)
class Glyph:
    """A character's outline, apart from its font; safe to share between threads."""

    width: float
    strokes: RecordingPen

    def draw(self, pen: AbstractPen) -> None:
        """The outline on a pen of fontTools."""
        self.strokes.replay(pen)


@functools.cache
def _font(name: str) -> TTFont:
    """One of the bundled fonts, opened once; only to be used under `_reading`."""
    return TTFont(FONTS / name, lazy=True)


@functools.cache
def _character_map(name: str) -> dict[int, str]:
    mapping: dict[int, str] = _font(name).getBestCmap()
    return mapping


@functools.lru_cache(maxsize=2048)
def _outline(name: str, character: str) -> Glyph:
    glyphs = _font(name).getGlyphSet()
    found = glyphs[_character_map(name)[ord(character)]]
    strokes = DecomposingRecordingPen(glyphs)
    found.draw(strokes)
    return Glyph(width=found.width, strokes=strokes)


def character_map(name: str) -> dict[int, str]:
    """Code point → glyph name of a bundled font."""
    with _reading:
        return _character_map(name)


def glyph(name: str, character: str) -> Glyph:
    """The glyph of a character. Raises `MissingGlyph`."""
    try:
        with _reading:
            return _outline(name, character)
    except KeyError:
        raise MissingGlyph(character) from None


def has_glyph(character: str) -> bool:
    """Whether documents can show this one character."""
    return character in printable()


@functools.cache
def printable() -> frozenset[str]:
    """Every character that documents can show."""
    return frozenset(map(chr, character_map(SERIF)))


def unsupported_characters(text: str) -> list[str]:
    """The characters of `text` that no document can show, each once, in order of appearance.

    Besides hanzi outside the fonts these are control characters, NUL, direction marks, zero-width
    signs, lone surrogates and emoji: what cannot be seen may not stand in a contract. A form that
    gets a non-empty list refuses the text and names the characters (`describe_character`).
    """
    known = printable()
    return [c for c in dict.fromkeys(text) if c not in known]
