"""Papers do nothing: no script, launch or link, no file inside but our data; signed ones too."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.worlds import Person
from wizard import evidence, papers
from wizard.models import Application, Document
from wizard.process import State

pytestmark = pytest.mark.django_db
Kind = Document.Kind
# Keys with which a PDF acts, names of actions, and kinds of content that play or fetch
# (ISO 32000-2, 12.6 and 13; what pdfid and qpdf's documentation look for).
ACTIVE = {
    "/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA", "/URI", "/GoToR", "/GoToE",
    "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition", "/Movie", "/Sound", "/RichMedia",
    "/XFA", "/Link", "/FileAttachment", "/Screen", "/3D", "/Collection", "/Encrypt",
}  # fmt: skip


@pytest.fixture
def done(owner: Person) -> Application:
    """Every kind of paper is there."""
    return owner.application(until=State.ACKNOWLEDGED)


def content_of(application: Application, kind: str) -> bytes:
    """The bytes of a paper, or of 操作记录."""
    if kind == "trail":
        return evidence._record(application)
    return papers.content(papers.ensure(application, Kind(kind)))


def words(value: Any) -> Iterator[str]:
    """Every key and every name in what qpdf says of a file; not what is written in texts."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield key
            yield from words(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from words(inside)
    elif isinstance(value, str) and value.startswith("/"):
        yield value


def objects(path: Path) -> dict[str, Any]:
    """All objects of the file as qpdf reads it, those of every revision that are still in use."""
    said = subprocess.run(
        ["qpdf", "--json=2", "--json-key=qpdf", path], check=True, capture_output=True
    ).stdout
    found: dict[str, Any] = json.loads(said)["qpdf"][1]
    return found


@pytest.mark.parametrize("kind", [*Kind.values, "trail"])
def test_a_paper_does_nothing_when_it_is_opened(
    done: Application, kind: str, tmp_path: Path
) -> None:
    content = content_of(done, kind)
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    assert set(words(objects(path))) & ACTIVE == set()

    reader = PdfReader(path)
    assert list(reader.attachments) == ["data.json"]
    assert all(json.loads(one) for one in reader.attachments["data.json"])
    fields = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert {(field["/Subtype"], field["/FT"]) for field in fields} <= {("/Widget", "/Sig")}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("/OpenAction", {"/S": "/JavaScript", "/JS": "u:app.alert(1)"}),
        ("/AA", {"/WC": {"/S": "/Launch", "/F": "u:calc.exe"}}),
        ("/Extra", [{"/Subtype": "/Link", "/A": {"/S": "/URI", "/URI": "u:http://example.com"}}]),
    ],
)
def test_the_look_would_see_it(done: Application, key: str, value: Any, tmp_path: Path) -> None:
    path, update, changed = (tmp_path / name for name in ("a.pdf", "update.json", "b.pdf"))
    path.write_bytes(content_of(done, Kind.FORM))
    whole = subprocess.run(
        ["qpdf", "--json=2", "--json-key=qpdf", path], check=True, capture_output=True
    )
    described = json.loads(whole.stdout)
    head, found = described["qpdf"]
    root = found["trailer"]["value"]["/Root"]
    catalogue = found[f"obj:{root}"]
    catalogue["value"][key] = value
    described["qpdf"] = [head, {f"obj:{root}": catalogue}]
    update.write_text(json.dumps(described))
    subprocess.run(["qpdf", path, f"--update-from-json={update}", changed], check=True)
    assert set(words(objects(changed))) & ACTIVE
