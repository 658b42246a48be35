"""PDF/A-3a (ISO 19005-3), clause by clause: what a validator would ask of a paper.

What no paper holds (links, layers, sound) is refused altogether.
"""

from __future__ import annotations

import io
import re
from typing import Any

from fontTools.ttLib import TTFont
from pypdf.generic import StreamObject

from tests.documents.pdf_file import Check, File, Problems, listed

FORBIDDEN_ACTIONS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/Sound",
        "/Movie",
        "/ResetForm",
        "/ImportData",
        "/Hide",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/URI",
        "/GoToR",
        "/SubmitForm",
    ]
)
NO_TEXT = {"", "\x00", "\ufeff", "\ufffe"}


def header_and_trailer(file: File) -> Problems:
    """§6.1.2, §6.1.3: header with binary comment; an identifier; no encryption."""
    first, second = file.content.splitlines()[:2]
    if first != b"%PDF-1.7" or second[:1] != b"%" or min(second[1:5], default=0) < 128:
        yield "the header is not that of a binary PDF 1.7"
    if len(file.reader.trailer.get("/ID", [])) != 2 or not all(file.reader.trailer["/ID"]):
        yield "the trailer has no identifier"
    if "/Encrypt" in file.reader.trailer:
        yield "it is encrypted"


def identified_as_pdf_a(file: File) -> Problems:
    """§6.6.2, §6.6.4: XMP with part 3, conformance A, and the title of the file."""
    said = file.metadata
    for name, value in (("part", "3"), ("conformance", "A")):
        if re.search(rf"pdfaid:{name}(?:>|=\")([^<\"]*)", said, re.ASCII) is None:
            yield f"no pdfaid:{name}"
        elif re.search(rf"pdfaid:{name}(?:>|=\"){value}[<\"]", said) is None:
            yield f"pdfaid:{name} is not {value}"
    if re.search(r"<\?xpacket begin[^>]*(bytes|encoding)=", said):
        yield "the XMP header has a forbidden attribute"
    if file.root["/Metadata"].get_object().get("/Subtype") != "/XML":
        yield "the metadata are not XML"


def colours_described(file: File) -> Problems:
    """§6.2.3, §6.2.4: one output intent with an ICC profile for RGB; no other colours."""
    intents = [one.get_object() for one in file.root.get("/OutputIntents", [])]
    if [intent.get("/S") for intent in intents] != ["/GTS_PDFA1"]:
        yield "not one output intent for PDF/A"
        return
    profile = intents[0]["/DestOutputProfile"].get_object()
    data = profile.get_data()
    if profile.get("/N") != 3 or data[36:40] != b"acsp" or data[8] > 4:
        yield "no ICC profile of version 2 to 4"
    if data[12:20] != b"mntrRGB " or int.from_bytes(data[:4], "big") != len(data):
        yield "the profile describes no RGB monitor"
    for page in file.operations:
        if any(operator in {b"k", b"K", b"ri"} for _operands, operator in page):
            yield "a page uses CMYK or a rendering intent"


def fonts_embedded(file: File) -> Problems:
    """§6.2.11: programs embedded, widths as in them, every glyph shown with its text in Unicode."""
    shown = _shown(file)
    for font, glyphs in shown.values():
        name, (inner,) = font["/BaseFont"], font["/DescendantFonts"]
        descriptor = inner.get_object()["/FontDescriptor"]
        if "/FontFile2" not in descriptor or font["/Encoding"] != "/Identity-H":
            yield f"{name} is not embedded"
            continue
        if inner.get_object().get("/CIDToGIDMap") != "/Identity":
            yield f"{name} has no map of its glyphs"
        names = _names(font)
        for glyph in sorted(glyphs):
            if glyph == 0 or names.get(glyph, "") in NO_TEXT:
                yield f"{name}: glyph {glyph} has no text"
        yield from _wrong_widths(name, inner.get_object(), glyphs)


def _shown(file: File) -> dict[str, tuple[Any, set[int]]]:
    """Font and glyph numbers that pages show, by the font's name."""
    found: dict[str, tuple[Any, set[int]]] = {}
    for page, operations in zip(file.reader.pages, file.operations, strict=True):
        fonts, current = page["/Resources"].get("/Font", {}), ""
        for operands, operator in operations:
            if operator == b"Tf":
                current = str(operands[0])
                found.setdefault(current, (fonts[current].get_object(), set()))
            elif operator in {b"TJ", b"Tj"}:
                for part in listed(operands[0]):
                    if hasattr(part, "original_bytes"):
                        raw = part.original_bytes
                        found[current][1].update(
                            int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)
                        )
    return found


def _names(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    said = font["/ToUnicode"].get_data().decode()
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]+)>$", said, re.MULTILINE)
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def _wrong_widths(name: str, inner: Any, glyphs: set[int]) -> Problems:
    said: dict[int, float] = {}
    runs = list(inner["/W"])
    for first, run in zip(runs[::2], runs[1::2], strict=True):
        said.update({int(first) + at: float(width) for at, width in enumerate(run)})
    program = TTFont(io.BytesIO(inner["/FontDescriptor"]["/FontFile2"].get_data()))
    number, data = program["hhea"].numberOfHMetrics, program.reader["hmtx"]
    for glyph in sorted(glyphs):
        at = 4 * min(glyph, number - 1)
        real = int.from_bytes(data[at : at + 2], "big") * 1000 / program["head"].unitsPerEm
        if abs(said.get(glyph, float(inner.get("/DW", 1000))) - real) > 1:
            yield f"{name}: glyph {glyph} is {real} wide and not {said.get(glyph)}"


def nothing_transparent(file: File) -> Problems:
    """§6.2.5, §6.2.10: no transfer functions, no blending; nothing is seen through."""
    for thing in file.objects():
        if not isinstance(thing, dict):
            continue
        if float(thing.get("/ca", 1)) < 1 or float(thing.get("/CA", 1)) < 1:
            yield "something is transparent"
        if thing.get("/BM", "/Normal") not in {"/Normal", "/Compatible"}:
            yield "something is blended"
        if thing.get("/SMask", "/None") != "/None" or ("/TR" in thing and "/Type" in thing):
            yield "something is masked or transferred"


def nothing_active(file: File) -> Problems:
    """§6.1.7, §6.4, §6.5, §6.9: no script, action, layer, XFA, foreign file or LZW."""
    form = file.root.get("/AcroForm", {})
    names = file.root.get("/Names", {})
    for key in ("/OpenAction", "/AA", "/OCProperties", "/Requirements"):
        if key in file.root:
            yield f"the catalog has {key}"
    if "/XFA" in form or form.get("/NeedAppearances") or "/JavaScript" in names:
        yield "the form asks the viewer to do something"
    for thing in file.objects():
        if isinstance(thing, dict) and (thing.get("/S") in FORBIDDEN_ACTIONS or "/AA" in thing):
            yield "there is an action"
        if isinstance(thing, StreamObject) and (
            "/F" in thing or "/LZWDecode" in listed(thing.get("/Filter", []))
        ):
            yield "a stream is elsewhere or packed with LZW"


def data_attached(file: File) -> Problems:
    """§6.8: each attachment says its type, its time and what it is to the document."""
    names = file.root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    associated = [one.get_object() for one in file.root.get("/AF", [])]
    attached = [one.get_object() for one in names[1::2]]
    if not attached or len(attached) != len(associated):
        yield "attachments and associated files differ"
    for one in attached:
        if one.get("/AFRelationship") != "/Data" or not one.get("/F") or not one.get("/UF"):
            yield "an attachment has no relation or no name"
        stream = one["/EF"]["/F"]
        if stream.get("/Subtype") != "/application/json" or "/ModDate" not in stream["/Params"]:
            yield "an attachment has no type or no time"


def annotations_plain(file: File) -> Problems:
    """§6.3: only fields, which are printed, are seen, and bring their one appearance."""
    for _page, note in file.annotations():
        if note["/Subtype"] != "/Widget":
            yield f"there is an annotation {note['/Subtype']}"
        if int(note.get("/F", 0)) & 0b100111 != 0b100:  # invisible, hidden, printed, no view
            yield "an annotation may not be seen or printed"
        if list(note.get("/AP", {})) != ["/N"] or not isinstance(note["/AP"]["/N"], StreamObject):
            yield "an annotation has no appearance, or several"


def permissions_plain(file: File) -> Problems:
    """§6.1.12: permissions only by a certifying signature, whose reference has no digest."""
    if set(file.root.get("/Perms", {})) - {"/DocMDP", "/UR3"}:
        yield "there are other permissions"
    for thing in file.objects():
        if isinstance(thing, dict) and thing.get("/Type") == "/Sig":
            for one in thing.get("/Reference", []):
                if {"/DigestMethod", "/DigestValue", "/DigestLocation"} & set(one.get_object()):
                    yield "a signature's reference has a digest"


PDF_A: tuple[Check, ...] = (
    header_and_trailer,
    identified_as_pdf_a,
    colours_described,
    fonts_embedded,
    nothing_transparent,
    nothing_active,
    data_attached,
    annotations_plain,
    permissions_plain,
)
