"""The help site in a browser: suggestions by keyboard and input method, copy, QR, feedback, box."""

from __future__ import annotations

import http.server
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.e2e.site import Site

NewContext = Callable[..., BrowserContext]
Axe = Callable[[Page], None]

# Setting the book takes 5 s of one core, which a machine full of tests has not at once.
MAKING_TIMEOUT_MS = 180_000
PAGES = [
    "/faq/",
    "/faq/search/?q=卡锁了",
    "/faq/search/?q=怎么退保",
    "/faq/stage/login-card/",
    "/faq/legal-card-locked/",
    "/faq/seal-making-error/?voted=0",
    "/faq/all/",
    "/guide/",
    "/guide/2/",
    "/guide/4/",
    "/contact/",
]


@pytest.fixture
def box(page: Page) -> Locator:
    """The search box of the help site's first page."""
    page.goto("/faq/")
    return page.get_by_role("combobox", name="搜索常见问题")


@pytest.fixture
def asked(page: Page) -> list[str]:
    """What the page asked for suggestions, in order."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/suggest/" in request.url:
            found.append(httpx.URL(request.url).params["q"])

    page.on("request", note)
    return found


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="搜索建议").get_by_role("option")


# --- by keyboard --------------------------------------------------------------------------------


def test_suggestions_are_listed_and_nothing_is_chosen_for_the_user(
    page: Page, box: Locator, axe: Axe
) -> None:
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("卡锁")
    expect(options(page).first).to_contain_text("法人卡已被锁定怎么办？")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("aria-activedescendant") is None
    expect(page.locator("form.find [role=status]")).to_contain_text("条建议")
    axe(page)
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/faq/search/\?q="))


def test_arrows_choose_and_enter_opens(page: Page, box: Locator, axe: Axe) -> None:
    box.press_sequentially("卡密码")
    expect(options(page).nth(1)).to_be_visible()
    box.press("ArrowDown")
    first = options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    expect(box).to_be_focused()
    axe(page)
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    last = options(page).last
    expect(last).to_have_attribute("aria-selected", "true")
    title = last.locator(".q").text_content() or ""
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


@pytest.mark.parametrize("key", ["Escape", "Tab"])
def test_escape_and_tab_close_the_list_and_keep_the_words(
    page: Page, box: Locator, key: str
) -> None:
    box.press_sequentially("卡锁")
    expect(options(page).first).to_be_visible()
    box.press(key)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options(page).first).to_be_hidden()
    expect(box).to_have_value("卡锁")


def test_leaving_the_box_closes_the_list(page: Page, box: Locator) -> None:
    box.press_sequentially("卡锁")
    expect(options(page).first).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(box).to_have_attribute("aria-expanded", "false")


def test_arrow_down_opens_a_closed_list_again(page: Page, box: Locator) -> None:
    box.press_sequentially("卡锁")
    expect(options(page).first).to_be_visible()
    box.press("Escape")
    box.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")


def test_a_click_opens(page: Page, box: Locator) -> None:
    box.press_sequentially("S-301")
    options(page).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("制章")


def test_an_emptied_box_offers_nothing(page: Page, box: Locator) -> None:
    box.press_sequentially("卡锁")
    expect(options(page).first).to_be_visible()
    box.fill("")
    expect(options(page)).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")


# --- with an input method -----------------------------------------------------------------------


def compose(page: Page, letters: str) -> None:
    """Letters of a composition, as Chromium gets them from an input method."""
    session = page.context.new_cdp_session(page)
    for end in range(1, len(letters) + 1):
        session.send(
            "Input.imeSetComposition",
            {"text": letters[:end], "selectionStart": end, "selectionEnd": end},
        )


def commit(page: Page, words: str) -> None:
    """The input method gives its words: the composition ends."""
    page.context.new_cdp_session(page).send("Input.insertText", {"text": words})


def test_while_composing_nothing_is_asked_and_then_once(
    page: Page, box: Locator, asked: list[str]
) -> None:
    box.focus()
    compose(page, "ka'suo")
    expect(box).to_have_value("ka'suo")
    # A search that was begun would be answered before this one.
    page.evaluate("fetch('/api/faq/search?q=x').then(answer => answer.text())")
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 400))")
    assert asked == []
    commit(page, "卡锁")
    expect(options(page).first).to_contain_text("法人卡已被锁定怎么办？")
    assert asked == ["卡锁"]


def press_while_composing(box: Locator, key: str, how: str) -> bool:
    """Give the box a key that belongs to the input method; whether the page let it pass."""
    return bool(
        box.evaluate(
            """(input, [key, how]) => {
                const options = {key, bubbles: true, cancelable: true};
                if (how === 'composing') options.isComposing = true;
                const event = new KeyboardEvent('keydown', options);
                if (how === '229') Object.defineProperty(event, 'keyCode', {value: 229});
                return input.dispatchEvent(event);
            }""",
            [key, how],
        )
    )


@pytest.mark.parametrize("how", ["composing", "229"])
def test_keys_of_the_input_method_choose_nothing(page: Page, box: Locator, how: str) -> None:
    box.press_sequentially("卡锁")
    expect(options(page).first).to_be_visible()
    box.press("ArrowDown")
    for key in ("ArrowDown", "Enter", "Escape"):
        assert press_while_composing(box, key, how), key
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"/faq/$"))


# --- without scripts, and when suggestions fail -------------------------------------------------


def test_without_scripts_the_form_just_works(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/faq/")
    box = page.get_by_role("searchbox", name="搜索常见问题")
    box.fill("卡锁了")
    box.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("法人卡已被锁定怎么办？")


def test_when_suggestions_fail_the_form_just_works(page: Page, box: Locator) -> None:
    page.route("**/suggest/**", lambda route: route.abort())
    box.press_sequentially("卡锁了")
    box.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("法人卡已被锁定怎么办？")


def test_what_an_editor_wrote_is_never_markup(page: Page, box: Locator) -> None:
    evil = '<img src=x onerror="document.title=1">'
    page.route(
        "**/suggest/**",
        lambda route: route.fulfill(
            json={"suggestions": [{"title": evil, "url": "/faq/which-card/", "stage": evil}]}
        ),
    )
    box.press_sequentially("卡")
    expect(options(page).first).to_contain_text(evil)
    assert page.locator(".sug img").count() == 0


# --- an answer is passed on ---------------------------------------------------------------------


@pytest.fixture
def copier(new_context: NewContext) -> Page:
    """A tab that may read the clipboard."""
    return new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()


def test_answer_link_and_step_can_be_copied(copier: Page, site: Site) -> None:
    copier.goto("/faq/legal-card-locked/")
    short = f"{site.url}/f/17"
    wanted = {
        "复制链接": short,
        "复制第 2 步的链接": f"{short}#step-2",
        "复制答案": re.compile(rf"^【法人卡已被锁定怎么办？】到.+ 详见 {re.escape(short)}$"),
    }
    for name, text in wanted.items():
        copier.get_by_role("button", name=name, exact=True).click()
        expect(copier.get_by_role("status").filter(has_text="已复制")).to_be_visible()
        copied = copier.evaluate("navigator.clipboard.readText()")
        assert re.search(text, copied) if isinstance(text, re.Pattern) else copied == text


def test_the_link_of_a_step_opens_at_that_step(page: Page) -> None:
    page.goto("/f/17#step-3")
    expect(page).to_have_url(re.compile(r"/faq/legal-card-locked/#step-3$"))
    expect(page.locator("#step-3")).to_be_in_viewport()


def modules(page: Page, svg: str) -> list[list[bool]]:
    """A QR code as its squares: what a camera would see of the drawing, quiet zone cut off."""
    drawn = page.evaluate(
        """async svg => {
            const image = new Image();
            const text = svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
            image.src = 'data:image/svg+xml,' + encodeURIComponent(text);
            await image.decode();
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = 400;
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0, 400, 400);
            return Array.from(context.getImageData(0, 0, 400, 400).data);
        }""",
        svg,
    )
    dark = [drawn[place] < 128 for place in range(0, len(drawn), 4)]
    rows = [dark[row * 400 : row * 400 + 400] for row in range(400)]
    top = next(place for place, row in enumerate(rows) if any(row))
    left = min(row.index(True) for row in rows if any(row))
    # The finder pattern's first run of dark is seven squares wide.
    run = rows[top].index(False, left) - left
    count = round((400 - 2 * left) / (run / 7))
    step = (400 - 2 * left) / count
    middle = [left + int((place + 0.5) * step) for place in range(count)]
    return [[rows[y][x] for x in middle] for y in middle]


def test_the_qr_code_holds_the_permanent_link(page: Page, site: Site) -> None:
    import segno  # noqa: PLC0415 - only here

    page.goto("/faq/legal-card-locked/")
    picture = page.get_by_role("img", name="本页二维码，用手机扫码打开")
    svg = picture.evaluate("element => element.outerHTML")
    expected = segno.make(f"{site.url}/f/17", error="m", micro=False)
    assert modules(page, svg) == [[bool(square) for square in row] for row in expected.matrix]
    assert httpx.get(f"{site.url}/f/17").headers["location"] == "/faq/legal-card-locked/"


def test_feedback_is_counted_and_leads_on(page: Page, site: Site, axe: Axe) -> None:
    page.goto("/faq/agreement-blank/")
    page.get_by_role("button", name="没解决，继续求助").click()
    expect(page).to_have_url(re.compile(r"voted=0#feedback$"))
    expect(page.get_by_role("main")).to_contain_text("010-95198")
    axe(page)
    page.goto("/faq/agreement-blank/")
    page.get_by_role("button", name="解决了", exact=True).click()
    expect(page.get_by_role("heading", name="谢谢，已经记下")).to_be_visible()


def test_an_answer_starts_its_case_in_the_demo(page: Page) -> None:
    page.goto("/faq/seal-making-error/")
    page.get_by_role("button", name="在演示中看这个情况").first.click()
    expect(page.locator(".strip")).to_contain_text("演示时间")


def test_a_renamed_answer_is_found_under_its_old_address(page: Page, site: Site) -> None:
    database = sqlite3.connect(site.var_dir / "site.sqlite3", timeout=10)
    with database:
        # What the admin does, without going through it: the new name and the redirect.
        (key,) = database.execute("SELECT id FROM faq_entry WHERE slug='use-on-mobile-browser'")
        database.execute("UPDATE faq_entry SET slug='phone-browser' WHERE id=?", key)
        database.execute(
            "INSERT INTO faq_redirect (old_slug, entry_id) VALUES ('use-on-mobile-browser', ?)", key
        )
        database.execute("UPDATE faq_contentversion SET version='renamed'")
    database.close()
    answer = page.goto("/faq/use-on-mobile-browser/")
    assert answer is not None
    assert answer.request.redirected_from is not None
    expect(page).to_have_url(f"{site.url}/faq/phone-browser/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("手机上能登录网页版投保吗？")
    old = httpx.get(f"{site.url}/faq/use-on-mobile-browser/")
    assert (old.status_code, old.headers["location"]) == (301, "/faq/phone-browser/")


# --- pictures, handbook, looks ------------------------------------------------------------------


@pytest.mark.parametrize(("width", "file"), [(1366, "contact-1366"), (390, "contact-390")])
def test_a_guide_picture_is_shown_in_the_screens_size(
    new_context: NewContext, width: int, file: str
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto("/guide/4/")
    picture = page.get_by_role("img", name="确认投保：单证和联系人。图中标出：1 点“查看单证”")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.fig img').naturalWidth > 0")
    assert file in picture.evaluate("image => image.currentSrc")


def test_the_handbook_says_that_it_is_being_made_and_comes(page: Page, site: Site) -> None:
    page.goto("/guide/")
    waiting = httpx.get(f"{site.url}/guide/handbook.pdf")
    assert waiting.status_code == 202
    assert "手册正在生成" in waiting.text
    with page.expect_response(
        lambda answer: answer.url.endswith(".pdf") and answer.status == httpx.codes.OK,
        timeout=MAKING_TIMEOUT_MS,
    ):
        page.get_by_role("link", name="下载整本手册（PDF）").click()
    book = httpx.get(f"{site.url}/guide/handbook.pdf")
    assert (book.status_code, book.headers["content-type"]) == (200, "application/pdf")
    assert book.content.startswith(b"%PDF-")


@pytest.mark.parametrize(("width", "size"), [(1366, ""), (1366, "xl"), (390, ""), (320, "xl")])
def test_help_pages_are_accessible_and_fit(
    new_context: NewContext, site: Site, axe: Axe, width: int, size: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "size", "value": size, "url": site.url}])
    page = context.new_page()
    for address in PAGES:
        page.goto(address)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{address} is {wider} px wider than the screen"
        axe(page)


# --- the box on another site --------------------------------------------------------------------


@pytest.fixture
def other_site(site: Site) -> Iterator[str]:
    """A page of somebody else under a strict policy, with our box on it."""
    html = (
        "<!doctype html><html lang=zh><title>网点</title><main><h1>网点</h1>"
        f'<script src="{site.url}/static/faq-box.js" defer></script>'
        f'<faq-box><a href="{site.url}/faq/">常见问题</a></faq-box></main>'
    ).encode()
    policy = f"default-src 'none'; script-src {site.url}; connect-src {site.url}"

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            if found:
                self.wfile.write(html)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_box_works_on_another_site_under_a_strict_policy(
    page: Page, site: Site, other_site: str, axe: Axe
) -> None:
    page.goto(other_site)
    box = page.get_by_role("searchbox", name="搜索小微投保常见问题")
    box.press_sequentially("卡锁了")
    hit = page.get_by_role("link", name="法人卡已被锁定怎么办？")
    expect(hit).to_have_attribute("href", f"{site.url}/faq/legal-card-locked/")
    button = page.get_by_role("button", name="搜索")
    assert button.evaluate("b => getComputedStyle(b).color") == "rgb(255, 255, 255)"
    axe(page)
    box.fill("出口退税怎么办")
    box.press("Enter")
    expect(page.get_by_role("status")).not_to_contain_text("找到")
