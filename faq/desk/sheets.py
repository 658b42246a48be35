"""Tables as CSV that a spreadsheet opens and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

# What Excel, WPS and LibreOffice take for a formula; full-width signs too, and what is cut off
# at the beginning of a cell.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM: Final = "\ufeff"


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula: an apostrophe stands before it.

    `from_cell` takes it away again, also where the text has apostrophes of its own.
    """
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.lstrip("' ").startswith(FORMULA) else text


def from_cell(text: str) -> str:
    """What `safe_cell` was given."""
    if text.startswith("'") and text[1:].lstrip("' ").startswith(FORMULA):
        return text[1:]
    return text


def as_csv(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """The table with a byte order mark, by which Excel knows that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in (head, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    return BOM + out.getvalue()


def csv_response(
    name: str, head: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """The table as a download called `name`.csv."""
    response = HttpResponse(as_csv(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
