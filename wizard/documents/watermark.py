"""The pale 演示 that lies under every page of every document."""

from __future__ import annotations

import functools
import math
from typing import Final

from fontTools.misc.transform import Transform

from wizard.documents.glyphs import SANS, glyph
from wizard.documents.outlines import PdfPen, place

TEXT: Final = "演示"
COLOUR: Final = "0.953 0.965 0.984 rg"
WIDTH: Final = 595.3  # of A4 in points
HEIGHT: Final = 841.9
SIZE: Final = 175.0  # of a character in points
SLOPE: Final = 35.0  # degrees


@functools.cache
def watermark() -> bytes:
    """A content stream that rises through the middle of the page, marked as no part of the text.

    One stream serves all pages; as an image in the stylesheet it would be parsed and stored anew
    for each of them.
    """
    pen = PdfPen(digits=0)  # whole points do for so large and pale a sign
    slope = Transform().translate(WIDTH / 2, HEIGHT / 2).rotate(math.radians(SLOPE))
    for number, character in enumerate(TEXT):
        offset = (number - (len(TEXT) - 1) / 2) * SIZE * 1.2
        place(pen, glyph(SANS, character), at=slope.translate(offset, 0), width=SIZE, height=SIZE)
    return f"/Artifact BMC\nq\n{COLOUR}\n{pen.text()}\nf\nQ\nEMC".encode()
