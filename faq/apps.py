"""The app's name, and the signals that tell every process that an answer has changed."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Questions, answers, codes, contacts and what is found among them."""

    name = "faq"
    verbose_name = _("常见问题")

    def ready(self) -> None:
        """Connect every content model to the version that the search index watches."""
        from faq import signals  # noqa: PLC0415 - needs the app registry

        signals.connect()
