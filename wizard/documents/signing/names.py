"""Names in certificates, compared with the characters of today instead of those of 2002.

RFC 4518 prepares a name for comparison and forbids code points that Unicode 3.2 did not know;
asn1crypto raises at them, and a certificate whose name holds one would be nobody's. Such are 鿍, 𬬩
and 𬭼: characters of 通用规范汉字表 (2013) that stand in names.
"""

from __future__ import annotations

import stringprep
import unicodedata
from typing import Any

from asn1crypto import x509


class _Tables:
    """The tables of RFC 3454, with today's Unicode to say what is unassigned (table A.1)."""

    def __getattr__(self, name: str) -> Any:
        return getattr(stringprep, name)

    @staticmethod
    def in_table_a1(character: str) -> bool:
        return unicodedata.category(character) == "Cn"


def allow_characters_of_today() -> None:
    """From now on, in this process. `tests/documents/test_names.py` holds the library to it."""
    x509.stringprep = _Tables()
