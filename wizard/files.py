"""The authority's answers as JSON columns and back."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from wizard.singlewindow.port import ApplicationFile, Receipt

_FILE: Final = TypeAdapter(ApplicationFile)
_RECEIPT: Final = TypeAdapter(Receipt)


def dump_file(file: ApplicationFile) -> dict[str, Any]:
    """JSON values of an application's file."""
    dumped: dict[str, Any] = _FILE.dump_python(file, mode="json")
    return dumped


def load_file(data: dict[str, Any]) -> ApplicationFile:
    """The file as it was dumped. Raises `pydantic.ValidationError` for anything else."""
    return _FILE.validate_python(data)


def dump_receipt(receipt: Receipt) -> dict[str, Any]:
    """JSON values of a receipt."""
    dumped: dict[str, Any] = _RECEIPT.dump_python(receipt, mode="json")
    return dumped
