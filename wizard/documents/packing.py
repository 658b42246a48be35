"""The last touch before a file is written: heavy text from a light font, fonts and streams lean."""

from __future__ import annotations

import importlib
import struct
from typing import Any, Final

import deflate

from wizard.documents.tagging import target

# The inks of `paper.css` that are set heavy: headings, the heading of a warning, its text. A bold
# face of its own would be a fifth of a form's bytes; the light one with an outline in the same ink
# is as heavy, and holds every character that the light one does.
HEAVY: Final = ("#0b3a75", "#9b1118", "#101826")
OUTLINE: Final = 0.38  # of a CSS pixel
# What a viewer needs of an embedded TrueType font whose glyphs are addressed by number
# (ISO 32000-1 §9.9); the rest is for those who install a font.
NEEDED: Final = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")
# A font file (OpenType specification, "Organization of an OpenType Font" and "head").
HEAD: Final = 12  # bytes before the directory of its tables
ENTRY: Final = ">4s3L"  # tag, checksum, offset, length
SIZE: Final = struct.calcsize(ENTRY)
WHOLE: Final = 0xB1B0AFBA  # what all its words and the one in `head` come to
LEVEL: Final = 6  # of libdeflate, 1 to 12
DEFAULT_WIDTH: Final = 1000  # of a CID font that says nothing else: all hanzi have it


def thicken(operators: list[Any]) -> list[Any]:
    """A page's operators, with text in a heavy ink filled and outlined (ISO 32000-1 §9.3.6)."""
    found = []
    for operator in operators:
        found.append(operator)
        if type(operator) is bytes and operator[-3:] == b" rg":
            found.append(HEAVY_INKS.get(operator, b"0 Tr"))
    return found


def without_ballast(font: bytes) -> bytes:
    """A TrueType font with the tables that drawing by glyph number needs, and no others.

    The tables stay as they are, so their checksums do; that of the whole file follows from them.
    """
    (count,) = struct.unpack_from(">H", font, 4)
    entries = [struct.unpack_from(ENTRY, font, HEAD + i * SIZE) for i in range(count)]
    kept = [entry for entry in entries if entry[0] in NEEDED]
    power = len(kept).bit_length() - 1
    front = font[:4] + struct.pack(
        ">4H", len(kept), SIZE << power, power, SIZE * (len(kept) - (1 << power))
    )
    place, tables = HEAD + SIZE * len(kept), {}
    for tag, checksum, offset, length in kept:
        front += struct.pack(ENTRY, tag, checksum, place, length)
        tables[tag] = font[offset : offset + length].ljust(-(-length // 4) * 4, b"\0")
        place += len(tables[tag])
    words = sum(struct.unpack(f">{len(front) // 4}L", front)) + sum(entry[1] for entry in kept)
    head = tables[b"head"]
    tables[b"head"] = head[:8] + struct.pack(">L", (WHOLE - words) % 2**32) + head[12:]
    return b"".join((front, *tables.values()))


def without_default_widths(widths: list[Any]) -> list[Any]:
    """The /W array of a CID font (first, [width …], first, [width …] …) less the default."""
    found: list[Any] = []
    for first, run in zip(widths[::2], widths[1::2], strict=True):
        if any(width != DEFAULT_WIDTH for width in run):
            found += [first, run]
    return found


def in_order(lines: list[bytes]) -> list[bytes]:
    """A /ToUnicode map with its pairs by glyph instead of by first use, which packs better."""
    start = lines.index(b"endcodespacerange")
    places = [at for at, line in enumerate(lines) if at > start and line.startswith(b"<")]
    found = list(lines)
    for at, line in zip(places, sorted(lines[at] for at in places), strict=True):
        found[at] = line
    return found


def slim(file: Any) -> None:
    """Heavy text on all pages, lean fonts, every stream compressed; before the file is written."""
    pydyf = importlib.import_module("pydyf")
    for thing in file.objects:
        if not isinstance(thing, pydyf.Dictionary):
            continue
        if thing.get("Type") == "/Page":
            page = target(file, thing["Contents"])
            page.stream = thicken(page.stream)
        elif "FontFile2" in thing:
            font = target(file, thing["FontFile2"])
            font.stream = [without_ballast(font.stream[0])]
            font.extra["Length1"] = len(font.stream[0])
        elif "ToUnicode" in thing:
            names = target(file, thing["ToUnicode"])
            names.stream = in_order(names.stream)
        elif "W" in thing:
            thing["W"] = pydyf.Array(without_default_widths(thing["W"]))
    for thing in file.objects:
        if isinstance(thing, pydyf.Stream) and "Filter" not in thing.extra:
            _compress(thing)


def _compress(stream: Any) -> None:
    """With libdeflate: 1.6 ms for a form, where zlib takes 4.0 for a kilobyte more. The writer left
    alone asks zlib for its best, six times as long and still more bytes.
    """
    plain = importlib.import_module("pydyf").Stream(stream.stream).data.partition(b"stream\n")[2]
    packed = bytes(deflate.zlib_compress(plain.removesuffix(b"\nendstream"), LEVEL))
    stream.stream, stream.compress = [packed], False
    stream.extra = {**stream.extra, "Filter": "/FlateDecode"}


def identified(content: bytes, identifier: bytes) -> bytes:
    """A written file with its identifier (ISO 32000-1 §14.4) in the cross-reference stream, which
    is its last object, so that no place in the file moves.

    Asked for an identifier, the writer puts the whole file into bytes a second time.
    """
    before, mark, after = content.rpartition(b"/Type /XRef")
    if not mark:
        raise ValueError("the file has no cross-reference stream")
    name = b"<" + identifier.hex().encode() + b">"
    return b"".join((before, mark, b"/ID [", name, b" ", name, b"]", after))


def _ink(code: str) -> bytes:
    parts = [f"{int(code[i : i + 2], 16) / 255:f}".rstrip("0") for i in (1, 3, 5)]
    return " ".join(parts).encode()


HEAVY_INKS: Final = {
    _ink(code) + b" rg": _ink(code) + f" RG {OUTLINE} w 2 Tr".encode() for code in HEAVY
}
