"""Every change of content gives it a new version, so that every process notices."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, post_save

from faq.models import CONTENT_MODELS, ContentVersion


def connect() -> None:
    """Watch the models that pages, search and panels are made of."""
    for model in CONTENT_MODELS:
        post_save.connect(_changed, sender=model, dispatch_uid=f"faq-save-{model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"faq-delete-{model.__name__}")


def _changed(sender: type[models.Model], **kwargs: Any) -> None:  # noqa: ARG001 - signal signature
    ContentVersion.renew()
