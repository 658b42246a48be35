"""A door between the site and its authority that lets some questions wait."""

# ruff: noqa: N815 - the names that the standard library calls

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
PATIENCE_SECONDS = 60


class Gate:
    """Forwards everything to `target`; while it is shut, posts that hold `words` wait at the door.

    `waiting` is set when the first of them has come.
    """

    def __init__(self, target: str, *, words: bytes) -> None:
        no_line_is_kept = httpx.Limits(max_keepalive_connections=0)
        self._line = httpx.Client(base_url=target, timeout=PATIENCE_SECONDS, limits=no_line_is_kept)
        self._words = words
        self._open = threading.Event()
        self._open.set()
        self.waiting = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shut(self) -> None:
        """From now on those posts wait."""
        self.waiting.clear()
        self._open.clear()

    def open(self) -> None:
        """Let all of them in."""
        self._open.set()

    def close(self) -> None:
        """End it."""
        self.open()
        self._server.shutdown()
        self._server.server_close()
        self._line.close()

    def _pass(self, method: str, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        if self._words in body and not self._open.is_set():
            self.waiting.set()
            self._open.wait(PATIENCE_SECONDS)
        return self._line.request(method, path, headers=headers, content=body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
                answer = gate._pass(self.command, self.path, headers, body)
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in HOP_BY_HOP | {"content-encoding"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

            def log_message(self, *_what: object) -> None:
                """Nothing to say."""

        return Handler
