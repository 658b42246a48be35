"""Draws static/preview.png, the 300×300 picture that chats show beside a shared answer."""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")  # Debian's fonts-noto-cjk
SIMPLIFIED = 2  # of the faces in it
SIZE, SCALE = 300, 4  # drawn four times as large: smooth edges
BLUE, DEEP, YELLOW, WHITE = "#0b4f9e", "#0a2c59", "#ffcf33", "#ffffff"


def at(*numbers: float) -> list[float]:
    """Places in the picture's pixels as places on the large drawing."""
    return [number * SCALE for number in numbers]


def words(draw: ImageDraw.ImageDraw, text: str, *, y: int, size: int, fill: str) -> None:
    """One line, centred."""
    font = ImageFont.truetype(FONT, size * SCALE, index=SIMPLIFIED)
    draw.text((SIZE * SCALE / 2, y * SCALE), text, font=font, fill=fill, anchor="mm")


def picture() -> Image.Image:
    """Shield and tick on blue, the site's name, and that it is a demonstration."""
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), BLUE)
    draw = ImageDraw.Draw(image)
    draw.rectangle(at(0, 246, SIZE, SIZE), fill=DEEP)
    shield = [(150, 28), (206, 49), (206, 93), (199, 117), (181, 139), (150, 156)]
    outline = [*shield, *[(300 - x, y) for x, y in reversed(shield[1:-1])], shield[0]]
    draw.line([tuple(at(*place)) for place in outline], fill=WHITE, width=8 * SCALE, joint="curve")
    tick = [(122, 94), (143, 114), (180, 72)]
    draw.line([tuple(at(*place)) for place in tick], fill=YELLOW, width=11 * SCALE, joint="curve")
    words(draw, "小微投保向导", y=202, size=38, fill=WHITE)
    words(draw, "常见问题 · 演示", y=272, size=26, fill=YELLOW)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the file, with few colours: it is 300 pixels of flat drawing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "static" / "preview.png")
    options = parser.parse_args()
    few = picture().quantize(64, method=Image.Quantize.MEDIANCUT)
    few.save(options.out, optimize=True)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
