"""The public pages: the first one, the self-check, the statements, the health checks."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import browser, make_world, signed_in
from wizard import pages
from wizard.account.selfcheck import Row, Verdict, look_at
from wizard.authority import control, single_window
from wizard.process import State
from wizard.singlewindow.port import CardKind

PUBLIC = [
    "/",
    "/check/",
    "/help/accessibility/",
    "/help/browser/",
    "/help/privacy/",
]
WINDOWS_10 = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME_109 = WINDOWS_10.replace("10.0", "6.1") + "Chrome/109.0.0.0 Safari/537.36"


@pytest.fixture
def help_site(db: None) -> None:
    """The help site's content, as `make demo` loads it."""
    call_command("faq_import", verbosity=0)


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


# --- every public page --------------------------------------------------------------------------


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_has_one_heading_and_a_title_of_its_own(
    help_site: None, client: Client, address: str
) -> None:
    response = client.get(address)
    html = text_of(response)
    assert response.status_code == 200
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>[^<]+ - 小微投保向导（演示）</title>", html)
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_titles_differ(help_site: None, client: Client) -> None:
    titles = {re.findall(r"<title>(.*?)</title>", text_of(client.get(page)))[0] for page in PUBLIC}
    assert len(titles) == len(PUBLIC)


@pytest.mark.parametrize("address", PUBLIC)
def test_every_link_of_a_public_page_leads_somewhere(
    help_site: None, client: Client, address: str
) -> None:
    links = set(re.findall(r'<a [^>]*href="(/[^"#]*)"', text_of(client.get(address))))
    dead = [link for link in links if client.get(link).status_code >= 400]
    assert dead == []


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_are_read_only(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_the_words_are_chinese_whatever_the_browser_prefers(
    help_site: None, client: Client
) -> None:
    html = text_of(client.get("/", headers={"Accept-Language": "en"}))
    assert '<html lang="zh-Hans">' in html
    assert "四步完成" in html
    assert "English" not in html


# --- the first page -----------------------------------------------------------------------------


def primary(html: str) -> list[str]:
    """Labels of the primary buttons."""
    return [
        re.sub(r"<[^>]+>", "", label).strip()
        for label in re.findall(r'<a class="btn p" [^>]*>(.*?)</a>', html)
    ]


def test_a_visitor_starts(help_site: None, client: Client) -> None:
    html = text_of(client.get("/"))
    assert primary(html) == ["开始办理"]
    assert "继续上次办理" in html


def test_the_owner_continues_at_the_open_step(help_site: None) -> None:
    owner = signed_in(make_world("P01"))
    application = owner.application(State.AWAITING_SEAL)
    html = text_of(owner.client.get("/"))
    assert primary(html) == ["继续第 2 步 制章"]
    assert f'href="/apply/{application.number}/seal/"' in html


def test_a_colleague_sees_the_company_s_open_step_and_a_stranger_does_not(help_site: None) -> None:
    world = make_world("P03")
    owner = signed_in(world)
    owner.application()
    colleague = signed_in(world, CardKind.OPERATOR)
    assert primary(text_of(colleague.client.get("/"))) == ["继续第 1 步 确认投保"]
    assert primary(text_of(browser(make_world("P03")).get("/"))) == ["开始办理"]


def test_with_nothing_open_the_centre_comes_first(help_site: None) -> None:
    owner = signed_in(make_world("P01"))
    assert primary(text_of(owner.client.get("/"))) == ["进入服务中心"]


def test_a_finished_application_is_not_continued(help_site: None) -> None:
    owner = signed_in(make_world("P15"))
    owner.application(State.ACKNOWLEDGED)
    assert primary(text_of(owner.client.get("/"))) == ["进入服务中心"]


def test_the_questions_asked_most_are_listed(help_site: None, client: Client) -> None:
    html = text_of(client.get("/"))
    assert "大家常问" in html
    hot = html[html.index("大家常问") : html.index("</main>")]
    assert len(re.findall(r'<li><a href="/faq/[a-z0-9-]+/">', hot)) == 6


@pytest.mark.django_db
def test_without_any_help_content_the_first_page_still_works(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert 'action="/faq/search/"' in text_of(response)


# --- the self-check -----------------------------------------------------------------------------


def verdicts(agent: str) -> tuple[tuple[str, Verdict], tuple[str, Verdict]]:
    """What is said about system and browser."""
    system, browser_row = look_at(agent, None)[:2]
    return (system.yours, system.verdict), (browser_row.yours, browser_row.verdict)


@pytest.mark.parametrize(
    ("agent", "system", "browser_name"),
    [
        (CHROME_109, ("Windows 7", "ok"), ("Chrome 109", "ok")),
        (
            WINDOWS_10 + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            ("Windows 10 或 11", "ok"),
            ("Edge（Chrome 131 内核）", "ok"),
        ),
        (
            WINDOWS_10 + "Chrome/69.0.3497.100 Safari/537.36 QQBrowser/10.8",
            ("Windows 10 或 11", "ok"),
            ("QQ 浏览器（Chrome 69 内核）", "bad"),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            ("Windows 7", "ok"),
            ("IE 或兼容模式", "bad"),
        ),
        (
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)",
            ("Windows XP", "bad"),
            ("IE 或兼容模式", "bad"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
            ("Windows 10 或 11", "ok"),
            ("Firefox", "ask"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            ("macOS", "bad"),
            ("Safari", "ask"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49",
            ("手机或平板，不能插卡", "bad"),
            ("微信", "ask"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/79.0.1 Safari/537.36",
            ("Linux", "bad"),
            ("Chrome 79", "bad"),
        ),
        ("", ("没有识别出来", "ask"), ("没有识别出来", "ask")),
    ],
)
def test_system_and_browser_are_read_from_the_request(
    agent: str, system: tuple[str, str], browser_name: tuple[str, str]
) -> None:
    assert verdicts(agent) == (system, browser_name)


@given(st.text(max_size=2000) | st.from_regex(r"Windows NT \d+\.\d Chrome/\d+"))
def test_no_user_agent_is_an_error(agent: str) -> None:
    assert len(look_at(agent, None)) == 5


@pytest.mark.parametrize("agent", ["<script>alert(1)</script>", "Chrome/" + "9" * 40_000, "\udcff"])
def test_a_hostile_user_agent_is_not_repeated(help_site: None, client: Client, agent: str) -> None:
    response = client.get("/check/", HTTP_USER_AGENT=agent)
    assert response.status_code == 200
    assert "<script>alert" not in text_of(response)


def test_what_a_browser_cannot_see_is_asked_and_not_guessed() -> None:
    asked = [row.key for row in look_at(CHROME_109, None) if row.verdict is Verdict.ASK]
    assert asked == ["control", "card", "clock"]


def test_the_server_gives_the_time_to_compare_with(help_site: None, client: Client) -> None:
    html = text_of(client.get("/check/", HTTP_USER_AGENT=CHROME_109))
    assert re.search(r'data-clock="\d{10}"', html)
    assert re.search(r"现在是 <time[^>]*>\d{4}-\d\d-\d\d \d\d:\d\d</time>", html)
    assert "能检测的项目都正常" in html


def rows_of(persona: str, kind: CardKind | None = None) -> dict[str, Row]:
    """The rows for the desk of a persona's world, by key; `kind`: which card is put in."""
    world = make_world(persona)
    if kind is not None:
        window_cards = single_window(world).reader().cards
        serial = next(card.serial for card in window_cards if card.kind is kind)
        control().insert_card(world.key, serial)
    reader = single_window(world).reader()
    return {row.key: row for row in look_at(CHROME_109, reader)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("persona", "kind", "key", "verdict", "answer"),
    [
        ("P01", CardKind.LEGAL, "card", Verdict.OK, ""),
        ("P03", CardKind.OPERATOR, "card", Verdict.BAD, "which-card"),
        ("P05", CardKind.LEGAL, "card", Verdict.BAD, "legal-card-locked"),
    ],
)
def test_in_a_demo_world_the_desk_of_the_world_is_checked(
    persona: str, kind: CardKind, key: str, verdict: Verdict, answer: str
) -> None:
    row = rows_of(persona, kind)[key]
    assert (row.verdict, row.answer) == (verdict, answer)
    assert row.yours.startswith("演示电脑：")


@pytest.mark.django_db
def test_every_answer_of_the_self_check_exists(help_site: None, client: Client) -> None:
    agents = ["", CHROME_109, "MSIE 8.0; Windows NT 5.1"]
    rows = [row for agent in agents for row in look_at(agent, None)]
    rows += rows_of("P03", CardKind.OPERATOR).values()
    rows += rows_of("P05", CardKind.LEGAL).values()
    for slug in {row.answer for row in rows if row.answer}:
        assert client.get(f"/faq/{slug}/").status_code == 200


# --- statements, health, robots -----------------------------------------------------------------


@pytest.mark.django_db
def test_the_privacy_page_names_the_periods_in_force(client: Client, settings: Any) -> None:
    settings.WORLD_LIFETIME_DAYS = 17
    settings.SIGNIN_IDLE_SECONDS = 23 * 60
    html = text_of(client.get("/help/privacy/"))
    assert "17 天没有使用" in html
    assert "23 分钟没有操作" in html


def test_alive_means_only_that_the_process_answers(client: Client) -> None:
    # No `db` fixture: a query would raise here.
    response = client.get("/livez")
    assert (response.status_code, text_of(response)) == (200, "ok")


@pytest.mark.django_db
def test_ready_names_every_part(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert json.loads(response.content) == {"database": "ok", "simulator": "ok", "fonts": "ok"}


@pytest.mark.django_db
def test_a_missing_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("演示：数据库不在")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["database"] == "failed"


@pytest.mark.django_db
def test_a_missing_simulator_is_not_ready(client: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings.SIMULATOR_PATH = tmp_path / "file" / "simulator.sqlite3"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["simulator"] == "failed"


@pytest.mark.django_db
def test_missing_fonts_are_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pages, "FONTS", tmp_path)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["fonts"] == "failed"


def test_search_engines_stay_out_of_applications(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /apply/" in text_of(response)
