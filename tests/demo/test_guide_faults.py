"""Faults that the guide names by other words than the catalogue, each by hand from the console."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from tests.demo.playing import Player
from wizard.demo.scenarios import scenario_named

PHONE = "Mozilla/5.0 (Linux; Android 13; M2012K11AC) Chrome/116.0.0.0 Mobile Safari/537.36"
WECHAT = f"{PHONE} MicroMessenger/8.0.40"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Named:
    """A fault of the guide: `words` and `step` stand on the page that `play` leads to."""

    words: str
    scenario: str
    play: Callable[[Player], None] = lambda _player: None
    agent: str = ""
    code: str = ""
    step: str
    who: str
    faq: str


def _at_the_account(player: Player) -> None:
    player.card()
    player.follow("企业信息")


FAULTS = (
    Named(
        words="[读卡器底层库]打开读卡器失败：错误码=50200（Err:Custom50200）",
        scenario="C-106",
        code="C-106",
        step="把读卡器和卡都拔下，重新插入",
        who="您自己就能处理",
        faq="card-read-error",
    ),
    Named(
        words="[读卡器底层库]复位读卡器失败：错误码=50070（Err:Custom50070）",
        scenario="C-106",
        play=lambda player: player.press("拔插读卡器和卡"),
        code="C-106",
        step="可能要换一个读卡器",
        who="您自己就能处理",
        faq="card-read-error",
    ),
    Named(
        words="连接客户端控件服务失败，请重试（Err:Base60408）",
        scenario="C-108",
        code="C-108",
        step="下载并安装控件，按提示完成后重启电脑",
        who="您自己就能处理",
        faq="guide-2-card-login",
    ),
    Named(
        words="没有“印章管理”菜单：当前不是法人卡登录",
        scenario="C-101",
        play=_at_the_account,
        code="G-502",
        step="插入法人卡，退出后重新登录",
        who="本企业持有法人卡的同事",
        faq="auth-check-legal-card",
    ),
    Named(
        words="手机、微信和 APP 不能插卡",
        scenario="phone",
        agent=PHONE,
        step="在电脑浏览器打开这个网址",
        who="您自己，或本企业持有法人卡的同事",
        faq="use-on-mobile-browser",
    ),
    Named(
        words="微信里不能下载保单",
        scenario="phone",
        agent=WECHAT,
        step="选“在浏览器打开”",
        who="您自己，或本企业持有法人卡的同事",
        faq="use-on-mobile-browser",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.words)
def test_the_fault_is_shown_with_cause_step_helper_and_answer(
    db: None, fault: Named, witness: Callable[..., None]
) -> None:
    call_command("faq_import", verbosity=0)
    player = Player.of(Client(headers={"user-agent": fault.agent}), fault.scenario)
    fault.play(player)
    for said in (fault.words, fault.step, fault.who, fault.code):
        assert said in player.text
    assert f'href="/faq/{fault.faq}/"' in player.page.content.decode()
    scenario = scenario_named(fault.scenario)
    assert scenario is not None
    witness(
        "guide",
        words=fault.words,
        persona=scenario.persona,
        screen=player.where.split("?")[0],
        code=fault.code,
        who=fault.who,
        faq=fault.faq,
    )
