"""A PDF as the checks of standards see it."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from typing import Any

import pypdf
from pypdf.generic import ContentStream

Problems = Iterator[str]


class File:
    """A PDF with what several checks need of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader: Any = pypdf.PdfReader(io.BytesIO(content), strict=True)
        self.root: Any = self.reader.root_object

    @functools.cached_property
    def operations(self) -> list[list[tuple[Any, bytes]]]:
        """The operators of every page."""
        return [
            ContentStream(page["/Contents"], self.reader).operations for page in self.reader.pages
        ]

    @property
    def metadata(self) -> str:
        """The XMP packet."""
        return str(self.root["/Metadata"].get_object().get_data().decode())

    def objects(self) -> Iterator[Any]:
        """Every object with a number."""
        for number in range(1, int(self.reader.trailer["/Size"])):
            try:
                yield self.reader.get_object(number)
            except pypdf.errors.PdfReadError:  # numbers that no object has
                continue

    def annotations(self) -> Iterator[tuple[Any, Any]]:
        """Page and annotation, less those that lie outside their page (a time stamp's field): both
        standards let them be (ISO 19005-3 §6.3.3, ISO 14289-1 §7.18.1).
        """
        for page in self.reader.pages:
            left, low, right, high = page.cropbox
            for reference in page.get("/Annots", []):
                note = reference.get_object()
                x1, y1, x2, y2 = note["/Rect"]
                if x2 > left and y2 > low and x1 < right and y1 < high:
                    yield page, note

    def elements(self, parent: Any = None) -> Iterator[Any]:
        """The structure elements, in reading order."""
        parent = self.root["/StructTreeRoot"] if parent is None else parent
        for child in listed(parent.get("/K", [])):
            element = child.get_object()
            if isinstance(element, dict) and "/S" in element:
                yield element
                yield from self.elements(element)


def listed(value: Any) -> list[Any]:
    """An array as it is, anything else as the only one of it."""
    value = value.get_object() if hasattr(value, "get_object") else value
    return value if isinstance(value, list) else [value]


def same(one: Any, other: Any) -> bool:
    """Whether both are one object of the file."""
    return bool(one.indirect_reference == other.indirect_reference)


# Gives a sentence for everything that is wrong.
Check = Callable[[File], Problems]
