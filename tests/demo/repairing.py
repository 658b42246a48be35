"""How each fault is put right by hand in the demo: what is pressed, and what one then sees."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from tests.demo.playing import Player
from tests.worlds import PIN
from wizard.authority import control

OWN_PIN = "24681357"
OWN_PASSWORD = "Mine-2026-11"
MAILBOX = "lin.example@example.com"
CONTACT = {
    "confirm-name": "林示例",
    "confirm-phone": "020-20000001",
    "confirm-mobile": "15400000001",
    "confirm-email": MAILBOX,
    "confirm-declared": "on",
    "confirm-consented": "on",
}
CENTRE = "信用保险服务中心"
CONFIRM, SEAL, AGREEMENT = (f"第 {number} 步，共 4 步" for number in (1, 2, 3))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Repair:
    """`how` in the words of docs/personas.md; `play` begins at the screen of the fault, and the
    page that follows says `then`."""

    how: str
    play: Callable[[Player], None]
    then: str


def _sign_in(player: Player) -> None:
    player.press("登录", pin=PIN)


def _tries(*attempts: str) -> Callable[[Player], None]:
    """Buttons of the virtual computer from left to right, of which only the last one helps."""

    def play(player: Player) -> None:
        for attempt in attempts:
            player.press(attempt)
        _sign_in(player)

    return play


def _reader(player: Player) -> None:
    assert "打开读卡器失败：错误码=50200（Err:Custom50200）" in player.text
    player.press("拔插读卡器和卡")
    assert "复位读卡器失败：错误码=50070（Err:Custom50070）" in player.text
    player.press("换一个读卡器")
    _sign_in(player)


def _control(player: Player) -> None:
    assert "Err:Base60408" in player.text
    player.press("重启控件")
    _sign_in(player)


def _own_pin(player: Player) -> None:
    player.press("修改", old_pin=PIN, new_pin=OWN_PIN, repeat=OWN_PIN)


def _unlocked(player: Player) -> None:
    player.press("到制卡中心解锁（演示）")
    _sign_in(player)
    assert "修改卡密码" in player.text
    _own_pin(player)


def _renewed(player: Player) -> None:
    player.press("到制卡中心更新（演示）")
    _sign_in(player)


def _legal_card(player: Player) -> None:
    assert "next=%2Fapply%2F" in player.where
    player.press("退出登录，换法人卡")
    if player.persona.id == "P03":  # the 操作员卡 is in the reader
        [other] = [card for card in player.cards() if card != player.card_in_reader()]
        player.press("换一张卡", card=other)
    _sign_in(player)
    assert "只能查看" not in player.text


def _certified(player: Player) -> None:
    player.follow("去企业实名认证")
    player.press("认证")
    assert "企业实名认证成功" in player.text
    _hands_in(player)


def _hands_in(player: Player) -> None:
    """Step one and its check page, with what has been typed already."""
    player.press("核对并确认投保", **CONTACT)
    player.press("确认投保")


def _registered_data(player: Player) -> None:
    player.press("下一步", legal_person=player.persona.enterprise.legal_person)


def _activated(player: Player) -> None:
    player.follow("用卡登录激活")
    _sign_in(player)
    player.press("激活账号", password=OWN_PASSWORD, repeat=OWN_PASSWORD)
    assert "账号已激活" in player.text
    player.post("/logout/", {})
    player.open("/login/password/")
    player.press("登录", username=player.persona.account.username, password=OWN_PASSWORD)


def _user_name(player: Player) -> None:
    """By hand after 1–3 days, and at once by the bound mobile."""
    player.follow("找回用户名")
    back = player.where
    player.press("申请人工资料审核")
    assert "正在审核资料" in player.text
    for _day in range(3):
        control().move_one_working_day(player.world.key)
    player.follow("刷新")
    assert player.persona.account.username in player.text
    player.open(back)
    player.press("找回用户名", mobile=player.persona.contact.mobile)


def _certified_after_all(player: Player) -> None:
    step = player.where
    player.follow("逐项检查")
    assert "企业已完成实名认证" in player.text
    player.open(step)
    _hands_in(player)


def _three_actions(player: Player) -> None:
    player.follow("去印章管理处理")
    player.press("停用印章")
    player.follow("删除印章")
    player.press("删除")
    player.press("新增印章")
    player.press("保存印章并生成协议")


def _added(player: Player) -> None:
    player.follow("新增印章")
    player.press("新增印章")
    player.press("保存印章并生成协议")


def _urged(player: Player) -> None:
    player.press("催办")
    assert "已催办" in player.text
    control().move_until_delivered(player.world.key)
    player.open(player.where)


def _signed(player: Player) -> None:
    player.press("清除缓存，重试显示 PDF（演示）")
    assert "协议没有显示出来" not in player.text
    player.press("确认", **{"agreement-agreed": "on", "agreement-pin": PIN})


def _from_the_centre(player: Player) -> None:
    player.follow("返回服务中心")
    player.follow("继续办理")
    player.press("保存印章并生成协议")


def _restored(player: Player) -> None:
    _sign_in(player)
    assert "刚才填写的内容已恢复" in player.text
    _hands_in(player)


REPAIRS: dict[str, Repair] = {
    "E-001": Repair(
        how="换浏览器，再自检一次", play=lambda player: player.open("/check/"), then="检测我的电脑"
    ),
    "E-002": Repair(how="关闭提示，用卡登录", play=_tries("关闭提示，继续登录"), then=CENTRE),
    "C-101": Repair(how="退出，换法人卡登录，回到同一步", play=_legal_card, then=CONFIRM),
    "C-102": Repair(how="输入正确的卡密码", play=_sign_in, then=CENTRE),
    "C-103": Repair(how="制卡中心解锁，登录，改密码", play=_unlocked, then=CENTRE),
    "C-104": Repair(
        how="重启控件，清缓存，重装控件",
        play=_tries("重启控件", "清除浏览器缓存", "重新安装控件"),
        then=CENTRE,
    ),
    "C-105": Repair(how="制卡中心更新，登录", play=_renewed, then=CENTRE),
    "C-106": Repair(how="50200 拔插，50070 换读卡器", play=_reader, then=CENTRE),
    "C-107": Repair(how="校准电脑时间", play=_tries("校准电脑时间"), then=CENTRE),
    "C-108": Repair(how="60408 重启控件", play=_control, then=CENTRE),
    "C-109": Repair(how="改成自己的密码", play=_own_pin, then=CENTRE),
    "C-110": Repair(how="换一个新密码", play=_own_pin, then=CENTRE),
    "R-401": Repair(how="三种方式任选一种认证，回到同一步提交", play=_certified, then=SEAL),
    "R-402": Repair(how="改对法定代表人，再查", play=_registered_data, then="组织机构代码已存在"),
    "R-403": Repair(how="用卡登录，设密码，用户名登录", play=_activated, then=CENTRE),
    "R-404": Repair(
        how="人工资料审核 1–3 天，或绑定手机号即刻找回", play=_user_name, then="用户名找到了"
    ),
    "R-405": Repair(how="查认证记录，再提交", play=_certified_after_all, then=SEAL),
    "R-406": Repair(how="输入正确的用户名和密码", play=Player.password, then=CENTRE),
    "A-201": Repair(how="换邮箱，再提交", play=_hands_in, then=SEAL),
    "A-202": Repair(
        how="请中国信保发布",
        play=lambda player: player.press("请中国信保发布投保单（演示）"),
        then="已发布投保单",
    ),
    "A-203": Repair(how="改好后再提交", play=_hands_in, then=SEAL),
    "S-301": Repair(how="停用、删除、新增，再制章", play=_three_actions, then=AGREEMENT),
    "S-302": Repair(how="新增印章，再制章", play=_added, then=AGREEMENT),
    "G-501": Repair(how="清缓存重试 PDF，签署", play=_signed, then="投保申请已提交"),
    "G-502": Repair(how="退出，换法人卡登录，回到同一步", play=_legal_card, then=AGREEMENT),
    "P-601": Repair(how="催办，等到送达", play=_urged, then="保单已生效，请确认收悉"),
    "X-701": Repair(
        how="从当前步骤继续",
        play=lambda player: player.follow("继续"),
        then=AGREEMENT,
    ),
    "X-702": Repair(how="重新登录，内容已恢复，再提交", play=_restored, then=SEAL),
    "X-704": Repair(
        how="再按一次，查清结果",
        play=lambda player: player.press("保存印章并生成协议"),
        then=AGREEMENT,
    ),
    "X-705": Repair(how="返回服务中心，继续办理", play=_from_the_centre, then=AGREEMENT),
    "X-706": Repair(how="返回服务中心，继续办理", play=_from_the_centre, then=AGREEMENT),
    "X-707": Repair(how="稍后再登录", play=Player.password, then=CENTRE),
}
