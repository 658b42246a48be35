"""Template tags of the help site: the panel beside every page, and inline marks."""

from __future__ import annotations

from typing import Final

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from faq import markup
from faq.content import Content, content, understood
from faq.guide import step_of_page
from faq.highlight import highlight as highlight_text
from faq.models import Entry
from faq.share import qr_svg
from faq.terms import as_code

register = template.Library()

PANEL_SIZE: Final = 5
MOST_PANELS: Final = 500


@register.simple_tag
def help_panel(page: object, code: object = "", title: str = "") -> SafeString:
    """`{% help_panel "confirm" code="A-201" %}`: the aside of a page (design.md §7).

    The answer to `code` comes first and open; then the page's entries, five in all; then the
    telephone. An unknown page or code leaves its part out.
    """
    held = content()
    asked = as_code(str(code or ""))
    known = asked if asked in held.codes else ""
    where = (get_language(), settings.ROOT_URLCONF, get_script_prefix())
    key = (str(page), known, str(title), where)
    version, panels = _Drawn.panels
    if version != held.version or len(panels) >= MOST_PANELS:
        _Drawn.panels = (held.version, panels := {})
    if key not in panels:
        panels[key] = _panel(held, str(page), known, title)
    return panels[key]


class _Drawn:
    """The panels of one version of the content: the same for every visitor."""

    panels: tuple[str, dict[object, SafeString]] = ("", {})


def _panel(held: Content, page: str, asked: str, title: str) -> SafeString:
    hit = held.answer_to(asked)
    entries = [entry for entry in held.page(page) if entry != hit]
    named = held.pages.get(page)
    context = {
        "title": title or (named.title if named else ""),
        "hit": hit,
        "code": asked,
        "entries": entries[: PANEL_SIZE - bool(hit)],
        "guide": step_of_page(held, page),
    }
    return render_to_string("faq/help_panel.html", context)


@register.simple_tag
def questions(page: str, limit: int = PANEL_SIZE) -> list[Entry]:
    """`{% questions "home" 6 as hot %}`: the entries of a page's list, in order."""
    return content().page(page)[:limit]


@register.filter
def inline(text: str) -> SafeString:
    """Our own text with its inline marks as HTML; everything else escaped."""
    return markup.inline(text)


@register.filter
def plain(text: str) -> str:
    """Our own text without its inline marks, for attributes and plain files."""
    return markup.plain(text)


@register.simple_tag
def highlight(text: str, query: str) -> SafeString:
    """The text with what the query found marked."""
    return highlight_text(text, query, understood(query))


@register.simple_tag
def qr(url: str, name: str) -> SafeString:
    """`{% qr address "what it opens" %}`: the address as a QR code, an SVG element with a name."""
    return qr_svg(url, name)
