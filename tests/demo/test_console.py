"""The console as it is drawn: which cards there are, which one is running, what is left alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.demo.console import start, text, words
from tests.worlds import make_world, signed_in
from wizard.authority import control
from wizard.demo.scenarios import GROUPS, Scenario, scenario_named
from wizard.models import World
from wizard.process import State
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.simulator.personas import ready_personas

SCENARIOS = [scenario for group in GROUPS for scenario in group.scenarios]
CARD = re.compile(r'<li class="card scn[^"]*" data-persona="(P\d\d)" id="([^"]+)">(.*?)</li>', re.S)


def cards(html: str) -> list[tuple[str, str, str]]:
    return CARD.findall(html)


def test_every_ready_persona_has_a_card_and_no_other(presenter: Client) -> None:
    shown = cards(presenter.get("/demo/").content.decode())
    assert [code for _persona, code, _html in shown] == [each.code for each in SCENARIOS]
    assert {persona for persona, _code, _html in shown} == {each.id for each in ready_personas()}


def test_the_first_card_of_p01_is_the_new_policy(presenter: Client) -> None:
    shown = cards(presenter.get("/demo/").content.decode())
    assert next(code for persona, code, _html in shown if persona == "P01") == "N-01"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.code)
def test_a_card_says_code_minutes_title_line_and_company(
    presenter: Client, scenario: Scenario
) -> None:
    html = presenter.get("/demo/").content.decode()
    card = next(body for _persona, code, body in cards(html) if code == scenario.code)
    for said in (scenario.tag, f"{scenario.minutes} 分钟", scenario.title, scenario.line):
        assert str(said) in card
    assert scenario.company in card
    assert f'action="/demo/start/{scenario.code}/"' in card


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.code)
def test_a_code_fits_its_column_and_a_faults_code_is_the_faults_own(scenario: Scenario) -> None:
    column = World._meta.get_field("scenario")
    assert len(scenario.code) <= (column.max_length or 0)
    outcomes = {"returned", "declined", "issued", "phone"}
    assert (
        scenario.code in set(FaultCode)
        or scenario.code.startswith("N-")
        or scenario.code in outcomes
    )


def test_codes_are_found_in_capital_and_small_letters_and_are_never_mixed_up() -> None:
    assert len({each.code.casefold() for each in SCENARIOS}) == len(SCENARIOS)
    for each in SCENARIOS:
        assert scenario_named(each.code.lower()) is each
        assert scenario_named(each.code.upper()) is each


def test_looking_at_the_console_makes_no_world_and_no_session(presenter: Client) -> None:
    response = presenter.get("/demo/")
    assert World.objects.count() == 0
    assert "sessionid" not in response.cookies
    assert "world" not in response.cookies
    assert response["Cache-Control"] == "no-store"


def test_before_any_demonstration_there_is_no_clock_and_no_reset(presenter: Client) -> None:
    said = text(presenter)
    assert "演示时间" not in said
    assert "重置" not in said
    assert "演示会话代码" in said


def test_the_running_card_is_marked_and_only_that_one(presenter: Client) -> None:
    start(presenter, "S-301")
    shown = cards(presenter.get("/demo/").content.decode())
    running = [code for _persona, code, body in shown if "正在演示" in body]
    assert running == ["S-301"]
    assert [code for _persona, code, body in shown if "继续" in body] == ["S-301"]


def test_the_aside_says_where_the_demonstration_stands(presenter: Client) -> None:
    world, address = start(presenter, "S-301")
    said = text(presenter)
    assert "制章失败，已有旧印章" in said
    assert "上海示例折纸文具有限公司 · 法人卡 · 新签" in said
    assert "第 2 步，共 4 步 待制章" in said
    assert world.code in said
    html = presenter.get("/demo/").content.decode()
    assert f'<a class="btn p s" href="{address}">打开演示页面</a>' in html


def test_before_the_sign_in_the_aside_leads_to_it(presenter: Client) -> None:
    start(presenter, "C-101")
    said = text(presenter)
    assert "江苏示例半空五金有限公司 · 操作员卡 · 新签" in said
    assert "还没有登录" in said
    assert '<a class="btn p s" href="/login/card/">' in presenter.get("/demo/").content.decode()


def test_the_outcomes_are_told_in_words_and_segments(presenter: Client) -> None:
    start(presenter, "declined")
    html = presenter.get("/demo/").content.decode()
    segments = re.findall(r"<i[^>]*></i>", html[html.index('class="bars"') :])[:4]
    assert "第 4 步，共 4 步 不予承保" in words(html)
    assert segments == ['<i class="on"></i>'] * 3 + ['<i class="x"></i>']


def test_everything_done_is_said(db: None) -> None:
    owner = signed_in(make_world("P15"))
    owner.application(until=State.ACKNOWLEDGED)
    assert "四步都已办完" in text(owner.client)


def test_a_world_that_the_authority_has_lost_can_still_be_reset(presenter: Client) -> None:
    world, _address = start(presenter, "N-01")
    control().purge_world(world.key)
    assert "可以重置后重新开始" in text(presenter)
    assert presenter.post("/demo/reset/").status_code == 303
    assert not World.objects.exists()


def test_a_world_without_a_scenario_is_shown_by_its_company(db: None) -> None:
    owner = signed_in(make_world("P02"))
    owner.application()
    html = owner.client.get("/demo/").content.decode()
    assert "浙江示例云上袜业有限公司 · 法人卡 · 续转" in words(html)
    assert "正在演示" not in html


def test_the_console_keeps_to_the_strict_page_rules(presenter: Client) -> None:
    start(presenter, "N-01")
    for address in ("/demo/", "/demo/reset/"):
        html = presenter.get(address).content.decode()
        assert not re.search(r'\sstyle="|\son[a-z]+="', html)
        assert html.count("<h1") == 1
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_the_console_asks_the_database_little(
    presenter: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    start(presenter, "S-301")
    presenter.get("/demo/")
    with django_assert_max_num_queries(8):
        presenter.get("/demo/")
