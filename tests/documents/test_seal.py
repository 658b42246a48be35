"""The seal: the registered name and its code as outlines, always marked 演示专用."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.samples import LONG_NAME, RARE, RARE_NAME
from wizard.documents import MissingGlyph, SealShape, Unprintable, draw_seal, seal_svg
from wizard.documents.glyphs import SERIF, characters
from wizard.documents.seal import LOOKS, _word
from wizard.singlewindow.port import SealState

CODE = "4499990000001"
NAME = "广东示例虚舟灯饰有限公司"
SVG = "{http://www.w3.org/2000/svg}"
# What stands in registered names; a letter with two accents would touch the rim.
LETTERS = sorted(
    c
    for c in characters(SERIF)
    if unicodedata.category(c) == "Lo" or (c.isascii() and c.isalnum()) or c in "（）()·&"
)
NUMBER = re.compile(r"-?\d+")


def contours(path: str) -> list[list[tuple[float, float]]]:
    """The points of each closed outline of a path of M, l, q and z, made absolute."""
    found: list[list[tuple[float, float]]] = []
    x = y = 0.0
    for letter, rest in re.findall(r"([Mlqz])([^Mlqz]*)", path):
        numbers = [float(n) for n in NUMBER.findall(rest)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter == "M":
            found.append([])
            x, y = pairs[0]
            found[-1].append((x, y))
        elif letter != "z":
            found[-1] += [(x + dx, y + dy) for dx, dy in pairs]
            x, y = found[-1][-1]
    return found


def polar(point: tuple[float, float], size: int) -> tuple[float, float]:
    """Distance from the middle, and degrees clockwise from the top (-180 to 180)."""
    x, y = point[0] - size / 2, point[1] - size / 2
    return math.hypot(x, y), math.degrees(math.atan2(x, -y))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(LETTERS), min_size=1, max_size=40))
def test_any_name_lies_on_its_arc_inside_the_rim(name: str) -> None:
    shape = SealShape()
    drawing = draw_seal(name, CODE)
    points = [polar(p, drawing.size) for c in contours(drawing.lettering) for p in c]
    inside = (shape.diameter / 2 - shape.rim) * 100
    star = shape.star / 2 * 100
    reach = [distance for distance, _angle in points]
    assert max(reach) < inside
    assert min(reach) > star
    # Half a degree for the rounding of points and for strokes that swing out of their square.
    assert max(abs(angle) for _distance, angle in points) < shape.name_arc / 2 + 4


@pytest.mark.parametrize("length", [1, 2, 4, 10, 12, 18, 24, 30, 40])
def test_characters_keep_apart_and_are_evenly_spaced(length: int) -> None:
    """One glyph repeated: the same step everywhere, and the ink of neighbours never meets."""
    drawing = draw_seal("口" * length, CODE)
    angles = [
        [polar(point, drawing.size)[1] for point in contour]
        for contour in contours(drawing.lettering)
    ]
    per_glyph = len(angles) // length
    spans = [
        (min(map(min, group)), max(map(max, group)))
        for group in (angles[i : i + per_glyph] for i in range(0, len(angles), per_glyph))
    ]
    assert len(spans) == length
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(spans)]
    assert all(gap > 0 for gap in gaps)
    assert not gaps or max(gaps) - min(gaps) < 0.3
    assert spans[0][0] + spans[-1][1] == pytest.approx(0, abs=1)  # the top is in the middle


@pytest.mark.parametrize("name", [NAME, RARE_NAME, LONG_NAME, f"{RARE}公司", "A (B) 公司", "公"])
def test_every_character_of_the_name_is_drawn(name: str) -> None:
    whole = len(contours(draw_seal(name, CODE).lettering))
    parts = sum(len(contours(draw_seal(c, CODE).lettering)) for c in name if not c.isspace())
    assert whole == parts
    assert draw_seal(name, CODE).name == name


def test_long_names_are_set_smaller() -> None:
    def height(name: str) -> float:
        drawing = draw_seal(name, CODE)
        reach = [polar(p, drawing.size)[0] for c in contours(drawing.lettering) for p in c]
        return max(reach) - min(reach)

    heights = [height("国" * length) for length in (12, 18, 24, 30, 40)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] > 200  # two millimetres can still be read


def test_the_code_reads_from_left_to_right_along_the_lower_edge() -> None:
    drawing = draw_seal(NAME, "1111111111111")
    rim_and_code = drawing.frame.split("z", 2)[2]
    digits = [
        (sum(x for x, _ in contour) / len(contour), sum(y for _, y in contour) / len(contour))
        for contour in contours(rim_and_code)
    ]
    assert len(digits) == 13
    assert [x for x, _y in digits] == sorted(x for x, _y in digits)
    assert all(y > drawing.size * 0.85 for _x, y in digits)
    angles = [polar(digit, drawing.size)[1] % 360 for digit in digits]
    assert angles == sorted(angles, reverse=True)  # counter-clockwise


def test_no_seal_is_without_the_demonstration_mark() -> None:
    for state in SealState:
        for name in (NAME, "公", LONG_NAME):
            svg = seal_svg(name, CODE, state=state)
            mark = draw_seal(name, CODE).mark
            assert f'd="{mark}"' in svg
            assert len(contours(mark)) == len(contours(draw_seal("公", "").mark)) > 8


def test_the_mark_rises_and_fills_the_middle() -> None:
    drawing = draw_seal(NAME, CODE)
    points = [p for c in contours(drawing.mark) for p in c]
    left, right = min(points), max(points)
    assert left[1] - right[1] > 700  # seven millimetres up from left to right
    assert right[0] - left[0] > 1600


def test_it_is_a_picture_with_a_name_and_nothing_active() -> None:
    root = ElementTree.fromstring(seal_svg(NAME, CODE))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == f"“{NAME}”的电子印章，标有“演示专用”"  # type: ignore[union-attr]
    assert {child.tag for child in root} == {f"{SVG}title", f"{SVG}path"}
    allowed = {"fill", "d", "stroke", "stroke-width"}
    assert all(set(path.keys()) <= allowed for path in root.iter(f"{SVG}path"))
    assert {path.get("fill") for path in root.iter(f"{SVG}path")} >= {"#c9151e"}


SAID = {
    SealState.PREVIEW: ("电子印章预览，还没有保存", "预览"),
    SealState.ACTIVE: ("的电子印章，标有", ""),
    SealState.STOPPED: ("已停用", "已停用"),
    SealState.DELETED: ("已删除", "已删除"),
}


@pytest.mark.parametrize("state", SealState)
def test_each_state_is_drawn_in_its_own_way_and_says_so(state: SealState) -> None:
    svg = seal_svg(NAME, CODE, state=state)
    root = ElementTree.fromstring(svg)
    spoken, word = SAID[state]
    assert spoken in str(root.findtext(f"{SVG}title"))
    assert draw_seal(NAME, CODE).lettering in svg
    others = [seal_svg(NAME, CODE, state=other) for other in SealState if other is not state]
    assert svg not in others
    assert LOOKS[state].word == word
    assert _word(word, SealShape()) in svg
    looks = [
        {(part.tag, part.get("fill"), part.get("stroke")) for part in ElementTree.fromstring(one)}
        for one in (svg, *others)
    ]
    assert looks[0] not in looks[1:], "told apart by more than the word"


@pytest.mark.parametrize("state", [SealState.STOPPED, SealState.DELETED])
def test_what_cannot_be_used_is_not_red(state: SealState) -> None:
    assert LOOKS[SealState.ACTIVE].ink not in seal_svg(NAME, CODE, state=state)


def test_a_preview_has_no_code_and_no_rim_yet() -> None:
    svg = seal_svg(NAME, CODE, state=SealState.PREVIEW)
    assert draw_seal(NAME, CODE).frame not in svg
    assert "stroke-dasharray" in svg


@pytest.mark.parametrize("state", SealState)
@pytest.mark.parametrize("name", ["示例公司", NAME, LONG_NAME])
def test_the_word_of_a_state_touches_neither_star_nor_name_nor_code(
    state: SealState, name: str
) -> None:
    word = LOOKS[state].word
    if not word:
        return
    drawing = draw_seal(name, CODE)
    points = [p for c in contours(_word(word, SealShape())) for p in c]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    high, low = min(y for _x, y in points), max(y for _x, y in points)
    for path in (drawing.star, drawing.lettering, drawing.frame.split("z", 2)[2]):
        near = [p for c in contours(path) for p in c if left < p[0] < right and high < p[1] < low]
        assert near == []


def test_a_title_cannot_break_out() -> None:
    svg = seal_svg("公", CODE, title='</title><script>"&')
    assert "<script" not in svg
    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title").text == '</title><script>"&'  # type: ignore[union-attr]
    assert "<script" not in seal_svg("<script>", CODE)


def test_it_is_drawn_once() -> None:
    assert draw_seal(NAME, CODE) is draw_seal(NAME, CODE)
    with translation.override("en"):
        assert draw_seal(NAME, CODE).lettering in seal_svg(NAME, CODE)


@pytest.mark.parametrize("sign", ["\u200b", "\x00", "\ud800", "\u202e", "\U00030edd", "😀"])
def test_a_character_without_outline_is_refused_by_name(sign: str) -> None:
    with pytest.raises(MissingGlyph) as refused:
        draw_seal(f"示例{sign}公司", CODE)
    assert refused.value.character == sign
    with pytest.raises(MissingGlyph):
        draw_seal("示例公司", f"44999{sign}")


@pytest.mark.parametrize("name", ["", "公" * 41, "公" * 40_000])
def test_a_name_of_the_wrong_length_is_refused(name: str) -> None:
    with pytest.raises(Unprintable):
        draw_seal(name, CODE)


def test_measures_are_parameters() -> None:
    small = draw_seal(NAME, CODE, SealShape(diameter=38, margin=1))
    assert (small.diameter_mm, small.size) == (38, 4000)
    assert small.star == draw_seal("公", CODE, SealShape(diameter=38, margin=1)).star
