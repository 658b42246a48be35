"""A real server for browser tests: `scripts/serve` on a free port with data of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120
STOP_SECONDS = 15


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The running product; `start()` after `stop()` or `kill()` finds the same data and port."""

    def __init__(self, *, var_dir: Path, port: int | None = None, **environment: str) -> None:
        self.var_dir = var_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = var_dir / "serve.log"
        self._environment = {
            **os.environ,
            "VAR_DIR": str(var_dir),
            "PORT": str(self.port),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until `/livez` answers. Raises `RuntimeError` with its log."""
        if self._process is not None:
            raise RuntimeError("The site is running already.")
        self.var_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [ROOT / "scripts" / "serve"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that kill() reaches the workers too
            )
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(timeout=2) as line:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    break
                try:
                    if line.get(f"{self.url}/livez").status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)  # polling a start, not waiting for a page
        self.kill()
        raise RuntimeError(f"The site did not start:\n{self.log.read_text(errors='replace')}")

    def stop(self) -> None:
        """An orderly end, as Ctrl-C does it; requests that are running may finish."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End master and workers at once, as a power cut would; nothing can be tidied up."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            os.killpg(process.pid, how)
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        except ProcessLookupError:
            process.wait()
