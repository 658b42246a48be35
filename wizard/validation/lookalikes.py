"""Names that a reader takes for one another although their characters differ (UTS #39).

A name is kept as it is registered; its skeleton is only for finding near-duplicates.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from wizard.validation.cleaning import is_invisible

# Of Unicode's confusables what can stand in a company's name, in lower case: Cyrillic and Greek
# letters and digits that look like Latin ones, and pairs of ideographs.
_ALIKE: Final = str.maketrans(
    "асеорхуіјѕԛԝһԁӏʟ" + "αοργυνικτχ" + "01|" + "囗曰土巳己末戌戍祗鈡",
    "aceopxyijsqwhdll" + "aopyuviktx" + "oll" + "口日士已已未戊戊祇钟",
)
# Categories of spaces and of signs, which are written in one way or another, or not at all.
_IDLE: Final = frozenset("ZP")


def skeleton(name: str) -> str:
    """The same text for names that look alike: without spaces, signs and invisible characters."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_ALIKE)
    return "".join(
        sign
        for sign in plain
        if unicodedata.category(sign)[0] not in _IDLE and not is_invisible(sign)
    )
