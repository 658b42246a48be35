"""How long a page was before somebody's eyes: measured by the server between drawing and posting.

The time of drawing travels in the page, signed, so that nothing is stored for a page that is only
looked at. JavaScript, where there is some, adds whether the text was scrolled to its end.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from django.core.signing import BadSignature, Signer

from wizard.models import Application

SIGNER: Final = Signer(salt="wizard.dwell")
LONGEST: Final = 200  # characters of the signed time


def drawn(application: Application, step: str, posted: str = "") -> str:
    """What the page carries: when it was first drawn. A page drawn again keeps its beginning."""
    if _began(application, step, posted) is not None:
        return posted
    return SIGNER.sign(f"{_page(application, step)}/{time.time_ns() // 1_000_000}")


def measured(application: Application, step: str, posted: Mapping[str, Any]) -> dict[str, Any]:
    """Facts for the trail: `dwell_ms`, and `read_to_end` where the browser said so.

    A page without a good time of drawing is no error: then nothing is claimed.
    """
    facts: dict[str, Any] = {}
    began = _began(application, step, str(posted.get("drawn", "")))
    if began is not None:
        facts["dwell_ms"] = max(0, time.time_ns() // 1_000_000 - began)
    if posted.get("read") == "end":
        facts["read_to_end"] = True
    return facts


def _page(application: Application, step: str) -> str:
    return f"{application.pk}/{step}/{application.revision}"


def _began(application: Application, step: str, posted: str) -> int | None:
    try:
        page, _slash, began = SIGNER.unsign(posted[:LONGEST]).rpartition("/")
    except BadSignature:
        return None
    return int(began) if page == _page(application, step) else None
