"""Sending an answer through the weather: whole, damaged, twice, or never."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, Final

from wizard.singlewindow import wire
from wizard.singlewindow.simulator.weather import Weather

# Longer than any client of ours waits.
SILENCE_SECONDS: Final = 30
PAUSE_SECONDS: Final = 0.2
# JSON that no operation answers.
WRONG_SCHEMA: Final = b'{"items": {"status": "ok"}, "next": [], "data": null}'


class Cut(Exception):  # noqa: N818 - says what happened
    """The connection is cut. Raised only where there is no socket to cut: in memory."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A status, a body, headers, and what the weather does to them on the way."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    media: str = "application/json"
    headers: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    damage: Weather | None = None

    @property
    def status_line(self) -> str:
        """`200 OK`."""
        return f"{self.status.value} {self.status.phrase}"

    def all_headers(self) -> list[tuple[str, str]]:
        """The headers with media type and length; private answers stay out of every cache."""
        named = {name for name, _ in self.headers}
        found = [*self.headers, ("X-Content-Type-Options", "nosniff")]
        if "Cache-Control" not in named:
            found.append(("Cache-Control", "no-store"))
        if self.status is HTTPStatus.NOT_MODIFIED:
            return found
        return [*found, ("Content-Type", self.media), ("Content-Length", str(len(self.body)))]


def tagged(
    environ: dict[str, Any],
    answer: Answer,
    *,
    version: int | None = None,
    cache: str = "private, no-cache",
) -> Answer:
    """With its ETag, or a 304 without body where the caller has it already.

    The version alone is not enough: a seal in the file may change without it.
    """
    digest = hashlib.sha256(answer.body).hexdigest()[:16]
    tag = f'"{digest}"' if version is None else f'"{version}-{digest}"'
    headers = [("ETag", tag), ("Cache-Control", cache)]
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    known = {one.strip().removeprefix("W/") for one in wanted.split(",")}
    if tag in known or wanted.strip() == "*":
        return Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return dataclasses.replace(answer, headers=[*answer.headers, *headers])


def send(
    environ: dict[str, Any], start_response: Callable[..., Any], answer: Answer
) -> Iterable[bytes]:
    """The answer as WSGI wants it, unless the weather has it otherwise."""
    line: socket.socket | None = environ.get("gunicorn.socket")
    asked = environ.get("HTTP_X_REQUEST_ID", "")
    if wire.PLAIN.fullmatch(asked):
        answer = dataclasses.replace(answer, headers=[*answer.headers, (wire.REQUEST_ID, asked)])
    if answer.damage is Weather.NO_ANSWER and line is not None:
        _keep_silent(line)
    if answer.damage in {Weather.LOST_BEFORE, Weather.LOST_AFTER, Weather.NO_ANSWER}:
        return _cut(line, start_response)
    if answer.damage is Weather.INVALID_JSON:
        answer = dataclasses.replace(answer, body=b'{"answer": ' + answer.body[:7] + b"]]")
    if answer.damage is Weather.WRONG_SCHEMA:
        answer = dataclasses.replace(answer, body=WRONG_SCHEMA)
    if answer.damage is Weather.RESET:
        return _reset(line)
    if answer.damage is Weather.DRIP:
        return _drip(line, start_response, answer)
    if answer.damage is Weather.DUPLICATE and line is not None:
        return _twice(line, start_response, answer)
    start_response(answer.status_line, answer.all_headers())
    if answer.damage is Weather.TRUNCATED:
        return _half(line, answer.body)
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [answer.body]


def _cut(line: socket.socket | None, start_response: Callable[..., Any]) -> Iterable[bytes]:
    if line is None:
        raise Cut
    line.shutdown(socket.SHUT_RDWR)
    start_response("500 Cut", [])  # written to a closed line: nobody hears it
    return []


def _keep_silent(line: socket.socket) -> None:
    """Until the caller hangs up, `SILENCE_SECONDS` at most."""
    until = time.monotonic() + SILENCE_SECONDS
    line.settimeout(PAUSE_SECONDS)
    while time.monotonic() < until:
        try:
            if not line.recv(1, socket.MSG_PEEK):
                return
        except TimeoutError:
            continue
        except OSError:
            return
        time.sleep(PAUSE_SECONDS)


def _reset(line: socket.socket | None) -> Iterable[bytes]:
    """gunicorn closes the line for the error; without lingering that is an RST."""
    if line is None:
        raise Cut
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError(errno.ECONNRESET, "The weather resets the connection")


def _drip(
    line: socket.socket | None, start_response: Callable[..., Any], answer: Answer
) -> Iterable[bytes]:
    """One byte after the other from the status line on, until the caller hangs up."""
    if line is None:
        raise Cut
    until = time.monotonic() + SILENCE_SECONDS
    with contextlib.suppress(OSError):
        for byte in _raw(answer):
            if time.monotonic() > until:
                break
            line.sendall(bytes([byte]))
            time.sleep(PAUSE_SECONDS)
        return _cut(line, start_response)
    return []


def _raw(answer: Answer) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in answer.all_headers())
    return f"HTTP/1.1 {answer.status_line}\r\n{headers}\r\n".encode("latin-1") + answer.body


def _half(line: socket.socket | None, body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    if line is None:
        raise Cut
    line.shutdown(socket.SHUT_RDWR)


def _twice(
    line: socket.socket, start_response: Callable[..., Any], answer: Answer
) -> Iterable[bytes]:
    """The same answer two times on one connection, as a confused proxy sends it."""
    line.sendall(_raw(answer) * 2)
    return _cut(line, start_response)
