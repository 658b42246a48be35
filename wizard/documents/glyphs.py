"""The bundled fonts as outlines, and what to say when a character is in none of them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

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


@functools.cache
def font(name: str) -> TTFont:
    """One of the bundled fonts, read once; outlines are loaded glyph by glyph."""
    return TTFont(FONTS / name, lazy=True)


@functools.cache
def character_map(name: str) -> dict[int, str]:
    """Code point → glyph name of a bundled font."""
    mapping: dict[int, str] = font(name).getBestCmap()
    return mapping


@functools.cache
def glyph_set(name: str) -> Any:
    """The font's glyphs, each with `draw(pen)` and `width` (fontTools has no types)."""
    return font(name).getGlyphSet()


def glyph(name: str, character: str) -> Any:
    """The glyph of a character. Raises `MissingGlyph`."""
    try:
        return glyph_set(name)[character_map(name)[ord(character)]]
    except KeyError:
        raise MissingGlyph(character) from None


def has_glyph(character: str) -> bool:
    """Whether documents can show this one character."""
    return ord(character) in character_map(SERIF)


def unsupported_characters(text: str) -> list[str]:
    """The characters of `text` that no document can show, each once, in order of appearance.

    Besides hanzi outside the fonts these are control characters, NUL, direction marks, zero-width
    signs, lone surrogates and emoji: what cannot be seen may not stand in a contract. A form that
    gets a non-empty list refuses the text and names the characters (`describe_character`).
    """
    return [c for c in dict.fromkeys(text) if not has_glyph(c)]
