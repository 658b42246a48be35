"""正在生成 in a browser: the signatures take their time, the server dies, and the page finishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.exporter import Exporter
from tests.e2e.gate import Gate
from tests.e2e.site import Site
from tests.singlewindow.wired import CONTROL_TOKEN, Server

Axe = Callable[[Page], None]
NewContext = Callable[..., BrowserContext]
NewSite = Callable[..., Site]
TAKEN_UP_MS = 60_000  # a claim has to run out, and a fresh server has to warm up


@pytest.fixture(scope="module")
def gate_and_site(
    tmp_path_factory: pytest.TempPathFactory, new_site: NewSite
) -> Iterator[tuple[Gate, Site]]:
    """The product; the insurer's signature can be held back on its way to the authority."""
    with ExitStack() as running:
        simulator = Server("--path", str(tmp_path_factory.mktemp("far") / "simulator.sqlite3"))
        simulator.start()
        running.callback(simulator.stop)
        gate = Gate(simulator.url, words=b'"insurer"')
        running.callback(gate.close)
        site = new_site(
            "site-behind-the-gate",
            WEB_WORKERS="1",
            SINGLEWINDOW_URL=gate.url,
            SINGLEWINDOW_CONTROL_TOKEN=CONTROL_TOKEN,
        )
        site.start()
        running.callback(site.stop)
        yield gate, site


@pytest.fixture
def exporter(
    request: pytest.FixtureRequest,
    new_context: NewContext,
    gate_and_site: tuple[Gate, Site],
    axe: Axe,
) -> Exporter:
    """A browser before the signature; `param` False: without JavaScript, where axe cannot look."""
    scripts = getattr(request, "param", True)
    context = new_context(base_url=gate_and_site[1].url, java_script_enabled=scripts)
    exporter = Exporter(context.new_page(), axe if scripts else lambda _page: None)
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    exporter.confirms()
    exporter.makes_the_seal()
    exporter.sees("协议签署")
    return exporter


def comes_to(exporter: Exporter, heading: str) -> None:
    """The page goes on by itself."""
    shown = exporter.page.get_by_role("heading", level=1)
    expect(shown).to_contain_text(heading, timeout=TAKEN_UP_MS)
    exporter.sees(heading)


def test_the_server_is_killed_while_the_insurer_signs_and_the_page_finishes(
    exporter: Exporter, gate_and_site: tuple[Gate, Site]
) -> None:
    gate, site = gate_and_site
    gate.shut()
    exporter.signs()
    exporter.sees("正在签署三方协议")
    stage = exporter.page.locator("[aria-current=step]").filter(has_text="保险人会签")
    expect(stage).to_be_visible()
    assert gate.waiting.is_set()
    site.kill()
    gate.open()
    site.start()
    comes_to(exporter, "投保申请已提交")
    exporter.reads("三方协议")


@pytest.mark.parametrize("exporter", [False], indirect=True, ids=["no-javascript"])
def test_nobody_signs_and_retry_goes_on(
    exporter: Exporter, gate_and_site: tuple[Gate, Site]
) -> None:
    gate, _site = gate_and_site
    gate.shut()
    exporter.signs()
    comes_to(exporter, "文件还没有签好")
    exporter.reads("不用重新办理")
    gate.open()
    exporter.press("重试")
    comes_to(exporter, "投保申请已提交")
