"""Every address × everybody who may ask: who sees a page, who is led elsewhere, who gets nothing.

An address that is not in the table fails, so a new one must say whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.worlds import Person
from wizard.models import Event

ROLES = ("nobody", "visitor", "owner", "colleague", "stranger", "support", "editor", "clerk")
COMPANIES = ("owner", "colleague", "stranger")

PAGE, ON, NONE, POST = "page", "goes on", "not found", "only by post"
SIGN_IN, CARD, STAFF, REFUSED = "sign in", "another card", "sign in as staff", "refused"

Outcomes = dict[str, str]


def everybody(outcome: str) -> Outcomes:
    """No difference between the roles."""
    return dict.fromkeys(ROLES, outcome)


def companies(**outcomes: str) -> Outcomes:
    """Whoever has no card is led to the sign-in."""
    return everybody(SIGN_IN) | outcomes


def staff(outcome: str) -> Outcomes:
    """Support and editors; a clerk has an account, but no role at the desk."""
    return everybody(STAFF) | {"support": outcome, "editor": outcome, "clerk": REFUSED}


OPEN, PASSING, POSTED = everybody(PAGE), everybody(ON), everybody(POST)
EACH_THEIR_OWN = companies(owner=PAGE, colleague=PAGE, stranger=PAGE)
THE_COMPANYS = companies(owner=PAGE, colleague=PAGE, stranger=NONE)
EDITORS = staff(PAGE) | {"support": REFUSED}
LEADS_TO_THE_COMPANYS = companies(owner=ON, colleague=ON, stranger=NONE)

TABLE: dict[str, tuple[str, Outcomes]] = {
    "home": ("/", OPEN),
    "check": ("/check/", OPEN),
    "help-accessibility": ("/help/accessibility/", OPEN),
    "help-browser": ("/help/browser/", OPEN),
    "help-privacy": ("/help/privacy/", OPEN),
    "pref-size": ("/pref/size/", PASSING),
    "pref-lang": ("/pref/lang/", PASSING),
    "livez": ("/livez", OPEN),
    "readyz": ("/readyz", OPEN),
    "robots": ("/robots.txt", OPEN),
    "notices": ("/singlewindow/notices/", POSTED),
    # signing in
    "login": ("/login/", everybody(SIGN_IN)),
    "login-card": ("/login/card/", OPEN),
    "login-insert": ("/login/card/insert/", POSTED),
    "login-card-centre": ("/login/card/centre/", POSTED),
    "login-password": ("/login/password/", OPEN),
    "login-nocard": ("/login/nocard/", OPEN),
    "login-blocked": ("/login/blocked/", OPEN),
    "change-pin": ("/login/change-pin/", EACH_THEIR_OWN),
    "desk-repair": ("/login/desk/", POSTED),
    "demo-publish": ("/login/publish/", POSTED),
    "handover": ("/login/handover/", OPEN),
    "register": ("/register/", OPEN),
    "find-username": ("/register/username/", OPEN),
    "ask-username": ("/register/username/search/", POSTED),
    "searched-username": ("/register/username/RS-1/", everybody(NONE)),
    "logout": ("/logout/", POSTED),
    # the company's account
    "centre": ("/center/", EACH_THEIR_OWN),
    "policies": ("/policies/", EACH_THEIR_OWN),
    "policy": ("/policies/{policy}/", THE_COMPANYS),
    "policy-pdf": ("/policies/{policy}.pdf", LEADS_TO_THE_COMPANYS),
    "account": ("/account/", EACH_THEIR_OWN),
    "set-password": ("/account/password/", EACH_THEIR_OWN),
    "verify": ("/account/verify/", EACH_THEIR_OWN),
    "seals": ("/account/seals/", companies(owner=PAGE, colleague=CARD, stranger=PAGE)),
    "seal-delete": (
        "/account/seals/{seal}/delete/",
        companies(owner=ON, colleague=CARD, stranger=ON),
    ),
    # one application
    "apply": ("/apply/{number}/", LEADS_TO_THE_COMPANYS),
    "step": ("/apply/{number}/confirm/", THE_COMPANYS),
    "reopen": ("/apply/{number}/reopen/", POSTED),
    "urge": ("/apply/{number}/urge/", POSTED),
    "generating": ("/apply/{number}/generating/", LEADS_TO_THE_COMPANYS),
    "rate": ("/apply/{number}/rating/", POSTED),
    "receipt": ("/apply/{number}/receipt/", THE_COMPANYS),
    "trail": ("/apply/{number}/trail/", THE_COMPANYS),
    "evidence": ("/apply/{number}/evidence.zip", THE_COMPANYS),
    "receipt-pdf": ("/apply/{number}/receipt.pdf", LEADS_TO_THE_COMPANYS),
    "agreement-pdf": ("/apply/{number}/agreement.pdf", LEADS_TO_THE_COMPANYS),
    "document": ("/apply/{number}/docs/{paper}/", THE_COMPANYS),
    "document-pdf": ("/apply/{number}/docs/{paper}.pdf", THE_COMPANYS),
    # checking a paper
    "verification": ("/verify/", OPEN),
    "verify-upload": ("/verify/upload/", PASSING),
    "verify-ca": ("/verify/ca.crt", OPEN),
    "verify-crl": ("/verify/crl", OPEN),
    "verify-tsa": ("/verify/tsa", POSTED),
    "verify-code": ("/verify/{code}/", OPEN),
    # the help site
    "faq:home": ("/faq/", OPEN),
    "faq:search": ("/faq/search/?q=制章", OPEN),
    "faq:suggest": ("/faq/search/suggest/?q=制章", OPEN),
    "faq:search-log": ("/faq/search/log/", POSTED),
    "faq:all": ("/faq/all/", OPEN),
    "faq:stage": ("/faq/stage/{stage}/", OPEN),
    "faq:answer": ("/faq/{slug}/", OPEN),
    "faq:qr": ("/faq/{slug}/qr.svg", OPEN),
    "faq:feedback": ("/faq/{slug}/feedback/", POSTED),
    "faq:feedback-reason": ("/faq/{slug}/feedback/reason/", POSTED),
    "faq:short": ("/f/1", PASSING),
    "faq:code": ("/e/C-101", PASSING),
    "faq:contact": ("/contact/", OPEN),
    "faq:guide": ("/guide/", OPEN),
    "faq:guide-step": ("/guide/1/", OPEN),
    "faq:handbook": ("/guide/handbook.pdf", OPEN),
    "faq:changes-rss": ("/faq/changes.rss", OPEN),
    "faq:changes-atom": ("/faq/changes.atom", OPEN),
    "faq:sitemap": ("/sitemap.xml", OPEN),
    "faq:llms": ("/llms.txt", OPEN),
    "faq:api-search": ("/api/faq/search?q=制章", OPEN),
    "faq:api-entries": ("/api/faq/entries/", OPEN),
    "faq:api-entry": ("/api/faq/entries/{slug}/", OPEN),
    "faq:api-openapi": ("/api/faq/openapi.json", OPEN),
    # the support desk
    "faq:desk:home": ("/faq/desk/", staff(PAGE)),
    "faq:desk:login": ("/faq/desk/login/", OPEN),
    "faq:desk:logout": ("/faq/desk/logout/", POSTED),
    "faq:desk:password": ("/faq/desk/password/", staff(PAGE) | {"clerk": PAGE}),
    "faq:desk:use": ("/faq/desk/use/1/", staff(POST)),
    "faq:desk:preview": ("/faq/desk/preview/{draft}/", staff(PAGE)),
    "faq:desk:links": ("/faq/desk/links/", staff(PAGE)),
    "faq:desk:searches": ("/faq/desk/searches/", staff(PAGE)),
    "faq:desk:searches-csv": ("/faq/desk/searches.csv", staff(PAGE)),
    "faq:desk:alias": ("/faq/desk/searches/alias/", staff(POST)),
    "faq:desk:dismiss": ("/faq/desk/searches/dismiss/", staff(POST)),
    "faq:desk:stats": ("/faq/desk/stats/", staff(PAGE)),
    "faq:desk:stats-csv": ("/faq/desk/stats/funnel.csv", staff(PAGE)),
    "faq:desk:exchange": ("/faq/desk/exchange/", EDITORS),
    "faq:desk:download": ("/faq/desk/exchange/faq.json", EDITORS),
    # the demonstration's own
    "demo:console": ("/demo/", OPEN),
    "demo:authority": ("/demo/authority/", OPEN),
    "demo:start": ("/demo/start/N-01/", PASSING),
    "demo:clock": ("/demo/clock/", PASSING),
    "demo:reset": ("/demo/reset/", PASSING | dict.fromkeys(("visitor", *COMPANIES), PAGE)),
    "demo:join": ("/demo/join/", PASSING),
}
#: Posts that need no token, and why.
WITHOUT_TOKEN = {
    "notices": "signed by the authority",
    "verify-upload": "public, changes nothing",
    "verify-tsa": "public, RFC 3161",
    "pref-size": "sets this browser's own cookie",
    "pref-lang": "sets this browser's own cookie",
    "faq:search-log": "a beacon; counts a click",
    "faq:api-search": "read only",
    "faq:api-entries": "read only",
    "faq:api-entry": "read only",
    "faq:api-openapi": "read only",
}


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Name with its namespaces, and pattern; Django's admin, tested by Django, is left out."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name, pattern
        elif pattern.namespace != "admin":
            yield from routes(
                pattern, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
            )


def outcome(response: Any) -> str:
    """What came of asking, in the table's words; a status that it does not know, as it is."""
    if response.status_code in {302, 303}:
        ways = {"/login/card/": SIGN_IN, "/login/blocked/": CARD, "/faq/desk/login/": STAFF}
        return ways.get(response["Location"].partition("?")[0], ON)
    known = {200: PAGE, 202: PAGE, 301: ON, 404: NONE, 405: POST, 403: REFUSED}
    return known.get(response.status_code, str(response.status_code))


def test_every_address_is_in_the_table() -> None:
    assert {name for name, _pattern in routes()} == set(TABLE)


def test_everybody_gets_what_the_table_says(cast: dict[str, Client], facts: dict[str, str]) -> None:
    found = {
        (name, role): outcome(cast[role].get(address.format(**facts)))
        for name, (address, _said) in TABLE.items()
        for role in ROLES
    }
    said = {(name, role): row[role] for name, (_address, row) in TABLE.items() for role in ROLES}
    assert {key: (found[key], said[key]) for key in said if found[key] != said[key]} == {}


def test_no_post_without_its_token(owner: Person, facts: dict[str, str]) -> None:
    """Not by the owner signed in, whose browser another site makes to post."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = owner.client.cookies
    exempt = {name for name, pattern in routes() if getattr(pattern.callback, "csrf_exempt", False)}
    assert exempt == set(WITHOUT_TOKEN)
    before = Event.objects.count()
    answers = {
        name: client.post(address.format(**facts)).status_code
        for name, (address, _said) in TABLE.items()
        if name not in exempt
    }
    assert {name: status for name, status in answers.items() if status not in {403, 405}} == {}
    assert Event.objects.count() == before


def test_a_stranger_posts_into_nothing(cast: dict[str, Client], facts: dict[str, str]) -> None:
    before = Event.objects.count()
    for name, (address, _said) in TABLE.items():
        if re.search(r"\{(number|policy|paper)\}", address):
            answer = cast["stranger"].post(address.format(**facts), {"rev": "1", "commit": "1"})
            assert answer.status_code in {404, 405}, name
    assert Event.objects.count() == before
