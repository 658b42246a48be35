"""Papers keep to PDF/A-3a and PDF/UA-1, unsigned and signed, and no check is blind."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.documents import pdf_a, pdf_ua
from tests.documents.pdf_a import PDF_A
from tests.documents.pdf_file import File
from tests.documents.pdf_ua import PDF_UA
from tests.documents.samples import made, papers
from tests.documents.signatures import one_more, preserved

CHECKS = {check.__name__: check for check in (*PDF_A, *PDF_UA)}
Mutation = Callable[[File], Any]


@functools.cache
def stage(kind: str) -> bytes:
    """A paper, or the agreement after one, three signatures, and with what makes it last."""
    if kind == "signed by three":
        return one_more(one_more(stage("signed by one"), 1), 2)
    if kind == "signed by one":
        return one_more(made(papers()["agreement"]).content, 0)
    if kind == "lasting":
        return preserved(stage("signed by three"))
    return made(papers()[kind]).content


@pytest.mark.parametrize("kind", [*papers(), "signed by one", "signed by three", "lasting"])
def test_it_keeps_to_both_standards(kind: str) -> None:
    file = File(stage(kind))
    found = {name: list(check(file)) for name, check in CHECKS.items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


def put(where: Any, key: str, value: Any) -> None:
    """Set a key of a dictionary; a string with a slash is a name."""
    if isinstance(value, str):
        value = NameObject(value) if value.startswith("/") else TextStringObject(value)
    where.get_object()[NameObject(key)] = value


def element(file: File, tag: str) -> Any:
    """The first structure element with this tag."""
    return next(one for one in file.elements() if one["/S"] == tag)


def note(file: File) -> Any:
    """The first field."""
    return next(file.annotations())[1]


def say(file: File, before: bytes, after: bytes) -> None:
    """Change the XMP packet."""
    packet = file.root["/Metadata"].get_object()
    changed = packet.get_data().replace(before, after)
    assert changed != packet.get_data()
    new = DecodedStreamObject()
    new.set_data(changed)
    new.update({NameObject("/Subtype"): NameObject("/XML")})
    put(file.root, "/Metadata", new)


def font(file: File) -> Any:
    """A font of the first page, with signs that are narrower than a hanzi."""
    fonts = [one.get_object() for one in file.reader.pages[0]["/Resources"]["/Font"].values()]
    return max(fonts, key=lambda one: len(one["/DescendantFonts"][0]["/W"]))


def painted(file: File, operands: list[Any], operator: bytes) -> None:
    """One more operator at the end of the first page."""
    file.operations[0].append((operands, operator))


def without(where: Any, key: str) -> None:
    """Remove a key that was there."""
    del where[key]


def change_bytes(file: File, before: bytes, after: bytes) -> None:
    """Change the file as it lies on the disk."""
    assert before in file.content
    file.content = file.content.replace(before, after, 1)


def digest(file: File) -> None:
    """A digest in the reference of the certifying signature."""
    put(file.root["/Perms"]["/DocMDP"]["/Reference"][0].get_object(), "/DigestMethod", "/SHA256")


def unseen(file: File) -> None:
    """The content of the first page's first line is taken out of its element."""
    numbers = file.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    first = next(one for one in numbers[1].get_object() if one.get_object() is not None)
    put(first.get_object(), "/K", ArrayObject([NumberObject(9999)]))


DEFECTS: list[tuple[str, Mutation]] = [
    ("header_and_trailer", lambda f: change_bytes(f, b"%PDF-1.7", b"%PDF-1.3")),
    ("header_and_trailer", lambda f: without(f.reader.trailer, "/ID")),
    ("header_and_trailer", lambda f: put(f.reader.trailer, "/Encrypt", DictionaryObject())),
    ("identified_as_pdf_a", lambda f: say(f, b"pdfaid:part", b"pdfaid:past")),
    ("identified_as_pdf_a", lambda f: say(f, b"pdfaid:conformance", b"pdfaid:x")),
    ("identified_as_pdf_a", lambda f: put(f.root["/Metadata"].get_object(), "/Subtype", "/T")),
    ("colours_described", lambda f: without(f.root, "/OutputIntents")),
    (
        "colours_described",
        lambda f: put(
            f.root["/OutputIntents"][0]["/DestOutputProfile"].get_object(), "/N", NumberObject(4)
        ),
    ),
    ("colours_described", lambda f: painted(f, [0, 0, 0, 1], b"k")),
    ("fonts_embedded", lambda f: without(font(f), "/ToUnicode")),
    (
        "fonts_embedded",
        lambda f: without(font(f)["/DescendantFonts"][0]["/FontDescriptor"], "/FontFile2"),
    ),
    (
        "fonts_embedded",
        lambda f: put(font(f)["/DescendantFonts"][0], "/W", ArrayObject()),
    ),
    ("nothing_transparent", lambda f: put(note(f), "/ca", FloatObject(0.5))),
    ("nothing_transparent", lambda f: put(note(f), "/BM", "/Multiply")),
    ("nothing_active", lambda f: put(f.root, "/OpenAction", DictionaryObject())),
    ("nothing_active", lambda f: put(f.root["/AcroForm"], "/NeedAppearances", BooleanObject(True))),
    ("nothing_active", lambda f: put(note(f), "/S", "/JavaScript")),
    ("data_attached", lambda f: without(f.root, "/AF")),
    ("data_attached", lambda f: without(f.root["/AF"][0].get_object(), "/AFRelationship")),
    (
        "data_attached",
        lambda f: without(f.root["/AF"][0]["/EF"]["/F"]["/Params"], "/ModDate"),
    ),
    ("annotations_plain", lambda f: put(note(f), "/Subtype", "/Link")),
    ("annotations_plain", lambda f: put(note(f), "/F", NumberObject(2))),
    ("annotations_plain", lambda f: without(note(f), "/AP")),
    ("permissions_plain", lambda f: put(f.root["/Perms"], "/Other", DictionaryObject())),
    ("permissions_plain", digest),
    ("identified_as_pdf_ua", lambda f: say(f, b"pdfuaid:part>1", b"pdfuaid:part>2")),
    ("title_and_language", lambda f: without(f.root, "/MarkInfo")),
    ("title_and_language", lambda f: put(f.root, "/Lang", "en")),
    ("title_and_language", lambda f: without(f.root, "/ViewerPreferences")),
    ("title_and_language", lambda f: say(f, b"<dc:title>", b"<dc:tital>")),
    ("everything_tagged", lambda f: painted(f, [], b"f")),
    ("everything_tagged", unseen),
    ("everything_tagged", lambda f: without(element(f, "/Sect"), "/K")),
    ("headings_in_order", lambda f: put(element(f, "/H1"), "/S", "/H2")),
    ("headings_in_order", lambda f: put(element(f, "/H2"), "/S", "/H3")),
    ("headings_in_order", lambda f: without(f.root, "/Outlines")),
    ("tables_regular", lambda f: without(element(f, "/TH")["/A"], "/Scope")),
    ("tables_regular", lambda f: without(element(f, "/TD")["/A"], "/Headers")),
    ("tables_regular", lambda f: element(f, "/TR")["/K"].pop()),
    ("figures_described", lambda f: put(element(f, "/Table"), "/S", "/Figure")),
    ("fields_in_structure", lambda f: without(note(f), "/TU")),
    ("fields_in_structure", lambda f: without(note(f), "/StructParent")),
    ("fields_in_structure", lambda f: put(next(f.annotations())[0], "/Tabs", "/R")),
    ("fields_in_structure", lambda f: put(element(f, "/Form"), "/S", "/Span")),
]


@pytest.mark.parametrize(("check", "plant"), DEFECTS)
def test_a_planted_defect_is_found(check: str, plant: Mutation) -> None:
    file = File(stage("signed by one"))
    assert list(CHECKS[check](file)) == []
    plant(file)
    assert list(CHECKS[check](file)) != []


def test_no_check_is_without_its_defect() -> None:
    assert {check for check, _plant in DEFECTS} == set(CHECKS)


def test_no_check_is_forgotten() -> None:
    """A check that somebody writes and does not list would never run."""
    known = {**vars(pdf_a), **vars(pdf_ua)}
    assert {name for name in known if (known[name].__doc__ or "")[:1] == "§"} == set(CHECKS)
