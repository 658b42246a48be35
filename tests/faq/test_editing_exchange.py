"""Content out and in as JSON and CSV: nothing lost, nothing run, and told before it is done."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.desk.sheets import FORMULA, from_cell, safe_cell
from faq.exchange import from_csv, read_content, to_csv, write_content
from faq.importing import ContentError, export_content, import_content
from faq.models import Entry
from faq.models_desk import Revision
from tests.faq.staff import at_desk, draft

PAGE = "/faq/desk/exchange/"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=30)


def upload(text: str, name: str = "faq.csv", **more: str) -> Any:
    """What an editor's form sends."""
    file = SimpleUploadedFile(name, text.encode("utf-8", "surrogatepass"))
    return at_desk("editor").post(PAGE, {"file": file, **more})


def changed(**fields: Any) -> str:
    """The entries as CSV, the twelfth changed."""
    records = export_content()["entries"]
    records[11] |= fields
    return to_csv(records)


# --- cells --------------------------------------------------------------------------------------


@settings(deadline=None)  # a shared machine
@given(TEXT)
def test_a_cell_comes_back_as_it_was_and_is_no_formula(text: str) -> None:
    cell = safe_cell(text)
    assert from_cell(cell) == text
    assert not cell.lstrip(" ").startswith(FORMULA)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "＝1", "'=1", "\r=1"])
def test_formulas_are_only_text(text: str) -> None:
    assert safe_cell(text).startswith("'")


# --- there and back -----------------------------------------------------------------------------


def test_exported_as_a_table_and_imported_nothing_changes(tmp_path: Path) -> None:
    draft(title="=危险", answer='一行\n又一行，“引号"', aliases=["-负", "@谁"])
    path = tmp_path / "faq.csv"
    call_command("faq_export", str(path))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    before = export_content()
    out = io.StringIO()
    call_command("faq_import", str(path), "--force", stdout=out)
    assert export_content() == before
    assert "0 new" in out.getvalue()


def test_a_spreadsheets_line_ends_are_understood() -> None:
    text = write_content("csv").replace("\r\n", "\n")
    assert from_csv(text) == {"entries": export_content()["entries"]}


@settings(deadline=None)  # a shared machine
@given(records=st.lists(st.tuples(TEXT, st.lists(TEXT.filter(str.strip), max_size=3)), max_size=4))
def test_any_words_survive_the_table(records: list[tuple[str, list[str]]]) -> None:
    model = export_content()["entries"][0]
    given_records = [
        model
        | {"number": at + 1, "title": title, "steps": ["".join(s.split()) or "-" for s in steps]}
        for at, (title, steps) in enumerate(records)
    ]
    assert from_csv(to_csv(given_records)) == {"entries": given_records}


# --- told before it is done ---------------------------------------------------------------------


def test_a_dry_run_names_entries_and_fields_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(changed(title="新标题", why="新原因。"), encoding="utf-8")
    out = io.StringIO()
    call_command("faq_import", str(path), "--dry-run", stdout=out)
    assert "changed: entries/12\n" in out.getvalue()
    assert "  entries/12: title, why\n" in out.getvalue()
    assert Entry.objects.get(number=12).title != "新标题"


def test_the_page_says_first_and_imports_only_when_told() -> None:
    html = upload(changed(title="新标题"), act="check").content.decode()
    assert "导入后会这样，现在还没有改动" in html
    assert "<code>entries/12</code>" in html
    assert "<code>title</code>" in html
    assert Entry.objects.get(number=12).title != "新标题"


def test_an_import_keeps_a_revision_of_what_it_changes() -> None:
    assert "导入完成" in upload(changed(title="新标题"), act="import").content.decode()
    assert Entry.objects.get(number=12).title == "新标题"
    newest = Revision.objects.filter(entry__number=12).first()
    assert newest is not None
    assert newest.by is not None
    assert newest.by.username == "editor"


def test_what_was_edited_here_is_kept_unless_told_otherwise() -> None:
    entry = Entry.objects.get(number=12)
    entry.why = "本站改过。"
    entry.save()
    text = changed(why="文件里的。")
    assert "保留本站的" in upload(text, act="import").content.decode()
    entry.refresh_from_db()
    assert entry.why == "本站改过。"


def test_json_is_taken_in_as_well() -> None:
    data = export_content()
    data["hot"].append({"text": "新常搜", "position": 99})
    text = json.dumps(data, ensure_ascii=False)
    assert "新增 1" in upload(text, "faq.json", act="check").content.decode()


# --- files that are none ------------------------------------------------------------------------

RECORD = {"slug": "s", "title": "t", "summary": "", "icon": "help", "position": 0}
BAD = [
    ("faq.csv", ""),
    ("faq.csv", "\x00"),
    ("faq.csv", "a,b\n1,2\n"),
    ("faq.csv", '"open'),
    ("faq.json", ""),
    ("faq.json", "[]"),
    ("faq.json", "[" * 100_000),
    ("faq.json", '{"entries": {}}'),
    ("faq.json", '{"entries": [1]}'),
    ("faq.json", '{"entries": [{"number": []}]}'),
    ("faq.json", json.dumps({"stages": [RECORD | {"slug": []}]})),
    ("faq.json", json.dumps({"stages": [RECORD | {"position": 10**400}]})),
    ("faq.json", json.dumps({"stages": [RECORD | {"title": {}}]})),
    ("faq.json", json.dumps({"stages": [RECORD | {"title": "\x00"}]})),
    ("faq.json", json.dumps({"stages": [RECORD | {"title": "\ud800"}]})),
    ("faq.json", json.dumps({"stages": [RECORD, RECORD]})),
]


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_file_of_another_kind_is_refused_with_a_sentence(name: str, text: str) -> None:
    before = export_content()
    response = upload(text, name, act="import")
    assert response.status_code == 200
    html = response.content.decode()
    assert "esum" in html
    assert "导入完成" not in html
    assert export_content() == before


def test_bytes_that_are_no_text_are_refused() -> None:
    file = SimpleUploadedFile("faq.json", b"\xff\xfe\x00")
    html = at_desk("editor").post(PAGE, {"file": file, "act": "import"}).content.decode()
    assert "读不了这个文件" in html


def test_two_entries_cannot_take_one_name() -> None:
    text = changed(id=export_content()["entries"][0]["id"])
    with pytest.raises(ContentError):
        import_content(read_content(text, name="x.csv"), force=True)


def test_a_cell_too_many_is_named(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(write_content("csv").rstrip() + ',"x"\r\n', encoding="utf-8")
    with pytest.raises(CommandError, match="row 40"):
        call_command("faq_import", str(path))


def test_a_large_file_is_refused() -> None:
    assert "超过 2 MB" in upload("x" * 2_000_001, "faq.json", act="check").content.decode()
