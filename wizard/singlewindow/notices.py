"""Notices from the authority to a site: what they say and how they are signed.

A notice carries the application's file as it stood at that moment. Its signature vouches for it,
so nobody's sign-in is needed to take it in, and the newer version of a file always wins.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

from pydantic import TypeAdapter

from wizard.singlewindow.port import ApplicationFile

FILE_CHANGED: Final = "application.changed"
TIMESTAMP_HEADER: Final = "Notice-Timestamp"
SIGNATURE_HEADER: Final = "Notice-Signature"
# Older or further ahead than this is nobody's notice any more.
WINDOW_SECONDS: Final = 300
LARGEST_NOTICE: Final = 65_536
_STAMP: Final = re.compile(r"[0-9]{1,12}")


class NotGenuine(Exception):  # noqa: N818 - says what is wrong
    """Unsigned, signed by somebody else, changed on the way, too old or from the future."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One message. `id` is the same when it is sent again; `type` tells how to read the rest."""

    id: str
    type: str
    world: str
    file: ApplicationFile


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What every notice says, of whatever type and version."""

    id: str
    type: str
    world: str


_NOTICE: Final = TypeAdapter(Notice)
_ENVELOPE: Final = TypeAdapter(Envelope)


def signature(secret: str, *, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 over time stamp, a full stop and the raw body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def check(secrets: Iterable[str], *, timestamp: str, signed: str, body: bytes, now: float) -> None:
    """Raises `NotGenuine` unless one of `secrets` signed this body within the window.

    `now` in seconds of real time. Several secrets: the new and, for a while, the old one.
    """
    if not _STAMP.fullmatch(timestamp) or abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise NotGenuine("time")
    genuine = [
        hmac.compare_digest(
            signature(secret, timestamp=timestamp, body=body).encode(),
            signed.encode("utf-8", "replace"),
        )
        for secret in secrets
        if secret
    ]
    if not any(genuine):
        raise NotGenuine("signature")


def dump(notice: Notice) -> bytes:
    """The notice as JSON."""
    return _NOTICE.dump_json(notice)


def read(body: bytes) -> Notice | None:
    """The notice, or None for a type or version that this side does not know.

    What a newer authority has added is passed over. Raises `ValueError` for what is no notice.
    """
    if _ENVELOPE.validate_json(body).type != FILE_CHANGED:
        return None
    return _NOTICE.validate_json(body)
