"""The desk in a browser: keyboard only, copied replies, an alias that works at once, no faults."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from faq.importing import read_file
from tests.e2e.site import ROOT, Site
from tests.faq.payloads import PAYLOADS
from tests.helpsite import CONTENT_FILE

NewContext = Callable[..., BrowserContext]
Axe = Callable[[Page], None]
PASSWORD = "Linden-trunk-77"
WIDTHS = [1366, 390]
DESK_PAGES = ["/faq/desk/", "/faq/desk/?q=卡锁了&code=C-103", "/faq/desk/?q=qwertzuiop",
              "/faq/desk/searches/", "/faq/desk/stats/", "/faq/desk/links/"]  # fmt: skip


def one_time_password(site: Site, name: str, role: str) -> str:
    """An account made on the server, as operations do it."""
    return manage(site, "desk_user", name, "--role", role).split()[-1]


def manage(site: Site, *words: str) -> str:
    """What `manage.py` prints on the server."""
    return beside(site, "manage.py", *words)


def beside(site: Site, *command: str) -> str:
    """What Python prints that runs on the site's data."""
    made = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            **os.environ,
            "VAR_DIR": str(site.var_dir),
            "DJANGO_SETTINGS_MODULE": "wizard.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout


def sign_in_at_first(page: Page, site: Site, role: str = "support") -> None:
    """A new account: one-time password, own password, desk."""
    name = f"{role}-{uuid4().hex[:8]}"
    password = one_time_password(site, name, role)
    page.goto("/faq/desk/")
    page.get_by_label("用户名").fill(name)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="登录客服台").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设置密码")
    for field, value in (
        ("old", password),
        ("new_password1", PASSWORD),
        ("new_password2", PASSWORD),
    ):
        page.locator(f"input[name^={field}]").fill(value)
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("查找答案")


@pytest.fixture(scope="module")
def staff(site: Site) -> dict[str, list[str]]:
    """Role → sessions of accounts that have been there before, each for one test."""
    made: dict[str, list[str]] = json.loads(beside(site, "-m", "tests.e2e.staff", "8"))
    return made


SignIn = Callable[..., None]


@pytest.fixture
def sign_in(site: Site, staff: dict[str, list[str]]) -> SignIn:
    """`sign_in(page, role="support")`: somebody else each time, at the desk."""

    def come(page: Page, role: str = "support") -> None:
        page.context.add_cookies(
            [{"name": "sessionid", "value": staff[role].pop(), "url": site.url}]
        )
        page.goto("/faq/desk/")
        expect(page.get_by_role("heading", level=1)).to_have_text("查找答案")

    return come


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def searched(context: BrowserContext, query: str) -> Page:
    """A visitor searches; the page's script has noted it."""
    page = context.new_page()
    with page.expect_response("**/faq/search/log/"):
        page.goto(f"/faq/search/?q={query}")
    # The answer has come; the script has read it once its token is kept.
    page.wait_for_function("sessionStorage.getItem('search')")
    return page


@pytest.mark.parametrize("width", WIDTHS)
def test_desk_pages_are_accessible_and_fit(
    new_context: NewContext, sign_in: SignIn, axe: Axe, width: int
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/faq/desk/login/")
    axe(page)
    assert_fits(page)
    searched(new_context(), "泡泡糖粘在键盘上")
    sign_in(page, "editor")
    for address in [
        *DESK_PAGES,
        "/faq/desk/exchange/",
        "/faq/desk/password/",
        "/faq/desk/preview/12/",
    ]:
        page.goto(address)
        assert_fits(page)
        axe(page)


def test_from_the_call_to_the_reply_with_the_keyboard_only(
    new_context: NewContext, site: Site
) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    sign_in_at_first(page, site)
    expect(page.locator("#desk-q")).to_be_focused()
    page.keyboard.type("卡锁了")
    page.keyboard.press("Enter")
    first = page.locator("[data-desk-open]").first
    expect(first).to_be_focused()
    with page.expect_response("**/faq/desk/use/**"):
        page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"【[^】]+】.+ 详见 http://[^ ]+/f/\d+", copied, re.DOTALL)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-desk-open]").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#desk-q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("/")
    expect(page.locator("#desk-q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/faq/*/")
    page.goto("/faq/desk/")
    expect(page.get_by_role("region", name="最近用过").locator("[data-desk-open]")).to_have_count(1)


def test_single_keys_can_be_switched_off_for_good(page: Page, sign_in: SignIn) -> None:
    sign_in(page)
    page.get_by_role("button", name="单键快捷键").click()
    page.goto("/faq/desk/?q=卡锁了")
    expect(page.get_by_role("button", name="单键快捷键")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("/")
    expect(page.locator("#desk-q")).not_to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-desk-open]").nth(1)).to_be_focused()


def test_an_alias_added_by_staff_changes_the_next_search(
    new_context: NewContext, sign_in: SignIn
) -> None:
    visitor = searched(new_context(), "鸭嘴兽挡住了读卡口")
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("没有找到")
    page = new_context().new_page()
    sign_in(page)
    page.goto("/faq/desk/searches/")
    row = page.get_by_role("row").filter(has_text="鸭嘴兽挡住了读卡口")
    row.get_by_role("textbox").or_(row.get_by_role("combobox")).fill("12")
    row.get_by_role("button", name="加为同义说法").click()
    expect(page.get_by_role("main")).to_contain_text("下一次搜索就会用到")
    expect(page.get_by_role("row").filter(has_text="鸭嘴兽挡住了读卡口")).to_have_count(0)
    visitor.reload()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("找到")
    expect(visitor.locator(".hitl li").first.locator(".code").last).to_have_text("/f/12")


def test_a_click_on_a_result_is_noted_and_words_typed_on_are_one_search(
    new_context: NewContext, sign_in: SignIn
) -> None:
    context = new_context()
    visitor = searched(context, "珊瑚色印章")
    with visitor.expect_response("**/faq/search/log/"):
        visitor.goto("/faq/search/?q=珊瑚色印章做不出来咋整")
    with visitor.expect_request("**/faq/search/log/") as told:
        visitor.locator(".hitl h2 a").first.click()
    assert "clicked=" in (told.value.post_data or "")
    visitor.wait_for_url("**/faq/*/")
    page = new_context().new_page()
    sign_in(page, "editor")
    page.goto("/admin/faq/searchlog/?q=珊瑚色")
    expect(page.get_by_role("row").filter(has_text="珊瑚色印章做不出来咋整")).to_have_count(1)
    expect(page.locator("#result_list tbody tr").filter(has_not_text="咋整")).to_have_count(0)


def test_without_scripts_search_reply_and_pin_work(
    new_context: NewContext, sign_in: SignIn
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page)
    page.get_by_label("客户说的话、报错或代码").fill("卡锁了")
    page.get_by_role("button", name="查找").click()
    page.get_by_text("看回复全文").first.click()
    expect(page.locator(".reply").first).to_contain_text("详见 http")
    page.get_by_role("button", name="置顶").first.click()
    expect(page.get_by_role("heading", name="置顶的答案")).to_be_visible()


def test_editing_in_the_admin_breaks_no_policy(new_context: NewContext, sign_in: SignIn) -> None:
    """The fixture fails on every refusal by the Content-Security-Policy."""
    page = new_context().new_page()
    sign_in(page, "editor")
    for address in ("/admin/", "/admin/faq/entry/", "/admin/faq/entry/add/?query=新问题",
                    "/admin/faq/feedback/", "/admin/faq/stage/"):  # fmt: skip
        page.goto(address)
    page.goto("/admin/faq/entry/")
    page.locator("#result_list td.field-title a, #result_list th.field-title a").first.click()
    why = page.locator("#id_why")
    why.fill("浏览器里改的原因。")
    page.locator("input[name=_continue]").first.click()
    expect(page.locator(".messagelist")).to_be_visible()
    page.get_by_role("link", name="历史").first.click()
    expect(page.locator("ins").filter(has_text="里改的原因")).to_be_visible()
    page.get_by_role("button", name=re.compile("恢复到")).last.click()
    expect(page.locator(".messagelist")).to_contain_text("已恢复")


@pytest.fixture(scope="module")
def hostile(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, int]:
    """Numbers of two drafts that are made of what people try, one for each half of the test."""
    lines = [payload.replace("\n", " ") for payload in PAYLOADS]
    model = read_file(CONTENT_FILE)["entries"][0]
    numbers = {True: 901, False: 900}
    entries = [
        model | {
            "number": number, "id": f"hostile-{number}", "status": "draft", "related": [],
            "title": "<img src=x onerror=alert(1)>", "short_answer": "<svg onload=alert(1)>",
            "steps": lines, "errors": lines, "aliases": lines, "why": "\n".join(PAYLOADS),
            "warning": "\n".join(PAYLOADS), "editor_note": "\n".join(PAYLOADS),
            "question": "\n".join(PAYLOADS), "answer": "\n".join(PAYLOADS),
        }
        for number in numbers.values()
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("hostile") / "hostile.json"
    path.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    manage(site, "faq_import", str(path))
    return numbers


@pytest.mark.parametrize("bypass", [True, False])
def test_hostile_words_run_nowhere_with_the_policy_and_without(
    new_context: NewContext, sign_in: SignIn, hostile: dict[bool, int], bypass: bool
) -> None:
    """A draft that is made of them, in preview, admin and link check; and searches for them."""
    number = hostile[bypass]
    context = new_context(bypass_csp=bypass)
    page = context.new_page()
    ran: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note_dialog)
    sign_in(page, "editor")
    page.goto(f"/faq/desk/preview/{number}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("<img src=x onerror=alert(1)>")
    page.goto("/faq/desk/links/")
    expect(page.get_by_role("main")).to_contain_text("javascript:alert")
    page.goto(f"/admin/faq/entry/?q=hostile-{number}")
    page.locator("#result_list td.field-title a, #result_list th.field-title a").first.click()
    expect(page.locator("#id_slug")).to_have_value(f"hostile-{number}")
    for payload in PAYLOADS[:: 6 if bypass else 15]:
        page.goto(f"/faq/search/?{urlencode({'q': payload})}")
    assert ran == []
