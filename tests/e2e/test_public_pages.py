"""Public and error pages in a browser: accessible at every width, whole without scripts."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.site import Site
from tests.security.test_names_and_paths import WAYS_OUT
from wizard import errors

NewContext = Callable[..., BrowserContext]
Axe = Callable[[Page], None]

PAGES = [
    "/",
    "/check/",
    "/help/accessibility/",
    "/help/browser/",
    "/help/privacy/",
    "/verify/",
    "/nirgends/",
]
LOOKS = [(1920, ""), (1366, ""), (1366, "xl"), (390, ""), (320, "xl")]


def assert_fits(page: Page) -> None:
    """Nothing sticks out to the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def failure_page(page: Page, site: Site) -> None:
    """Show what a visitor sees when the site fails: the real bytes, under an address of ours."""
    html = errors.server_error(RequestFactory().get("/demo/")).content.decode()
    page.route("**/failure", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{site.url}/failure")


def status_of(site: Site, target: str) -> int:
    """What the server answers to this very target, dots and all."""
    address = urlsplit(site.url)
    connection = HTTPConnection(address.hostname or "", address.port)
    try:
        connection.putrequest("GET", target)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def test_no_address_of_a_file_leads_out_of_its_folder(site: Site) -> None:
    assert status_of(site, "/static/ui.css") == 200
    for way in WAYS_OUT:
        assert status_of(site, f"/static/{way}") in {400, 404}, way


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4, 5\r\n\r\n12345",
    ],
    ids=["two lengths", "two hosts", "a space in a name", "a list of lengths"],
)
def test_a_request_that_can_be_read_in_two_ways_is_answered_once_at_most(
    site: Site, request_: bytes
) -> None:
    address = urlsplit(site.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        line.sendall(request_)
        line.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: line.recv(65536), b""))
    assert said.count(b"HTTP/1.1 ") <= 1
    assert b" 200 " not in said.partition(b"\r\n")[0]
    assert b"/evil" not in said


def post_plainly(page: Page, address: str, fields: int) -> None:
    """Send a form that this site did not draw."""
    page.goto("/help/privacy/")
    with page.expect_navigation():
        page.evaluate(
            """([address, fields]) => {
                const form = document.createElement('form');
                form.method = 'post';
                form.action = address;
                for (let i = 0; i < fields; i++) {
                    const input = document.createElement('input');
                    input.name = 'f' + i;
                    form.appendChild(input);
                }
                document.body.appendChild(form);
                form.submit();
            }""",
            [address, fields],
        )


@pytest.mark.parametrize(("width", "size"), LOOKS)
def test_public_pages_are_accessible_and_fit(
    new_context: NewContext, site: Site, axe: Axe, width: int, size: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "size", "value": size, "url": site.url}])
    page = context.new_page()
    for address in PAGES:
        page.goto(address)
        assert_fits(page)
        axe(page)


@pytest.mark.parametrize("width", [1366, 390])
def test_error_pages_are_accessible_and_fit(
    new_context: NewContext, site: Site, axe: Axe, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    failure_page(page, site)
    expect(page.get_by_role("heading", level=1)).to_have_text("系统暂时没有响应")
    assert_fits(page)
    axe(page)
    post_plainly(page, "/logout/", 1)
    expect(page.get_by_role("heading", level=1)).to_have_text("页面放得太久，这次没有提交")
    assert_fits(page)
    axe(page)
    post_plainly(page, "/pref/size/", 300)
    expect(page.get_by_role("heading", level=1)).to_have_text("没有看懂这次请求")
    assert_fits(page)
    axe(page)


def test_the_numbers_of_a_failure_can_be_copied(new_context: NewContext, site: Site) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    failure_page(page, site)
    page.get_by_role("button", name="复制这些编号").click()
    expect(page.get_by_role("status")).to_contain_text("已复制：X-704")
    assert "X-704" in page.evaluate("navigator.clipboard.readText()")


def test_the_size_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/check/")
    page.get_by_role("button", name="特大").click()
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    page.goto("/help/browser/")
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    page.get_by_role("button", name="标准").click()
    page.reload()
    expect(page.get_by_role("button", name="标准")).to_have_attribute("aria-pressed", "true")


def test_the_size_changes_without_scripts(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/check/?from=test")
    page.get_by_role("button", name="特大").click()
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    assert page.url.endswith("/check/?from=test")


def test_without_scripts_the_self_check_still_tells_the_time(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/check/")
    row = page.get_by_role("row", name="电脑时间")
    expect(row).to_contain_text("请确认")
    expect(row.locator("time")).to_be_visible()


@pytest.mark.parametrize(
    ("minutes", "words", "result"),
    [
        (0, "与当前时间一致", "正常"),
        (-9, "比当前时间慢 9 分钟", "需要处理"),
        (90, "比当前时间快 90 分钟", "需要处理"),
    ],
)
def test_a_wrong_clock_is_found(page: Page, minutes: int, words: str, result: str) -> None:
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=minutes, seconds=2))
    page.goto("/check/")
    row = page.get_by_role("row", name="电脑时间")
    expect(row).to_contain_text(words)
    expect(row.get_by_text(result, exact=True)).to_be_visible()
    warning = page.get_by_role("heading", name="电脑时间不准")
    expect(warning).to_be_visible() if minutes else expect(warning).to_be_hidden()


def test_by_keyboard_the_skip_link_comes_first_and_leads_past_the_menu(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="开始办理")).to_be_focused()


def test_a_lost_visitor_finds_an_answer(page: Page) -> None:
    page.goto("/nirgends/")
    page.get_by_label("搜索常见问题").fill("卡锁了")
    page.get_by_role("main").get_by_role("button", name="搜索").click()
    expect(page.get_by_role("main")).to_contain_text("锁")
