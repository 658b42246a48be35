"""The console by its visible words: two browsers, one joins the other, and the reset."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.exporter import Exporter

Axe = Callable[[Page], None]
NewContext = Callable[..., BrowserContext]


def test_a_colleague_goes_on_by_the_code_until_the_reset(new_context: NewContext, axe: Axe) -> None:
    presenter = Exporter(new_context().new_page(), axe)
    presenter.starts_scenario("S-301")
    presenter.sees("制章")
    presenter.page.goto("/demo/")
    presenter.sees("演示台")
    presenter.reads("第 2 步，共 4 步")
    code = presenter.page.locator(".clk.code").inner_text()

    colleague = Exporter(new_context().new_page(), axe)
    colleague.page.goto("/demo/")
    colleague.sees("演示台")
    field = colleague.page.get_by_label("演示会话代码")
    field.fill("ABC")
    colleague.press("进入这场演示")
    expect(colleague.page).to_have_title(re.compile("^错误："))
    expect(field).to_have_value("ABC")
    colleague.sees("演示台")
    field.fill(code.lower())
    colleague.press("进入这场演示")
    colleague.reads(f"已进入演示 {code}")
    colleague.follow("打开演示页面")
    colleague.signs_in()
    colleague.opens_the_pending_application()
    colleague.sees("制章")

    presenter.follow("重置本场演示")
    presenter.sees("重置本场演示？")
    presenter.follow("不重置，返回")
    presenter.reads(code)
    presenter.follow("重置本场演示")
    presenter.press("重置本场演示")
    presenter.reads("演示已重置")
    colleague.page.reload()
    colleague.sees("登录")


def test_the_console_works_without_javascript_and_on_a_phone(new_context: NewContext) -> None:
    context = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    presenter = Exporter(context.new_page(), lambda _page: None)
    presenter.starts_scenario("N-02")
    presenter.sees("登录")
    presenter.page.goto("/demo/")
    presenter.follow("当前演示与演示时间")
    presenter.press("1 个工作日")
    presenter.reads("演示时间已到")
    presenter.follow("继续")
    presenter.sees("登录")
