"""The seals as an eye sees them: one in every signed field, 骑缝章 over the edges of all pages."""

from __future__ import annotations

import io
import subprocess
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageChops

from tests.worlds import Person
from wizard import papers
from wizard.models import Document
from wizard.process import State

Kind = Document.Kind
DPI = 96
POINT = DPI / 72
# 骑缝章 is 40 mm high, in the middle of the right edge; each page has its share of the width.
RIDING = 40 / 25.4 * DPI
SAMPLE = (48, 48)


def pictures(content: bytes, folder: Path) -> list[Image.Image]:
    """The pages as poppler paints them."""
    file = folder / "paper.pdf"
    file.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", file, folder / "page"], check=True)
    return [Image.open(page).convert("RGB") for page in sorted(folder.glob("page-*.png"))]


def ink(picture: Image.Image) -> Image.Image:
    """White where the picture is of a seal's red, black elsewhere."""
    red, green, blue = picture.split()
    strong = red.point(lambda value: 255 * (value > 150))
    pale = ImageChops.lighter(green, blue).point(lambda value: 255 * (value < 110))
    return ImageChops.multiply(strong, pale)


def share(mask: Image.Image) -> float:
    """Which part of it is red."""
    return mask.histogram()[255] / (mask.width * mask.height)


def boxes(content: bytes) -> dict[str, tuple[int, tuple[int, int, int, int]]]:
    """Of each signature field its page, and its place in that page's picture."""
    found = {}
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages):
        height = float(page.mediabox.height)
        for reference in page.get("/Annots", ()):
            widget = reference.get_object()
            left, low, right, high = (float(n) for n in widget["/Rect"])
            edges = (left, height - high, right, height - low)
            found[str(widget["/T"])] = (number, tuple(round(n * POINT) for n in edges))
    return found  # type: ignore[return-value]  # four edges


def alike(one: Image.Image, other: Image.Image) -> float:
    """The part of two masks, brought to one size, that is the same."""
    small = [mask.resize(SAMPLE).point(lambda value: 255 * (value > 100)) for mask in (one, other)]
    return 1 - share(ImageChops.difference(*small))


def trimmed(mask: Image.Image) -> Image.Image:
    """What is red, and nothing around it."""
    frame = mask.getbbox()
    assert frame is not None
    return mask.crop(frame)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "signed", "riding"),
    [
        (Kind.AGREEMENT_DRAFT, set(), ""),
        (Kind.AGREEMENT, {"sig-exporter", "sig-insurer", "sig-operator"}, "sig-exporter"),
        (Kind.POLICY, {"sig-insurer"}, "sig-insurer"),
        (Kind.POLICY_RECEIVED, {"sig-insurer", "sig-exporter"}, "sig-insurer"),
    ],
)
def test_each_signature_shows_its_seal_and_the_first_one_rides_over_all_pages(
    owner: Person, tmp_path: Path, kind: Document.Kind, signed: set[str], riding: str
) -> None:
    done = owner.application(State.ACKNOWLEDGED)
    content = papers.content(papers.ensure(done, kind))
    masks = [ink(page) for page in pictures(content, tmp_path)]
    assert len(masks) > 1
    places = boxes(content)
    assert signed <= places.keys()
    seals = {field: masks[number].crop(place) for field, (number, place) in places.items()}
    assert {field for field, mask in seals.items() if share(mask) > 0.02} == signed
    for one, other in pairwise(sorted(signed)):
        assert alike(trimmed(seals[one]), trimmed(seals[other])) < 0.95, "names differ"
    slices = [riding_slice(mask, len(masks)) for mask in masks]
    assert all(share(part) > 0.02 for part in slices) is bool(riding)
    if riding:
        whole = trimmed(side_by_side(slices))
        assert 0.9 < whole.width / whole.height < 1.1
        others = {field: alike(whole, trimmed(seals[field])) for field in signed}
        assert max(others, key=lambda field: others[field]) == riding
        assert others[riding] > 0.9


def riding_slice(mask: Image.Image, pages: int) -> Image.Image:
    """What a page has of 骑缝章 at its right edge."""
    top = (mask.height - RIDING) / 2
    left = mask.width - RIDING / pages
    return mask.crop((round(left), round(top), mask.width, round(top + RIDING)))


def side_by_side(parts: list[Image.Image]) -> Image.Image:
    """The pages' slices put together."""
    whole = Image.new("L", (sum(part.width for part in parts), parts[0].height))
    left = 0
    for part in parts:
        whole.paste(part, (left, 0))
        left += part.width
    return whole
