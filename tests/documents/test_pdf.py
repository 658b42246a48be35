"""A paper becomes a PDF that says exactly the same, always in the same bytes."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.utils import translation
from fontTools.ttLib import sfnt

from tests.documents.samples import (
    ADDRESS,
    LONG_NAME,
    RARE_NAME,
    application,
    at,
    made,
    opened,
    papers,
    said_by,
    signed_agreement,
    squeezed,
    text_of,
)
from wizard import documents
from wizard.documents import Paper, Pdf, Style

ROOT = Path(__file__).resolve().parents[2]
KINDS = list(papers())


@pytest.fixture(params=KINDS)
def paper(request: pytest.FixtureRequest) -> Paper:
    """Each document in turn."""
    return papers()[request.param]


def test_it_says_what_the_page_says(paper: Paper) -> None:
    text = text_of(made(paper).content)
    assert [said for said in said_by(paper) if said not in text] == []


@pytest.mark.parametrize("kind", ["form", "renewal", "signed agreement", "policy", "receipt"])
@pytest.mark.parametrize("name", [RARE_NAME, LONG_NAME])
def test_rare_characters_and_long_names_come_back(kind: str, name: str) -> None:
    assert name in text_of(documents.pdf(papers(name)[kind]).content)


def test_every_page_is_marked_as_a_demonstration(paper: Paper) -> None:
    pdf = made(paper)
    reader = opened(pdf.content)
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert "演示文本，不具法律效力" in text
        assert f"第 {number} 页，共 {pdf.pages} 页" in text
        assert paper.number in text
        first = page["/Contents"][0].get_object().get_data()
        assert first.startswith(b"/Artifact BMC")  # the watermark, under everything else


def test_it_is_tagged_chinese_a4_and_bears_its_own_time(paper: Paper) -> None:
    pdf = made(paper)
    reader = opened(pdf.content)
    assert len(reader.pages) == pdf.pages
    assert reader.metadata is not None
    assert reader.metadata.title == paper.title == pdf.title
    assert reader.metadata.creation_date == paper.made_at.replace(microsecond=0) == pdf.made_at
    root = reader.root_object
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {(595, 842)}


def test_its_bookmarks_are_its_title_and_its_headings(paper: Paper) -> None:
    [title, headings] = opened(made(paper).content).outline
    assert title.title == paper.title
    told = [section.heading for section in paper.sections[1:] if section.heading]
    assert [heading.title for heading in headings] == told


def test_qpdf_finds_nothing_wrong(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(made(paper).content)
    checked = subprocess.run(["qpdf", "--check", file], check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_holds_no_script_link_or_form_but_signature_fields(paper: Paper) -> None:
    reader = opened(made(paper).content)
    assert not {"/OpenAction", "/AA", "/URI"} & set(reader.root_object)
    assert b"/JavaScript" not in made(paper).content
    fields = {box.id for box in paper.boxes if box.field}
    form = reader.root_object.get("/AcroForm", {}).get("/Fields", [])
    assert {str(field.get_object()["/T"]) for field in form} == fields
    assert all(field.get_object()["/FT"] == "/Sig" for field in form)
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert {note["/Subtype"] for note in notes} <= {"/Widget"}
    assert len(notes) == len(fields)


def test_its_content_is_attached_for_machines(paper: Paper) -> None:
    reader = opened(made(paper).content)
    assert list(reader.attachments) == ["data.json"]
    data = json.loads(reader.attachments["data.json"][0])
    assert (data["title"], data["number"]) == (paper.title, paper.number)
    rows = [tuple(row) for section in data["sections"] for row in section["rows"]]
    assert rows == [(row.label, row.value) for section in paper.sections for row in section.rows]
    assert reader.root_object["/AF"][0].get_object()["/AFRelationship"] == "/Data"


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1(paper: Paper) -> None:
    root = opened(made(paper).content).root_object
    metadata = root["/Metadata"].get_object().get_data()
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfaid:conformance="A"' in metadata
    assert b"<pdfuaid:part>1<" in metadata
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_page_says_where_it_can_be_checked(paper: Paper) -> None:
    reader = opened(made(paper).content)
    assert all(f"验真码 {ADDRESS.short}" in page.extract_text() for page in reader.pages)
    assert json.loads(reader.attachments["data.json"][0])["verify"]["url"] == ADDRESS.url


def test_its_fonts_are_ours_and_embedded(paper: Paper) -> None:
    reader = opened(made(paper).content)
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "Noto-S" in descendant["/BaseFont"]
            assert "/FontFile2" in descendant["/FontDescriptor"]


def test_its_fonts_hold_what_drawing_needs_and_are_whole(paper: Paper) -> None:
    for page in opened(made(paper).content).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            file = descendant["/FontDescriptor"]["/FontFile2"]
            content = file.get_data()
            assert file["/Length1"] == len(content)
            tables = sfnt.SFNTReader(io.BytesIO(content), checkChecksums=2)  # raises at a wrong one
            assert {*tables.keys()} == {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}
            for tag in tables.keys():  # noqa: SIM118 - a reader is no mapping
                assert tables[tag]
            assert sfnt.calcChecksum(content) == 0xB1B0AFBA  # OpenType specification, "head"


def test_the_same_paper_gives_the_same_bytes_whatever_the_language(paper: Paper) -> None:
    first = made(paper)
    with translation.override("en"):
        again = documents.pdf(paper)
    assert again.content == first.content
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()


def test_the_library_s_own_parser_and_element_rules_are_never_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Patching raises where a new version calls them otherwise, so that ours would not stand in."""

    def asked(*_args: object) -> None:
        raise AssertionError

    library = importlib.import_module("weasyprint")
    monkeypatch.setattr(library.HTML, "_ua_stylesheets", asked)
    monkeypatch.setattr(library.tinyhtml5, "parse", asked)
    assert documents.pdf(papers()["form"]).content == made(papers()["form"]).content


def test_papers_built_in_another_language_are_the_same() -> None:
    with translation.override("en"):
        english = papers()
    assert english == papers()


def test_another_paper_gives_other_bytes() -> None:
    assert len({made(paper).sha256 for paper in papers().values()}) == len(KINDS)


def test_every_paper_has_an_identifier_of_its_own() -> None:
    """Both parts are equal while a file is as it was written first (ISO 32000-1 §14.4)."""
    found = [opened(made(paper).content).trailer["/ID"] for paper in papers().values()]
    assert all(first.original_bytes == second.original_bytes for first, second in found)
    assert {len(first.original_bytes) for first, _ in found} == {16}
    assert len({first.original_bytes for first, _ in found}) == len(KINDS)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever its hash seed, home, folder and time zone: what was signed can be made again."""
    program = (
        "import django; django.setup()\n"
        "from tests.documents.samples import signed_agreement\n"
        "from wizard import documents\n"
        "print(documents.pdf(signed_agreement()).sha256)\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "DJANGO_SETTINGS_MODULE": "wizard.settings",
        "VAR_DIR": str(tmp_path),
        "HOME": "/nonexistent",
        "TZ": "America/Lima",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == made(signed_agreement()).sha256


def test_threads_do_not_disturb_one_another() -> None:
    wanted = {name: made(paper) for name, paper in papers().items()}
    found: dict[str, Pdf] = {}

    def make(name: str, paper: Paper) -> None:
        found[name] = documents.pdf(paper)

    threads = [threading.Thread(target=make, args=item) for item in papers().items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == wanted


def test_the_library_is_left_as_it_was_found() -> None:
    library = logging.getLogger("weasyprint")
    before = (library.level, library.propagate, list(library.handlers))
    fonts = os.environ.get("FONTCONFIG_FILE")
    documents.warm_up()
    documents.pdf(documents.application_form(application()))
    assert (library.level, library.propagate, list(library.handlers)) == before
    assert os.environ.get("FONTCONFIG_FILE") == fonts  # a browser started later needs its own


def test_the_library_has_nothing_to_complain_of(
    paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    documents.pdf(paper)
    assert [record.getMessage() for record in caplog.records] == []


# Bytes. The form's is the goal of the whole work; the others stand a tenth above what they are.
LIMITS = {
    "form": 80_000,
    "form with contact": 80_000,
    "renewal": 90_000,
    "agreement": 110_000,
    "signed agreement": 150_000,
    "policy": 75_000,
    "policy of another year": 73_000,
    "receipt": 49_000,
}


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_stay_small(kind: str) -> None:
    """Fonts are subset, shared and lean: with the addresses and QR codes that the site prints."""
    assert len(made(papers()[kind]).content) < LIMITS[kind]


@pytest.mark.parametrize("kind", ["form", "form with contact"])
def test_the_form_of_a_company_with_a_long_name_is_no_larger(kind: str) -> None:
    assert len(made(papers(LONG_NAME)[kind]).content) < LIMITS["form"]


def test_headings_and_warnings_are_heavy_and_nothing_else_is(paper: Paper) -> None:
    """Heavy is the light face with an outline in the same ink (text rendering mode 2)."""
    heavy = squeezed(texts_in_mode(made(paper), 2))
    wanted = []
    for section in paper.sections[1:]:
        wanted += [section.heading]
        wanted += section.paragraphs if section.style is Style.WARNING else ()
    assert heavy == squeezed("".join(wanted))


def texts_in_mode(pdf: Pdf, wanted: int) -> str:
    """What the pages show in one text rendering mode, in the order in which it is painted."""
    found = ""
    reader = opened(pdf.content)
    for page in reader.pages:
        mode, kept, font = 0, [0], {}
        for operands, operator in pypdf.generic.ContentStream(page["/Contents"], reader).operations:
            if operator == b"q":
                kept.append(mode)
            elif operator == b"Q":
                mode = kept.pop()
            elif operator == b"Tr":
                mode = operands[0]
            elif operator == b"Tf":
                font = characters(page["/Resources"]["/Font"][operands[0]]["/ToUnicode"])
            elif operator == b"TJ" and mode == wanted:
                shown = b"".join(
                    part.original_bytes for part in operands[0] if hasattr(part, "original_bytes")
                )
                found += "".join(font[shown[i : i + 2].hex()] for i in range(0, len(shown), 2))
    return found


def characters(names: Any) -> dict[str, str]:
    """Glyph number (four hexadecimal digits) → text, of a /ToUnicode map."""
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]+)>$", names.get_data().decode(), re.MULTILINE)
    return {glyph: bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def test_the_machine_is_in_order() -> None:
    assert documents.self_test() == ()


def test_the_machine_without_the_subsetting_library(monkeypatch: pytest.MonkeyPatch) -> None:
    documents.warm_up()
    monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)
    (sentence,) = documents.self_test()
    assert "apt-get install libharfbuzz-subset0" in sentence


def test_a_naive_time_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        documents.agreement(application(), made_at=at(3, 10).replace(tzinfo=None))
