"""The inline marks that our own texts may use, and nothing else: never HTML.

A subset of Markdown: `**bold**`, `` `value` ``, `[words](faq:entry-id)`, `[words](page:contact)`.
"""

from __future__ import annotations

import re
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

PAGES: Final = {
    "contact": "faq:contact",
    "guide": "faq:guide",
    "home": "faq:home",
}
_MARK: Final = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*"
    r"|`(?P<value>[^`]+)`"
    r"|\[(?P<words>[^\]\[]+)\]\((?P<kind>faq|page):(?P<name>[a-zA-Z0-9_-]+)\)"
)


def inline(text: str) -> SafeString:
    """The text as HTML: everything is escaped, then the marks become elements."""
    # Escaping leaves the marks as they are, and what it adds (&lt; …) holds none of them.
    return mark_safe(_MARK.sub(_element, escape(text)))  # noqa: S308 - escaped just here


def plain(text: str) -> str:
    """The text without marks, for copying."""
    return _MARK.sub(lambda mark: mark["bold"] or mark["value"] or mark["words"], text)


def links(text: str) -> list[str]:
    """The entry ids that the text links to."""
    return [mark["name"] for mark in _MARK.finditer(text) if mark["kind"] == "faq"]


def _element(mark: re.Match[str]) -> str:
    if mark["bold"]:
        return f"<b>{mark['bold']}</b>"
    if mark["value"]:
        return f'<b class="code">{mark["value"]}</b>'
    url = _address(mark["kind"], mark["name"])
    return f'<a href="{url}">{mark["words"]}</a>' if url else mark["words"]


def _address(kind: str, name: str) -> str:
    try:
        if kind == "faq":
            return reverse("faq:answer", args=[name])
        return reverse(PAGES[name])
    except (KeyError, NoReverseMatch):
        return ""
