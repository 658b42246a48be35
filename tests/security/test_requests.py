"""What a request says of itself is not believed, and what an answer says to browsers is strict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client

from tests.worlds import PIN, Person, browser
from wizard import papers
from wizard.models import Application, Document
from wizard.process import State

PRODUCTION: Final = """
import json, django
django.setup()
from django.conf import settings
from django.core.signing import Signer
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
names = ("SESSION_COOKIE", "CSRF_COOKIE")
ask = RequestFactory(headers={"host": settings.ALLOWED_HOSTS[0]}).get
redirected = SecurityMiddleware(lambda request: None).process_request
paths = ("/", "/verify/", "/verify/ca.crt", "/verify/crl", "/verify/tsa", "/verify/crl/")
print(json.dumps({
    "old": Signer().unsign(Signer(key="the old key of this site long enough").sign("x")),
    "debug": settings.DEBUG,
    "hsts": settings.SECURE_HSTS_SECONDS,
    "plain": [path for path in paths if not redirected(ask(path))],
    **{name: [getattr(settings, f"{name}_{part}") for part in ("NAME", "SECURE", "HTTPONLY",
       "SAMESITE", "PATH", "DOMAIN")] for name in names},
}))
"""
FRAMES: Final = "frame-ancestors 'none'"


@pytest.fixture
def number(owner: Person) -> str:
    return owner.application().number


def test_a_session_that_a_stranger_chose_is_none(owner: Person) -> None:
    visitor = browser(owner.world)
    chosen = "stranger0chose0this0session0id00"
    visitor.cookies["sessionid"] = chosen
    answer = visitor.post(f"/login/card/?sessionid={chosen}", {"pin": PIN, "sessionid": chosen})
    assert answer.status_code == 303
    assert visitor.cookies["sessionid"].value != chosen
    thief = browser(owner.world)
    thief.cookies["sessionid"] = chosen
    assert "/login/" in thief.get("/center/")["Location"]


def test_in_production_cookies_are_this_host_s_and_an_old_key_still_reads() -> None:
    """`__Host-` asks for Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2).

    And everything is https but what programs fetch that check signatures.
    """
    env = {name: os.environ[name] for name in ("PATH", "VAR_DIR")} | {
        "DEPLOYMENT": "production",
        "DJANGO_SETTINGS_MODULE": "wizard.settings",
        "SECRET_KEY": "the new key of this site long enough",
        "SECRET_KEY_FALLBACKS": "the old key of this site long enough",
    }
    said = json.loads(
        subprocess.run(
            [sys.executable, "-c", PRODUCTION], env=env, cwd=settings.BASE_DIR, check=True,
            capture_output=True, text=True,
        ).stdout
    )  # fmt: skip
    assert said["SESSION_COOKIE"] == ["__Host-session", True, True, "Lax", "/", None]
    assert said["CSRF_COOKIE"] == ["__Host-csrf", True, True, "Lax", "/", None]
    assert said["old"] == "x"
    assert not said["debug"]
    assert said["hsts"] >= 31_536_000
    # Signed themselves, and fetched by programs that speak no https (RFC 5280 §8).
    assert said["plain"] == ["/verify/ca.crt", "/verify/crl", "/verify/tsa"]


def test_a_verb_in_disguise_is_the_verb_that_it_is(owner: Person, number: str) -> None:
    address = f"/apply/{number}/reopen/"
    assert owner.client.get(address, headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    assert owner.client.get(f"{address}?_method=POST").status_code == 405
    for verb in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"):
        answer = owner.client.generic(verb, f"/apply/{number}/confirm/", "commit=1")
        assert answer.status_code in {200, 405}
        posted = owner.client.post(f"/apply/{number}/confirm/", {"_method": verb})
        assert posted.status_code == 409  # a form of no page of ours
    assert Application.objects.get(number=number).state == State.AWAITING_CONFIRMATION


def test_a_host_that_is_not_ours_gets_nothing(db: None) -> None:
    for host in ("evil.example", "testserver:80@evil.example", "a b", ""):
        assert Client().get("/", headers={"host": host}).status_code == 400


def test_no_link_is_built_from_a_forwarded_host(owner: Person) -> None:
    for client in (Client(), owner.client):
        for address in ("/", "/faq/", "/verify/", "/center/", "/sitemap.xml", "/llms.txt"):
            answer = client.get(
                address,
                headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
            )
            assert b"evil.example" not in answer.content
            assert "evil.example" not in str(answer.headers)


def test_a_private_page_is_kept_by_nobody_and_has_no_public_name(
    owner: Person, number: str
) -> None:
    paper = papers.ensure(Application.objects.get(number=number), Document.Kind.FORM)
    private = f"/apply/{number}/docs/{paper.key}"
    for address in (f"{private}/", f"{private}.pdf", f"/apply/{number}/trail/"):
        answer = owner.client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert owner.client.get(f"{address}x.css", follow=True).status_code == 404
        assert owner.client.get(f"{address}/x.css", follow=True).status_code == 404


def test_nobody_frames_a_page_and_the_policy_allows_nothing_unsafe(
    owner: Person, number: str
) -> None:
    for address in ("/", "/login/card/", "/center/", f"/apply/{number}/confirm/", "/none"):
        answer = owner.client.get(address)
        assert FRAMES in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_of_a_field_sent_twice_the_last_one_counts(owner: Person, number: str) -> None:
    """As Django documents it; what matters is that every check reads the same one."""
    visitor = browser(owner.world)
    answer = visitor.post("/login/card/?pin=1&pin=2", {"pin": ["11111111", PIN]})
    assert answer.status_code == 303
    answer = visitor.get("/faq/search/?q=x&q=%E5%8D%B0%E7%AB%A0")
    assert "印章" in answer.content.decode()


def test_more_fields_or_more_bytes_than_a_form_has_are_refused(owner: Person, number: str) -> None:
    address = f"/apply/{number}/confirm/"
    many = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    large = {"confirm-name": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    for form in (many, large):
        answer: Any = owner.client.post(address, form)
        assert answer.status_code in {400, 413}
        assert "Traceback" not in answer.content.decode()


def test_what_helps_nobody_but_an_attacker_is_not_there(db: None) -> None:
    for path in (
        ".git/config", ".env", "__debug__/", "api/docs", "openapi.json", "debug/", "static/",
        "var/site.sqlite3", "server-status", "actuator", "wp-admin/", "graphql", ".well-known/x",
    ):  # fmt: skip
        answer = Client().get(f"/{path}", follow=True)
        assert answer.status_code == 404, path
        assert "Traceback" not in answer.content.decode()
        assert str(settings.BASE_DIR) not in answer.content.decode()
