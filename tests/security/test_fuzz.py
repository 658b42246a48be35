"""Nasty text into every address, query and form of the site: never an answer of 500.

A few hundred requests in every run, drawn from a fixed seed; `FUZZ=100000` for more.
"""

from __future__ import annotations

import os
import random
import re
from html.parser import HTMLParser
from urllib.parse import quote

from django.test import Client

from tests.security.cast import facts_of
from tests.security.test_routes import TABLE
from tests.worlds import make_world, signed_in
from wizard.process import STEPS, State

REQUESTS = int(os.environ.get("FUZZ", "600"))
SEED = int(os.environ.get("FUZZ_SEED", "95198"))

NASTY = (
    "",
    " ",
    "\x00",
    "林\x00示例",
    "林\ud800示例",
    "\udfff",
    "林\u202e示例",
    "\u2066林\u2069",
    "林\u200b\ufeff示例",
    "\r\nSet-Cookie: a=b",
    "林\u0301" * 100,
    "👨‍👩‍👧",
    "䶮㛃鿍𬬩𬭼",
    "１２３４５６",
    "٠١٢٣",
    "-1",
    "0",
    "9" * 41,
    "1e309",
    "NaN",
    "null",
    "true",
    "[]",
    '{"a":',
    "'; DROP TABLE wizard_event; --",
    '" OR ""="',
    "%",
    "_%" * 200,
    'NEAR(a b)^2*-col:x"',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}{% load x %}",
    "{0.__class__}%s%n",
    "../../etc/passwd",
    "..%2f..%2fetc",
    "\\\\evil\\share",
    "//evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "=cmd|' /C calc'!A0",
    "a" * 5_000,
    "林" * 40_000,
)
#: Half of the requests go to the four steps, where exporters type.
ADDRESSES = [address for address, _row in TABLE.values()]
ADDRESSES += [f"/apply/{{number}}/{step.slug}/" for step in STEPS] * (len(TABLE) // len(STEPS))
OPEN_STATES = (
    State.AWAITING_CONFIRMATION,
    State.AWAITING_SEAL,
    State.AWAITING_SIGNATURE,
    State.ISSUED,
)
#: What a page of ours is left with when a field is missing, doubled, or somebody else's.
SPOILS = ("nasty", "nasty", "nasty", "missing", "doubled", "unknown")


class Forms(HTMLParser):
    """The forms of a page: method, address, and the fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, list[tuple[str, str]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields outside a form belong to the last one: nasty enough."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("method", "get"), given.get("action", ""), []))
        elif tag in {"input", "select", "textarea", "button"} and "name" in given and self.found:
            self.found[-1][2].append((given["name"], given.get("value", "")))


def forms_of(html: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every form of the page."""
    parser = Forms()
    parser.feed(html)
    return parser.found


def encoded(pairs: list[tuple[str, str]]) -> str:
    """As a hostile client sends them: lone surrogates as the bytes that no browser would send."""
    return "&".join(f"{_bytes(name)}={_bytes(value)}" for name, value in pairs)


def _bytes(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


class Attacker:
    """Draws one request after another from a seed; keeps those that were answered with 5xx."""

    def __init__(self, cast: dict[str, tuple[Client, dict[str, str]]], seed: int) -> None:
        self.cast = cast
        self.chance = random.Random(seed)
        self.fell: list[str] = []

    def address(self, facts: dict[str, str]) -> str:
        """One of the site's addresses; a place in some is filled with something nasty."""
        template = self.chance.choice(ADDRESSES)
        if "{" in template and self.chance.random() < 0.3:
            nasty = _bytes(self.chance.choice(NASTY)[:2_000])
            template = re.sub(r"\{\w+\}", lambda _place: nasty, template, count=1)
        return template.format(**facts)

    def strike(self) -> int:
        """Ask, and post what one of the page's forms holds, spoiled; how many requests it took."""
        who = self.chance.choice(list(self.cast))
        path, _, query = self.address(self.cast[who][1]).partition("?")
        if self.chance.random() < 0.3:
            name = self.chance.choice(("q", "next", "limit", "page", "code"))
            query = encoded([(name, self.chance.choice(NASTY)[:5_000])])
        forms = forms_of(self.send(who, "get", path, query))
        if forms:
            method, action, fields = self.chance.choice(forms)
            self.send(who, method, action.partition("?")[0] or path, encoded(self.spoilt(fields)))
        else:
            self.send(who, "post", path, encoded([("a", self.chance.choice(NASTY))]))
        return 2

    def spoilt(self, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The form's fields, with one of them made bad."""
        pairs = [pair for pair in fields if pair[0] != "csrfmiddlewaretoken"]
        if not pairs:
            return [("x", self.chance.choice(NASTY))]
        place = self.chance.randrange(len(pairs))
        name, _value = pairs[place]
        how, nasty = self.chance.choice(SPOILS), self.chance.choice(NASTY)
        if how == "missing":
            return pairs[:place] + pairs[place + 1 :]
        if how == "doubled":
            return [*pairs, (name, nasty)]
        if how == "unknown":
            return [*pairs, (nasty[:50], nasty)]
        return [*pairs[:place], (name, nasty), *pairs[place + 1 :]]

    def send(self, who: str, method: str, path: str, query: str) -> str:
        """The answer's text; an answer of 5xx is written down."""
        client = self.cast[who][0]
        client.raise_request_exception = False
        if method == "post":
            response = client.post(path, query, "application/x-www-form-urlencoded")
        else:
            response = client.get(path, QUERY_STRING=quote(query, safe="=&%"))
        if response.status_code >= 500:
            self.fell.append(f"{who} {method} {path}?{query[:300]} → {response.status_code}")
        if response.streaming or "html" not in response.get("Content-Type", ""):
            return ""
        return response.content.decode()


def test_nothing_that_is_typed_breaks_the_site(
    cast: dict[str, Client], facts: dict[str, str]
) -> None:
    attackers = {role: (client, facts) for role, client in cast.items()}
    for state in OPEN_STATES:
        exporter = signed_in(make_world("P01"))
        attackers[state] = (exporter.client, facts_of(exporter, state))
    attacker = Attacker(attackers, SEED)
    sent = 0
    while sent < REQUESTS:
        sent += attacker.strike()
    assert attacker.fell == []
