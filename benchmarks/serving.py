"""A gunicorn of one worker, asked over a kept-alive connection, and what a page costs its CPU."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
# Worker class and threads are those of gunicorn.conf.py; one worker, so that its CPU is the page's.
OPTIONS: Final = ("--workers=1", "--worker-class=gthread", "--threads=2", "--keep-alive=60")
BATCHES: Final = 6
START_SECONDS: Final = 30.0
# CPUCLOCK_SCHED: how Linux numbers the clocks of processes.
CPU_OF_ALL_THREADS: Final = 2


class Served:
    """One running gunicorn."""

    def __init__(self, port: int, worker: int) -> None:
        self.worker = worker
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, url: str, *, cookies: str = "", etag: str = "") -> tuple[int, bytes]:
        """Status and body of one GET; `etag` is what the asker has already."""
        given = {"Cookie": cookies, "If-None-Match": etag}
        headers = {name: value for name, value in given.items() if value}
        self._http.request("GET", url, headers=headers)
        answer = self._http.getresponse()
        return answer.status, answer.read()

    def header(self, url: str, name: str, *, cookies: str = "") -> str:
        """A header of the answer to one GET; empty where it has none."""
        self._http.request("GET", url, headers={"Cookie": cookies} if cookies else {})
        answer = self._http.getresponse()
        answer.read()
        return answer.getheader(name) or ""

    def cpu_ms(self, url: str, *, cookies: str = "", etag: str = "", times: int = 300) -> float:
        """CPU milliseconds that one GET costs the worker: the median of batches, all warm."""
        self.batch_ms(url, cookies=cookies, etag=etag, times=20)
        each = times // BATCHES
        return statistics.median(
            self.batch_ms(url, cookies=cookies, etag=etag, times=each) for _batch in range(BATCHES)
        )

    def batch_ms(self, url: str, *, cookies: str = "", etag: str = "", times: int) -> float:
        """CPU milliseconds of the worker for each of so many GETs in a row."""
        before = self._cpu_seconds()
        for _time in range(times):
            self.get(url, cookies=cookies, etag=etag)
        time.sleep(0.005)  # what follows the last answer belongs to it
        return (self._cpu_seconds() - before) / times * 1000

    def _cpu_seconds(self) -> float:
        """What all threads of the worker have used so far: its own clock (clock_gettime(2))."""
        return time.clock_gettime((~self.worker << 3) | CPU_OF_ALL_THREADS)


@contextmanager
def served(application: str, *, folder: Path) -> Iterator[Served]:
    """Serve a WSGI application; `folder` keeps gunicorn from reading the site's own settings."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", *OPTIONS, f"--bind=127.0.0.1:{port}", application]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    master = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, master)
        worker = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()[0]
        yield Served(port, int(worker))
    finally:
        master.terminate()
        master.wait()


def _wait_for(port: int, master: subprocess.Popen[bytes]) -> None:
    """Until the worker answers, whatever it says."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and master.poll() is None:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            asked.request("GET", "/")
            asked.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("gunicorn did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
