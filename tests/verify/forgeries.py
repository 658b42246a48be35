"""What can be done to a signed PDF, each as a function from its bytes to the forged ones."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DecodedStreamObject, IndirectObject, NameObject

Forgery = Callable[[bytes], bytes]
WHITE_BOX = b"1 g 0 0 200 200 re f"

# --- by an update after the last signature, as viewers and editors write it


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _pages(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"]


def _field(writer: IncrementalPdfFileWriter, name: str) -> Any:
    fields = writer.root["/AcroForm"]["/Fields"]
    return next(field for field in (f.get_object() for f in fields) if field["/T"] == name)


def drawn_over(content: bytes) -> bytes:
    """More is painted on the first page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        stream = writer.add_object(generic.StreamObject(stream_data=WHITE_BOX))
        writer.add_stream_to_page(0, stream)

    return updated(content, change)


def content_replaced(content: bytes) -> bytes:
    """Shadow attack, replace: the first page shows another text."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _pages(writer)[0]
        page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=WHITE_BOX))
        writer.update_container(page)

    return updated(content, change)


def font_replaced(content: bytes) -> bytes:
    """Shadow attack, replace: the same codes, other glyphs."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fonts = _pages(writer)[0]["/Resources"]["/Font"]
        names = sorted(fonts)
        fonts[names[0]] = fonts.raw_get(names[1])
        writer.update_container(fonts)

    return updated(content, change)


def riding_seal_replaced(content: bytes) -> bytes:
    """The riding seal's drawing is another one."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        seal = _pages(writer)[0]["/Resources"]["/XObject"].raw_get("/RidingSeal")
        form = seal.get_object()
        form._data = form._encoded_data = None
        form.pop("/Filter")
        form._data = WHITE_BOX
        writer.mark_update(seal)

    return updated(content, change)


def _note(writer: IncrementalPdfFileWriter, subtype: str) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name(subtype),
            pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (9, 9, 99, 99)]
            ),
            pdf_name("/Contents"): generic.pdf_string("paid"),
        }
    )
    page = _pages(writer)[0]
    before = [generic.IndirectObject(r.idnum, r.generation, writer) for r in _refs(page)]
    page[pdf_name("/Annots")] = generic.ArrayObject([*before, writer.add_object(note)])
    writer.update_container(page)


def _refs(page: Any) -> list[Any]:
    return list(list.__iter__(page["/Annots"])) if "/Annots" in page else []


def annotated(content: bytes) -> bytes:
    """A note on the first page."""
    return updated(content, lambda writer: _note(writer, "/Text"))


def covered_by_annotation(content: bytes) -> bytes:
    """Shadow attack, hide: a white square over the text."""
    return updated(content, lambda writer: _note(writer, "/Square"))


def hidden_by_layer(content: bytes) -> bytes:
    """Shadow attack, hide and replace: layers that are off."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        layer = writer.add_object(
            generic.DictionaryObject(
                {pdf_name("/Type"): pdf_name("/OCG"), pdf_name("/Name"): generic.pdf_string("x")}
            )
        )
        off = generic.DictionaryObject({pdf_name("/OFF"): generic.ArrayObject([layer])})
        writer.root[pdf_name("/OCProperties")] = generic.DictionaryObject(
            {pdf_name("/OCGs"): generic.ArrayObject([layer]), pdf_name("/D"): off}
        )
        writer.update_root()

    return updated(content, change)


def form_field_added(content: bytes) -> bytes:
    """One more text field with a value."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = generic.DictionaryObject(
            {
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string("amount"),
                pdf_name("/V"): generic.pdf_string("1"),
            }
        )
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.append(writer.add_object(field))
        writer.update_container(fields)

    return updated(content, change)


def seal_replaced(content: bytes) -> bytes:
    """The drawing in the exporter's signature box is another one."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _field(writer, "sig-exporter")
        form = generic.StreamObject(
            dict_data={
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(
                    [generic.NumberObject(n) for n in (0, 0, 9, 9)]
                ),
            },
            stream_data=WHITE_BOX,
        )
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
        writer.update_container(field)

    return updated(content, change)


def attachment_replaced(content: bytes) -> bytes:
    """The attached data say something else."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        tree = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        place = tree[1]["/EF"].raw_get("/F")
        place.get_object()._data = b"{}"
        place.get_object()._encoded_data = None
        place.get_object().pop("/Filter")
        writer.mark_update(place)

    return updated(content, change)


def action_added(content: bytes) -> bytes:
    """JavaScript that runs when the file is opened."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
            }
        )
        writer.update_root()

    return updated(content, change)


def _turned(content: bytes, order: Callable[[list[Any]], list[Any]]) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        kids = order(list(list.__iter__(pages["/Kids"])))
        pages[pdf_name("/Kids")] = generic.ArrayObject(kids)
        pages[pdf_name("/Count")] = generic.NumberObject(len(kids))
        writer.update_container(pages)

    return updated(content, change)


def pages_exchanged(content: bytes) -> bytes:
    """The first two pages change places."""
    return _turned(content, lambda kids: [kids[1], kids[0], *kids[2:]])


def page_removed(content: bytes) -> bytes:
    """Without the first page."""
    return _turned(content, lambda kids: kids[1:])


def page_inserted(content: bytes) -> bytes:
    """An empty page after the first."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        page = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/Parent"): writer.root.raw_get("/Pages"),
                pdf_name("/MediaBox"): pages["/Kids"][0]["/MediaBox"],
                pdf_name("/Resources"): generic.DictionaryObject(),
            }
        )
        kids = list(list.__iter__(pages["/Kids"]))
        pages[pdf_name("/Kids")] = generic.ArrayObject(
            [kids[0], writer.add_object(page), *kids[1:]]
        )
        pages[pdf_name("/Count")] = generic.NumberObject(len(kids) + 1)
        writer.update_container(pages)

    return updated(content, change)


def signature_removed(content: bytes) -> bytes:
    """The operator's box is empty again."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _field(writer, "sig-operator")
        del field["/V"]
        writer.update_container(field)

    return updated(content, change)


def signature_field_removed(content: bytes) -> bytes:
    """The operator's box is gone from the form."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        kept = [f for f in list.__iter__(fields) if f.get_object()["/T"] != "sig-operator"]
        writer.root["/AcroForm"][pdf_name("/Fields")] = generic.ArrayObject(kept)
        writer.update_container(writer.root["/AcroForm"])

    return updated(content, change)


# --- by writing the whole file anew


def rewritten(
    content: bytes, change: Callable[[pypdf.PdfWriter], None] = lambda _writer: None
) -> bytes:
    """Opened and saved by another program, with a change or none."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def saved_by_qpdf(content: bytes) -> bytes:
    """Written anew by qpdf, with streams of objects."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        before.write_bytes(content)
        subprocess.run(["qpdf", "--object-streams=generate", before, after], check=True)
        return after.read_bytes()


def encrypted(content: bytes) -> bytes:
    """Locked with a password by qpdf."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        before.write_bytes(content)
        subprocess.run(["qpdf", "--encrypt", "u", "o", "256", "--", before, after], check=True)
        return after.read_bytes()


def rewritten_with_text(content: bytes) -> bytes:
    """Saved anew with something else painted on the second page."""

    def change(writer: pypdf.PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(WHITE_BOX)
        writer.pages[1][NameObject("/Contents")] = writer._add_object(stream)

    return rewritten(content, change)


def rewritten_with_note(content: bytes) -> bytes:
    """Saved anew with a note on the second page."""

    def change(writer: pypdf.PdfWriter) -> None:
        writer.add_annotation(1, FreeText(text="paid", rect=(9, 9, 99, 99)))

    return rewritten(content, change)


def rewritten_without_page(content: bytes) -> bytes:
    """Saved anew without the first page."""
    return rewritten(content, lambda writer: writer.remove_page(0))


def rewritten_with_page(content: bytes) -> bytes:
    """Saved anew with an empty page in front."""

    def change(writer: pypdf.PdfWriter) -> None:
        writer.insert_blank_page(100, 100, 0)

    return rewritten(content, change)


def rewritten_exchanged(content: bytes) -> bytes:
    """Saved anew with the first two pages in the other order."""

    def change(writer: pypdf.PdfWriter) -> None:
        kids = writer.root_object["/Pages"]["/Kids"]  # type: ignore[index]
        kids[0], kids[1] = kids[1], kids[0]

    return rewritten(content, change)


def page_of(other: bytes) -> Forgery:
    """Saved anew with the first page of another paper in the place of its first page."""

    def forgery(content: bytes) -> bytes:
        def change(writer: pypdf.PdfWriter) -> None:
            writer.insert_page(pypdf.PdfReader(io.BytesIO(other)).pages[0], 0)
            writer.remove_page(1)

        return rewritten(content, change)

    return forgery


def stripped(content: bytes) -> bytes:
    """Saved anew without the form: no signature is left, the seals' drawings are."""

    def change(writer: pypdf.PdfWriter) -> None:
        del writer.root_object["/AcroForm"]
        writer.root_object.pop("/Perms", None)

    return rewritten(content, change)


def one_stripped(content: bytes) -> bytes:
    """Saved anew without the insurer's signature."""

    def change(writer: pypdf.PdfWriter) -> None:
        form = writer.root_object["/AcroForm"]
        for field in form["/Fields"]:  # type: ignore[index]
            if field.get_object()["/T"] == "sig-insurer":
                del field.get_object()["/V"]

    return rewritten(content, change)


def nameless(content: bytes) -> bytes:
    """Saved anew without signatures and without the data that say which paper it is."""

    def change(writer: pypdf.PdfWriter) -> None:
        for key in ("/AcroForm", "/Perms", "/Names", "/AF"):
            writer.root_object.pop(key, None)

    return rewritten(content, change)


# --- in the bytes


def flipped(content: bytes) -> bytes:
    """One byte of the text's first stream is another."""
    at = content.index(b"stream") + 40
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def cut_back(content: bytes) -> bytes:
    """Without the last revision: the operator's signature is gone."""
    ends = [match.end() for match in re.finditer(rb"%%EOF\n?", content)]
    return content[: ends[-2]]


def cut_to_draft(content: bytes) -> bytes:
    """Without any signature: the first of all revisions."""
    return content[: content.index(b"%%EOF") + 6]


def appended(content: bytes) -> bytes:
    """Something after the end that no signature covers."""
    return content + b"\n% and more\n"


def appended_object(content: bytes) -> bytes:
    """Incremental saving attack: an object after the end, no table, no trailer."""
    return content + b"\n9 0 obj\n<</Type/Catalog>>\nendobj\n"


def truncated(content: bytes) -> bytes:
    """The last tenth did not arrive."""
    return content[: len(content) * 9 // 10]


def _last(pattern: bytes, content: bytes) -> re.Match[bytes]:
    return list(re.finditer(pattern, content))[-1]


def _put(content: bytes, start: int, value: bytes) -> bytes:
    return content[:start] + value + content[start + len(value) :]


TOKEN = rb"/Contents (<[0-9a-fA-F]+>)"


def contents_zeroed(content: bytes) -> bytes:
    """Universal signature forgery: the last signature's value is nothing but zeros."""
    found = _last(TOKEN, content)
    return _put(content, found.start(1) + 1, b"0" * (len(found[1]) - 2))


def contents_emptied(content: bytes) -> bytes:
    """Universal signature forgery: the last signature's value is empty."""
    found = _last(TOKEN, content)
    return _put(content, found.start(1), b"<>".ljust(len(found[1])))


def contents_unnamed(content: bytes) -> bytes:
    """Universal signature forgery: the last signature has no value at all."""
    return _put(content, _last(TOKEN, content).start(), b"/Xontents")


def contents_null(content: bytes) -> bytes:
    """Universal signature forgery: the last signature's value is null."""
    found = _last(TOKEN, content)
    return _put(content, found.start(1), b"null".ljust(len(found[1])))


RANGE = rb"/ByteRange (\[[^\]]*\])"


def _ranges(value: bytes) -> Forgery:
    def forgery(content: bytes) -> bytes:
        found = _last(RANGE, content)
        return _put(content, found.start(1), value.ljust(len(found[1])))

    return forgery


def range_zeroed(content: bytes) -> bytes:
    """Universal signature forgery: the last signature covers nothing."""
    return _ranges(b"[0 0 0 0]")(content)


def range_negative(content: bytes) -> bytes:
    """Universal signature forgery: lengths below zero."""
    return _ranges(b"[0 -1 9 -1]")(content)


def range_null(content: bytes) -> bytes:
    """Universal signature forgery: no ranges."""
    return _ranges(b"null")(content)


def range_unnamed(content: bytes) -> bytes:
    """Universal signature forgery: the entry is called otherwise."""
    return _put(content, _last(RANGE, content).start(), b"/XyteRange")


def range_widened(content: bytes) -> bytes:
    """The gap swallows some of what was signed, the length stays."""
    numbers = _numbers(content)
    numbers[1] -= 10
    numbers[2] -= 10
    numbers[3] += 10
    return _ranges(b"[" + b" ".join(b"%d" % n for n in numbers) + b"]")(content)


def wrapped(content: bytes) -> bytes:
    """Signature wrapping: the second signed part is moved to the end, new objects stand between.

    All signed bytes are there, and the digest over the ranges of the new signature dictionary is
    right. The cross-reference table, which the signed end points to, is the forger's.
    """
    _zero, length, again, rest = _numbers(content)
    table = int(_last(rb"startxref\s+(\d+)", content)[1])
    room = 60_000
    signature = int(_last(rb"\n(\d+) 0 obj\n<<\n/Contents <", content)[1])
    forged = (
        b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"
        b"/ByteRange [0 %d %d %d]/Contents %b>>\nendobj\n"
    ) % (signature, length, table + room, rest, content[length:again])
    text = b"%d 0 obj\n<</Length %d>>\nstream\n%b\nendstream\nendobj\n" % (
        _first_page(content),
        len(WHITE_BOX),
        WHITE_BOX,
    )
    # The forger's table, then the objects it names, then the signed table, which it goes on with.
    form = (
        b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n"
        b"trailer\n<</Size 999/Root %b/Prev %010d>>\n"
    )
    root = _last(rb"/Root (\d+ 0 R)", content)[1]
    first = table + len(form % (_first_page(content), 0, signature, 0, root, 0))
    second = first + len(text)
    head = form % (_first_page(content), first, signature, second, root, second + len(forged))
    body = head + text + forged + content[table : content.rindex(b"startxref")]
    return content[:table] + body.ljust(room) + content[again : again + rest]


def _numbers(content: bytes) -> list[int]:
    return [int(number) for number in _last(RANGE, content)[1].strip(b"[]").split()]


def _first_page(content: bytes) -> int:
    """Number of the first stream that the first page paints."""
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    contents = page["/Contents"]
    assert isinstance(contents, ArrayObject)
    first = list.__getitem__(contents, 0)
    assert isinstance(first, IndirectObject)
    return first.idnum


def padding_used(content: bytes) -> bytes:
    """A digit in the filling behind the last signature."""
    return _put(content, _last(TOKEN, content).end(1) - 40, b"7")


def padding_blank(content: bytes) -> bytes:
    """White space in the filling behind the last signature."""
    return _put(content, _last(TOKEN, content).end(1) - 40, b"  ")


def digit_small(content: bytes) -> bytes:
    """One digit of the last signature as a small letter: the same value."""
    found = _last(TOKEN, content)
    at = found.start(1) + next(n for n, sign in enumerate(found[1]) if chr(sign) in "ABCDEF")
    return _put(content, at, content[at : at + 1].lower())


def digits_small(content: bytes) -> bytes:
    """All digits of the last signature as small letters: the same value."""
    found = _last(TOKEN, content)
    return _put(content, found.start(1), found[1].lower())


def swapped_with(other: bytes) -> Forgery:
    """The first signature's value is one of another file."""

    def forgery(content: bytes) -> bytes:
        found = re.search(TOKEN, content)
        assert found
        theirs = _last(TOKEN, other)[1]
        assert len(theirs) == len(found[1])
        return _put(content, found.start(1), theirs)

    return forgery
