"""What a finished PDF carries beside its text: QR code, machine-readable data, signature fields."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib
import json
from typing import Any, Final

import segno

from wizard.documents import formats, tagging
from wizard.documents.data import Paper, VerifyAddress

POINTS: Final = 0.75  # of a CSS pixel
MM: Final = 72 / 25.4
# Under the rule of the footer (18 mm above the edge) with the empty rim that readers ask for, and
# as far from the edge as printers reach.
QR_SIDE: Final = 11.4 * MM
QR_LEFT: Final = 19 * MM
QR_LOW: Final = 5 * MM
DATA_NAME: Final = "data.json"
PRINTED: Final = 4  # annotation flags, ISO 32000-2 table 167
LOCKED: Final = 128

# PDF/UA-1 beside PDF/A-3a: the identifier, and the description that PDF/A asks for every schema
# that it does not know (ISO 19005-3 §6.6.2.3.3).
PDF_UA: Final = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def data_of(paper: Paper) -> bytes:
    """The paper's content as JSON (UTF-8): what is attached to its PDF."""
    said: dict[str, Any] = {
        "schema": "paper/1",
        "demonstration": True,
        "title": paper.title,
        "number": paper.number,
        "made_at": paper.made_at.astimezone(formats.BEIJING).isoformat(),
        "verify": dataclasses.asdict(paper.address) if paper.address else None,
        "sections": [
            {
                "heading": section.heading,
                "rows": [[row.label, row.value] for row in section.rows],
                "paragraphs": list(section.paragraphs),
            }
            for section in paper.sections
        ],
        "signatories": [
            {"field": box.id, "role": box.role, "name": box.name} for box in paper.boxes
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


@functools.lru_cache(maxsize=64)
def qr_code(address: VerifyAddress | None) -> bytes:
    """Operators that paint the QR code at the foot of a page; nothing without an address."""
    if address is None:
        return b""
    rows = list(segno.make(address.url, error="m", boost_error=False).matrix)
    step = QR_SIDE / len(rows)
    parts = ["\n/Artifact BMC\nq", f"{step:.4f} 0 0 {-step:.4f} {QR_LEFT:.2f}"]
    parts[-1] += f" {QR_LOW + QR_SIDE:.2f} cm 0 g"
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                parts.append(f"{x} {y} {end - x} 1 re")
            x = max(end, x + 1)
    return "\n".join([*parts, "f", "Q\nEMC"]).encode()


def add_data(paper: Paper, file: Any) -> None:
    """Attach the JSON of the paper as associated file (ISO 32000-2 §14.13)."""
    pydyf = importlib.import_module("pydyf")
    content = data_of(paper)
    stamp = paper.made_at.astimezone(formats.BEIJING).strftime("D:%Y%m%d%H%M%S+08'00'")
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    stream = pydyf.Stream(
        [content],
        {
            "Type": "/EmbeddedFile",
            "Subtype": "/application#2Fjson",
            "Params": pydyf.Dictionary(
                {
                    "Size": len(content),
                    "CheckSum": f"<{checksum}>",
                    "ModDate": pydyf.String(stamp),
                }
            ),
        },
    )
    file.add_object(stream)
    specification = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(DATA_NAME),
            "UF": pydyf.String(DATA_NAME),
            "Desc": pydyf.String("The content of this document as JSON"),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            "AFRelationship": "/Data",
        }
    )
    file.add_object(specification)
    names = pydyf.Dictionary(
        {"Names": pydyf.Array([pydyf.String(DATA_NAME), specification.reference])}
    )
    file.add_object(names)
    file.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names.reference
    file.catalog["AF"] = pydyf.Array([specification.reference])
    file.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def add_fields(paper: Paper, document: Any, file: Any) -> dict[str, Any]:
    """An empty signature field on every box that asks for one, found by the box's HTML id."""
    wanted = {box.id: box for box in paper.boxes if box.field}
    found: dict[str, Any] = {}
    if not wanted:
        return found
    pydyf = importlib.import_module("pydyf")
    sheets = list(filter(tagging.is_page, file.objects))
    fields = pydyf.Array()
    for page, sheet in zip(document.pages, sheets, strict=True):
        widgets = pydyf.Array()
        for name, box in wanted.items():
            if name not in page.anchors:
                continue
            left, top, right, bottom = page.anchors[name]
            rectangle = [left, page.height - bottom, right, page.height - top]
            width, height = (right - left) * POINTS, (bottom - top) * POINTS
            empty = pydyf.Stream(
                [b""],
                {
                    "Type": "/XObject",
                    "Subtype": "/Form",
                    "BBox": pydyf.Array([0, 0, round(width, 2), round(height, 2)]),
                },
            )
            file.add_object(empty)
            widget = pydyf.Dictionary(
                {
                    "Type": "/Annot",
                    "Subtype": "/Widget",
                    "FT": "/Sig",
                    "T": pydyf.String(name),
                    "TU": pydyf.String(f"{box.role}：{box.name}"),
                    "F": PRINTED | LOCKED,
                    "P": sheet.reference,
                    "Rect": pydyf.Array([round(edge * POINTS, 2) for edge in rectangle]),
                    "AP": pydyf.Dictionary({"N": empty.reference}),
                }
            )
            file.add_object(widget)
            widgets.append(widget.reference)
            found[name] = widget
        if widgets:
            sheet["Annots"] = widgets
            sheet["Tabs"] = "/S"
            fields.extend(widgets)
    file.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": 1})
    return found
