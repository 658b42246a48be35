"""One signature, one revision: what is prepared here is signed elsewhere and put together here.

The same document, field and time give the same bytes to be signed, so that an interrupted signature
can be asked for again and is the same one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfResources, RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.stamp import StaticStampStyle

from wizard.documents import formats
from wizard.documents.data import SealFace
from wizard.documents.signing import ink

# Hexadecimal digits for the signature with certificates and time stamp; measured: under 8,000.
RESERVED: Final = 14_000

# What the signing library prepares in steps.
CMSEmbedder = Generator[Any, Any, None]
# Signs the covered bytes of a file: what comes back is the CMS signature, DER.
Sign = Callable[[bytes], bytes]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A signature to be put on a document. `field` is the id of its box; `at` is aware.

    `certifies`: the first signature of a document, after which only further signatures are allowed
    (DocMDP, FILL_FORMS). `rides`: 骑缝章 over the edges of all pages, before the signature.
    """

    field: str
    seal: SealFace
    role: str
    at: datetime
    certifies: bool = False
    rides: bool = False


class Revision(IncrementalPdfFileWriter):
    """An increment that depends on nothing but the document, a field's name and a time."""

    def __init__(self, content: bytes, field: str, at: datetime) -> None:
        super().__init__(io.BytesIO(content))
        seed = f"{field} {at.isoformat()}".encode()
        digest = hashlib.sha256(content + seed).digest()[:16]
        self._document_id = generic.ArrayObject(
            [self._document_id[0], generic.ByteStringObject(digest)]
        )

    def _update_meta(self) -> None:
        """The document's metadata say when it was made; signatures say when it was signed."""


def sign(content: bytes, mark: Mark, by: Sign) -> bytes:
    """The document with one more revision, signed by `by`.

    Raises `LookupError` when there is no such empty signature field, and what `by` raises.
    """
    writer = Revision(content, mark.field, mark.at)
    _require_empty(writer, mark.field)
    if mark.rides:
        _ride(writer, mark.seal)
    embedder = PdfCMSEmbedder().write_cms(
        field_name=mark.field, writer=writer, existing_fields_only=True
    )
    field = next(embedder).get_object()
    left, low, right, high = (float(number) for number in field["/Rect"])
    placeholder = PdfSignedData(
        obj_type=pdf_name("/Sig"),
        subfilter=SigSeedSubFilter.PADES,
        timestamp=mark.at,
        bytes_reserved=RESERVED,
    )
    placeholder["/Name"] = generic.pdf_string(mark.seal.name)
    placeholder["/Reason"] = generic.pdf_string(mark.role)
    embedder.send(
        SigObjSetup(
            sig_placeholder=placeholder,
            mdp_setup=SigMDPSetup(
                md_algorithm="sha256",
                certify=mark.certifies,
                docmdp_perms=MDPPerm.FILL_FORMS if mark.certifies else None,
            ),
            appearance_setup=SigAppearanceSetup(
                style=_style(writer, mark, width=right - left, height=high - low),
                timestamp=mark.at,
                name=mark.seal.name,
            ),
        )
    )
    return filled(embedder, by)


def filled(embedder: CMSEmbedder, by: Sign) -> bytes:
    """The file that the embedder has prepared, with what `by` makes of the bytes it covers."""
    prepared, output = embedder.send(SigIOSetup(md_algorithm="sha256", in_place=False))
    output.seek(0)
    whole = output.read()
    hole = slice(prepared.reserved_region_start, prepared.reserved_region_end)
    prepared.fill_with_cms(output, by(whole[: hole.start] + whole[hole.stop :]))
    output.seek(0)
    signed: bytes = output.read()
    return signed


def _require_empty(writer: Revision, field: str) -> None:
    if field not in {name for name, _v, _r in enumerate_sig_fields(writer, filled_status=False)}:
        raise LookupError(f"no empty signature field {field}")


def _style(writer: Revision, mark: Mark, *, width: float, height: float) -> StaticStampStyle:
    """The appearance is one compressed form object, which the library only has to call."""
    line = f"{formats.instant(mark.at)} 电子签名（演示）"
    drawn = ink.appearance(mark.seal, line, width=width, height=height)
    resources = PdfResources()
    resources.xobject[pdf_name("/Ink")] = _form(writer, drawn, width=width, height=height)
    box = BoxConstraints(width=width, height=height)
    return StaticStampStyle(
        border_width=0,
        background=RawContent(b"/Ink Do", resources=resources, box=box),
        background_opacity=1.0,
        background_layout=_plain(),
    )


def _form(writer: Revision, drawn: bytes, *, width: float, height: float) -> generic.IndirectObject:
    form = generic.StreamObject(
        dict_data={
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                [generic.FloatObject(f"{n:.3f}") for n in (0, 0, width, height)]
            ),
            pdf_name("/Resources"): generic.DictionaryObject(),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=ink.packed(drawn),
    )
    return writer.add_object(form)


def _plain() -> SimpleBoxLayoutRule:
    """No margins, no scaling: the operators count in points from the field's corner."""
    return SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MIN,
        y_align=AxisAlignment.ALIGN_MIN,
        margins=Margins.uniform(0),
        inner_content_scaling=InnerScaling.NO_SCALING,
    )


def _ride(writer: Revision, face: SealFace) -> None:
    """骑缝章: one form object, and on every page its slice of it."""
    pages = int(writer.root["/Pages"]["/Count"])
    if pages < 2:  # noqa: PLR2004 - nothing to ride over
        return
    drawn, side = ink.seal(face)
    reference = _form(writer, drawn, width=side, height=side)
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/RidingSeal"): reference})}
    )
    # The page's own operators leave the axes upside down: they are fenced in.
    fence = writer.add_object(generic.StreamObject(stream_data=b"q"))
    for number in range(pages):
        found = writer.find_page_for_modification(number)  # type: ignore[no-untyped-call]
        page = found[0].get_object()
        left, low, right, high = (float(n) for n in page["/MediaBox"])
        drawn_slice = ink.riding_slice(
            page=number, pages=pages, side=side, width=right - left, height=high - low
        )
        stream = writer.add_object(generic.StreamObject(stream_data=b"Q " + drawn_slice))
        # The pages of a paper share one dictionary of resources.
        known = "/RidingSeal" in page["/Resources"].get("/XObject", {})
        more = None if known else resources
        writer.add_stream_to_page(number, fence, prepend=True)  # type: ignore[no-untyped-call]
        writer.add_stream_to_page(number, stream, more)  # type: ignore[no-untyped-call]
