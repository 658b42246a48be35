"""The help site for machines: JSON with its description, CORS, limits, feeds, sitemap, previews."""

from __future__ import annotations

import json
import re
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from pydantic import TypeAdapter, ValidationError
from pytest_django import Settings

from faq import apitypes, linked_data, ratelimit
from faq.content import content
from faq.models import Entry

LIST = "/api/faq/entries/"
ONE = "/api/faq/entries/legal-card-locked/"
ALL = (LIST, ONE, "/api/faq/search?q=C-103", "/api/faq/openapi.json")
FEEDS = ("/sitemap.xml", "/faq/changes.rss", "/faq/changes.atom", "/llms.txt")


@pytest.fixture(autouse=True)
def _own_counters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting starts at nought in each test."""
    own = ratelimit.Counters(tmp_path / "counters")
    monkeypatch.setattr(ratelimit, "counters", lambda: own)


def json_of(client: Client, url: str) -> dict[str, Any]:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    return body


# --- entries ------------------------------------------------------------------------------------


def test_the_list_has_every_published_entry(client: Client) -> None:
    body = json_of(client, LIST)
    assert body["count"] == len(body["entries"]) == len(content().entries)
    assert body["version"] == content().version
    line = next(entry for entry in body["entries"] if entry["id"] == "legal-card-locked")
    assert "C-103" in line["codes"]
    assert line["url"] == "http://testserver/faq/legal-card-locked/"
    draft = Entry.objects.get(slug="legal-card-locked")
    draft.status = Entry.Status.DRAFT
    draft.save()
    assert client.get(ONE).status_code == 404
    assert json_of(client, LIST)["count"] == body["count"] - 1


def test_a_stage_narrows_the_list(client: Client) -> None:
    entries = json_of(client, f"{LIST}?stage=seal")["entries"]
    assert {entry["stage"] for entry in entries} == {"seal"}
    assert json_of(client, f"{LIST}?stage=nope")["count"] == 0


def test_an_entry_is_plain_text_with_its_source_word_for_word(client: Client) -> None:
    body = json_of(client, ONE)
    row = Entry.objects.get(slug="legal-card-locked")
    assert body["steps"][0] == "联系当地电子口岸制卡中心，办理法人卡解锁。"
    assert "forgot-card-password" in body["related"]
    assert body["source"]["answer"] == row.answer
    assert body["short_url"] == "http://testserver/f/17"
    assert body["reviewed_on"] == "2026-11-23"
    assert "**" not in json.dumps({**body, "source": ""}, ensure_ascii=False)


def test_an_old_name_leads_to_the_entry(client: Client) -> None:
    row = Entry.objects.get(slug="which-card")
    row.slug = "card-choice"
    row.save()
    response = client.get("/api/faq/entries/which-card/")
    assert (response.status_code, response["Location"]) == (301, "/api/faq/entries/card-choice/")


def test_what_is_not_there_is_said_as_json(client: Client) -> None:
    response = client.get("/api/faq/entries/nope/")
    assert response.status_code == 404
    assert response.json() == {"error": "not_found", "message": "没有这个条目。"}


# --- what holds for every address ---------------------------------------------------------------


@pytest.mark.parametrize("url", [*ALL, *FEEDS])
def test_what_is_known_is_not_sent_again(client: Client, url: str) -> None:
    first = client.get(url)
    assert first.status_code == 200
    assert not first.cookies
    again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("url", [*ALL, "/api/faq/entries/nope/"])
def test_scripts_of_every_site_may_read(client: Client, url: str) -> None:
    response = client.get(url, headers={"origin": "https://branch.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    asked = client.options(url, headers={"origin": "https://branch.example"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("url", ALL)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(url: str, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(url)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["error"] == "method_not_allowed"


@pytest.mark.parametrize("url", ["/faq/legal-card-locked/", "/faq/", "/contact/"])
def test_pages_are_for_our_own_scripts_only(client: Client, url: str) -> None:
    response = client.get(url, headers={"origin": "https://branch.example"})
    assert "Access-Control-Allow-Origin" not in response


# --- the limit ----------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, settings: Settings) -> None:
    settings.FAQ_API_PER_MINUTE = 3
    for _time in range(3):
        assert client.get(LIST).status_code == 200
    refused = client.get(ONE)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert refused.json()["error"] == "too_many_requests"
    assert client.get("/faq/legal-card-locked/").status_code == 200
    assert client.get(LIST, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_no_limit(client: Client, settings: Settings) -> None:
    settings.FAQ_API_PER_MINUTE = 0
    assert {client.get(LIST).status_code for _time in range(5)} == {200}


def test_a_new_minute_begins_at_nought(tmp_path: Path) -> None:
    table = ratelimit.Counters(tmp_path / "table")
    assert [table.count("a", now=60.0), table.count("a", now=119.9)] == [1, 2]
    assert table.count("a", now=120.0) == 1


def test_processes_count_together(tmp_path: Path) -> None:
    tables = [ratelimit.Counters(tmp_path / "table") for _process in range(2)]
    counts = [tables[turn % 2].count("192.0.2.1", now=0.0) for turn in range(6)]
    assert counts == [1, 2, 3, 4, 5, 6]


def test_threads_lose_no_count(tmp_path: Path) -> None:
    table = ratelimit.Counters(tmp_path / "table")

    def ask() -> None:
        for _time in range(200):
            table.count("a", now=0.0)

    threads = [threading.Thread(target=ask) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert table.count("a", now=0.0) == 801


@pytest.mark.parametrize("address", ["", "::1", "\udce4", "x" * 5000])
def test_odd_addresses_are_counted_too(tmp_path: Path, address: str) -> None:
    assert ratelimit.Counters(tmp_path / "table").count(address, now=0.0) == 1


def test_counters_that_cannot_be_kept_refuse_nobody(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk() -> ratelimit.Counters:
        raise OSError(28, "No space left on device")

    settings.FAQ_API_PER_MINUTE = 1
    monkeypatch.setattr(ratelimit, "counters", full_disk)
    assert [client.get(LIST).status_code for _time in range(3)] == [200, 200, 200]


# --- the description ----------------------------------------------------------------------------


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    return json_of(client, "/api/faq/openapi.json")


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_the_description_names_every_address_and_resolves(
    client: Client, described: dict[str, Any]
) -> None:
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {LIST, "/api/faq/entries/{id}/", "/api/faq/search"}
    for path in described["paths"]:
        assert client.get(path.replace("{id}", "which-card")).status_code == 200
    found = set(references(described))
    assert len(found) >= 6
    for reference in found:
        part: Any = described
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (LIST, apitypes.EntryList),
        (ONE, apitypes.EntryDetail),
        ("/api/faq/search?q=C-103", apitypes.SearchAnswer),
        ("/api/faq/entries/nope/", apitypes.Problem),
    ],
)
def test_what_is_answered_fits_its_type(client: Client, url: str, kind: type) -> None:
    body = client.get(url).content
    TypeAdapter(kind).validate_json(body)
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_json(b"{}")


# --- sitemap, feeds, llms.txt -------------------------------------------------------------------


def test_the_sitemap_has_every_answer_and_only_what_opens(client: Client) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [node.text or "" for node in root.iter(f"{name}loc")]
    assert len(found) == len(set(found))
    for entry in content().entries:
        assert f"http://testserver{entry.get_absolute_url()}" in found
    assert "http://testserver/guide/7/" in found
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("url", ["/faq/changes.rss", "/faq/changes.atom"])
def test_an_edit_comes_first_in_the_feed_and_as_something_new(client: Client, url: str) -> None:
    def ids() -> list[str]:
        root = ElementTree.fromstring(client.get(url).content)
        atom = "{http://www.w3.org/2005/Atom}"
        items = [*root.iter("item"), *root.iter(f"{atom}entry")]
        return [item.findtext("guid") or item.findtext(f"{atom}id") or "" for item in items]

    before = ids()
    assert len(before) == len(set(before)) == len(content().entries)
    Entry.objects.filter(slug="which-card").update(updated_at="2030-01-02T03:04:05Z")
    Entry.objects.get(slug="contact").save(update_fields=["title"])  # a new version
    first = ids()[0]
    assert first == "http://testserver/f/12#20300102T030405"
    assert first not in before


def test_llms_txt_has_a_line_for_every_answer(client: Client) -> None:
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# 小微投保向导（演示）\n\n> ")
    for entry in content().of_kind(Entry.Kind.FAQ):
        assert f"](http://testserver{entry.get_absolute_url()}): " in text
    assert "&" not in text
    assert "**" not in text


# --- what a chat or a search engine shows -------------------------------------------------------


def test_a_shared_answer_reads_well(client: Client) -> None:
    html = client.get("/faq/legal-card-locked/").content.decode()
    short = "到当地电子口岸制卡中心解锁，再改一个新的 8 位数字密码，就可以重新登录。"
    for line in (
        "<title>法人卡已被锁定怎么办？ - 小微投保向导（演示）</title>",
        '<link rel="canonical" href="http://testserver/faq/legal-card-locked/">',
        f'<meta name="description" content="{short}">',
        '<meta property="og:title" content="法人卡已被锁定怎么办？">',
        f'<meta property="og:description" content="{short}">',
        '<meta property="og:image" content="http://testserver/static/preview.png">',
    ):
        assert line in html


@pytest.mark.parametrize(
    "url",
    [
        "/faq/",
        "/faq/stage/seal/",
        "/faq/all/",
        "/guide/",
        "/guide/4/",
        "/contact/",
        "/faq/contact/",
    ],
)
def test_every_page_has_a_preview_without_marks(client: Client, url: str) -> None:
    html = client.get(url).content.decode()
    shown = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    found = dict(shown)
    for name in ("description", "og:title", "og:description", "og:url", "og:image"):
        assert found[name]
        assert not re.search(r"\*\*|`|\]\(", found[name])
    assert found["og:url"] == f"http://testserver{url}"


def test_the_preview_picture_is_300_pixels_square() -> None:
    picture = (settings.BASE_DIR / "static" / "preview.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (300, 300)
    assert len(picture) < 20_000


def blocks(html: str) -> list[dict[str, Any]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in found]


def test_an_answer_is_a_faq_page_for_search_engines(client: Client) -> None:
    (data,) = blocks(client.get("/faq/legal-card-locked/").content.decode())
    assert data["@type"] == "FAQPage"
    (question,) = data["mainEntity"]
    assert question["name"] == "法人卡已被锁定怎么办？"
    assert question["acceptedAnswer"]["text"].startswith("到当地电子口岸制卡中心解锁")
    assert (
        "2. 解锁后，卡密码恢复成初始密码 88888888（8 个 8）。" in question["acceptedAnswer"]["text"]
    )
    (everything,) = blocks(client.get("/faq/all/").content.decode())
    assert len(everything["mainEntity"]) == len(content().of_kind(Entry.Kind.FAQ))


@pytest.mark.parametrize("text", ["</script><b>", "<!--<script>", "]]>", "&lt;", "\u2028"])
def test_no_text_ends_the_block(text: str) -> None:
    block = linked_data.script({"text": text})
    assert block.count("<") == 2
    assert blocks(block) == [{"text": text}]


# --- answer pages -------------------------------------------------------------------------------


def test_every_step_has_an_address_and_a_button_that_copies_it(client: Client) -> None:
    html = client.get("/faq/legal-card-locked/").content.decode()
    for step in range(1, 5):
        assert f'<li id="step-{step}">' in html
        assert f'data-copy="http://testserver/f/17#step-{step}"' in html
        assert f"复制第 {step} 步的链接" in html


def test_guide_and_questions_lead_to_each_other(client: Client) -> None:
    answer = client.get("/faq/email-format-error/").content.decode()
    assert '<a href="/guide/4/">第 4 步：录入联系人、查看单证并确认投保</a>' in answer
    assert 'href="/faq/email-format-error/"' in client.get("/guide/4/").content.decode()
    assert '<a href="/guide/5/">' in client.get("/faq/guide-5-make-seal-sign/").content.decode()


def test_the_guide_and_the_pages_of_the_journey_lead_to_each_other(client: Client) -> None:
    for number, page in ((1, "/check/"), (2, "/login/card/")):
        assert f'<a href="/guide/{number}/">看图' in client.get(page).content.decode()
    assert 'href="/login/card/"' in client.get("/guide/2/").content.decode()
