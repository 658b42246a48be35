"""Browser tests: one real server per worker, one Chromium per module, a fresh context per test."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests.e2e.chromium import executable
from tests.e2e.site import Site
from tests.singlewindow.wired import CONTROL_TOKEN, Server

HERE = Path(__file__).parent
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGE_TIMEOUT_MS = 15_000  # only a page that never comes takes that long
DESKTOP = {"width": 1366, "height": 768}

expect.set_options(timeout=PAGE_TIMEOUT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def authority_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Nothing, for the authority in the site's own process; `E2E_OVER_HTTP=1` puts all of this
    folder before a server of its own instead."""
    if not os.environ.get("E2E_OVER_HTTP"):
        yield {}
        return
    server = Server("--path", str(tmp_path_factory.mktemp("authority") / "simulator.sqlite3"))
    server.start()
    yield {"SINGLEWINDOW_URL": server.url, "SINGLEWINDOW_CONTROL_TOKEN": CONTROL_TOKEN}
    server.stop()


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all the workers of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def first_start(of_the_run: Path) -> Path:
    """Data as the very first start leaves them: that takes 8 s of CPU, so one worker of this run
    does it, and all the sites begin with a copy."""
    made = of_the_run / "first-start"
    with (of_the_run / "first-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            first = Site(var_dir=of_the_run / "first-start-at-work")
            first.start()
            first.stop()
            first.var_dir.rename(made)
    return made


NewSite = Callable[..., Site]


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory, first_start: Path) -> NewSite:
    """`new_site(name, **environment)`: the product with data of its own, not running yet."""

    def make(name: str, **environment: Any) -> Site:
        folder = tmp_path_factory.mktemp(name)
        # Certificates name their site's address.
        own = shutil.ignore_patterns("keys")
        shutil.copytree(first_start, folder, ignore=own, dirs_exist_ok=True)
        return Site(var_dir=folder, **environment)

    return make


@pytest.fixture(scope="session")
def site(new_site: NewSite, authority_settings: dict[str, Any]) -> Iterator[Site]:
    """The product, running with fresh data; a test that stops it starts it again."""
    running = new_site("site", **authority_settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window.

    One per module: while it is there its event loop runs in this thread, and a test elsewhere that
    commits to the database or signs would be refused.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=executable(),
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        yield running
        running.close()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: Site) -> Iterator[NewContext]:
    """Another browser: `new_context()`, or with Playwright's options (`java_script_enabled=False`,
    `viewport=…`). Relative addresses are the site's."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def note_error(error: Error) -> None:
        complaints.append(str(error))

    def watch(page: Page) -> None:
        page.on("console", note_console)
        page.on("pageerror", note_error)

    def make(**options: Any) -> BrowserContext:
        options = {
            "base_url": site.url,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": DESKTOP,
            **options,
        }
        context = browser.new_context(**options)
        context.set_default_timeout(PAGE_TIMEOUT_MS)
        context.on("page", watch)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert complaints == [], "the browser refused or failed to run something"


@pytest.fixture
def context(new_context: NewContext) -> BrowserContext:
    """A browser with no history."""
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of that browser."""
    return context.new_page()


# What axe judges by: elements, classes, and which attributes they have, at this width.
SKELETON = """() => innerWidth + [...document.querySelectorAll('*:not(svg *)')].map(
  element => element.tagName + '.' + element.getAttribute('class')
    + [...element.attributes].map(one => one.name)).join('')"""


@pytest.fixture(scope="session")
def axe(of_the_run: Path) -> Callable[[Page], None]:
    """`axe(page)`: this page state breaks no rule of WCAG 2.2 AA and no best practice.

    Half of the time of the walks goes into it, so what was found good once in this run, with other
    words and numbers in it, is not looked at again: a file by the skeleton's hash says so.
    """
    runner = Axe()
    good = of_the_run / "axe-found-good"
    good.mkdir(exist_ok=True)

    def check(page: Page) -> None:
        skeleton: str = page.evaluate(SKELETON)
        known = good / hashlib.sha256(skeleton.encode()).hexdigest()
        if known.exists():
            return
        results = runner.run(
            page,
            options={
                "runOnly": {"type": "tag", "values": AXE_TAGS},
                "resultTypes": ["violations"],
            },
        )
        found = [
            f"{rule['id']} ({rule['impact']}): {rule['help']}\n    "
            + "\n    ".join(node["html"] for node in rule["nodes"])
            for rule in results.response["violations"]
        ]
        assert found == [], f"axe on {page.url}:\n" + "\n".join(found)
        known.touch()

    return check
