"""Makes the bundled font subsets of the documents from Debian's fonts-noto-cjk.

    apt-get install fonts-noto-cjk && python scripts/make_fonts.py

The files it writes are committed: nobody needs to run it to use the site. The same source package
gives the same bytes.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import uharfbuzz as hb
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem

ROOT: Final = Path(__file__).resolve().parent.parent
FONTS: Final = ROOT / "wizard" / "documents" / "fonts"
SOURCE: Final = Path("/usr/share/fonts/opentype/noto")

STANDARD_COUNT: Final = 8105
LEVEL_ONE_COUNT: Final = 3500

# Signs beyond GB 2312 (which brings the punctuation, ①-⑩, Greek, Cyrillic and kana) that names,
# amounts and forms use.
SYMBOLS: Final = (
    "—–…‥‘’“”·•‰′″※‹›€£¥￥℃№™®©×÷±§°✓★☆●○■□▲△▼▽◆◇←↑→↓↔〇𠮷"
    "ĀÁǍÀāáǎàĒÉĚÈēéěèĪÍǏÌīíǐìŌÓǑÒōóǒòŪÚǓÙūúǔùǕǗǙǛǖǘǚǜ"
)
RANGES: Final = (
    (0x20, 0x7E),  # ASCII
    (0xA1, 0xFF),  # Latin 1: Müller, Größe, Ñuñoa
    (0x2460, 0x2473),  # ① to ⑳
    (0x3001, 0x3017),  # Chinese punctuation and brackets
    (0xFF01, 0xFF5E),  # full-width forms
)
SOFT_HYPHEN: Final = "\xad"
UNITS_PER_EM: Final = 400  # instead of 1000: a fifth off every document, nothing to be seen
MAX_ERROR: Final = 0.8  # of a unit


def standard_characters() -> list[str]:
    """The 8105 characters of 通用规范汉字表 in its order, level one first."""
    lines = (FONTS / "tghz2013.txt").read_text("utf-8").splitlines()
    characters = [c for line in lines if not line.startswith("#") for c in line]
    if len(set(characters)) != STANDARD_COUNT or len(characters) != STANDARD_COUNT:
        raise SystemExit(f"tghz2013.txt holds {len(set(characters))} characters, not 8105")
    return characters


def gb2312() -> set[str]:
    """Every character of GB 2312-80: 6763 hanzi and 682 signs."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {pair.decode("gb2312", "ignore") for pair in pairs} - {""}


def signs() -> set[str]:
    """Everything that is no hanzi: Latin, punctuation, symbols."""
    ranged = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    others = {c for c in gb2312() if not "\u4e00" <= c <= "\u9fff"}
    return (ranged | others | set(SYMBOLS)) - {SOFT_HYPHEN}


def simplified_chinese_face(path: Path) -> hb.Face:
    """The SC face of a collection: its glyphs have the mainland's forms without any feature."""
    collection = TTCollection(str(path), lazy=True)
    index = next(
        i for i, font in enumerate(collection.fonts) if font["name"].getDebugName(1).endswith("SC")
    )
    return hb.Face(hb.Blob.from_file_path(str(path)), index)


def subset(face: hb.Face, characters: set[str]) -> bytes:
    """The font with these characters only.

    Without hinting (paper and modern screens ignore it) and without GSUB: its alternates would
    bring thousands of glyphs that no document asks for. Kerning of Latin stays.
    """
    request = hb.SubsetInput()
    request.unicode_set.update(ord(c) for c in characters)
    request.flags = hb.SubsetFlags.NO_HINTING
    features = request.sets(hb.SubsetInputSets.LAYOUT_FEATURE_TAG)
    features.clear()
    features.add(int.from_bytes(b"kern", "big"))
    dropped = request.sets(hb.SubsetInputSets.DROP_TABLE_TAG)
    for tag in (b"GSUB", b"BASE", b"DSIG", b"VORG", b"vhea", b"vmtx"):
        dropped.add(int.from_bytes(tag, "big"))
    return bytes(hb.subset(face, request).blob.data)


def with_quadratic_outlines(font: bytes) -> bytes:
    """The same font with TrueType outlines instead of CFF, at most 0.8 of a unit in 400 away.

    WeasyPrint keeps glyph numbers when it embeds a font. The unused ones cost 30 kB a font as CFF
    (offsets that grow by one do not compress) and next to nothing as TrueType.
    """
    source = TTFont(io.BytesIO(font), recalcTimestamp=False)
    scale_upem(source, UNITS_PER_EM)
    order, shapes = source.getGlyphOrder(), source.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    source["loca"] = newTable("loca")
    source["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    limits = source["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones = 1
    for unused in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs"):
        setattr(limits, f"max{unused}", 0)
    for unused in ("StackElements", "SizeOfInstructions", "ComponentElements"):
        setattr(limits, f"max{unused}", 0)
    source["post"].formatType = 3.0
    del source["CFF "]
    source.sfntVersion = "\x00\x01\x00\x00"
    target = io.BytesIO()
    source.save(target)
    return target.getvalue()


def main() -> None:
    """Write the three fonts and say what each of them holds."""
    if not SOURCE.is_dir():
        raise SystemExit("Noto CJK is not installed: apt-get install fonts-noto-cjk")
    standard = standard_characters()
    everything = set(standard) | gb2312() | signs()
    # Bold is for titles, which are fixed texts: level one is enough for them. Headings and warnings
    # are the regular sans made heavy (wizard/documents/packing.py).
    common = set(standard[:LEVEL_ONE_COUNT]) | signs()
    wanted = {
        "NotoSansCJK-Regular": everything,
        "NotoSerifCJK-Regular": everything,
        "NotoSerifCJK-Bold": common,
    }
    for name, characters in wanted.items():
        face = simplified_chinese_face(SOURCE / f"{name}.ttc")
        if missing := characters - {chr(code) for code in face.unicodes}:
            raise SystemExit(f"{name} has no {' '.join(sorted(missing))}")
        content = with_quadratic_outlines(subset(face, characters))
        target = FONTS / f"{name.replace('CJK', 'CJKsc')}.ttf"
        target.write_bytes(content)
        print(f"{target.name}: {len(characters)} characters, {len(content):,} bytes")


if __name__ == "__main__":
    main()
