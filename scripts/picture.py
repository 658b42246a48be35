"""Takes docs/picture.png, the README's picture, from the running product (`make picture`)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.chromium import executable  # noqa: E402 - the root is on the path only now
from tests.e2e.exporter import Exporter  # noqa: E402
from tests.e2e.site import Site  # noqa: E402

SIZE: ViewportSize = {"width": 1366, "height": 900}
PERSONA = "P01"


def open_first_step(page: Page, *, persona: str) -> None:
    """From the demo console to the first step of the wizard, as a visitor would."""
    visitor = Exporter(page, axe=lambda _page: None)
    visitor.starts_persona(persona)
    visitor.signs_in()
    visitor.opens_the_pending_application()
    page.wait_for_url("**/apply/**")


def main() -> None:
    """Start the product with fresh data, walk to the page, take the picture, end the product."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", help="take this page instead of the first step, e.g. /faq/")
    parser.add_argument("--persona", default=PERSONA)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "picture.png")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="wizard-picture-") as folder, sync_playwright() as play:
        site = Site(var_dir=Path(folder))
        site.start()
        browser = play.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            page = browser.new_page(base_url=site.url, viewport=SIZE, locale="zh-CN")
            if options.path:
                page.goto(options.path)
            else:
                open_first_step(page, persona=options.persona)
            page.screenshot(path=options.out)
            print(f"{options.out} shows {page.title()}")
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
