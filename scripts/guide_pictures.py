"""Takes static/guide/*.webp, the guide's numbered pictures, from the running product.

`python scripts/guide_pictures.py` walks the journey in a browser once per width, as an exporter
would, draws the numbers over each page before it is photographed, and writes the sizes beside.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wizard.settings")

from faq.figures import FIGURES, SIZES_FILE, WIDTHS, Figure, folder  # noqa: E402 - after the path
from tests.e2e.chromium import executable  # noqa: E402
from tests.e2e.exporter import Exporter  # noqa: E402
from tests.e2e.site import Site  # noqa: E402

PERSONA = "P01"
PHONE = 390
PHONE_SCALE = 2
AIR = 40  # CSS pixels beside the main column: room for the numbers
QUALITY = 72
MARGIN = 28  # CSS pixels kept around what the numbers point at
HIGHEST = {1366: 1000, 390: 1500}  # CSS pixels
LOWEST = {1366: 440, 390: 620}
# A picture that begins this high up is shown from the top, so that one sees where one is.
NEAR_TOP = 360
TITLES = {"paper"}
BUDGET = 1_500_000  # bytes, all pictures together

# Draws frames with numbers over the page. Styles are set by script, which the site's policy allows.
DRAW = """boxes => boxes.forEach((box, place) => {
  const frame = document.createElement('div'), badge = document.createElement('div');
  Object.assign(frame.style, {position: 'absolute', zIndex: 99, boxSizing: 'border-box',
    left: box.left + 'px', top: box.top + 'px', width: box.width + 'px', height: box.height + 'px',
    border: '3px solid #9b1118', borderRadius: '8px'});
  Object.assign(badge.style, {position: 'absolute', zIndex: 100, width: '30px', height: '30px',
    left: Math.max(2, box.left - 24) + 'px', top: box.top + Math.min(8, box.height / 2 - 15) + 'px',
    borderRadius: '50%', background: '#9b1118', color: '#fff', font: '700 17px/30px sans-serif',
    textAlign: 'center', boxShadow: '0 0 0 3px #fff'});
  badge.textContent = place + 1;
  document.body.append(frame, badge);
})"""
BOX = """element => { const r = element.getBoundingClientRect();
  return [r.left + scrollX, r.top + scrollY, r.right + scrollX, r.bottom + scrollY]; }"""

Places = list[list[Locator]]
Box = tuple[float, float, float, float]


def around(parts: list[Locator], *, width: int) -> Box:
    """Left, top, right, bottom of all the parts together with a little air, inside the page."""
    boxes = [part.evaluate(BOX) for part in parts]
    return (
        max(3, min(box[0] for box in boxes) - 6),
        max(3, min(box[1] for box in boxes) - 6),
        min(width - 3, max(box[2] for box in boxes) + 6),
        max(box[3] for box in boxes) + 6,
    )


def photograph(page: Page, figure: Figure, places: Places, *, width: int) -> tuple[bytes, int, int]:
    """WebP bytes, and width and height in CSS pixels. A low picture shows what stands above, too,
    a title what stands below.
    """
    places_below = figure.name in TITLES
    if len(places) != len(figure.callouts):
        raise SystemExit(f"{figure.name}: {len(places)} places, {len(figure.callouts)} callouts")
    boxes = [around(parts, width=width) for parts in places]
    page.evaluate(
        DRAW,
        [{"left": b[0], "top": b[1], "width": b[2] - b[0], "height": b[3] - b[1]} for b in boxes],
    )
    top = min(box[1] for box in boxes) - 2 * MARGIN
    bottom = max(box[3] for box in boxes) + 2 * MARGIN
    lacking = max(0, LOWEST[width] - (bottom - top))
    if places_below:
        bottom += lacking
    else:
        top -= lacking
    top = 0 if top < NEAR_TOP else top
    end: float = page.evaluate("document.documentElement.scrollHeight")
    height = min(bottom, end) - top
    left, right = (0.0, float(width)) if top == 0 else column(page, boxes, width=width)
    clip = {"x": left, "y": top, "width": right - left, "height": min(height, HIGHEST[width])}
    png = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type] # a plain dict fits
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.save(out, "WEBP", quality=QUALITY, method=6)
    scale = PHONE_SCALE if width == PHONE else 1
    return out.getvalue(), round(picture.width / scale), round(picture.height / scale)


def column(page: Page, boxes: list[Box], *, width: int) -> tuple[float, float]:
    """Left and right edge of the main column, so that what matters is shown large; all of the
    page where a number points beside it.
    """
    edges: Box = page.locator("main .cols > :first-child").first.evaluate(BOX)
    left, right = max(0, edges[0] - AIR), min(width, edges[2] + AIR)
    inside = all(left <= box[0] and box[2] <= right for box in boxes)
    return (round(left), round(right)) if inside else (0, width)


def journey(page: Page) -> Iterator[tuple[str, Places]]:
    """Walks from the first page to the policy; at each stop the figure and its places, by words."""
    visitor = Exporter(page, axe=lambda _page: None)
    main = page.get_by_role("main")

    def button(name: str) -> Locator:
        return main.get_by_role("button", name=name, exact=True)

    page.goto("/")
    start = main.get_by_role("link", name="开始办理").first
    yield "home", [[start], [page.get_by_role("banner").get_by_role("link", name="登录")]]

    visitor.starts_persona(PERSONA)
    page.goto("/login/card/")
    pin = main.get_by_label("卡密码", exact=True)
    tab = main.get_by_role("link", name="卡介质").first
    yield "login", [[tab], [page.locator(".login .dev .chk")], [pin], [button("登录")]]

    pin.fill("88888888")
    visitor.press("登录")
    page.goto("/center/")
    table = main.get_by_role("table", name="待确认投保单")
    pending = main.get_by_role("link", name="待确认投保单").first
    yield "centre", [[pending], [table.get_by_role("link").last]]

    visitor.opens_the_pending_application()
    visitor.fills_in_the_contact()
    fields = [main.get_by_label(name) for name in ("姓名", "电话", "手机", "邮箱")]
    paper = main.get_by_role("link", name="查看单证").first
    yield "contact", [[paper], fields]

    step, address = page.url, paper.get_attribute("href") or ""
    page.goto(address)
    yield "paper", [[page.locator("[aria-labelledby=d2] .paper").locator("h1,h2,h3,p").first]]

    page.goto(step)
    visitor.fills_in_the_contact()
    read = main.get_by_label("已认真阅读以上内容并同意")
    label = page.locator("label", has_text="已认真阅读以上内容并同意")
    yield "declare", [[read, label], [button("核对并确认投保")]]

    visitor.press("核对并确认投保")
    visitor.sees("核对后确认投保")
    visitor.press("确认投保")
    visitor.sees("制章")
    stage = page.locator(".sealbox .stage")
    yield "seal", [[stage], [button("保存印章并生成协议")]]

    visitor.makes_the_seal()
    agreed = main.get_by_label("我确认协议条款")
    words = page.locator("label", has_text="我确认协议条款")
    yield (
        "agreement",
        [[agreed, words], [main.get_by_label("卡密码", exact=True)], [button("确认")]],
    )

    visitor.signs()
    number = page.locator(".kpi dd").first
    done = main.get_by_role("link", name="确定", exact=True)
    yield "submitted", [[main.get_by_role("heading", level=1), number], [done]]

    visitor.lets_time_pass_until_the_answer()
    file = page.locator(".file .btns").first
    yield "policy", [[file], [button("收悉")]]


def take(site: Site, page: Page, *, width: int, out: Path) -> Iterator[tuple[str, int, int, int]]:
    """Write the pictures of one width; name, bytes, width and height of each."""
    figures = {figure.name: figure for figure in FIGURES}
    for name, places in journey(page):
        content, wide, high = photograph(page, figures.pop(name), places, width=width)
        (out / f"{name}-{width}.webp").write_bytes(content)
        yield f"{name}-{width}", len(content), wide, high
        page.reload()
    if figures:
        raise SystemExit(f"{site.url}: no picture of {', '.join(figures)}")


def main() -> None:
    """Start the product with fresh data once per width, walk, write, end the product."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=folder())
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, tuple[int, int]] = {}
    total = 0
    with tempfile.TemporaryDirectory(prefix="wizard-guide-") as data, sync_playwright() as play:
        site = Site(var_dir=Path(data))
        site.start()
        browser = play.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            for width in WIDTHS:
                context = browser.new_context(
                    base_url=site.url,
                    viewport={"width": width, "height": 844 if width == PHONE else 768},
                    device_scale_factor=PHONE_SCALE if width == PHONE else 1,
                    locale="zh-CN",
                    timezone_id="Asia/Shanghai",
                )
                for name, size, wide, high in take(
                    site, context.new_page(), width=width, out=options.out
                ):
                    sizes[name] = (wide, high)
                    total += size
                    print(f"{name:16} {wide:5} x {high:5} {size / 1000:7.1f} kB")
                context.close()
        finally:
            browser.close()
            site.stop()
    (options.out / SIZES_FILE).write_text(json.dumps(sizes, indent=1) + "\n", encoding="utf-8")
    print(f"{total / 1000:.0f} kB of {BUDGET / 1000:.0f} kB")
    if total > BUDGET:
        raise SystemExit("The pictures are too large.")


if __name__ == "__main__":
    main()
