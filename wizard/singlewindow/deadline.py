"""A connection with one deadline for everything: connecting, TLS, sending, the last byte.

httpx limits each single read, so that a peer who sends a byte now and then holds a call for ever.
"""

from __future__ import annotations

import functools
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx

NO_WAIT_SECONDS: Final = 0.001
# Bytes that are sent under one time-out.
PART: Final = 65_536


@functools.cache
def trusted() -> ssl.SSLContext:
    """The authorities that TLS trusts, for all connections: reading them takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


class DeadlineTransport(httpx.HTTPTransport):
    """One connection for each request, ended when the request's connect time-out has passed."""

    def __init__(self) -> None:
        super().__init__(verify=trusted(), trust_env=False)
        # httpx has no parameter for the backend; `tests/singlewindow/test_deadline.py` would see it
        # if this place were no longer the one.
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(),
            # A connection for each question: what a doubled answer leaves on it is never taken for
            # the next answer, and no write meets a connection that the server is just closing.
            max_keepalive_connections=0,
            network_backend=_Backend(),
        )


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first address of the host that answers. Looking its name up knows no deadline."""
        assert timeout is not None  # noqa: S101 - `Line` gives every request one
        until = time.monotonic() + timeout
        error: Exception = httpcore.ConnectError(f"{host} has no address")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as unknown:
            raise httpcore.ConnectError(str(unknown)) from unknown
        for place, (*_kind, address) in enumerate(found):
            share = (until - time.monotonic()) / (len(found) - place)
            try:
                stream = super().connect_tcp(
                    str(address[0]),
                    port,
                    timeout=max(NO_WAIT_SECONDS, share),
                    local_address=local_address,
                    socket_options=socket_options,
                )
                return _Stream(stream, until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error


class _Stream(httpcore.NetworkStream):
    """Reads and writes with what is left until `until`, on the monotonic clock."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, timeout=self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for start in range(0, len(buffer), PART):
            part = buffer[start : start + PART]
            self._stream.write(part, timeout=self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._left(httpcore.ConnectTimeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout=left)
        return _Stream(secured, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, too_late: type[httpcore.TimeoutException]) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise too_late("The answer drips")
        return left
