"""The app's name and its start-up checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WizardConfig(AppConfig):
    """The journey and everything that belongs to it."""

    name = "wizard"
    verbose_name = _("投保向导")

    def ready(self) -> None:
        """Register the system checks."""
        from wizard import checks  # noqa: F401, PLC0415 - needs the app registry
