"""Foreign bytes are read in a process of their own, which gets so much time and memory and no more.

A file of a few kilobytes can unpack to gigabytes or send a reader round in circles. The process is
forked from one that has nothing but the libraries loaded (0.02 s), and ends with its answer.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, Final, TypeVar

from wizard.documents.signing import verification
from wizard.documents.signing.verification import Comparison, Report

CPU_SECONDS: Final = 4  # ours need 0.4
WALL_SECONDS: Final = 20.0  # the machine may be busy
MEMORY: Final = 512 * 1024 * 1024  # bytes of addresses; ours need 180 million
REAPING_SECONDS: Final = 1.0  # a killed process is gone at once, if anybody looks after it
KINDNESS: Final = 5  # pages go first

T = TypeVar("T")
log = logging.getLogger(__name__)
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload([__name__])


class TooHard(Exception):  # noqa: N818 - says what happened
    """Reading took more time or memory than a file of ours ever needs."""


class NoTime(TooHard):
    """It was not done in time: the machine may be busy, or the process was stopped."""


def examine(content: bytes, *, root: bytes, revocations: bytes) -> Report:
    """As `verification.examine`. Raises `TooHard`."""
    return _apart(verification.examine, content, root=root, revocations=revocations)


def compare(issued: bytes, content: bytes) -> Comparison:
    """As `verification.compare`. Raises `TooHard`."""
    return _apart(verification.compare, issued, content)


def _apart(work: Callable[..., T], *things: bytes, **more: bytes) -> T:
    ours, theirs = _server.Pipe()
    process = _server.Process(target=_answer, args=(theirs, work), daemon=True)
    watch = _Watch(process)
    watch.start()
    answer: T | None = None
    try:
        process.start()
        theirs.close()
        ours.send((things, more))
        answer = ours.recv()
    except (EOFError, OSError) as error:  # it ended before it had read or said everything
        log.warning("the reading process ended early: %r", error)
    finally:
        watch.cancel()
        theirs.close()
        ours.close()
        if process.pid:
            process.kill()
            process.join(REAPING_SECONDS)
    if answer is None:
        log.warning("a file was too hard to read (exit %s)", process.exitcode)
        raise NoTime if watch.over else TooHard
    return answer


class _Watch(threading.Timer):
    """Ends the process when time is over; a stopped one neither reads nor answers nor ends."""

    def __init__(self, process: ForkServerProcess) -> None:
        super().__init__(WALL_SECONDS, self._end)
        self.over = False
        self._process = process

    def _end(self) -> None:
        self.over = True
        if self._process.pid:
            self._process.kill()
        # It was never born: the process that forks is the one that stands still.
        elif forker := forkserver._forkserver._forkserver_pid:  # type: ignore[attr-defined]
            with contextlib.suppress(ProcessLookupError):
                os.kill(forker, signal.SIGKILL)  # the next file has another one made


def _answer(theirs: Connection, work: Callable[..., Any]) -> None:
    """In the process apart: limits first, then the work. Whatever is too much ends it."""
    os.nice(KINDNESS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(MemoryError):
        things, more = theirs.recv()
        theirs.send(work(*things, **more))
