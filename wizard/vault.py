"""The vault: document bytes, written once, found by their SHA-256, checked whenever read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings


class DocumentDamaged(Exception):  # noqa: N818
    """The stored bytes are missing or no longer have the hash they were stored under."""


def keep(content: bytes, *, replace: bool = False) -> str:
    """Store the bytes and return their SHA-256 (64 hex digits); the same bytes are stored once.

    `replace` writes again what is there already: for a file that has been damaged.

    Written aside, synced and renamed, so that a killed process leaves no half file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    if not replace and target.exists() and target.stat().st_size == len(content):
        os.utime(target)  # young again: `sweep` must not take it before its new row is written
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=target.parent, prefix=".aside-")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    return sha256


def read(sha256: str) -> bytes:
    """The bytes stored under `sha256`. Raises `DocumentDamaged` if they are not what they were."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError as error:
        raise DocumentDamaged(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DocumentDamaged(sha256)
    return content


def sweep(*, named: Collection[str], older_than: datetime) -> int:
    """Take away files whose SHA-256 is not `named`, and half files left by a killed process.

    Files written or kept again since `older_than` (aware) stay: their row may still be on its way.
    Returns how many went.
    """
    gone = 0
    for path in _root().glob("*/*"):
        with contextlib.suppress(FileNotFoundError):  # another sweep, or a half file now whole
            if path.stem not in named and path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                gone += 1
    return gone


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "documents"


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie."""
    return _root() / sha256[:2] / f"{sha256}.pdf"
