"""Read the content file into the database, and write the database out as such a file.

An import is idempotent and never overwrites what an editor changed here: a row is replaced only
while it still has the digest of the record it was imported from.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from faq.models import (
    Contact,
    Entry,
    ErrorCode,
    GlossaryTerm,
    HelpPage,
    HotQuery,
    Imported,
    Stage,
    Uncovered,
)

Record = Mapping[str, Any]


class ContentError(ValueError):
    """The file does not hold what it should; the text says where."""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One list of the file: its name, where its records go, and what names a record for ever."""

    name: str
    model: type[Imported]
    key: str
    fields: tuple[str, ...]


# In this order: entries name their stage. An entry's key is its number, because its id may be
# changed by an editor.
SECTIONS: Final[tuple[Section, ...]] = (
    Section("stages", Stage, "slug", ("slug", "title", "summary", "icon", "position")),
    Section(
        "entries",
        Entry,
        "number",
        (
            "number",
            "slug",
            "kind",
            "status",
            "stage",
            "category",
            "topic",
            "question",
            "question_source",
            "answer",
            "errors",
            "figures",
            "title",
            "short_answer",
            "steps",
            "why",
            "warning",
            "editor_note",
            "source_label",
            "aliases",
            "related",
            "here_url",
            "here_label",
            "reviewed_on",
        ),
    ),
    Section("codes", ErrorCode, "code", ("code", "title", "advice", "answers", "in_demo")),
    Section("pages", HelpPage, "slug", ("slug", "title", "entries")),
    Section("hot", HotQuery, "text", ("text", "position")),
    Section("uncovered", Uncovered, "slug", ("slug", "terms", "advice")),
    Section("glossary", GlossaryTerm, "name", ("name", "terms")),
    Section(
        "contacts",
        Contact,
        "slug",
        ("slug", "problem", "who", "phone", "phone_note", "position"),
    ),
)
# The file says "id" where the model says "slug" (Django keeps "id" for itself).
_FILE_NAMES: Final[dict[str, dict[str, str]]] = {"entries": {"slug": "id"}}


@dataclasses.dataclass(slots=True)
class Report:
    """What an import did, as `section/key` texts. `kept`: edited here, left alone.

    `fields`: by such a text, the fields that were changed or would have been.
    """

    created: list[str] = dataclasses.field(default_factory=list)
    updated: list[str] = dataclasses.field(default_factory=list)
    kept: list[str] = dataclasses.field(default_factory=list)
    unchanged: int = 0
    fields: dict[str, list[str]] = dataclasses.field(default_factory=dict)


def read_file(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The file's sections. Raises `ContentError` when it is no such file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ContentError(f"{path}: not JSON: {error}") from error
    known = {section.name for section in SECTIONS}
    if not isinstance(data, dict) or not set(data) <= known:
        raise ContentError(f"{path}: an object with the keys {sorted(known)} is expected")
    return data


def import_content(
    data: Mapping[str, Iterable[Record]],
    *,
    force: bool = False,
    dry_run: bool = False,
    save: Callable[[Imported], object] = lambda row: row.save(),
) -> Report:
    """Bring the rows to what `data` says; rows that it does not name stay.

    `force` also overwrites rows that were edited here; `dry_run` changes nothing; `save` stores a
    row (the desk keeps a revision). Everything or nothing: raises `ContentError` naming the record
    that does not fit.
    """
    report = Report()
    with transaction.atomic():
        for section in SECTIONS:
            records = data.get(section.name, ())
            _import_section(section, records, report, force=force, save=save)
        if dry_run:
            transaction.set_rollback(True)
    return report


def export_content() -> dict[str, list[dict[str, Any]]]:
    """Every row as a file has it: what is exported and imported again changes nothing."""
    return {
        section.name: [_as_file(section, record_of(section, row)) for row in _rows(section)]
        for section in SECTIONS
    }


def record_of(section: Section, row: Imported) -> dict[str, Any]:
    """The row's content in plain JSON types, by model field name."""
    return {name: _plain(getattr(row, name)) for name in section.fields}


def _import_section(
    section: Section,
    records: Iterable[Record],
    report: Report,
    *,
    force: bool,
    save: Callable[[Imported], object],
) -> None:
    rows = {getattr(row, section.key): row for row in _rows(section)}
    stages = {stage.slug: stage for stage in Stage.objects.all()}
    for given in records:
        record = _from_file(section, given)
        name = f"{section.name}/{record[section.key]}"
        row = rows.get(record[section.key])
        digest = _digest(record)
        if row is None:
            row = section.model()
            report.created.append(name)
        else:
            stored = record_of(section, row)
            here = _digest(stored)
            if here == digest == row.imported_digest:
                report.unchanged += 1
                continue
            report.fields[name] = [field for field in record if record[field] != stored[field]]
            if here not in {digest, row.imported_digest} and not force:
                report.kept.append(name)
                continue
            report.updated.append(name)
        _fill(row, record, stages, name)
        row.imported_digest = digest
        try:
            save(row)
        except IntegrityError as error:
            raise ContentError(f"{name}: another record has this number or name") from error


def _fill(row: Imported, record: Mapping[str, Any], stages: Mapping[str, Stage], name: str) -> None:
    try:
        for field, value in record.items():
            if field == "stage":
                setattr(row, field, stages[value])
            elif field == "reviewed_on" and value is not None:
                setattr(row, field, date.fromisoformat(value))
            else:
                setattr(row, field, value)
        row.clean_fields()
    except KeyError as error:
        raise ContentError(f"{name}: there is no stage {error}") from error
    except (ValidationError, TypeError, ValueError) as error:
        raise ContentError(f"{name}: {error}") from error


def _rows(section: Section) -> Iterable[Imported]:
    if section.model is Entry:
        return Entry.objects.select_related("stage").order_by("number")
    return section.model._default_manager.order_by(section.key)


def _plain(value: Any) -> Any:
    if isinstance(value, Stage):
        return value.slug
    return value.isoformat() if isinstance(value, date) else value


def _from_file(section: Section, given: Record) -> dict[str, Any]:
    names = _FILE_NAMES.get(section.name, {})
    try:
        record = {field: given[names.get(field, field)] for field in section.fields}
    except (KeyError, TypeError) as error:
        raise ContentError(f"{section.name}: a record without {error}") from error
    if not isinstance(record[section.key], str | int):
        raise ContentError(f"{section.name}: {section.key} must be a text or a number")
    unknown = set(given) - {names.get(field, field) for field in section.fields}
    if unknown:
        raise ContentError(f"{section.name}/{record[section.key]}: unknown {sorted(unknown)}")
    return record


def _as_file(section: Section, record: Mapping[str, Any]) -> dict[str, Any]:
    names = _FILE_NAMES.get(section.name, {})
    return {names.get(field, field): value for field, value in record.items()}


def _digest(record: Mapping[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
