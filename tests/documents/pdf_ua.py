"""PDF/UA-1 (ISO 14289-1), clause by clause: what a validator would ask of a paper."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from tests.documents.pdf_file import Check, File, Problems, listed, same

PAINTING = frozenset(b"f F f* B B* b b* S s Tj TJ ' \" Do sh BI INLINE IMAGE".split())


def identified_as_pdf_ua(file: File) -> Problems:
    """§5: XMP with part 1."""
    if re.search(r"pdfuaid:part(?:>|=\")1[<\"]", file.metadata) is None:
        yield "no pdfuaid:part"


def title_and_language(file: File) -> Problems:
    """§7.1, §7.2: tagged, in Chinese, with a title that the window shows."""
    marks = file.root.get("/MarkInfo", {})
    if not marks.get("/Marked") or marks.get("/Suspects"):
        yield "it is not marked as tagged"
    if file.root.get("/Lang") != "zh-CN":
        yield "its language is not zh-CN"
    if not file.root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "its title is not shown"
    title = re.search(r"<dc:title>.*?<rdf:li[^>]*>([^<]+)<", file.metadata, re.DOTALL)
    if title is None or title[1].strip() != (file.reader.metadata.title or ""):
        yield "it has no title, or two"


def everything_tagged(file: File) -> Problems:
    """§7.1: what is painted is an artifact or belongs to an element that a reader comes to."""
    numbers = list(listed(file.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]))
    parents = {int(n): one for n, one in zip(numbers[::2], numbers[1::2], strict=True)}
    known = {element.indirect_reference.idnum for element in file.elements()}
    for page, operations in zip(file.reader.pages, file.operations, strict=True):
        elements = parents[int(page["/StructParents"])].get_object()
        for number in _marked(operations):
            if isinstance(number, str):
                yield number
                continue
            element = elements[number].get_object()
            if element is None or element.indirect_reference.idnum not in known:
                yield f"content {number} belongs to nothing"
            elif number not in listed(element["/K"]):
                yield f"content {number} is not in its element"


def _marked(operations: list[tuple[Any, bytes]]) -> Iterator[int | str]:
    """The numbers of marked contents, and a sentence for what is painted without."""
    stack: list[int | str | None] = []
    for operands, operator in operations:
        if operator in {b"BMC", b"BDC"}:
            mark: int | str | None = "artifact" if operands[0] == "/Artifact" else None
            if operator == b"BDC" and "/MCID" in operands[1]:
                mark = int(operands[1]["/MCID"])
                yield mark
            if mark is not None and any(one is not None for one in stack):
                yield "an artifact within content, or content within content"
            stack.append(mark)
        elif operator == b"EMC":
            stack.pop()
        elif operator in PAINTING and all(one is None for one in stack):
            yield f"something is painted untagged ({operator.decode()})"


def headings_in_order(file: File) -> Problems:
    """§7.4.2, §7.17: one H1 first, no level left out; a bookmark for each."""
    levels = [int(e["/S"][2:]) for e in file.elements() if re.fullmatch(r"/H\d", e["/S"])]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "the first heading is not the only H1"
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        yield "a level of headings is left out"
    if _bookmarks(file.root.get("/Outlines", {})) != len(levels):
        yield "there is not a bookmark for each heading"


def _bookmarks(parent: Any) -> int:
    found, one = 0, parent.get("/First")
    while one is not None:
        found += 1 + _bookmarks(one)
        one = one.get("/Next")
    return found


def tables_regular(file: File) -> Problems:
    """§7.5: rows of equal length; every header says what it heads, every cell which heads it."""
    for table in (e for e in file.elements() if e["/S"] == "/Table"):
        inner = list(file.elements(table))
        rows = [listed(e["/K"]) for e in inner if e["/S"] == "/TR"]
        if not rows or len({len(row) for row in rows}) != 1:
            yield "a table is not regular"
        headers = {e.get("/ID") for e in inner if e["/S"] == "/TH"}
        for cell in (e for e in inner if e["/S"] in {"/TH", "/TD"}):
            if cell["/S"] == "/TH" and cell["/A"].get("/Scope") not in {"/Row", "/Column"}:
                yield "a header has no scope"
            if cell["/S"] == "/TD" and not set(cell["/A"].get("/Headers", ["none"])) <= headers:
                yield "a cell has no header"


def figures_described(file: File) -> Problems:
    """§7.3: each figure has a description."""
    for element in file.elements():
        if element["/S"] == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure has no description"


def fields_in_structure(file: File) -> Problems:
    """§7.18: fields have words, are read where they stand, and are reached in that order."""
    numbers = list(listed(file.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]))
    parents = {int(n): one for n, one in zip(numbers[::2], numbers[1::2], strict=True)}
    known = {e.indirect_reference.idnum for e in file.elements() if e["/S"] == "/Form"}
    for page, note in file.annotations():
        if page.get("/Tabs") != "/S":
            yield "a page's tab order is not that of its structure"
        if not str(note.get("/TU", "")).strip():
            yield "a field has no words"
        element = parents.get(int(note.get("/StructParent", -1)))
        if element is None or element.get_object().indirect_reference.idnum not in known:
            yield "a field is not in the structure"
        elif not any(same(one.get_object()["/Obj"], note) for one in listed(element["/K"])):
            yield "the structure shows another field"


PDF_UA: tuple[Check, ...] = (
    identified_as_pdf_ua,
    title_and_language,
    everything_tagged,
    headings_in_order,
    tables_regular,
    figures_described,
    fields_in_structure,
)
