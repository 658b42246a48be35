"""The company seal, drawn from glyph outlines as paths: no font is needed to show it."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen

from wizard.documents.glyphs import SANS, SERIF, Unprintable, glyph
from wizard.documents.outlines import EM, SvgPen, place
from wizard.singlewindow.port import SealState

NAME_LIMIT: Final = 40
CODE_LIMIT: Final = 20
DEMO_MARK: Final = "演示专用"
PREVIEW_DASHES: Final = "330 250"  # of the rim, in units of the drawing


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a state is told from the others: colour of the ink, the paler tone of 演示专用, the word
    under the star, and what is drawn otherwise.
    """

    ink: str
    pale: str
    word: str = ""
    sketched: bool = False  # rim of dashes, hollow star, no code: nothing has been made
    struck: bool = False  # crossed out


LOOKS: Final[dict[SealState, Look]] = {
    SealState.PREVIEW: Look(ink="#c9151e", pale="#efa9ad", word="预览", sketched=True),
    SealState.ACTIVE: Look(ink="#c9151e", pale="#efa9ad"),
    SealState.STOPPED: Look(ink="#6b7587", pale="#c6ccd5", word="已停用"),
    SealState.DELETED: Look(ink="#98a1af", pale="#cdd3db", word="已删除", struck=True),
}
TITLES: Final[dict[SealState, Promise]] = {
    SealState.PREVIEW: _("“%(name)s”的电子印章预览，还没有保存，标有“演示专用”"),
    SealState.ACTIVE: _("“%(name)s”的电子印章，标有“演示专用”"),
    SealState.STOPPED: _("“%(name)s”的电子印章，已停用，标有“演示专用”"),
    SealState.DELETED: _("“%(name)s”的电子印章，已删除，标有“演示专用”"),
}

UNIT: Final = 100  # of the drawing, to the millimetre
DIGIT: Final = 293  # height of the digits of the sans serif
# Signs whose ink fills less than half of their square: set as wide as they look.
NARROW: Final = frozenset("（）()〔〕[]·")
NARROW_WIDTH: Final = 0.55


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SealShape:
    """Measures in millimetres and degrees (domain.md §3.7: 有限责任公司 40 mm, star 14 mm)."""

    diameter: float = 40.0
    margin: float = 0.5
    rim: float = 1.1
    star: float = 14.0
    name_arc: float = 240.0
    name_step: float = 24.0  # between two characters of a short name
    name_height: float = 5.6
    name_gap: float = 1.1  # between rim and name
    name_stroke: float = 0.13  # that the outlines of the largest name gain
    code_height: float = 1.35
    code_step: float = 4.4
    code_gap: float = 0.7
    mark_height: float = 5.5
    mark_slope: float = 30.0
    word_height: float = 3.6  # of the state's word
    word_drop: float = 11.2  # of its middle, under the middle of the seal


COMPANY_SEAL: Final = SealShape()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SealDrawing:
    """A drawn seal: SVG paths in a square of `size` units, and the wording they show.

    They are painted in this order: `star`; `mark` in the paler tone, over the star and under the
    rest; `frame` (rim and code); `lettering` (the name), filled and stroked `stroke` units wide.
    """

    name: str
    code: str
    diameter_mm: float
    size: int
    star: str
    mark: str
    frame: str
    lettering: str
    stroke: int


def _star(shape: SealShape, centre: float) -> str:
    """A five-pointed star; inner radius 0.382 of the outer makes its edges straight lines."""
    pen = SvgPen()
    corners = []
    for number in range(10):
        angle = math.radians(36 * number - 90)
        reach = shape.star / 2 * UNIT * (1 if number % 2 == 0 else 0.382)
        corners.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.text()


def _rim(shape: SealShape, centre: float) -> str:
    """Two circles; the inner one runs the other way and so cuts the hole."""
    path = ""
    for radius, sweep in ((shape.diameter / 2, 1), (shape.diameter / 2 - shape.rim, 0)):
        r = round(radius * UNIT)
        half = f"a{r} {r} 0 1 {sweep} "
        path += f"M{round(centre) - r} {round(centre)}{half}{2 * r} 0{half}{-2 * r} 0z"
    return path


def _name(text: str, shape: SealShape, centre: float) -> tuple[str, int]:
    """The name clockwise along the upper arc, never over more than `name_arc` degrees.

    Long names are set smaller, narrower and nearer to the rim, as engravers do. The second value
    is the width of the stroke that gives the thin lines of the serif the weight of a stamp.
    """
    glyphs = [glyph(SERIF, c) for c in text]
    widths = [
        NARROW_WIDTH if c in NARROW else min(1.0, max(0.5, g.width / EM))
        for c, g in zip(text, glyphs, strict=True)
    ]
    step = min(shape.name_step, shape.name_arc / sum(widths))
    inside = shape.diameter / 2 - shape.rim - shape.name_gap
    width = height = shape.name_height
    for _round in range(6):  # the radius depends on the height and the height on the radius
        room = (inside - height / 2) * math.radians(step)  # of arc, for a whole square
        width = min(0.76 * shape.name_height, 0.85 * room)
        height = min(shape.name_height, 1.6 * width)
    pen = SvgPen()
    angle = -step * sum(widths) / 2
    for character, outline, taken in zip(text, glyphs, widths, strict=True):
        turn = math.radians(angle + step * taken / 2)
        spot = Transform().translate(centre, centre).rotate(turn)
        at = spot.translate(0, -(inside - height / 2) * UNIT).scale(UNIT, -UNIT)
        middle = _middle_of_ink(outline) if character in NARROW else None
        place(pen, outline, at=at, width=width, height=height, middle=middle)
        angle += step * taken
    return pen.text(), round(
        shape.name_stroke * UNIT * min(1.0, width / (0.76 * shape.name_height))
    )


def _middle_of_ink(outline: Any) -> float:
    bounds = BoundsPen(None)
    outline.draw(bounds)
    left, _low, right, _high = bounds.bounds
    return float(left + right) / 2


def _code(text: str, shape: SealShape, centre: float) -> str:
    """The code along the lower arc, read from left to right, so counter-clockwise."""
    pen = SvgPen()
    size = shape.code_height * EM / DIGIT
    radius = shape.diameter / 2 - shape.rim - shape.code_gap - shape.code_height / 2
    first = shape.code_step * (len(text) - 1) / 2
    for number, character in enumerate(text):
        turn = math.radians(first - shape.code_step * number)
        spot = Transform().translate(centre, centre).rotate(turn)
        at = spot.translate(0, radius * UNIT).scale(UNIT, -UNIT)
        place(pen, glyph(SANS, character), at=at, width=size, height=size)
    return pen.text()


def _mark(shape: SealShape, centre: float) -> str:
    """演示专用 along a rising diagonal through the middle."""
    slope = Transform().translate(centre, centre).rotate(-math.radians(shape.mark_slope))
    return _in_line(DEMO_MARK, slope, height=shape.mark_height)


def _in_line(text: str, middle: Transform, *, height: float) -> str:
    """Words set straight, with their middle at the origin of `middle`; `height` in millimetres."""
    pen = SvgPen()
    for number, character in enumerate(text):
        offset = (number - (len(text) - 1) / 2) * height * 1.1 * UNIT
        at = middle.translate(offset, 0).scale(UNIT, -UNIT)
        place(pen, glyph(SANS, character), at=at, width=height, height=height)
    return pen.text()


@functools.cache
def _word(text: str, shape: SealShape) -> str:
    """The state's word, under the star."""
    centre = (shape.diameter / 2 + shape.margin) * UNIT
    under = Transform().translate(centre, centre + shape.word_drop * UNIT)
    return _in_line(text, under, height=shape.word_height)


@functools.lru_cache(maxsize=64)
def draw_seal(name: str, code: str, shape: SealShape = COMPANY_SEAL) -> SealDrawing:
    """Draw the seal of `name` (1–40 characters) with `code` (13 digits on a company's seal).

    The demonstration mark is part of every seal; there is no way to draw one without it.
    Raises `MissingGlyph` for a character outside the fonts and `Unprintable` for a wrong length.
    """
    if not 1 <= len(name) <= NAME_LIMIT or len(code) > CODE_LIMIT:
        raise Unprintable(f"a seal holds 1 to {NAME_LIMIT} characters, not {len(name)}")
    size = round((shape.diameter + 2 * shape.margin) * UNIT)
    centre = size / 2
    lettering, stroke = _name(name, shape, centre)
    return SealDrawing(
        name=name,
        code=code,
        diameter_mm=shape.diameter,
        size=size,
        star=_star(shape, centre),
        mark=_mark(shape, centre),
        frame=_rim(shape, centre) + _code(code, shape, centre),
        lettering=lettering,
        stroke=stroke,
    )


def seal_svg(
    name: str, code: str, *, state: SealState = SealState.ACTIVE, title: str = ""
) -> SafeString:
    """The seal as an inline `<svg class="seal">` for a page or a document, drawn as its state is.

    It has no width of its own: the page's CSS gives one (40 mm on paper). `title` is what a screen
    reader says instead of the default sentence, the one text in it that needs escaping: the rest is
    10 kB of our own numbers. Raises as `draw_seal`.
    """
    drawing, look = draw_seal(name, code), LOOKS[state]
    size, ink = drawing.size, look.ink
    said = escape(title or str(TITLES[state]) % {"name": name})
    star = _outlined(drawing.star, ink) if look.sketched else _filled(drawing.star, ink)
    through = _stroke_through(ink) if look.struck else ""
    frame = _dashed_rim(ink) if look.sketched else _filled(drawing.frame, ink)
    word = _filled(_word(look.word, COMPANY_SEAL), ink) if look.word else ""
    return SafeString(
        f'<svg class="seal" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' role="img"><title>{said}</title>{star}{through}{_filled(drawing.mark, look.pale)}{frame}'
        f'<path fill="{ink}" stroke="{ink}" stroke-width="{drawing.stroke}"'
        f' d="{drawing.lettering}"/>{word}</svg>'
    )


def _filled(path: str, ink: str) -> str:
    return f'<path fill="{ink}" d="{path}"/>'


def _outlined(path: str, ink: str) -> str:
    return f'<path fill="none" stroke="{ink}" stroke-width="40" d="{path}"/>'


def _dashed_rim(ink: str, shape: SealShape = COMPANY_SEAL) -> str:
    centre = round((shape.diameter / 2 + shape.margin) * UNIT)
    radius, width = round((shape.diameter - shape.rim) / 2 * UNIT), round(shape.rim * UNIT)
    return (
        f'<circle cx="{centre}" cy="{centre}" r="{radius}" fill="none" stroke="{ink}"'
        f' stroke-width="{width}" stroke-dasharray="{PREVIEW_DASHES}"/>'
    )


def _stroke_through(ink: str, shape: SealShape = COMPANY_SEAL) -> str:
    """From rim to rim, across the rising 演示专用 and under it."""
    reach = shape.diameter / 2 * UNIT * math.sqrt(0.5)
    low, high = (round((shape.diameter / 2 + shape.margin) * UNIT + r) for r in (-reach, reach))
    return f'<path fill="none" stroke="{ink}" stroke-width="80" d="M{low} {low}L{high} {high}"/>'
