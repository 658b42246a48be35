"""For machines that read whole sites: sitemap, feeds of changes, llms.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faq.api import cacheable
from faq.content import Content, content
from faq.guide import steps
from faq.markup import plain
from faq.models import Entry
from faq.share import origin_of

SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_CHANGES: Final = 40
# Pages without an entry; what a deployment does not have is left out.
PAGES: Final = (
    "home",
    "check",
    "help-accessibility",
    "help-browser",
    "help-privacy",
    "faq:home",
    "faq:all",
    "faq:contact",
    "faq:guide",
)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """`/sitemap.xml`: every public page, answers with the day of their last change."""
    root = ElementTree.Element("urlset", xmlns=SITEMAP)
    for path, changed in _addresses(content()):
        url = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(url, "loc").text = request.build_absolute_uri(path)
        if changed:
            ElementTree.SubElement(url, "lastmod").text = changed.date().isoformat()
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return cacheable(request, HttpResponse(body, content_type="application/xml; charset=utf-8"))


def _addresses(held: Content) -> Iterator[tuple[str, datetime | None]]:
    for name in PAGES:
        try:
            yield reverse(name), None
        except NoReverseMatch:
            continue
    for count in held.stage_counts():
        yield reverse("faq:stage", args=[count.stage.slug]), None
    for step in steps(held):
        yield step.url, step.entry.updated_at
    for entry in held.entries:
        yield entry.get_absolute_url(), entry.updated_at


@require_safe
def changes_rss(request: HttpRequest) -> HttpResponseBase:
    """`/faq/changes.rss`: answers that changed, the newest first."""
    return _feed(request, Rss201rev2Feed, reverse("faq:changes-rss"))


@require_safe
def changes_atom(request: HttpRequest) -> HttpResponseBase:
    """`/faq/changes.atom`: the same as Atom."""
    return _feed(request, Atom1Feed, reverse("faq:changes-atom"))


def _feed(
    request: HttpRequest, kind: type[Rss201rev2Feed | Atom1Feed], address: str
) -> HttpResponseBase:
    absolute = request.build_absolute_uri
    feed = kind(
        title=_("常见问题的更新 - 小微投保向导（演示）"),
        link=absolute(reverse("faq:home")),
        description=_("新写的和改过的回答。演示网站，非官方。"),
        language="zh-Hans",
        feed_url=absolute(address),
    )
    for entry in _newest(content()):
        changed = entry.updated_at.astimezone(UTC)
        permanent = absolute(reverse("faq:short", args=[entry.number]))
        feed.add_item(
            title=plain(entry.title),
            link=absolute(entry.get_absolute_url()),
            description=plain(entry.short_answer),
            # A reader shows what it has not seen: a change is a new thing at the same address.
            unique_id=f"{permanent}#{changed:%Y%m%dT%H%M%S}",
            unique_id_is_permalink=False,
            updateddate=changed,
            pubdate=changed,
            categories=(entry.stage.title,),
        )
    body = feed.writeString("utf-8")
    return cacheable(request, HttpResponse(body, content_type=feed.content_type))


def _newest(held: Content) -> list[Entry]:
    return sorted(held.entries, key=lambda e: (e.updated_at, -e.number), reverse=True)[
        :MOST_CHANGES
    ]


@require_safe
def llms(request: HttpRequest) -> HttpResponseBase:
    """`/llms.txt`: what this site is and every answer in a line, as Markdown for models."""
    held = content()
    groups = [
        (known, [entry for entry in held.of_kind(Entry.Kind.FAQ) if entry.stage == known])
        for known in held.stages
    ]
    context = {
        "groups": [(known, entries) for known, entries in groups if entries],
        "steps": steps(held),
        "contact_entries": held.of_kind(Entry.Kind.CONTACT),
        "origin": origin_of(request),
    }
    kind = "text/plain; charset=utf-8"
    return cacheable(request, render(request, "faq/llms.txt", context, content_type=kind))
