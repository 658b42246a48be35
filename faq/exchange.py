"""The entries as a table for spreadsheets, and a table as entries; content files by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import models

from faq.desk.sheets import BOM, as_csv, from_cell
from faq.importing import SECTIONS, ContentError, Section, export_content

ENTRIES: Final = next(section for section in SECTIONS if section.name == "entries")
# As the content file names them.
COLUMNS: Final = tuple("id" if name == "slug" else name for name in ENTRIES.fields)
LISTS: Final = frozenset({"errors", "figures", "steps", "aliases", "related"})
LONGEST_CELL: Final = 200_000
DIGITS: Final = 9  # what every database holds


def to_csv(records: Iterable[Mapping[str, Any]]) -> str:
    """Records of entries as a table: lists one item a line, the rest as it stands."""
    return as_csv(COLUMNS, ([_cell(record[name]) for name in COLUMNS] for record in records))


def from_csv(text: str) -> dict[str, list[dict[str, Any]]]:
    """What `to_csv` made, as a content file holds it. Raises `ContentError` naming the line."""
    if "\x00" in text:
        raise ContentError("the file holds characters that no text has")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ContentError(f"line {reader.line_num}: not CSV: {error}") from error
    if not rows or sorted(rows[0]) != sorted(COLUMNS):
        raise ContentError(f"the first line must hold the columns {', '.join(COLUMNS)}")
    return {"entries": [_record(rows[0], row, at) for at, row in enumerate(rows[1:], start=2)]}


def read_content(text: str, *, name: str) -> dict[str, list[dict[str, Any]]]:
    """A content file by the end of its name: .csv, or JSON. Raises `ContentError`."""
    if name.lower().endswith(".csv"):
        return from_csv(text)
    try:
        data = json.loads(text.removeprefix(BOM))
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{name}: not JSON: {error}") from error
    plain = json.dumps(data, ensure_ascii=False)
    if "\\u0000" in plain or plain != plain.encode("utf-8", "ignore").decode():
        raise ContentError(f"{name}: holds characters that no text has")
    known = {section.name for section in SECTIONS}
    if not isinstance(data, dict) or not set(data) <= known:
        raise ContentError(f"{name}: an object with the keys {sorted(known)} is expected")
    if not all(isinstance(records, list) for records in data.values()):
        raise ContentError(f"{name}: every key holds a list")
    for section in SECTIONS:
        for record in data.get(section.name, ()):
            _check_types(section, record)
    return data


def write_content(form: str) -> str:
    """All content as `json`, or the entries as `csv`."""
    if form == "csv":
        return to_csv(export_content()["entries"])
    return json.dumps(export_content(), ensure_ascii=False, indent=1) + "\n"


def _check_types(section: Section, record: object) -> None:
    """A field holds what its model holds: Django would write a list where a text belongs as one."""
    if not isinstance(record, dict):
        raise ContentError(f"{section.name}: a record is an object, not {record!r:.40}")
    for name, value in record.items():
        field = next((one for one in section.model._meta.fields if one.name == name), None)
        if isinstance(field, models.CharField | models.TextField) and not isinstance(value, str):
            raise ContentError(f"{section.name}: {name} is a text, not {value!r:.40}")


def _cell(value: object) -> object:
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _record(names: list[str], row: list[str], at: int) -> dict[str, Any]:
    if len(row) != len(names):
        raise ContentError(f"row {at}: {len(names)} cells are expected, not {len(row)}")
    record: dict[str, Any] = {}
    for name, cell in zip(names, row, strict=True):
        text = from_cell(cell).replace("\r\n", "\n")
        if name in LISTS:
            record[name] = [line for line in text.split("\n") if line.strip()]
        elif name == "number":
            record[name] = _number(text, at)
        elif name == "reviewed_on":
            record[name] = text or None
        else:
            record[name] = text
    return record


def _number(text: str, at: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise ContentError(f"row {at}: number {text[:20]!r} is no whole number")
    return int(text)
