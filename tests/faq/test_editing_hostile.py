"""Hostile words in every field of an entry: as text on every page, in JSON, CSV and feeds."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.test import Client

from faq.markup import inline, plain
from faq.models import Entry
from tests.faq.payloads import PAYLOADS
from tests.faq.staff import at_desk, draft

# The elements that our marks make, and no others.
OWN: frozenset[str] = frozenset({"b", "a"})
FIELDS = ("title", "short_answer", "why", "warning", "editor_note", "question", "answer")


class Elements(HTMLParser):
    """What a browser would see: elements, attributes, scripts, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.inline_scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "script" and "src" not in given and "json" not in (given.get("type") or ""):
            self.inline_scripts += 1
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.handlers.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action", "formaction", "xlink:href"}:
                self.addresses.append((value or "").strip().lower())


def assert_harmless(html: str) -> None:
    """No handler, no script of anybody's, no address but of this site."""
    seen = Elements(html)
    assert seen.handlers == []
    assert seen.inline_scripts == 0
    assert not [tag for tag in seen.tags if tag in {"iframe", "object", "embed", "base", "math"}]
    for address in seen.addresses:
        assert not address.startswith(("javascript:", "data:", "vbscript:", "//")), address
        assert "evil" not in address.split("?")[0], address


def hostile(place: int, payload: str) -> Entry:
    """A published entry that holds the payload wherever there is room."""
    return draft(
        slug=f"hostile-{place}",
        status=Entry.Status.PUBLISHED,
        **dict.fromkeys(FIELDS, payload[:110]),
        steps=[payload[:110], "平常的一步"],
        aliases=[payload[:110]],
        errors=[payload[:110]],
        source_label=payload[:110],
        category=payload[:40],
        topic=payload[:60],
        here_label=payload[:20],
    )


@pytest.fixture
def entries() -> list[Entry]:
    """One entry for every payload."""
    return [hostile(place, payload) for place, payload in enumerate(PAYLOADS)]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<b onclick=x>",
        "<a href=' javascript:x'>",
        "<iframe>",
        "<img src=//evil.example>",
    ],
)
def test_the_watch_sees(html: str) -> None:
    with pytest.raises(AssertionError):
        assert_harmless(html)


def test_there_are_enough_of_them() -> None:
    assert len(PAYLOADS) >= 60
    assert len(set(PAYLOADS)) == len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_marks_make_only_our_elements(payload: str) -> None:
    for text in (payload, f"**{payload}**", f"`{payload}`", f"[{payload}](faq:which-card)"):
        seen = Elements(inline(text))
        assert set(seen.tags) <= OWN
        assert seen.handlers == []
        assert all(address.startswith("/") for address in seen.addresses)
        assert isinstance(plain(text), str)


def test_no_page_runs_them(client: Client, entries: list[Entry]) -> None:
    desk = at_desk("editor")
    for entry in entries:
        assert_harmless(client.get(f"/faq/{entry.slug}/").content.decode())
    first = entries[0]
    for address in (f"/faq/stage/{first.stage.slug}/", "/faq/", "/faq/all/", "/faq/changes.rss"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert_harmless(response.content.decode().replace("<link>", "").replace("<guid", "<i"))
    for address in ("/faq/desk/links/", "/admin/faq/entry/?all=", "/faq/desk/?q=平常的一步"):
        response = desk.get(address)
        assert response.status_code == 200, address
        assert_harmless(response.content.decode())


def test_no_editor_page_runs_them(entries: list[Entry]) -> None:
    desk = at_desk("editor")
    for entry in entries[::2]:
        for address in (
            f"/faq/desk/preview/{entry.number}/",
            f"/admin/faq/entry/{entry.pk}/change/",
        ):
            response = desk.get(address)
            assert response.status_code == 200, address
            assert_harmless(response.content.decode())


def test_machines_get_them_as_data(client: Client, entries: list[Entry]) -> None:
    found = client.get("/api/faq/search", {"q": "平常的一步", "limit": "20"})
    assert found["Content-Type"].startswith("application/json")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert json.loads(found.content)["results"]
    desk = at_desk("editor")
    table = desk.get("/faq/desk/exchange/faq.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [c for row in rows for c in row if c.lstrip(" ").startswith(("=", "+", "-", "@"))]
    exported = json.loads(desk.get("/faq/desk/exchange/faq.json").content)
    kept = [record["short_answer"] for record in exported["entries"][-len(PAYLOADS) :]]
    assert kept == [entry.short_answer for entry in entries]


def test_feeds_are_well_formed_whatever_stands_in_them(
    client: Client, entries: list[Entry]
) -> None:
    for address in ("/faq/changes.rss", "/faq/changes.atom", "/sitemap.xml"):
        ElementTree.fromstring(client.get(address).content)


def test_searching_for_them_runs_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faq.desk.throttle.LOGS_PER_ADDRESS", 1000)
    desk = at_desk("editor")
    for payload in PAYLOADS:
        assert_harmless(client.get("/faq/search/", {"q": payload}).content.decode())
        client.post("/faq/search/log/", {"q": payload})
    for payload in PAYLOADS[::4]:
        assert_harmless(desk.get("/faq/desk/", {"q": payload}).content.decode())
    for address in ("/faq/desk/searches/", "/faq/desk/stats/", "/admin/faq/searchlog/"):
        assert_harmless(desk.get(address).content.decode())
