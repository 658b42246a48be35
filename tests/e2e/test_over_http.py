"""The complete journey of P01 with the Single Window as a server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.exporter import Exporter
from tests.e2e.site import Site
from tests.e2e.test_journeys import (
    Witness,
)
from tests.e2e.test_journeys import (
    test_p01_a_new_policy_from_the_console_to_the_printed_receipt as walk_p01,
)
from tests.singlewindow.wired import CONTROL_TOKEN, Server

Axe = Callable[[Page], None]
NewContext = Callable[..., BrowserContext]
NewSite = Callable[..., Site]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The simulator on a socket."""
    running = Server("--path", str(tmp_path_factory.mktemp("authority") / "simulator.sqlite3"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def distant_site(new_site: NewSite, simulator: Server) -> Iterator[Site]:
    """The product, whose authority is that server."""
    running = new_site(
        "site-over-http",
        WEB_WORKERS="1",
        SINGLEWINDOW_URL=simulator.url,
        SINGLEWINDOW_CONTROL_TOKEN=CONTROL_TOKEN,
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
def exporter(new_context: NewContext, distant_site: Site, axe: Axe) -> Exporter:
    """A browser at the site whose authority is far away."""
    return Exporter(new_context(base_url=distant_site.url).new_page(), axe)


def test_p01_from_the_console_to_the_receipt_over_http(
    exporter: Exporter, distant_site: Site, simulator: Server, witness: Witness
) -> None:
    walk_p01(exporter, witness)
    assert not (distant_site.var_dir / "simulator.sqlite3").exists(), "nothing ran in process"
    authority = simulator.authority_as_it_is()
    [world] = authority.worlds()
    log = authority.requests(world)
    authority.close()
    accepted = [line.operation for line in log if line.answer == "accepted"]
    for step in ("confirm_application", "make_seal", "sign_agreement", "acknowledge_policy"):
        assert accepted.count(step) == 1


def test_the_site_says_so_while_the_server_is_down_and_heals(
    exporter: Exporter, distant_site: Site, simulator: Server
) -> None:
    exporter.starts_persona("P01")
    exporter.signs_in()
    exporter.opens_the_pending_application()
    address = exporter.page.url
    simulator.stop()
    try:
        exporter.page.goto("/faq/")
        exporter.page.get_by_role("heading", level=1).wait_for()
        response = exporter.page.goto(address)
        assert response is not None
        assert response.status < 500
        exporter.page.get_by_role("heading", level=1).wait_for()
    finally:
        simulator.start()
    exporter.page.goto(address)
    exporter.confirms()
    exporter.sees("制章")
