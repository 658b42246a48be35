"""formtools' storage over our own rows: drafts of one application, never a secret, no session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from formtools.wizard.storage.base import BaseStorage

from wizard import transitions
from wizard.models import Application, Draft
from wizard.prepared import Prepared

DRAFT = Prepared(
    lambda application, step: Draft.objects.filter(application=application, step=step), int, str
)


class ApplicationStorage(BaseStorage):  # type: ignore[misc] # formtools has no types
    """The wizard's memory is the application named in the URL: no two of them ever mix.

    The current step is read from the application's state and cannot be set; data are the drafts.
    """

    def __init__(self, prefix: str, request: HttpRequest, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.application: Application = request.application  # type: ignore[attr-defined]
        self.init_data()

    @property
    def current_step(self) -> str:
        """The open step: the state decides, nothing else."""
        return self.application.step.slug

    @current_step.setter
    def current_step(self, step: str) -> None:
        """formtools wants to move its pointer; here only a commit moves anything."""

    def get_step_data(self, step: str) -> dict[str, list[str]] | None:
        """The draft of a step as typed, or None."""
        draft = DRAFT.first(self.application.pk, step)
        return draft.data if draft else None

    def set_step_data(self, step: str, cleaned_data: dict[str, list[str]]) -> None:
        """Keep what was typed; the caller has left secrets out."""
        transitions.save_draft(application=self.application, step=step, data=cleaned_data)

    def reset(self) -> None:
        """Never: a visit to the first page must not throw a draft away."""
