"""What a document is before and after rendering, and what it needs besides the port's classes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Style(StrEnum):
    """How a section is set on paper; a page may ignore it."""

    TITLE = "title"
    TABLE = "table"
    QUESTIONS = "questions"  # every value is 是 or 否
    TEXT = "text"
    CLAUSE = "clause"
    WARNING = "warning"  # conspicuous, as 保险法 art. 17 asks for exclusions


class Row(NamedTuple):
    """A label and its value. A paper has dozens of them, so they are the cheapest kind of value."""

    label: str
    value: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and what stands under it: rows first, then paragraphs. All plain text."""

    heading: str
    style: Style = Style.TABLE
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SealFace:
    """What stands on a seal; `seal_svg` draws it."""

    name: str
    code: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SignatureBox:
    """Where a party signs. `id` is the element's id, by which a signature field finds its place."""

    id: str
    role: str
    name: str
    state: str  # what stands under the place
    seal: SealFace | None = None
    field: bool = False  # whether an electronic signature goes here; its appearance is the seal


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class VerifyAddress:
    """Where a document can be checked: the short id that is read aloud, and the QR code's URL."""

    short: str
    url: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A document as text: the page shows its sections, `pdf()` sets the same on paper.

    The first section is the title block. `made_at` is the time that the document bears.
    """

    title: str
    number: str
    made_at: datetime
    sections: tuple[Section, ...]
    boxes: tuple[SignatureBox, ...] = ()
    address: VerifyAddress | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Pdf:
    """A finished document. The same paper gives the same `content`, byte for byte."""

    title: str
    made_at: datetime
    pages: int
    content: bytes = dataclasses.field(repr=False)

    @property
    def sha256(self) -> str:
        """SHA-256 of the content, 64 hex digits: what is signed and what addresses the file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RenewalRecord:
    """What a 续转单证 says of the year before and of what has changed since.

    `changes`: topic (of `texts.renewal_topics()`) → what is new; other topics have not changed.
    """

    period_start: date
    period_end: date
    claims: str
    changes: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Signatures:
    """When each of the three parties signed the agreement; None while it has not."""

    exporter_at: datetime
    insurer_at: datetime | None = None
    operator_at: datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SignedFile:
    """A document of the application as the receipt lists it; `sha256` has 64 hex digits."""

    title: str
    sha256: str
    at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """One line of the timeline: `at` is None for what is to come, `serial` the 回执编号."""

    title: str
    at: datetime | None
    serial: str = ""
