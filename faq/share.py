"""What people pass on of an answer: its short address, its text for a chat, its QR code."""

from __future__ import annotations

import dataclasses
import functools
import io
from urllib.parse import urlsplit

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from faq.markup import plain
from faq.models import Entry


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """`url`: absolute and permanent. `shown`: the same without its scheme. `text`: for pasting."""

    url: str
    shown: str
    text: str


def origin_of(request: HttpRequest) -> str:
    """`https://host` as the visitor wrote it."""
    return f"{request.scheme}://{request.get_host()}"


def share(request: HttpRequest, entry: Entry) -> Share:
    """The entry's short link on the host that was asked, and 【问题】答案 详见 link."""
    url = request.build_absolute_uri(reverse("faq:short", args=[entry.number]))
    parts = urlsplit(url)
    text = _("【%(title)s】%(answer)s 详见 %(url)s") % {
        "title": plain(entry.title),
        "answer": plain(entry.short_answer),
        "url": url,
    }
    return Share(url=url, shown=f"{parts.netloc}{parts.path}", text=text)


@functools.lru_cache(maxsize=1024)
def qr_svg(url: str, name: str) -> SafeString:
    """A QR code of the address as an SVG element called `name`; dark on white, of no fixed size."""
    svg: str = _code(url).svg_inline(
        border=2, dark="#17212f", light="#ffffff", omitsize=True, svgclass=None, lineclass=None
    )
    rest = mark_safe(svg.removeprefix("<svg"))  # noqa: S308 - segno's numbers, no text of anybody's
    return format_html('<svg role="img" aria-label="{}"{}', name, rest)


@functools.lru_cache(maxsize=1024)
def qr_file(url: str) -> bytes:
    """The same as a file of its own, with the quiet zone that a print needs."""
    out = io.BytesIO()
    _code(url).save(out, kind="svg", scale=8, border=4, dark="#17212f", light="#ffffff")
    return out.getvalue()


def _code(url: str) -> segno.QRCode:
    return segno.make(url, error="m", micro=False)
