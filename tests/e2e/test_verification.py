"""The verification page by keyboard, by dropping a file, on paper and on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_public_pages import assert_fits
from tests.verify import bombs

NewContext = Callable[..., BrowserContext]
Axe = Callable[[Page], None]


@pytest.fixture
def unsigned(tmp_path: Path) -> Path:
    """A small PDF that nobody signed."""
    path = tmp_path / "别处的文件.pdf"
    path.write_bytes(bombs.pdf(bombs.CATALOG, bombs.PAGES, bombs.PAGE, b"<<>>"))
    return path


def test_by_keyboard(page: Page, unsigned: Path) -> None:
    page.goto("/verify/")
    page.locator("#v-file").focus()
    page.locator("#v-file").set_input_files(unsigned)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="上传并核验")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("这个文件不是本系统出具的")
    expect(page.get_by_text("别处的文件.pdf")).to_be_visible()


def test_by_dropping(page: Page, unsigned: Path) -> None:
    page.goto("/verify/")
    box = page.locator(".drop").bounding_box()
    assert box
    hand = page.context.new_cdp_session(page)
    # Over the words, which lie on the field.
    spot = {"x": box["x"] + 90, "y": box["y"] + 34}
    data = {"items": [], "files": [str(unsigned)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": kind, **spot, "data": data})
    page.get_by_role("button", name="上传并核验").click()
    expect(page.get_by_role("status")).to_contain_text("这个文件不是本系统出具的")


@pytest.mark.parametrize(("width", "size"), [(1366, ""), (390, ""), (320, "xl")])
def test_a_result_is_accessible_and_fits(
    new_context: NewContext, axe: Axe, unsigned: Path, width: int, size: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    if size:
        page.goto("/verify/")
        page.context.add_cookies([{"name": "size", "value": size, "url": page.url}])
    page.goto("/verify/")
    page.locator("#v-file").set_input_files(unsigned)
    page.get_by_role("button", name="上传并核验").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.locator("summary").click()
    axe(page)
    assert_fits(page)


def test_on_paper_the_result_stands_alone(page: Page, unsigned: Path) -> None:
    page.goto("/verify/")
    page.locator("#v-file").set_input_files(unsigned)
    page.get_by_role("button", name="上传并核验").click()
    expect(page.get_by_role("button", name="打印核验结果")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("button", name="打印核验结果")).to_be_hidden()
    expect(page.get_by_text("不用本站也能核验")).to_be_hidden()
    expect(page.get_by_text("这些词是什么意思")).to_be_hidden()
