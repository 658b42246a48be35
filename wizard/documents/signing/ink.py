"""What a signature looks like: the seal as PDF operators, the line under it, the riding seal."""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterator
from typing import Final

from fontTools.misc.transform import Transform

from wizard.documents.data import SealFace
from wizard.documents.glyphs import SANS, glyph
from wizard.documents.outlines import EM, PdfPen, place
from wizard.documents.seal import LOOKS, draw_seal
from wizard.singlewindow.port import SealState

MM: Final = 72 / 25.4  # points
TOKEN: Final = re.compile(r"[MlqazZ]|-?\d+(?:\.\d+)?")
ARITY: Final = {"M": 2, "l": 2, "q": 4, "a": 7}
LINE_SIZE: Final = 7.5  # points
LINE_COLOUR: Final = "0.25 0.31 0.40 rg"
# A quarter of a circle as one cubic curve: 4/3·(√2-1).
KAPPA: Final = 0.5522847498

Point = tuple[float, float]


@functools.lru_cache(maxsize=16)
def seal(face: SealFace) -> tuple[bytes, float]:
    """Operators that paint the seal in a square whose corner is the origin, and its side in points.

    They leave the graphics state as it was. Raises as `draw_seal`.
    """
    drawing = draw_seal(face.name, face.code)
    side = drawing.diameter_mm * MM
    scale = side / drawing.size
    look = LOOKS[SealState.ACTIVE]
    ink, pale = _colour(look.ink), _colour(look.pale)
    parts = [
        f"q {scale:.6f} 0 0 {-scale:.6f} 0 {side:.3f} cm",
        f"{ink} rg",
        *_operators(drawing.star),
        f"f {pale} rg",
        *_operators(drawing.mark),
        f"f {ink} rg {ink} RG",
        *_operators(drawing.frame),
        "f",
        f"{drawing.stroke} w",
        *_operators(drawing.lettering),
        "B Q",
    ]
    return "\n".join(parts).encode(), side


def appearance(face: SealFace, line: str, *, width: float, height: float) -> bytes:
    """The seal in the middle of a field, `width` × `height` points, with a line of text under it.

    Raises `MissingGlyph` for a character of `line` that the bundled font does not have.
    """
    drawn, side = seal(face)
    size = min(side, width, height - LINE_SIZE * 1.6)
    scale = size / side
    left, low = (width - size) / 2, LINE_SIZE * 1.6
    pen = PdfPen()
    widths = [glyph(SANS, sign).width * LINE_SIZE / EM for sign in line]
    at = (width - sum(widths)) / 2
    for sign, taken in zip(line, widths, strict=True):
        spot = Transform().translate(at + taken / 2, LINE_SIZE * 0.75)
        place(pen, glyph(SANS, sign), at=spot, width=LINE_SIZE, height=LINE_SIZE)
        at += taken
    before = f"q {scale:.5f} 0 0 {scale:.5f} {left:.2f} {low:.2f} cm\n".encode()
    text = f"\nQ q {LINE_COLOUR}\n{pen.text()}\nf Q".encode()
    return before + drawn + text


def riding_slice(*, page: int, pages: int, side: float, width: float, height: float) -> bytes:
    """Operators that paint one page's slice of the form object /RidingSeal at the right edge.

    The slices of all pages, put side by side, are the whole seal; no part of the text.
    """
    share = side / pages
    left, low = width - share, (height - side) / 2
    return (
        f"/Artifact BMC q {left:.2f} {low:.2f} {share:.2f} {side:.2f} re W n "
        f"1 0 0 1 {left - page * share:.2f} {low:.2f} cm /RidingSeal Do Q EMC"
    ).encode()


def packed(content: bytes) -> bytes:
    """The stream's bytes for /FlateDecode; the same everywhere and always."""
    return zlib.compress(content, 9)


def _colour(code: str) -> str:
    return " ".join(f"{int(code[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


def _operators(path: str) -> Iterator[str]:
    """SVG path data as `seal.py` writes it (M l q a z, relative) as operators of PDF."""
    tokens = TOKEN.findall(path)
    x = y = 0.0
    position, command = 0, ""
    while position < len(tokens):
        if tokens[position].isalpha():
            command = tokens[position]
            position += 1
            if command == "z":
                yield "h"
                continue
        count = ARITY[command]
        numbers = [float(token) for token in tokens[position : position + count]]
        position += count
        if command == "M":
            x, y = numbers
            yield f"{x:g} {y:g} m"
        elif command == "l":
            x, y = x + numbers[0], y + numbers[1]
            yield f"{x:g} {y:g} l"
        elif command == "q":
            bend = (x + numbers[0], y + numbers[1])
            end = (x + numbers[2], y + numbers[3])
            yield _cubic((x, y), bend, end)
            x, y = end
        else:
            yield from _half_circle(x, y, radius=numbers[0], sweep=numbers[4], reach=numbers[5])
            x += numbers[5]


def _cubic(start: Point, bend: Point, end: Point) -> str:
    first = (start[0] + 2 / 3 * (bend[0] - start[0]), start[1] + 2 / 3 * (bend[1] - start[1]))
    second = (end[0] + 2 / 3 * (bend[0] - end[0]), end[1] + 2 / 3 * (bend[1] - end[1]))
    return " ".join(f"{n:.1f}" for point in (first, second, end) for n in point) + " c"


def _half_circle(x: float, y: float, *, radius: float, sweep: float, reach: float) -> Iterator[str]:
    """From (x, y) to (x + reach, y); the rim is drawn as two of them, y grows downwards."""
    side = 1 if reach > 0 else -1
    # Clockwise on the screen (sweep 1) from left to right runs over the top, where y is smaller.
    lift = -side * radius if sweep else side * radius
    k = KAPPA * radius
    middle, end = (x + side * radius, y + lift), (x + reach, y)
    bent = 1 if lift > 0 else -1
    yield (
        f"{x:.1f} {y + bent * k:.1f} {middle[0] - side * k:.1f} {middle[1]:.1f} "
        f"{middle[0]:.1f} {middle[1]:.1f} c"
    )
    yield (
        f"{middle[0] + side * k:.1f} {middle[1]:.1f} {end[0]:.1f} {y + bent * k:.1f} "
        f"{end[0]:.1f} {end[1]:.1f} c"
    )
