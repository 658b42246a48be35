"""How gunicorn serves the site; read from the folder that `scripts/serve` starts it in."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

host = os.environ.get("HOST", "127.0.0.1")
port = int(os.environ.get("PORT", "8000"))

wsgi_app = "wizard.wsgi:application"
bind = f"{host}:{port}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "2"))
# Loaded once and shared by the workers: half the memory, and an error in the code shows at once.
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
# On a disk the heartbeat file can block a worker; this folder is memory.
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - memory, not a place for files
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
control_socket_disable = True
loglevel = os.environ.get("LOG_LEVEL", "warning").lower()


def on_starting(_server: Any) -> None:
    """Stop with a clear sentence when somebody else listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, port)) == 0:
            raise SystemExit(f"Port {port} is taken. Another one: make demo PORT={port + 1}")


def when_ready(_server: Any) -> None:
    """Print the address once it can be opened."""
    sys.stdout.write(f"\n  小微投保向导（演示）  http://{host}:{port}/demo/    Ctrl-C ends it\n\n")
    sys.stdout.flush()


def post_worker_init(worker: Any) -> None:
    """Load the layout library (1.3 s of CPU) beside the first requests, not within one of them."""
    threading.Thread(target=_warm_up, args=(worker.log,), daemon=True).start()


def _warm_up(log: Any) -> None:
    from wizard.documents import render  # noqa: PLC0415 - the app is loaded only now

    for sentence in render.self_test():
        log.error(sentence)
    render.warm_up()
