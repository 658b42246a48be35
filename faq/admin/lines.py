"""Lists of texts in the admin: one text a line instead of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from faq.fields import TextListField

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    # Generic for the type checker only.
    ModelAdmin = admin.ModelAdmin


class LinesField(forms.CharField):
    """A text area whose lines are the list; empty lines count for nothing."""

    widget = forms.Textarea

    def __init__(self, *, label: str, help_text: str) -> None:
        note = _("每行一条")
        super().__init__(
            required=False,
            label=label,
            help_text=f"{help_text}（{note}）" if help_text else note,
            widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
            max_length=20_000,
        )

    def prepare_value(self, value: Any) -> Any:
        """A list as lines; what was typed as it was typed."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines as a list."""
        text = super().to_python(value) or ""
        return [line.strip() for line in str(text).splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        """The limits of a text are for the whole of it."""
        super().run_validators("\n".join(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as lists."""
        return bool(self.to_python(data) != (initial or []))


class LinesAdmin(ModelAdmin):
    """An admin that edits every list of texts as lines."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Lines for lists, Django's own for the rest."""
        if isinstance(db_field, TextListField):
            return LinesField(
                label=str(db_field.verbose_name), help_text=str(db_field.help_text or "")
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
