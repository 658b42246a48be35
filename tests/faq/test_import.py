"""The content file and the database: idempotent, all or nothing, editors' work is kept."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from faq.content import content
from faq.importing import ContentError, export_content, import_content
from faq.models import ContentVersion, Entry, ErrorCode, Redirect

Content = dict[str, list[dict[str, Any]]]


def test_the_second_import_changes_nothing(shipped: Content) -> None:
    version = ContentVersion.current()
    report = import_content(shipped)
    assert (report.created, report.updated, report.kept) == ([], [], [])
    assert report.unchanged == sum(map(len, shipped.values()))
    assert ContentVersion.current() == version


def test_what_an_editor_changed_is_kept(fresh: Content) -> None:
    entry = Entry.objects.get(slug="which-card")
    entry.short_answer = "编辑改过。"
    entry.save()
    fresh["entries"][11]["short_answer"] = "文件也改了。"
    report = import_content(fresh)
    assert report.kept == ["entries/12"]
    entry.refresh_from_db()
    assert entry.short_answer == "编辑改过。"


def test_what_nobody_changed_follows_the_file(fresh: Content) -> None:
    fresh["entries"][11]["short_answer"] = "文件改了。"
    fresh["codes"][0]["advice"] = "另一个办法"
    report = import_content(fresh)
    assert report.updated == ["entries/12", "codes/E-001"]
    assert Entry.objects.get(slug="which-card").short_answer == "文件改了。"


def test_force_overwrites(shipped: Content) -> None:
    Entry.objects.filter(slug="which-card").update(why="改过")
    assert import_content(shipped, force=True).updated == ["entries/12"]
    assert Entry.objects.get(slug="which-card").why != "改过"


def test_an_entry_renamed_by_an_editor_is_not_made_again(shipped: Content) -> None:
    entry = Entry.objects.get(slug="which-card")
    entry.slug = "card-choice"
    entry.save()
    assert import_content(shipped).kept == ["entries/12"]
    assert Entry.objects.count() == 39


def test_an_entry_renamed_in_the_file_leaves_a_redirect(fresh: Content) -> None:
    fresh["entries"][11]["id"] = "card-choice"
    import_content(fresh)
    assert Redirect.objects.get(old_slug="which-card").entry.slug == "card-choice"


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    fresh: Content, tmp_path: Path
) -> None:
    fresh["entries"][0]["why"] = "新的原因。"
    path = tmp_path / "content.json"
    path.write_text(json.dumps(fresh), encoding="utf-8")
    out = io.StringIO()
    call_command("faq_import", str(path), "--dry-run", stdout=out)
    assert "changed: entries/1\n" in out.getvalue()
    assert Entry.objects.get(number=1).why != "新的原因。"


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("entries", {"stage": "nowhere"}, "entries/1: there is no stage"),
        ("entries", {"steps": "not a list"}, "entries/1"),
        ("entries", {"steps": [1]}, "entries/1"),
        ("entries", {"title": ""}, "entries/1"),
        ("entries", {"id": "search"}, "entries/1"),
        ("entries", {"reviewed_on": "yesterday"}, "entries/1"),
        ("entries", {"extra": 1}, "unknown"),
        ("codes", {"code": "c103"}, "codes/c103"),
    ],
)
def test_a_record_that_does_not_fit_is_named_and_nothing_is_imported(
    fresh: Content, section: str, change: dict[str, Any], words: str
) -> None:
    fresh["stages"][0]["title"] = "改了"
    fresh[section][0] |= change
    with pytest.raises(ContentError, match=words):
        import_content(fresh)
    assert Entry.objects.get(number=1).stage.title != "改了"


def test_a_record_without_a_field_is_refused(fresh: Content) -> None:
    del fresh["contacts"][0]["who"]
    with pytest.raises(ContentError, match="contacts"):
        import_content(fresh)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"topics": []}', "\x00"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "content.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("faq_import", str(path))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("faq_import", str(tmp_path / "none.json"))


def test_what_is_exported_can_be_imported_unchanged(tmp_path: Path, shipped: Content) -> None:
    path = tmp_path / "content.json"
    call_command("faq_export", str(path))
    out = io.StringIO()
    call_command("faq_import", str(path), stdout=out)
    rows = sum(map(len, shipped.values()))
    assert out.getvalue() == f"0 new, 0 changed, 0 kept, {rows} as they were\n"
    entries = {entry["id"]: entry for entry in export_content()["entries"]}
    assert entries == {entry["id"]: entry for entry in shipped["entries"]}


def test_a_number_is_never_used_again() -> None:
    stage = Entry.objects.get(number=1).stage
    fields = {"question": "问", "answer": "答", "title": "题", "short_answer": "短。"}
    first = Entry(slug="new-1", stage=stage, **fields)
    first.save()
    assert first.number == 40
    first.delete()
    second = Entry(slug="new-2", stage=stage, **fields)
    second.save()
    assert second.number == 41


def test_the_database_keeps_numbers_names_and_codes_apart() -> None:
    entry = Entry.objects.get(number=1)
    for model, change in ((Entry, {"number": 2}), (Entry, {"slug": "which-card"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErrorCode.objects.create(code="C-103", title="又一个")


def test_every_change_gives_a_version_that_never_was() -> None:
    seen = {ContentVersion.current()}
    for model in (Entry, ErrorCode):
        row = model.objects.first()
        assert row is not None
        row.save()
        assert ContentVersion.current() not in seen
        seen.add(ContentVersion.current())


def test_a_change_that_was_rolled_back_is_not_shown() -> None:
    entry = Entry.objects.get(slug="which-card")
    before = content().by_slug["which-card"].why
    with transaction.atomic():
        entry.why = "不会留下。"
        entry.save()
        assert content().by_slug["which-card"].why == "不会留下。"
        transaction.set_rollback(True)
    assert content().by_slug["which-card"].why == before


def test_an_evaluation_counts_by_type(tmp_path: Path) -> None:
    path = tmp_path / "queries.json"
    queries = [
        {"type": "word", "query": "卡锁了", "gold": ["legal-card-locked"]},
        {"type": "word", "query": "卡锁了", "gold": ["contact"]},
        {"type": "none", "query": "🙂🙂", "gold": []},
    ]
    path.write_text(json.dumps(queries), encoding="utf-8")
    out = io.StringIO()
    call_command("faq_eval", str(path), stdout=out)
    rows = {line.split()[0]: line.split()[1:] for line in out.getvalue().splitlines()}
    assert rows["word"] == ["2", "50.0", "50.0", "0.500", "0", "50.0", "50.0"]
    assert rows["unanswerable"] == ["1", "0.0", "0.0", "0.000", "1", "0.0", "0.0"]
    with pytest.raises(CommandError):
        call_command("faq_eval", str(tmp_path / "none.json"))
