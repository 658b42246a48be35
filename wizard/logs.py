"""One event, one line: what somebody typed cannot forge a line of the log or steer a terminal."""

from __future__ import annotations

import logging
import unicodedata
from typing import Final

# Control characters, format characters (bidi, zero width), separators of lines, lone surrogates.
STEERING: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


class OneLine(logging.Formatter):
    r"""The record with its traceback in one line; what could steer is written as \n or \u202e."""

    def format(self, record: logging.LogRecord) -> str:
        """As `logging.Formatter`, and without a single steering character."""
        return escaped(super().format(record))


def escaped(text: str) -> str:
    """The text with steering characters as Python writes them; ordinary text is left alone."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign.encode("unicode_escape").decode() if unicodedata.category(sign) in STEERING else sign
        for sign in text
    )
