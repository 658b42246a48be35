"""One-time tokens of pages: they become the idempotency keys of writes that have no application."""

from __future__ import annotations

import re
import secrets
from typing import Final

from django.http import HttpRequest

FIELD: Final = "idem"
_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{16,64}", re.ASCII)


def fresh() -> str:
    """A token for a page that is about to be drawn: 128 bits."""
    return secrets.token_urlsafe(16)


def posted(request: HttpRequest) -> str:
    """The token of the page that was posted; a new one where it is missing or bent."""
    token = request.POST.get(FIELD, "")
    return token if _TOKEN.fullmatch(token) else fresh()
