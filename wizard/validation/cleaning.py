"""What is done to typed text before it is judged (design.md §8.3)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from wizard.validation.reasons import Reason, Rejected

# No value of ours comes near this many characters; longer text is refused before any real work.
RAW_LIMIT: Final = 1_000

# Full-width forms (＋８６ → +86) and the ideographic space.
WIDE: Final = {0x3000: " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

# Characters that leave no ink although their Unicode category is not Cf: fillers that count as
# letters, the joiner, variation selectors, the empty braille pattern.
_BLANK: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
) | frozenset(map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def is_invisible(sign: str) -> bool:
    """Format characters (zero-width, BOM, bidi controls, tags) and letters without ink."""
    return sign in _BLANK or unicodedata.category(sign) == "Cf"


def is_control(sign: str) -> bool:
    """Control characters (NUL, tab, line breaks) and halves of a surrogate pair."""
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}


def is_rare_ideograph(sign: str) -> bool:
    """CJK extensions B to I, by range: the tables of Python 3.11 (Unicode 14) end before H."""
    return "\U00020000" <= sign <= "\U000323af"


def refuse_huge(text: str, limit: int) -> None:
    """Raise `Rejected(TOO_LONG, limit=limit)` for text that no cleaning could bring within it."""
    if len(text) > RAW_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=limit)


def plain(text: str, *, limit: int, inner_spaces: bool = False) -> str:
    """The text of a code, number or address as it was meant: NFKC, without spaces and invisibles.

    `limit` is what the sentence names when the text is far too long. With `inner_spaces` only the
    spaces at both ends go. Raises `Rejected`: TOO_LONG, MISSING (nothing left), INVISIBLE
    (control characters, which nobody types and no paste needs).
    """
    refuse_huge(text, limit)
    visible = "".join(sign for sign in text if not is_invisible(sign))
    folded = unicodedata.normalize("NFKC", visible)
    result = folded.strip() if inner_spaces else "".join(folded.split())
    if not result:
        raise Rejected(Reason.MISSING)
    if any(is_control(sign) for sign in result):
        raise Rejected(Reason.INVISIBLE)
    return result


def storable(text: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD.

    Neither PostgreSQL nor a UTF-8 page takes them; everything else stays as it was typed.
    """
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def distinct(signs: list[str]) -> tuple[str, ...]:
    """The signs without repetitions, in the order of the text."""
    return tuple(dict.fromkeys(signs))
