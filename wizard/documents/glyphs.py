"""The bundled fonts as outlines, and what to say when a character is in none of them."""

from __future__ import annotations

import dataclasses
import functools
import threading
from pathlib import Path
from typing import Final

import uharfbuzz as hb
from fontTools.pens.basePen import AbstractPen
from fontTools.pens.recordingPen import RecordingPen

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


@dataclasses.dataclass(frozen=True, slots=True)
class Glyph:
    """A character's outline, apart from its font; safe to share between threads."""

    width: float
    strokes: RecordingPen

    def draw(self, pen: AbstractPen) -> None:
        """The outline on a pen of fontTools."""
        self.strokes.replay(pen)


# What is read from a font is read by one thread, and kept: a fresh worker's warm-up and its first
# request come at the same time.
_reading: Final = threading.RLock()


@functools.cache
def _font(name: str) -> hb.Font:
    """One of the bundled fonts, mapped into memory; only to be used under `_reading`."""
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(FONTS / name))))


@functools.cache
def _characters(name: str) -> frozenset[str]:
    return frozenset(map(chr, _font(name).face.unicodes))


@functools.lru_cache(maxsize=128)
def _outline(name: str, character: str) -> Glyph:
    font = _font(name)
    number = font.get_nominal_glyph(ord(character))
    if not number:
        raise MissingGlyph(character)
    strokes = _Outline()
    font.draw_glyph_with_pen(number, strokes)
    return Glyph(width=font.get_glyph_h_advance(number), strokes=strokes)


class _Outline(RecordingPen):  # type: ignore[misc]  # fontTools has no types
    """Contours as they lie in the font: without the line home that HarfBuzz adds to each."""

    def closePath(self) -> None:  # noqa: N802 - the pen's word
        start = next(points for name, points in reversed(self.value) if name == "moveTo")
        if self.value[-1] == ("lineTo", start):
            del self.value[-1]
        super().closePath()


def characters(name: str) -> frozenset[str]:
    """What a bundled font can show."""
    with _reading:
        return _characters(name)


def glyph(name: str, character: str) -> Glyph:
    """The glyph of a character. Raises `MissingGlyph`."""
    with _reading:
        return _outline(name, character)


def has_glyph(character: str) -> bool:
    """Whether documents can show this one character."""
    return character in characters(SERIF)


def unsupported_characters(text: str) -> list[str]:
    """The characters of `text` that no document can show, each once, in order of appearance.

    Besides hanzi outside the fonts these are control characters, NUL, direction marks, zero-width
    signs, lone surrogates and emoji: what cannot be seen may not stand in a contract. A form that
    gets a non-empty list refuses the text and names the characters (`describe_character`).
    """
    known = characters(SERIF)
    return [c for c in dict.fromkeys(text) if c not in known]
