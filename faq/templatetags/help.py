"""Template tags of the help site: the panel beside every page, and inline marks."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.utils.safestring import SafeString

from faq import markup
from faq.content import content
from faq.guide import step_of_page
from faq.highlight import highlight as highlight_text
from faq.models import Entry
from faq.terms import as_code

register = template.Library()

PANEL_SIZE: Final = 5


@register.inclusion_tag("faq/help_panel.html")
def help_panel(page: object, code: object = "", title: str = "") -> dict[str, Any]:
    """`{% help_panel "confirm" code="A-201" %}`: the aside of a page (design.md §7).

    The answer to `code` comes first and open; then the page's entries, five in all; then the
    telephone. An unknown page or code leaves its part out.
    """
    held = content()
    asked = as_code(str(code or ""))
    hit = held.answer_to(asked)
    entries = [entry for entry in held.page(str(page)) if entry != hit]
    named = held.pages.get(str(page))
    return {
        "title": title or (named.title if named else ""),
        "hit": hit,
        "code": asked if asked in held.codes else "",
        "entries": entries[: PANEL_SIZE - bool(hit)],
        "guide": step_of_page(held, str(page)),
    }


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
    return highlight_text(text, query)
