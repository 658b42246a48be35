"""The authority's answers as JSON columns and back."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from wizard.models import Application
from wizard.singlewindow.port import ApplicationFile, Receipt

_FILE: Final = TypeAdapter(ApplicationFile)
_RECEIPT: Final = TypeAdapter(Receipt)


def dump_file(file: ApplicationFile) -> dict[str, Any]:
    """JSON values of an application's file."""
    dumped: dict[str, Any] = _FILE.dump_python(file, mode="json")
    return dumped


def file_of(application: Application) -> ApplicationFile:
    """What the authority said last about an application; a row's answer is parsed once.

    Raises `pydantic.ValidationError` for what is none.
    """
    known = application.parsed_file
    if known is None or known[0] is not application.file:
        application.parsed_file = known = application.file, _FILE.validate_python(application.file)
    return known[1]


def holds(application: Application, file: ApplicationFile) -> bool:
    """Whether the row says just what `file` says; False for a row that says nothing sensible."""
    try:
        return file_of(application) == file
    except ValidationError:
        return False


def dump_receipt(receipt: Receipt) -> dict[str, Any]:
    """JSON values of a receipt."""
    dumped: dict[str, Any] = _RECEIPT.dump_python(receipt, mode="json")
    return dumped
