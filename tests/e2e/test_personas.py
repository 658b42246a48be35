"""The personas whose trouble lies before step one or around it, each to its row's ending."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.exporter import Exporter

Axe = Callable[[Page], None]
Witness = Callable[..., None]
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def exporter(page: Page, axe: Axe) -> Exporter:
    return Exporter(page, axe)


def _finishes(exporter: Exporter) -> None:
    """From the centre to the handed-in application."""
    exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")


def test_p04_an_expired_card_is_renewed_and_the_draft_is_there(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P04")
    exporter.reads("这张法人卡已过期")
    exporter.reads("C-105")
    exporter.axe(exporter.page)
    exporter.press("到制卡中心更新（演示）")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    expect(exporter.page.get_by_label("姓名")).to_have_value("林示例")
    exporter.confirms()
    exporter.sees("制章")
    witness("persona", persona="P04", ending="C-105：更新后用草稿接着办，第 1 步提交")


def test_p08_the_list_is_empty_until_the_insurer_publishes(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P08")
    exporter.sees("信用保险服务中心")
    exporter.reads("没有待确认投保单")
    exporter.reads("A-202")
    exporter.press("请中国信保发布投保单（演示）")
    exporter.reads("已发布投保单")
    _finishes(exporter)
    witness("persona", persona="P08", ending="A-202：逐项检查，请中国信保发布后办完三步")


def test_p11_a_blank_agreement_is_read_as_text_and_signed(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P11")
    exporter.sees("协议签署")
    exporter.reads("协议没有显示出来，已换成文字版")
    exporter.reads("G-501")
    exporter.press("清除缓存，重试显示 PDF（演示）")
    expect(exporter.page.get_by_role("main")).not_to_contain_text("协议没有显示出来")
    exporter.signs()
    exporter.sees("投保申请已提交")
    witness("persona", persona="P11", ending="G-501：换成文字版，重试 PDF，签署完成")


def test_p12_a_review_over_a_holiday_is_late_and_urged(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P12")
    exporter.sees("投保申请已提交")
    exporter.reads("审核完成已超过 2 个工作日")
    exporter.reads("P-601")
    exporter.press("催办")
    exporter.reads("已催办")
    exporter.axe(exporter.page)
    exporter.lets_time_pass_until_the_answer()
    exporter.acknowledges()
    witness("persona", persona="P12", ending="P-601：如实显示迟到，催办后送达并收悉")


def test_p16_a_card_activates_the_account_for_the_password(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P16")
    exporter.page.get_by_label("用户名", exact=True).fill("demop16")
    exporter.page.get_by_label("登录密码", exact=True).fill("Demo-P16-2026")
    exporter.press("登录")
    exporter.reads("账号还没有激活")
    exporter.reads("R-403")
    exporter.axe(exporter.page)
    exporter.follow("用卡登录激活")
    exporter.signs_in()
    exporter.sees("激活账号")
    exporter.page.get_by_label("新的登录密码").fill("Mine-2026-11")
    exporter.page.get_by_label("再输入一次").fill("Mine-2026-11")
    exporter.press("激活账号")
    exporter.reads("账号已激活")
    exporter.page.get_by_role("banner").get_by_role("button", name="退出").click()
    exporter.page.goto("/login/password/")
    exporter.page.get_by_label("用户名", exact=True).fill("demop16")
    exporter.page.get_by_label("登录密码", exact=True).fill("Mine-2026-11")
    exporter.press("登录")
    exporter.sees("信用保险服务中心")
    witness("persona", persona="P16", ending="R-403：用卡登录、设密码，再用用户名登录")


def test_p17_reader_then_card_then_control_and_exactly_1000_is_accepted(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P17")
    exporter.reads("没有读到卡")
    exporter.reads("错误码=50200")
    exporter.axe(exporter.page)
    exporter.press("拔插读卡器和卡")
    exporter.reads("错误码=50070")
    exporter.press("换一个读卡器")
    exporter.reads("识别到法人卡")
    exporter.signs_in()
    _finishes(exporter)
    exporter.lets_time_pass_until_the_answer()
    exporter.acknowledges()
    exporter.starts_scenario("C-108")
    exporter.reads("没有检测到客户端控件")
    exporter.reads("Err:Base60408")
    exporter.axe(exporter.page)
    exporter.press("重启控件")
    exporter.signs_in()
    exporter.sees("信用保险服务中心")
    witness(
        "persona",
        persona="P17",
        ending="C-106、C-108：换读卡器、重启控件后登录；1000.00 万美元承保并收悉",
    )


def test_p18_the_clock_is_set_right(exporter: Exporter, witness: Witness) -> None:
    exporter.starts_persona("P18")
    exporter.reads("身份认证第三步没有通过")
    exporter.reads("C-107")
    exporter.axe(exporter.page)
    exporter.press("校准电脑时间")
    exporter.signs_in()
    _finishes(exporter)
    witness("persona", persona="P18", ending="C-107：校准时间后办完三步")


def test_p19_the_user_name_is_found_at_once_or_by_hand(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P19")
    exporter.sees("注册单一窗口账号")
    exporter.reads("您打开的是地方单一窗口")
    exporter.press("换到 www.singlewindow.cn（演示）")
    expect(exporter.page.get_by_role("main")).not_to_contain_text("您打开的是地方单一窗口")
    exporter.press("下一步")
    exporter.reads("组织机构代码已存在")
    exporter.reads("R-404")
    exporter.axe(exporter.page)
    exporter.follow("找回用户名")
    exporter.sees("找回用户名")
    exporter.press("申请人工资料审核")
    exporter.sees("人工资料审核")
    exporter.reads("正在审核资料")
    address = exporter.page.url
    for _day in range(3):  # 1–3 天: asked for after office hours it takes the whole of them
        exporter.page.goto("/demo/")
        exporter.press("1 个工作日")
    exporter.page.goto(address)
    exporter.reads("demop19")
    exporter.axe(exporter.page)
    exporter.page.goto("/register/username/")
    exporter.page.get_by_role("textbox", name="绑定的手机号").fill("15400000019")
    exporter.press("找回用户名")
    exporter.reads("demop19")
    exporter.follow("去登录")
    exporter.page.get_by_label("用户名", exact=True).fill("demop19")
    exporter.page.get_by_label("登录密码", exact=True).fill("Demo-P19-2026")
    exporter.press("登录")
    exporter.sees("信用保险服务中心")
    witness(
        "persona",
        persona="P19",
        ending="R-404：换对网址，即刻或人工资料审核（1–3 天）后找回用户名，登录",
    )


def test_p20_a_phone_hands_over_to_a_computer(
    new_context: NewContext, axe: Axe, witness: Witness
) -> None:
    phone = Exporter(new_context(viewport={"width": 390, "height": 844}).new_page(), axe)
    phone.starts_persona("P20")
    phone.sees("请在电脑上办理")
    code = phone.page.locator(".clk.code").inner_text()
    phone.follow("用户名登录，先查看")
    phone.page.get_by_label("用户名", exact=True).fill("demop20")
    phone.page.get_by_label("登录密码", exact=True).fill("Demo-P20-2026")
    phone.press("登录")
    phone.sees("信用保险服务中心")
    phone.reads("只能查看")

    computer = Exporter(new_context().new_page(), axe)
    computer.page.goto("/demo/")
    computer.page.get_by_label("演示会话代码").fill(code)
    computer.press("进入这场演示")
    computer.reads(f"已进入演示 {code}")
    computer.page.goto("/login/card/")
    computer.page.get_by_role("radio", name=re.compile("^法人卡")).check()
    computer.press("换一张卡")
    computer.signs_in()
    _finishes(computer)
    witness("persona", persona="P20", ending="E17：手机上只看，凭代码交给电脑，插法人卡办完三步")


def test_wechat_is_told_to_open_a_browser(new_context: NewContext, axe: Axe) -> None:
    agent = "Mozilla/5.0 (Linux; Android 13) Chrome/116.0 Mobile MicroMessenger/8.0"
    visitor = Exporter(
        new_context(user_agent=agent, viewport={"width": 390, "height": 844}).new_page(), axe
    )
    visitor.starts_persona("P20")
    visitor.reads("在浏览器打开")
    visitor.sees("请在电脑上办理")


def test_the_far_side_shows_switches_requests_and_two_worlds(exporter: Exporter) -> None:
    exporter.page.goto("/demo/?scenario=S-302")
    exporter.reads("分享的场景")
    exporter.press("开始这个场景")
    exporter.sees("制章")
    exporter.starts_scenario("N-02")
    exporter.signs_in()
    exporter.page.goto("/demo/authority/")
    exporter.sees("单一窗口一侧")
    exporter.reads("卡介质登录")
    exporter.reads("切换到这一场")
    exporter.page.get_by_label("操作", exact=True).select_option(label="制章")
    exporter.page.get_by_label("情况").select_option(label="办成了，答复丢了")
    exporter.page.get_by_label("次数").fill("2")  # over a wire the site asks twice by itself
    exporter.press("打开")
    exporter.reads("已打开")
    exporter.sees("单一窗口一侧")
    exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.reads("X-704")
    exporter.makes_the_seal()
    exporter.sees("协议签署")
    exporter.page.goto("/demo/authority/")
    exporter.page.get_by_text("curl", exact=True).first.click()
    exporter.reads("Idempotency-Key")
    exporter.axe(exporter.page)
