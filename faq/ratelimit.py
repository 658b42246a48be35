"""How often one address may ask the API, counted over all processes of this machine.

A table of counters in a small file that every process maps into its memory: counting costs
microseconds and writes nothing to the database. Several machines count apart; a limit over all of
them belongs to the proxy in front.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hmac
import logging
import mmap
import os
import struct
import threading
import time
from pathlib import Path
from typing import Final

from django.conf import settings

WINDOW_SECONDS: Final = 60
# Addresses are spread over this many counters by a keyed hash, so nobody can choose to share one.
SLOTS: Final = 1 << 16
_SLOT: Final = struct.Struct("<II")  # the minute since 1970, and how many requests came in it
_BYTES: Final = SLOTS * _SLOT.size

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """The address has to wait this long, in seconds."""

    seconds: int


class Counters:
    """The table in the file at `path`, made where it is missing. Raises `OSError`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Room is taken now: writing into a hole of the file on a full disk would end the process.
        os.posix_fallocate(self._file, 0, _BYTES)
        self._table = mmap.mmap(self._file, _BYTES)
        self._lock = threading.Lock()

    def count(self, address: str, *, now: float) -> int:
        """One more request of `address` at `now` (seconds since 1970): how many in this minute."""
        key = hmac.digest(settings.SECRET_KEY.encode(), address.encode(errors="replace"), "sha256")
        place = int.from_bytes(key[:4], "big") % SLOTS * _SLOT.size
        minute = int(now) // WINDOW_SECONDS
        # The lock is for this process's threads, the file's for the other processes.
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _SLOT.size, place)
            try:
                then, seen = _SLOT.unpack_from(self._table, place)
                seen = seen + 1 if then == minute else 1
                _SLOT.pack_into(self._table, place, minute, min(seen, 0xFFFF_FFFF))
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, place)
        return seen


class _Held:
    """This process's counters. A forked child opens the file itself: locks belong to a process."""

    pid = 0
    counters: Counters | None = None
    lock = threading.Lock()


def counters() -> Counters:
    """The counters below `VAR_DIR`."""
    if _Held.counters is None or _Held.pid != os.getpid():
        with _Held.lock:
            if _Held.counters is None or _Held.pid != os.getpid():
                _Held.counters = Counters(Path(settings.VAR_DIR) / "api-counters")
                _Held.pid = os.getpid()
    return _Held.counters


def refusal(address: str) -> Refused | None:
    """Count a request; who asked more than `FAQ_API_PER_MINUTE` times waits for the next minute.

    0 turns the limit off.
    """
    limit: int = settings.FAQ_API_PER_MINUTE
    if limit <= 0:
        return None
    now = time.time()
    try:
        seen = counters().count(address, now=now)
    except OSError:
        log.exception("The API's counters cannot be kept; nobody is refused.")
        return None
    if seen <= limit:
        return None
    return Refused(seconds=max(1, WINDOW_SECONDS - int(now) % WINDOW_SECONDS))
