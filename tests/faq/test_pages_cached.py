"""Public pages from memory: one query, ETag and 304, never somebody else's page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from faq.models import Entry
from faq.pagecache import MARK
from tests.worlds import browser, make_world, signed_in

PAGES = ("/", "/faq/", "/faq/stage/login-card/", "/faq/legal-card-locked/", "/guide/4/")


def warm(client: Client, url: str) -> None:
    """A page is kept at its second request."""
    for _time in range(2):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_a_kept_page_costs_one_query_and_is_not_sent_twice(
    client: Client, url: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warm(client, url)
    with django_assert_num_queries(1):
        first = client.get(url)
    assert first["Cache-Control"] == "no-cache"
    assert "Cookie" in first["Vary"]
    assert MARK not in first
    with django_assert_num_queries(1):
        again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("url", PAGES)
def test_a_kept_page_is_the_page_that_is_made(client: Client, url: str) -> None:
    def content_of(response_html: str) -> str:
        return re.sub(r'(?<=csrfmiddlewaretoken" value=")[A-Za-z0-9]+', "", response_html)

    made = client.get(url)
    kept = [client.get(url) for _time in range(2)]
    for response in kept:
        assert content_of(response.content.decode()) == content_of(made.content.decode())
        for name in ("Content-Type", "X-Frame-Options", "Content-Security-Policy"):
            assert response[name] == made[name]


def test_an_edit_is_seen_at_once(client: Client) -> None:
    url = "/faq/legal-card-locked/"
    warm(client, url)
    known = client.get(url)["ETag"]
    entry = Entry.objects.get(slug="legal-card-locked")
    entry.short_answer = "换了一句简要回答。"
    entry.save()
    changed = client.get(url, headers={"if-none-match": known})
    assert changed.status_code == 200
    assert "换了一句简要回答" in changed.content.decode()


def test_every_visitor_gets_a_token_of_their_own_that_works() -> None:
    url = "/faq/legal-card-locked/"
    warm(Client(), url)
    pages = []
    for _visitor in range(2):
        visitor = Client(enforce_csrf_checks=True)
        page = visitor.get(url)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', page.content.decode())
        assert found
        pages.append((page["ETag"], found[1]))
        again = visitor.get(url, headers={"if-none-match": page["ETag"]})
        assert again.status_code == 304
        sent = visitor.post(f"{url}feedback/", {"v": "1", "csrfmiddlewaretoken": found[1]})
        assert sent.status_code == 303
    (etag, token), (other_etag, other_token) = pages
    assert etag != other_etag
    assert token != other_token


def test_one_visitors_etag_does_not_fit_another() -> None:
    url = "/faq/legal-card-locked/"
    known = Client().get(url)["ETag"]
    assert Client().get(url, headers={"if-none-match": known}).status_code == 200


def test_the_size_of_the_text_is_part_of_the_page(client: Client) -> None:
    warm(client, "/faq/")
    large = Client()
    large.cookies["size"] = "xl"
    warm(large, "/faq/")
    wanted = '<html lang="zh-Hans" data-size="xl">'
    assert wanted in large.get("/faq/").content.decode()
    assert wanted not in client.get("/faq/").content.decode()


def test_an_invented_size_makes_no_page_of_its_own(client: Client) -> None:
    warm(client, "/faq/")
    odd = Client()
    odd.cookies["size"] = "9000"
    assert odd.get("/faq/")["ETag"] == client.get("/faq/")["ETag"]


@pytest.mark.parametrize("url", PAGES)
def test_who_is_signed_in_or_in_a_world_gets_a_page_of_their_own(client: Client, url: str) -> None:
    warm(client, url)
    world = make_world("P01")
    owner = signed_in(world)
    assert owner.actor.company in owner.client.get(url).content.decode()
    visitor = browser(world)
    html = visitor.get(url).content.decode()
    assert "演示时间" in html
    assert "演示时间" not in client.get(url).content.decode()
    for other in (owner.client, visitor):
        assert "ETag" not in other.get(url)


def test_a_query_string_is_never_kept(client: Client) -> None:
    warm(client, "/faq/legal-card-locked/")
    voted = client.get("/faq/legal-card-locked/?voted=1")
    assert "ETag" not in voted
    assert "谢谢，已经记下" in voted.content.decode()
    assert "谢谢，已经记下" not in client.get("/faq/legal-card-locked/").content.decode()


def test_hosts_do_not_share_pages(client: Client) -> None:
    url = "/faq/legal-card-locked/"
    for _time in range(2):
        assert (
            "http://localhost/f/17"
            in client.get(url, headers={"host": "localhost"}).content.decode()
        )
        assert (
            "http://127.0.0.1/f/17"
            in client.get(url, headers={"host": "127.0.0.1"}).content.decode()
        )


@pytest.mark.parametrize("url", ["/faq/nope/", "/login/card/", "/faq/search/?q=卡锁了"])
def test_other_pages_pass_through(client: Client, url: str) -> None:
    for _time in range(2):
        assert "ETag" not in client.get(url)
