"""The help site's name."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Questions, answers, search."""

    name = "faq"
    verbose_name = _("常见问题")
