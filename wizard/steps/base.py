"""What every step provides to the commit rule in `transitions.py`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from django import forms

from wizard.models import Application, Document
from wizard.singlewindow.faults import Fault
from wizard.singlewindow.port import ApplicationFile, Receipt, SingleWindow


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One write to the authority: on whose behalf, about what, under which key."""

    window: SingleWindow
    token: str
    application: Application
    key: str
    cleaned: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One line of what has been told, for the check page, the summary and the receipt."""

    label: str
    value: str
    field: str = ""  # the form field behind it, where it can still be changed
    masked: str = ""  # what a print that leaves the house says instead (design.md §17)

    @property
    def printed(self) -> str:
        """What the receipt says."""
        return self.masked or self.value


class StepCommit(Protocol):
    """A step's form, what its page shows, and its one remote write."""

    slug: ClassVar[str]
    # The pair of columns `<milestone>_at` and `<milestone>_by` that the commit fills.
    milestone: ClassVar[str]
    form: ClassVar[type[forms.Form]]
    # Fields that are never stored, drawn again or logged.
    secrets: ClassVar[frozenset[str]]

    def facts(self, application: Application) -> dict[str, Any]:
        """What the trail shall say about this commit: versions and hashes, no secrets."""
        ...

    def needs(self, application: Application) -> tuple[Document.Kind, ...]:
        """The papers that the step's page stands on, in the order in which they are made."""
        ...

    def page(self, application: Application) -> dict[str, Any]:
        """What the step's template needs besides the form."""
        ...

    def known_refusal(self, file: ApplicationFile) -> Fault | None:  # noqa: ARG002
        """What the authority is sure to say as things stand, told before anybody tries; mostly
        nothing.
        """
        return None

    def answers(self, application: Application) -> tuple[Answer, ...]:
        """What the finished step says, read only."""
        ...

    def result(self, application: Application) -> dict[str, Any]:  # noqa: ARG002
        """What the finished step's page shows besides its answers; mostly a paper."""
        return {}

    def send(self, call: Call) -> Receipt:
        """The remote write. Raises `Fault`, `NotFound`, `OutcomeUnknown`."""
        ...
