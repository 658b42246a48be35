"""Papers as they lie on the table: QR codes that can be read, page breaks that help a reader."""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.documents.samples import ADDRESS, LONG_NAME, full_receipt, made, opened, papers

DPI = 150
MM = DPI / 25.4
KINDS = ["form", "renewal", "agreement", "policy", "receipt"]
INK = 128  # darker than this is not background


def sheets(content: bytes) -> list[Image.Image]:
    """Every page as a grey picture, as poppler prints it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-gray", "-r", str(DPI), "-", f"{folder}/page"]
        subprocess.run(command, input=content, check=True)
        return [Image.open(file).convert("L") for file in sorted(Path(folder).iterdir())]


def codes(sheet: Image.Image) -> list[Any]:
    """The bar codes that a reader finds in the picture."""
    return list(zxingcpp.read_barcodes(sheet))


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_leads_to_the_verification_of_this_paper(kind: str) -> None:
    pdf = made(papers()[kind])
    seen = [codes(sheet) for sheet in sheets(pdf.content)]
    assert len(seen) == pdf.pages
    assert [[code.text for code in found] for found in seen] == [[ADDRESS.url]] * pdf.pages
    assert ADDRESS.short.replace("-", "").lower() in ADDRESS.url


def test_a_paper_without_address_has_no_code() -> None:
    assert [codes(sheet) for sheet in sheets(made(full_receipt()).content)] == [[]]


def test_the_code_stands_free_of_the_rule_and_of_the_edge() -> None:
    sheet = sheets(made(papers()["form"]).content)[0]
    (code,) = codes(sheet)
    place = code.position
    left, right = place.top_left.x, place.top_right.x
    quiet = 4 * (right - left) / 29  # four modules of a code of version 3 (ISO/IEC 18004 §6.3.8)
    around = (left - quiet + 2, place.top_left.y - quiet + 2, right + quiet - 2, sheet.height)
    above = sheet.crop((around[0], around[1], around[2], place.top_left.y - 2))
    assert min(above.tobytes()) > INK  # no ink at all
    assert (sheet.height - place.bottom_left.y) / MM >= 4.5  # what printers cannot reach


def elements(parent: Any) -> Iterator[Any]:
    """The structure elements below this one, in reading order."""
    children = parent.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        element = child.get_object()
        if isinstance(element, dict) and "/S" in element:
            yield element
            yield from elements(element)


def sheet_of(element: Any) -> int:
    """The object number of the page on which an element begins."""
    return int(element.raw_get("/Pg").idnum)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["广东示例虚舟灯饰有限公司", LONG_NAME])
def test_no_row_stands_alone_on_a_page(kind: str, name: str) -> None:
    root = opened(made(papers(name)[kind]).content).root_object["/StructTreeRoot"]
    tables = [element for element in elements(root) if element["/S"] == "/Table"]
    assert tables
    for table in tables:
        rows = Counter(sheet_of(one) for one in elements(table) if one["/S"] == "/TR")
        assert len(rows) == 1 or min(rows.values()) >= 2


@pytest.mark.parametrize("kind", ["agreement", "policy"])
@pytest.mark.parametrize("name", ["广东示例虚舟灯饰有限公司", LONG_NAME])
def test_nobody_signs_on_a_page_that_says_nothing(kind: str, name: str) -> None:
    root = opened(made(papers(name)[kind]).content).root_object["/StructTreeRoot"]
    found = list(elements(root))
    boxes = [element for element in found if element["/S"] == "/Table"][-1]
    said = [one for one in found if one["/S"] in {"/H2", "/P"} and sheet_of(one) == sheet_of(boxes)]
    assert said
