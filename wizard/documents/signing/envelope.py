"""The raw place of a signature in its file: the gap of its /ByteRange, and what is written there.

The gap is the one part of a signed file that no signature covers. So it must be the token of
/Contents and nothing more, and that must be written in the one way that programs write it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from asn1crypto import parser

from wizard.documents.signing.broken import BROKEN

PARTS: Final = 4  # offset and length, twice (ISO 32000-2 §12.8.1)
# Programs write the digits in one case; a changed digit often shows as a mixture.
TOKEN: Final = re.compile(rb"<([0-9a-f]*|[0-9A-F]*)>")


def token(content: bytes, byte_range: Sequence[Any]) -> bytes:
    """The token of /Contents with its brackets: all that the two ranges leave out.

    Raises `ValueError` when they do not begin at the first byte, overlap, reach beyond the file, or
    leave out anything but one string in angle brackets.
    """
    numbers = [int(number) for number in byte_range]
    if len(numbers) != PARTS or numbers[0] != 0:
        raise ValueError(f"ranges {numbers[:8]}")
    _start, length, again, rest = numbers
    if not 0 < length < again or rest < 0 or again + rest > len(content):
        raise ValueError(f"ranges {numbers}")
    found = content[length:again]
    if found[:1] != b"<" or found[-1:] != b">" or b"<" in found[1:] or b">" in found[:-1]:
        raise ValueError("the gap is not the one string")
    return found


def is_as_written(found: bytes) -> bool:
    """Whether a token is hexadecimal digits of one case: a DER structure, then only zeros."""
    match = TOKEN.fullmatch(found)
    if match is None or len(match[1]) % 2:
        return False
    whole = bytes.fromhex(match[1].decode())
    try:
        size = parser.peek(whole)
        return _is_der(whole[:size]) and not any(whole[size:])
    except BROKEN:
        return False


def _is_der(element: bytes) -> bool:
    """Whether every length in a structure is written in the one short way (X.690 §10.1)."""
    kind, method, tag, _header, body, trailer = parser.parse(element, strict=True)
    if trailer or parser.emit(kind, method, tag, body) != element:
        return False
    while method and body:
        size = parser.peek(body)
        if not _is_der(body[:size]):
            return False
        body = body[size:]
    return True
