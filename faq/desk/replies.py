"""What support passes on: a reply for a chat, and a link that carries the caller's error code."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from faq.markup import plain
from faq.models import Entry


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """An answer with what is copied of it, and whether this member of the staff pinned it."""

    entry: Entry
    link: str
    reply: str
    pinned: bool


def lines(
    request: HttpRequest, entries: Iterable[Entry], *, code: str, pinned: Mapping[int, bool]
) -> list[Line]:
    """The answers as support needs them; `pinned`: by primary key. `code` may be empty."""
    return [_line(request, entry, code, pinned.get(entry.pk, False)) for entry in entries]


def _line(request: HttpRequest, entry: Entry, code: str, pinned: bool) -> Line:
    address = reverse("faq:short", args=[entry.number])
    link = request.build_absolute_uri(f"{address}?{urlencode({'code': code})}" if code else address)
    reply = _("【%(title)s】%(answer)s 详见 %(url)s") % {
        "title": plain(entry.title),
        "answer": plain(entry.short_answer),
        "url": link,
    }
    return Line(entry, link, reply, pinned)
