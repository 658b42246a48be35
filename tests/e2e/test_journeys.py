"""The journeys of the personas, from the demo console to the ending that domain.md §8 names."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from tests.e2e.exporter import Exporter
from tests.e2e.site import Site

Axe = Callable[[Page], None]
Witness = Callable[..., None]


@pytest.fixture
def exporter(page: Page, axe: Axe) -> Exporter:
    return Exporter(page, axe)


def test_p01_a_new_policy_from_the_console_to_the_printed_receipt(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.reads("中小企业综合保险投保单（小微企业适用）")
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")
    exporter.lets_time_pass_until_the_answer()
    exporter.acknowledges()
    exporter.prints_the_receipt()
    exporter.reads("DEMO-SCH9")
    exporter.reads("林示例")
    witness("persona", persona="P01", ending="N-01：新签四步办完，已收悉，打印回执")


def test_p02_a_renewal_continues_the_day_after_the_old_policy(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P02")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.reads("中小企业综合保险续转单证（小微企业适用）")
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")
    exporter.lets_time_pass_until_the_answer()
    exporter.reads("紧接原保单到期日的次日")
    exporter.acknowledges()
    exporter.prints_the_receipt()
    exporter.reads_it_on_the_smallest_screen(
        *(f"../{page}/" for page in ("confirm", "seal", "agreement", "policy", "trail", "receipt")),
        *("/center/", "/policies/", "/account/", "/account/seals/", "/account/verify/"),
        "/login/nocard/",
    )
    witness("persona", persona="P02", ending="N-02：续转，次日接上原保单，已收悉")


def test_p03_an_operator_card_may_look_but_not_confirm(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P03")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.reads("操作员卡")
    exporter.reads("C-101")
    exporter.page.goto("/account/")
    exporter.sees("企业信息")
    expect(exporter.page.get_by_role("link", name="印章管理")).to_have_count(0)
    exporter.page.goto("/account/seals/")
    exporter.sees("这是操作员卡，投保要用法人卡")
    exporter.page.goto("/account/")
    exporter.reads("没有“印章管理”菜单：当前不是法人卡登录")
    exporter.reads("本企业持有法人卡的同事")
    exporter.follow("怎么换法人卡")
    exporter.press("退出登录，换法人卡")
    exporter.page.get_by_label("法人卡").check()
    exporter.press("换一张卡")
    exporter.signs_in()
    exporter.sees("企业信息")
    expect(exporter.page.get_by_role("link", name="印章管理").first).to_be_visible()
    witness(
        "persona", persona="P03", ending="C-101：操作员卡能看，不能确认投保和制章；换法人卡就能"
    )


def test_p05_a_locked_card_is_unlocked_and_its_pin_changed(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P05")
    exporter.signs_in()
    exporter.reads("这张法人卡已被锁定")
    exporter.axe(exporter.page)
    exporter.reads("C-103")
    exporter.page.get_by_role("button", name=re.compile("制卡中心解锁")).click()
    exporter.signs_in()
    exporter.sees("修改卡密码")
    exporter.page.get_by_label(re.compile("原密码|旧密码|当前密码")).fill("88888888")
    for field in exporter.page.get_by_label(re.compile("新密码")).all():
        field.fill("24681357")
    exporter.page.get_by_role("main").get_by_role("button", name=re.compile("修改")).click()
    exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs(pin="24681357")
    exporter.sees("投保申请已提交")
    witness("persona", persona="P05", ending="C-103：解锁、改密码，办完三步")


def test_p06_two_wrong_pins_are_counted_and_the_right_one_works(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P06")
    exporter.signs_in("12345678")
    exporter.reads("还可以尝试 4 次")
    exporter.axe(exporter.page)
    exporter.signs_in("12345678")
    exporter.reads("还可以尝试 3 次")
    exporter.signs_in()
    exporter.sees("信用保险服务中心")
    witness("persona", persona="P06", ending="C-102：提示还可以尝试几次，第三次登录成功")


def test_p07_certification_leads_back_to_the_same_step(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_scenario("R-401")
    if "login" in exporter.page.url:
        exporter.signs_in()
        exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.reads("企业还没有完成实名认证")
    exporter.axe(exporter.page)
    exporter.follow("去企业实名认证")
    exporter.sees("企业实名认证")
    exporter.page.get_by_role("main").get_by_role("button").first.click()
    exporter.sees("确认投保")
    expect(exporter.page.get_by_label("姓名")).to_have_value("林示例")
    exporter.press("核对并确认投保")
    exporter.press("确认投保")
    exporter.sees("制章")
    witness("persona", persona="P07", ending="R-401：认证后回到同一步，第 1 步提交")


def test_p09_the_rejected_mailbox_is_explained_and_replaced(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P09")
    exporter.signs_in() if "login" in exporter.page.url else None
    exporter.opens_the_pending_application()
    exporter.fills_in_the_contact(email="wig_sales@example.com")
    exporter.press("核对并确认投保")
    exporter.reads("邮箱里有“_”，单一窗口不支持")
    exporter.reads("A-201")
    expect(exporter.page).to_have_title(re.compile("^错误："))
    expect(exporter.page.get_by_label("邮箱")).to_have_value("wig_sales@example.com")
    exporter.axe(exporter.page)
    exporter.page.get_by_label("邮箱").fill("wigsales@example.com")
    exporter.press("核对并确认投保")
    exporter.sees("核对后确认投保")
    exporter.press("确认投保")
    exporter.sees("制章")
    witness("persona", persona="P09", ending="A-201：换邮箱后第 1 步提交")


def test_p10_a_broken_seal_is_stopped_deleted_and_made_anew(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P10")
    if "login" in exporter.page.url:
        exporter.signs_in()
    exporter.opens_the_pending_application()
    if exporter.page.get_by_label("姓名").count():
        exporter.confirms()
    exporter.makes_the_seal()
    exporter.reads("印章没有生成：系统里已有一枚旧印章")
    exporter.reads("S-301")
    exporter.axe(exporter.page)
    exporter.follow("去印章管理处理")
    exporter.sees("印章管理")
    exporter.press("停用印章")
    exporter.axe(exporter.page)
    exporter.page.get_by_role("main").get_by_text("删除印章", exact=True).last.click()
    exporter.page.get_by_role("main").get_by_role("button", name=re.compile("删除")).click()
    exporter.page.get_by_role("main").get_by_role("button", name="新增印章").click()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")
    witness("persona", persona="P10", ending="S-301：停用、删除、新增，办完三步")


def test_p13_returned_for_correction_then_accepted(exporter: Exporter, witness: Witness) -> None:
    exporter.starts_persona("P13")
    if "login" in exporter.page.url:
        exporter.signs_in()
        exporter.opens_the_pending_application()
        exporter.confirms()
        exporter.makes_the_seal()
        exporter.signs()
        exporter.lets_time_pass_until_the_answer()
    exporter.sees("确认投保")
    exporter.reads("退回原因")
    exporter.reads("联系人与投保企业不一致")
    exporter.reads("是上年报关总额的 10 倍")
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")
    exporter.lets_time_pass_until_the_answer()
    exporter.acknowledges()
    witness("persona", persona="P13", ending="退回补正后重新办理，已收悉")


def test_p14_over_the_threshold_is_declined_with_a_way_on(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P14")
    exporter.sees("这次没有承保")
    exporter.reads("1000.01 万美元")
    exporter.reads("综合保险")
    witness("persona", persona="P14", ending="不予承保，指向综合保险")


def test_p15_an_issued_policy_waits_to_be_acknowledged(
    exporter: Exporter, witness: Witness
) -> None:
    exporter.starts_persona("P15")
    if "login" in exporter.page.url:
        exporter.signs_in()
    exporter.acknowledges()
    witness("persona", persona="P15", ending="保单已送达，已收悉")


@pytest.mark.parametrize("width", [390, 1920])
def test_the_journey_fits_a_phone_and_a_projector(
    new_context: Callable[..., BrowserContext], axe: Axe, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    exporter = Exporter(page, axe)
    exporter.starts_persona("P01")
    exporter.sees("登录")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.press("核对并确认投保")
    exporter.sees("确认投保")
    page.get_by_label("姓名").fill("周示例")
    page.context.clear_cookies(name="sessionid")
    exporter.press("核对并确认投保")
    exporter.sees("登录")
    exporter.reads("X-702")
    exporter.signs_in()
    expect(page.get_by_label("姓名")).to_have_value("周示例")
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.press("确认")
    exporter.reads("还有 2 处需要修改")
    exporter.signs()
    exporter.sees("投保申请已提交")
    exporter.lets_time_pass_until_the_answer()
    exporter.press("收悉")
    exporter.reads("还有 1 处需要修改")
    exporter.acknowledges()
    exporter.prints_the_receipt()


def test_the_journey_works_without_javascript(
    new_context: Callable[..., BrowserContext], axe: Axe
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    exporter = Exporter(page, lambda _page: None)  # axe itself needs JavaScript
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.signs()
    exporter.sees("投保申请已提交")
    exporter.lets_time_pass_until_the_answer()
    exporter.acknowledges()


def test_the_server_is_killed_in_the_middle_of_step_one_and_the_draft_is_there(
    exporter: Exporter, site: Site
) -> None:
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.fills_in_the_contact(name="陈示例", email="half_typed@")
    exporter.press("保存，稍后再办")
    site.kill()
    site.start()
    exporter.opens_the_pending_application()
    expect(exporter.page.get_by_label("姓名")).to_have_value("陈示例")
    expect(exporter.page.get_by_label("邮箱")).to_have_value("half_typed@")
    exporter.fills_in_the_contact()
    exporter.press("核对并确认投保")
    exporter.press("确认投保")
    exporter.sees("制章")


def test_what_is_typed_is_kept_by_itself(exporter: Exporter, site: Site) -> None:
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.page.get_by_label("姓名").fill("周示例")
    with exporter.page.expect_response(lambda answer: answer.status == 204):
        exporter.page.get_by_label("电话").fill("020-20000009")
        exporter.page.get_by_label("手机").focus()
    site.kill()
    site.start()
    exporter.page.reload()
    expect(exporter.page.get_by_label("姓名")).to_have_value("周示例")


def test_an_automatic_save_on_its_way_never_overwrites_what_is_submitted(
    exporter: Exporter,
) -> None:
    page = exporter.page
    on_their_way: list[Route] = []
    answered: list[int] = []

    def note_posts(answer: Response) -> None:
        if answer.request.method == "POST":
            answered.append(answer.status)

    def hold_automatic_saves(route: Route) -> None:
        if 'name="draft"' in (route.request.post_data or ""):
            on_their_way.append(route)
        else:
            route.continue_()

    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    page.route("**/confirm/", hold_automatic_saves)
    page.on("response", note_posts)
    exporter.fills_in_the_contact()
    button = page.get_by_role("button", name="核对并确认投保", exact=True)
    button.click()
    expect(page.get_by_role("main").locator("[aria-busy=true]")).to_be_visible()
    assert (len(on_their_way), answered) == (1, [])
    on_their_way[0].continue_()
    exporter.sees("核对后确认投保")
    assert answered == [204, 303]
