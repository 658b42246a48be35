"""The bundled fonts hold what names and texts need, and stay as small as they are."""

from __future__ import annotations

import functools
import re
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from fontTools.ttLib import TTFont

from tests.documents.samples import RARE, TERMS, at, papers, text_of
from wizard import documents
from wizard.documents import Paper, Section, Style, glyphs, texts
from wizard.documents.glyphs import FONTS, SANS, SERIF, characters, glyph

REGULAR = (SANS, SERIF)
BOLD = "NotoSerifCJKsc-Bold.ttf"


def standard() -> list[str]:
    """The characters of 通用规范汉字表 as the repository keeps them."""
    lines = (FONTS / "tghz2013.txt").read_text("utf-8").splitlines()
    return [c for line in lines if not line.startswith("#") for c in line]


def test_the_standard_table_is_complete() -> None:
    characters = standard()
    assert len(characters) == len(set(characters)) == 8105
    assert "".join(characters[:5]) == "一乙二十丁"
    # The last of level one, of level two and of level three.
    assert [characters[i] for i in (3499, 6499, 8104)] == ["矗", "齉", "蠼"]
    assert set(RARE) <= set(characters[6500:])
    levels = re.findall(r"^# (.级字表)$", (FONTS / "tghz2013.txt").read_text("utf-8"), re.MULTILINE)
    assert levels == ["一级字表", "二级字表", "三级字表"]


@pytest.mark.parametrize("font", REGULAR)
def test_the_regular_faces_hold_every_standard_character(font: str) -> None:
    known = characters(font)
    assert set(standard()) <= known
    gb2312 = {
        bytes((row, cell)).decode("gb2312", "ignore")
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
    } - {""}
    assert gb2312 <= known
    assert set("①②⑳★￥¥€（）【】《》“”‘’…—·、。％℃№ÄÖÜßéñüǚ〇") <= known


def test_both_regular_faces_hold_the_same() -> None:
    assert characters(SANS) == characters(SERIF)


@pytest.mark.parametrize("font", [*REGULAR, BOLD])
def test_no_face_holds_what_cannot_be_seen(font: str) -> None:
    invisible = [c for c in characters(font) if not c.isprintable()]
    assert invisible == ["\u3000"]  # the ideographic space, which typography needs


def test_all_of_it_comes_back_from_a_document() -> None:
    """8105 characters in, and pdftotext reads 8105 characters, in both faces."""
    characters = "".join(standard())
    parts = tuple(characters[i : i + 1500] for i in range(0, len(characters), 1500))
    for style in (Style.TEXT, Style.CLAUSE):
        paper = Paper(
            title="演示",
            number="1",
            made_at=at(3, 10),
            sections=(Section(heading="演示", style=style, paragraphs=parts),),
        )
        text = text_of(documents.pdf(paper).content)
        assert [c for c in characters if c not in text] == []


@pytest.mark.parametrize("kind", list(papers()))
def test_titles_are_bold_throughout(kind: str) -> None:
    """A character that the bold face lacks would be drawn light in the middle of a title."""
    assert set(papers()[kind].title) <= characters(BOLD)


@pytest.mark.parametrize("file", sorted(texts.HERE.glob("*.toml")), ids=lambda file: file.stem)
def test_every_fixed_text_can_be_printed(file: object) -> None:
    assert isinstance(file, type(texts.HERE))
    content = file.read_text("utf-8")
    tomllib.loads(content)
    assert documents.unsupported_characters(content.replace("\n", "")) == []


def test_the_names_of_codes_can_be_printed() -> None:
    assert documents.unsupported_characters(TERMS.product + texts.country_name("DEU")) == []


def test_the_licence_lies_beside_the_fonts_and_their_origin_in_them() -> None:
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for path in FONTS.glob("*.ttf"):
        names = TTFont(path)["name"]
        assert "Adobe" in names.getDebugName(0)


def test_the_font_configuration_holds_on_any_path() -> None:
    assert '<dir prefix="relative">.</dir>' in (FONTS / "fonts.conf").read_text("utf-8")


def test_the_bundle_stays_small() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 7_100_000


def test_threads_that_open_a_font_at_once_all_find_every_character(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fresh worker reads the fonts for a request and for its warm-up at the same time."""
    company = "广州示例贸易有限公司"
    wanted = [glyph(SERIF, character).width for character in company]

    def read(_: int) -> list[float]:
        barrier.wait(timeout=30)
        assert not documents.unsupported_characters(company)
        return [glyph(SERIF, character).width for character in company]

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            for name in ("_font", "_characters", "_outline"):
                fresh = functools.cache(getattr(glyphs, name).__wrapped__)
                monkeypatch.setattr(glyphs, name, fresh)
            barrier = Barrier(8)
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(read, range(8))) == [wanted] * 8
    finally:
        sys.setswitchinterval(before)
