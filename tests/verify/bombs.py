"""PDFs that are made to hurt whoever reads them: to blow up, to go round, to go deep."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping
from typing import Final

LARGEST: Final = 5 * 1024 * 1024  # bytes that the page takes


def pdf(*objects: bytes, root: bytes = b"1 0 R", more: bytes = b"") -> bytes:
    """Objects numbered from 1, with a table and a trailer."""
    content, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return b"%b%b%btrailer\n<</Size %d/Root %b%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        content,
        head,
        table,
        len(objects) + 1,
        root,
        more,
        len(content),
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, deflated."""
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (
        len(packed),
        entries,
        packed,
    )


CATALOG: Final = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES: Final = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE: Final = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
SIGNED: Final = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>"
FIELD: Final = b"<</FT/Sig/T(a)/V 6 0 R>>"
VALUE: Final = b"<</Type/Sig/Contents<%b>/ByteRange[%b]>>"


def much(part: bytes, times: int) -> bytes:
    """Deflated so that it unpacks to `part` so many times, made without unpacking it all."""
    maker = zlib.compressobj(9)
    head = maker.compress(part) + maker.flush(zlib.Z_FULL_FLUSH)
    again = maker.compress(part) + maker.flush(zlib.Z_FULL_FLUSH)
    return head + again * (times - 1) + maker.flush()


def packed_twice() -> bytes:
    """A few kilobytes that unpack to two gigabytes, in the data that the page reads."""
    twice = zlib.compress(much(b"\x00" * (1 << 20), 2048), 9)
    data = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%b\nendstream" % (
        len(twice),
        twice,
    )
    names = b"/Names<</EmbeddedFiles<</Names[(data.json)<</EF<</F 4 0 R>>>>]>>>>"
    return pdf(CATALOG[:-2] + names + b">>", PAGES, PAGE, data)


def table_bomb() -> bytes:
    """The table of cross-references itself unpacks to a gigabyte."""
    packed = much(b"\x01\x00\x00\x09\x00" * (1 << 18), 800)
    table = b"9 0 obj\n<</Type/XRef/Size 200000000/W[1 3 1]/Root 1 0 R/Filter/FlateDecode"
    table += b"/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (len(packed), packed)
    return b"%PDF-1.7\n" + table + b"startxref\n9\n%%EOF\n"


def objects_bomb() -> bytes:
    """A stream of objects that claims a hundred million of them."""
    inner = b"".join(b"%d 0 " % number for number in range(10, 60_010))
    holder = stream(inner, b"/Type/ObjStm/N 100000000/First %d" % len(inner))
    rows = b"\x01\x00\x09\x00" + b"\x02\x00\x02\x00" + b"\x02\x00\x02\x01"
    table = b"<</Type/XRef/Size 3/W[1 2 1]/Root 1 0 R/Length %d>>\nstream\n%b\nendstream" % (
        len(rows),
        rows,
    )
    head = b"%PDF-1.7\n2 0 obj\n" + holder + b"\nendobj\n"
    return head + b"3 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(head))


def many_fields() -> bytes:
    """As many signatures as fit, each to be checked."""
    count = 20_000
    value = VALUE % (b"30" * 40, b"0 9 99 9")
    form = b"/AcroForm<</Fields[%b]>>" % b" ".join(b"%d 0 R" % n for n in range(6, 6 + count))
    fields = [b"<</FT/Sig/T(f%d)/V 5 0 R>>" % n for n in range(count)]
    return pdf(CATALOG[:-2] + form + b">>", PAGES, PAGE, b"<<>>", value, *fields)


def many_revisions() -> bytes:
    """An end after an end after an end."""
    base = pdf(CATALOG, PAGES, PAGE, b"<<>>")
    at = base.index(b"xref")
    one = b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    parts, place = [base], at
    size = len(base)
    while size < LARGEST // 4:
        part = one % (place, size)
        parts.append(part)
        place, size = size, size + len(part)
    return b"".join(parts)


def random_edits(seed: int, content: bytes) -> bytes:
    """A file with a few dozen edits at random: bytes changed, taken out, doubled, numbers grown."""
    dice = random.Random(seed)
    changed = bytearray(content)
    for _ in range(dice.randrange(1, 40)):
        at = dice.randrange(len(changed))
        length = dice.randrange(1, 200)
        match dice.randrange(5):
            case 0:
                changed[at] = dice.randrange(256)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                changed[at:at] = dice.choice(
                    [b"<<", b">>", b"[", b"(", b"stream", b"endobj", b" 0 R", b"9" * 20, b"null"]
                )
            case _:
                other = dice.randrange(len(changed))
                changed[at : at + length] = changed[other : other + length]
    return bytes(changed)


BOMBS: Final[Mapping[str, Callable[[], bytes]]] = {
    "one byte": lambda: b"x",
    "only a head": lambda: b"%PDF-1.7\n",
    "zeros": lambda: b"\x00" * LARGEST,
    "junk": lambda: random.Random(1).randbytes(LARGEST),
    "junk with a head": lambda: b"%PDF-1.7\n" + random.Random(2).randbytes(LARGEST - 9),
    "ends only": lambda: b"%%EOF\n" * (LARGEST // 6),
    "starts only": lambda: b"%PDF-1.7\n" + b"startxref\n0\n%%EOF\n" * (LARGEST // 20),
    "table points to itself": lambda: pdf(CATALOG, PAGES, more=b"/Prev 60").replace(
        b"/Prev 60", b"/Prev %02d" % pdf(CATALOG, PAGES).index(b"xref")
    ),
    "table beyond the end": lambda: b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF",
    "table below zero": lambda: b"%PDF-1.7\nstartxref\n-5\n%%EOF",
    "table of a billion": lambda: (
        b"%PDF-1.7\nxref\n0 1000000000\n0000000000 65535 f \n"
        b"trailer\n<</Size 1000000000/Root 1 0 R>>\nstartxref\n9\n%%EOF"
    ),
    "table unpacks to a gigabyte": table_bomb,
    "data unpack to gigabytes": packed_twice,
    "a hundred million objects": objects_bomb,
    "catalog is itself": lambda: pdf(b"1 0 R"),
    "catalog is a number": lambda: pdf(b"5"),
    "pages in a circle": lambda: pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"),
    "pages hold themselves a hundred times": lambda: pdf(
        SIGNED,
        b"<</Type/Pages/Kids[%b]/Count 100>>" % (b"2 0 R " * 100),
        PAGE,
        b"<<>>",
        FIELD,
        VALUE % (b"00", b"0 9 99 9"),
    ),
    "fields in a circle": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
        PAGES,
        PAGE,
        b"<<>>",
        b"<</T(a)/Kids[5 0 R 5 0 R]/Parent 5 0 R>>",
    ),
    "deep arrays": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 1_000_000,
    "deep dictionaries": lambda: pdf(b"<</A" * 200_000 + b"1" + b">>" * 200_000),
    "deep in the catalog": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b"]" * 100_000 + b">>", PAGES, PAGE
    ),
    "no endstream": lambda: pdf(CATALOG, PAGES, PAGE, b"<</Length 999999999>>\nstream\nabc"),
    "length is itself": lambda: pdf(
        CATALOG, PAGES, PAGE, b"<</Length 4 0 R>>\nstream\nabc\nendstream"
    ),
    "string without end": lambda: pdf(CATALOG, PAGES, PAGE, b"(" * 2_000_000),
    "name without end": lambda: pdf(CATALOG, PAGES, PAGE, b"/" + b"A" * 4_000_000),
    "a number of three million digits": lambda: pdf(
        CATALOG, PAGES.replace(b"/Count 1", b"/Count " + b"9" * 3_000_000), PAGE
    ),
    "signature of nothing": lambda: pdf(SIGNED, PAGES, PAGE, b"<<>>", FIELD, VALUE % (b"", b"")),
    "ranges as large as can be": lambda: pdf(
        SIGNED, PAGES, PAGE, b"<<>>", FIELD, VALUE % (b"30800000", b"0 99999999999 9 99999999999")
    ),
    "a deep signature": lambda: pdf(
        SIGNED, PAGES, PAGE, b"<<>>", FIELD, VALUE % (b"3080" * 100_000, b"0 9 99 9")
    ),
    "twenty thousand signatures": many_fields,
    "twenty thousand revisions": many_revisions,
    "encrypted with nonsense": lambda: pdf(
        CATALOG, PAGES, PAGE, b"<<>>", more=b"/Encrypt<</Filter/Standard/V 5/R 6/O()/U()/P -1>>"
    ),
    "a name that is markup": lambda: pdf(
        SIGNED,
        PAGES,
        PAGE,
        b"<<>>",
        FIELD.replace(b"(a)", b"(<script>alert\\(1\\)</script>)"),
        VALUE % (b"00", b"0 9 99 9"),
    ),
}
