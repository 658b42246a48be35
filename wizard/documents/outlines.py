"""Glyph outlines as paths of SVG and PDF: what the seal and the watermark are drawn with."""

# ruff: noqa: N802 - the pens of fontTools are overridden under these names

from __future__ import annotations

from typing import Any, Final

from fontTools.misc.transform import Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen

EM: Final = 400  # of the bundled fonts, see scripts/make_fonts.py
MIDDLE: Final = 152  # of a hanzi, above the baseline: ascent 352, descent 48

Point = tuple[float, float]


class SvgPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Writes relative commands in whole numbers: half the bytes of absolute decimals."""

    def __init__(self) -> None:
        super().__init__(None)
        self._commands: list[str] = []
        self._at = (0, 0)

    def text(self) -> str:
        """The path so far, for the attribute `d`."""
        return "".join(self._commands)

    def _relative(self, *points: Point) -> str:
        rounded = [(round(x), round(y)) for x, y in points]
        numbers = [n for x, y in rounded for n in (x - self._at[0], y - self._at[1])]
        self._at = rounded[-1]
        return " ".join(str(n) for n in numbers).replace(" -", "-")

    def _moveTo(self, pt: Point) -> None:
        self._at = (round(pt[0]), round(pt[1]))
        self._commands.append(f"M{self._at[0]} {self._at[1]}")

    def _lineTo(self, pt: Point) -> None:
        self._commands.append(f"l{self._relative(pt)}")

    def _qCurveToOne(self, pt1: Point, pt2: Point) -> None:
        self._commands.append(f"q{self._relative(pt1, pt2)}")

    def _closePath(self) -> None:
        self._commands.append("z")


class PdfPen(BasePen):  # type: ignore[misc]
    """Writes the path operators of a PDF content stream; quadratic curves become cubic ones.

    Coordinates get so many `digits` after the point.
    """

    def __init__(self, *, digits: int = 1) -> None:
        super().__init__(None)
        self._digits = digits
        self._operators: list[str] = []

    def text(self) -> str:
        """The path so far, without the operator that paints it."""
        return "\n".join(self._operators)

    def _write(self, operator: str, *points: Point) -> None:
        numbers = [f"{number:.{self._digits}f}" for point in points for number in point]
        self._operators.append(" ".join([*numbers, operator]))

    def _moveTo(self, pt: Point) -> None:
        self._write("m", pt)

    def _lineTo(self, pt: Point) -> None:
        self._write("l", pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        self._write("c", pt1, pt2, pt3)

    def _closePath(self) -> None:
        self._write("h")


def place(
    pen: BasePen,
    glyph: Any,
    *,
    at: Transform,
    width: float,
    height: float,
    middle: float | None = None,
) -> None:
    """Draw a glyph `width` × `height` to the em with its middle at the origin of `at`.

    The unit is that of `at`, y grows upwards. `middle` counts from the glyph's left edge in font
    units; None is the middle of its square.
    """
    shift = glyph.width / 2 if middle is None else middle
    fit = at.scale(width / EM, height / EM).translate(-shift, -MIDDLE)
    glyph.draw(TransformPen(pen, fit))
