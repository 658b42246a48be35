"""A person at the browser: does everything by the words on the screen, as an exporter would."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page, expect
from pypdf import PdfReader

INITIAL_PIN = "88888888"


def _bare(text: str) -> str:
    """Without spaces and line ends, and without the look-alikes that fonts make PDFs say."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Exporter:
    """Walks the journey; every page on the way is checked by axe."""

    def __init__(self, page: Page, axe: Callable[[Page], None]) -> None:
        self.page = page
        self.axe = axe

    def press(self, name: str) -> None:
        """Click the one button of exactly this name."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Click the first link that says this."""
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def sees(self, heading: str) -> None:
        """The page's heading says this, nothing is cut off, and the page is accessible."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the screen"
        self.axe(self.page)

    def reads_it_on_the_smallest_screen(self, *pages: str) -> None:
        """Pages, as links from this one, at 320 px in 特大: nothing sticks out to the right."""
        at = self.page.url
        self.page.set_viewport_size({"width": 320, "height": 640})
        self.page.context.add_cookies([{"name": "size", "value": "xl", "url": at}])
        for name in pages:
            self.page.goto(urljoin(at, name))
            wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{name} is {wider} px wider than the screen"

    def prints(self) -> list[str]:
        """The browser's own print of the page on A4: the text of each sheet."""
        sheets = PdfReader(io.BytesIO(self.page.pdf(prefer_css_page_size=True))).pages
        return [sheet.extract_text() for sheet in sheets]

    def prints_the_receipt(self) -> None:
        """打印回执: everything that the page says stands on one sheet, fingerprints whole."""
        self.follow("打印回执")
        self.sees("办理回执")
        told = self.page.locator(".slip :is(h1, h2, dd, td)").all_inner_texts()
        sheets = self.prints()
        assert len(sheets) == 1
        printed = _bare(sheets[0])
        assert [text for text in told if _bare(text) not in printed] == []

    def reads(self, text: str) -> None:
        """The text stands somewhere in the page."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def starts_persona(self, persona: str) -> None:
        """The demo console: the persona's first card."""
        self.page.goto("/demo/")
        self.sees("演示台")
        card = self.page.locator(f"[data-persona={persona}]").first
        card.get_by_role("button").first.click()

    def starts_scenario(self, code: str) -> None:
        """The demo console: the card of this code."""
        self.page.goto("/demo/")
        self.page.locator(f"#{code}").get_by_role("button").first.click()

    def signs_in(self, pin: str = INITIAL_PIN) -> None:
        """Card in the reader, PIN, 登录."""
        self.page.get_by_label("卡密码", exact=True).fill(pin)
        self.press("登录")

    def opens_the_pending_application(self) -> None:
        """信用保险服务中心 → 开始办理 or 继续办理."""
        self.page.goto("/center/")
        self.sees("信用保险服务中心")
        table = self.page.get_by_role("table", name="待确认投保单")
        table.get_by_role("link").last.click()

    def fills_in_the_contact(
        self,
        *,
        name: str = "林示例",
        phone: str = "020-20000001",
        mobile: str = "15400000001",
        email: str = "lin.example@example.com",
    ) -> None:
        """The four fields, the consent and the declaration."""
        self.page.get_by_label("姓名").fill(name)
        self.page.get_by_label("电话").fill(phone)
        self.page.get_by_label("手机").fill(mobile)
        self.page.get_by_label("邮箱").fill(email)
        # The words beside the box, not below it.
        expect(self.page.locator("label.pick").first).to_have_css("display", "flex")
        self.page.get_by_label("同意将上述联系人信息提供给中国信保").check()
        self.page.get_by_label("已认真阅读以上内容并同意").check()

    def confirms(self) -> None:
        """Step 1 with its check page."""
        self.sees("确认投保")
        self.fills_in_the_contact()
        self.press("核对并确认投保")
        self.sees("核对后确认投保")
        self.press("确认投保")

    def makes_the_seal(self) -> None:
        """Step 2."""
        self.sees("制章")
        self.press("保存印章并生成协议")

    def signs(self, pin: str = INITIAL_PIN) -> None:
        """Step 3."""
        self.sees("协议签署")
        self.page.get_by_label("我确认协议条款").check()
        self.page.get_by_label("卡密码", exact=True).fill(pin)
        self.press("确认")

    def lets_time_pass_until_the_answer(self) -> None:
        """The console: 直到保单送达, then back to the application."""
        address = self.page.url
        self.page.goto("/demo/")
        self.press("直到保单送达")
        self.page.goto(address)

    def acknowledges(self, pin: str = INITIAL_PIN) -> None:
        """Step 4."""
        self.sees("保单已生效，请确认收悉")
        self.page.get_by_label("卡密码", exact=True).fill(pin)
        self.press("收悉")
        self.sees("收悉已确认，投保全部完成")
