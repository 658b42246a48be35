"""Every code of the authority's list can be shown by hand, and its screen says what to do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.demo.playing import PLAYS, Player
from tests.demo.repairing import CONTACT, REPAIRS
from tests.worlds import PIN
from wizard.catalogue import Explanation, explain
from wizard.demo.scenarios import GROUPS, scenario_named
from wizard.singlewindow.faults import FaultCode

# One line above the page of the next step: nothing has to be repaired.
ONE_LINE = {FaultCode.SUBMITTED_TWICE}
# On the page of the sign-in itself, which is the action.
OWN_WORDS = {FaultCode.SESSION_EXPIRED: ["重新登录后，回到原来的步骤继续。"]}


def test_every_code_has_its_card() -> None:
    cards = {scenario.code for group in GROUPS for scenario in group.scenarios}
    assert {code.value for code in FaultCode} <= cards
    assert set(PLAYS) <= cards
    assert set(REPAIRS) == {code.value for code in set(FaultCode) - ONE_LINE}


@pytest.mark.parametrize("code", list(FaultCode))
def test_the_catalogue_says_cause_next_step_and_who(code: FaultCode) -> None:
    entry = explain(code)
    assert str(entry.title)
    assert str(entry.cause)
    assert entry.steps
    assert str(entry.who)


@pytest.mark.parametrize("code", list(FaultCode))
def test_the_code_is_shown_with_its_screen_and_put_right(
    presenter: Client, code: FaultCode, witness: Callable[..., None], help_content: None
) -> None:
    scenario = scenario_named(code.value)
    assert scenario is not None
    player = Player.of(presenter, code.value)
    if code.value in PLAYS:
        PLAYS[code.value](player)
    entry = explain(code)
    screen = re.sub(r"/TB-[0-9-]+/", "/…/", player.where.split("?")[0])
    assert player.page.status_code < 500 or code is FaultCode.NO_RESPONSE
    if code not in ONE_LINE:
        _says_all(player, entry)
    repair = REPAIRS.get(code.value)
    if repair is not None:
        repair.play(player)
        assert player.page.status_code == 200
        assert repair.then in player.text, f"{player.where}: {player.text[:600]}"
    witness(
        "code",
        code=code.value,
        title=re.sub(r"\{.*?\}", "n", str(entry.title)),
        persona=scenario.persona,
        screen=screen,
        who=str(entry.who),
        repair=f"{repair.how} → {repair.then}" if repair else "",
        faq=entry.faq,
    )


@pytest.mark.parametrize("way", ["对公账户认证", "法定代表人认证"])
def test_one_may_be_certified_in_two_other_ways(presenter: Client, way: str) -> None:
    player = Player.of(presenter, "R-401")
    player.confirm()
    player.follow("去企业实名认证")
    player.press(f"认证（{way}）")
    assert player.where.endswith("/confirm/")
    player.press("核对并确认投保", **CONTACT)
    player.press("确认投保")
    assert player.where.endswith("/seal/")


def test_p12_hears_that_nobody_promises_when_the_review_ends(presenter: Client) -> None:
    player = Player.of(presenter, "P-601", whole="1")
    player.press("登录", pin=PIN)
    player.follow("开始办理")
    player.press("核对并确认投保", **CONTACT)
    player.press("确认投保")
    player.press("保存印章并生成协议")
    player.press("确认", **{"agreement-agreed": "on", "agreement-pin": PIN})
    assert "审核没有承诺时限" in player.text
    assert "审核完成后约 2 个工作日" in player.text


def _says_all(player: Player, entry: Explanation) -> None:
    """Cause, next action, who can fix it, the code, and the way to its answer."""
    page = player.page.content.decode()
    main = page[page.index("<main") : page.index("</html>")]
    said = html.unescape(" ".join(re.sub("<[^>]*>", "", main).split()))
    steps = OWN_WORDS.get(entry.code, [str(step) for step in entry.steps])
    for wanted in (entry.code.value, str(entry.cause), *steps, str(entry.who)):
        assert wanted in said, f"{player.where}: {said[:600]}"
    answer = f"/faq/{entry.faq}/" if entry.faq else f"/e/{entry.code}"
    assert f'href="{answer}' in main, answer
