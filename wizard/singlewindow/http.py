"""The Single Window over HTTP, under the one time-out and retry rule of `rule.py`.

The adapters are made from the protocols' signatures (`wire.py`), so they cannot differ from them.
Whatever is not a clear answer to the question that was asked is `OutcomeUnknown`.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
import math
import os
import secrets
import time
from collections.abc import Callable, Hashable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import httpx

from wizard.singlewindow import wire
from wizard.singlewindow.breaker import Breaker
from wizard.singlewindow.deadline import DeadlineTransport
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import Receipt, SingleWindow
from wizard.singlewindow.rule import SHORTEST_TRY_SECONDS, Rule, waiting
from wizard.singlewindow.signing import SignatureRefused, SigningAuthority
from wizard.singlewindow.simulator.control import ServedControl

P = TypeVar("P")

LARGEST_ANSWER: Final = 2 * 1024 * 1024
MOST_PAGES: Final = 500
LONGEST_PAUSE: Final = 3600


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Reply:
    status: int
    media: str
    content: bytes
    retry_after: int | None


class Line:
    """The line to one server; safe to share between threads, not between processes."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str = "",
        rule: Rule | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rule = rule or Rule()
        self.token = token
        self._clock, self._sleep = clock, sleep
        self._breaker = Breaker(
            threshold=self.rule.failures_before_rest,
            rest_seconds=self.rule.rest_seconds,
            probe_seconds=self.rule.timeout_seconds,
            clock=clock,
        )
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"),
            timeout=self.rule.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            transport=transport or DeadlineTransport(),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def call(self, operation: wire.Operation, world: str, arguments: dict[str, Any]) -> Any:
        """Carry an operation out over there, all pages of a list. Raises what the port says."""
        with waiting(self.rule.patience_seconds, clock=self._clock) as seconds:
            until = self._clock() + seconds
            if operation.paged:
                return self._gather(operation, world, arguments, until)
            body = self._ask(operation, world, arguments, until, page=None)
            return _checked(operation, arguments, _read(operation.returns, body))

    def _gather(
        self, operation: wire.Operation, world: str, arguments: dict[str, Any], until: float
    ) -> Any:
        items: list[Any] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            body = self._ask(operation, world, arguments, until, page=cursor)
            found, cursor = _page(operation, body)
            items += found
            if not cursor:
                items = items[: arguments.get("limit")]
                return items if operation.returns_a_list else tuple(items)
        raise OutcomeUnknown("The list has no end")

    def _ask(
        self,
        operation: wire.Operation,
        world: str,
        arguments: dict[str, Any],
        until: float,
        *,
        page: str | None,
    ) -> bytes:
        """Ask, and ask again as the rule says, until the clock says `until`."""
        request = _request(operation, world, arguments, page=page, token=self.token)
        tries = self.rule.tries_of(operation)
        pause = self.rule.pause_seconds
        while True:
            tries -= 1
            try:
                return _answer(self._send(request, until))
            except OutcomeUnknown as unknown:
                pause = max(pause, unknown.retry_after or 0)
                if not tries or self._clock() + pause + SHORTEST_TRY_SECONDS > until:
                    raise
            self._sleep(pause)
            pause *= 3

    def _send(self, request: _Request, until: float) -> _Reply:
        """One try. Raises `OutcomeUnknown` when nothing usable comes back."""
        if until - self._clock() < SHORTEST_TRY_SECONDS:
            raise OutcomeUnknown("The page has waited long enough")
        wait = self._breaker.seconds_to_wait()
        if wait:
            raise OutcomeUnknown("The line is resting", retry_after=math.ceil(wait))
        try:
            reply = self._exchange(request, until)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            self._breaker.failed()
            raise OutcomeUnknown(f"No answer: {type(error).__name__}") from error
        except OutcomeUnknown:
            self._breaker.failed()
            raise
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        return reply

    def _exchange(self, request: _Request, until: float) -> _Reply:
        name = secrets.token_hex(8)
        until = min(until, self._clock() + self.rule.timeout_seconds)
        with self._client.stream(
            request.method,
            request.path,
            headers={**request.headers, wire.REQUEST_ID: name},
            content=request.content,
            timeout=until - self._clock(),
        ) as response:
            content = b""
            for part in response.iter_bytes():
                content += part
                if len(content) > LARGEST_ANSWER:
                    raise OutcomeUnknown("The answer is too large")
                if self._clock() > until:
                    raise OutcomeUnknown("The answer drips")
        if response.headers.get(wire.REQUEST_ID) != name and response.is_success:
            raise OutcomeUnknown("The answer belongs to another question")
        return _Reply(
            status=response.status_code,
            media=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            content=content,
            retry_after=_seconds(response.headers.get("Retry-After", "")),
        )


def _request(
    operation: wire.Operation,
    world: str,
    arguments: dict[str, Any],
    *,
    page: str | None,
    token: str,
) -> _Request:
    path = operation.full_path.replace("{world}", wire.spell(world))
    for name in operation.in_path:
        path = path.replace(f"{{{name}}}", wire.spell(arguments[name]))
    query = {name: wire.tell(arguments[name]) for name in operation.in_query}
    if page is not None:
        query["limit"] = str(wire.LARGEST_PAGE)
    if page:
        query["cursor"] = page
    headers = {}
    bearer = wire.spell(arguments["token"]) if operation.token else token
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    if operation.writes:
        if not wire.is_key(arguments["key"]):
            raise ValueError("A key is 1 to 200 printable ASCII signs")
        headers[wire.KEY_HEADER] = arguments["key"]
    content = None
    if operation.in_body:
        headers["Content-Type"] = "application/json"
        values = {name: _told(arguments[name]) for name in operation.in_body}
        body = wire.body_model(operation).model_construct(**values)
        content = body.model_dump_json(warnings=False).encode()
    return _Request(
        method=operation.method,
        path=path + ("?" + urlencode(query, quote_via=quote) if query else ""),
        headers=headers,
        content=content,
    )


def _told(value: Any) -> Any:
    """An argument with texts that JSON can carry."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return dataclasses.replace(
            value, **{field.name: _told(getattr(value, field.name)) for field in fields}
        )
    return wire.tell(value) if type(value) is str else value


def _seconds(text: str) -> int | None:
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_PAUSE))
    return min(int(text), LONGEST_PAUSE) if short else None


def _answer(reply: _Reply) -> bytes:
    """The content of a good answer. Raises `Fault`, `NotFound`, `ValueError`, `OutcomeUnknown`."""
    if reply.status == HTTPStatus.OK and reply.media == "application/json":
        return reply.content
    refused = HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if refused and reply.media == "application/problem+json":
        _raise_problem(reply)
    raise OutcomeUnknown(f"Status {reply.status}", retry_after=reply.retry_after)


def _raise_problem(reply: _Reply) -> None:
    try:
        problem = wire.Problem.model_validate_json(reply.content)
        code = FaultCode(problem.code or "") if problem.type == wire.FAULT else None
    except ValueError as error:
        raise OutcomeUnknown("The problem cannot be read") from error
    if code is not None:
        raise Fault(code, retryable=bool(problem.retryable), **(problem.facts or {}))
    if problem.type == wire.NOT_SIGNED:
        raise SignatureRefused(problem.detail)
    if problem.type == wire.NOT_FOUND:
        raise NotFound(problem.detail)
    if problem.type == wire.INVALID and reply.status != HTTPStatus.TOO_MANY_REQUESTS:
        raise ValueError(problem.detail)


def _read(hint: Any, body: bytes) -> Any:
    try:
        return wire.sound(wire.adapter(hint).validate_json(body))
    except ValueError as error:  # pydantic's own is one
        raise OutcomeUnknown("The answer has another shape") from error


def _page(operation: wire.Operation, body: bytes) -> tuple[list[Any], str]:
    try:
        found = json.loads(body)
        items, after = found["items"], found["next"]
        hint = wire.adapter(list[wire.item_type(operation.returns)])  # type: ignore[misc]  # read from the port
        return wire.sound(hint.validate_json(json.dumps(items))), str(after or "")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OutcomeUnknown("The page cannot be read") from error


def _checked(operation: wire.Operation, arguments: Mapping[str, Any], result: Any) -> Any:
    """The result, if it is about what was asked for."""
    if isinstance(result, Receipt):
        own = result.key == arguments["key"]
        own = own and (not operation.writes or result.operation == operation.name)
        own = own and (
            not operation.writes or result.application_number == arguments.get("number", "")
        )
    elif operation.name == "application":
        own = result.number == arguments["number"]
    else:
        own = True
    if not own:
        raise OutcomeUnknown("The answer is about something else")
    return result


# --- the adapters


class _Remote:
    """What an adapter made by `remote` stands on."""

    def __init__(self, line: Line, world: str) -> None:
        self.line = line
        self.world = world


@functools.cache
def adapter_of(protocol: Hashable) -> type:
    """A class with every method of the protocol, each carried out at the other end of a line."""
    assert isinstance(protocol, type)  # noqa: S101 - a class is hashable, which mypy doubts
    found = {one.name: one for one in wire.operations(protocol)}
    methods = {
        name: _method(getattr(protocol, name), operation) for name, operation in found.items()
    }
    return type(f"Http{protocol.__name__}", (_Remote,), methods)


def _method(member: Callable[..., Any], operation: wire.Operation) -> Callable[..., Any]:
    signature = inspect.signature(member)

    @functools.wraps(member)
    def call(self: _Remote, /, *args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        arguments.pop("self")
        world = arguments.pop("world", self.world)
        return self.line.call(operation, world, arguments)

    return call


def remote(protocol: type[P], line: Line, *, world: str = "") -> P:
    """The protocol served over `line`; `world` where its methods name none."""
    made: Any = adapter_of(cast(Hashable, protocol))
    return cast(P, made(line, world))


def HttpSingleWindow(line: Line, world: str) -> SingleWindow:  # noqa: N802 - reads as the class it makes
    """The authority as `world` sees it, over HTTP."""
    return remote(SingleWindow, line, world=world)  # type: ignore[type-abstract]  # made from it


def HttpSigningAuthority(line: Line, world: str) -> SigningAuthority:  # noqa: N802 - reads as the class it makes
    """Who signs documents for `world`, over HTTP."""
    return remote(SigningAuthority, line, world=world)  # type: ignore[type-abstract]  # made from it


def HttpControl(line: Line) -> ServedControl:  # noqa: N802 - reads as the class it makes
    """The demonstrator's hand, over HTTP."""
    return remote(ServedControl, line)  # type: ignore[type-abstract]  # made from it


def open_line(base_url: str, *, token: str = "") -> Line:
    """The line to this server; one for each process, so that its breaker knows what happened."""
    return _line(base_url, token, os.getpid())


@functools.cache
def _line(base_url: str, token: str, _process: int) -> Line:
    return Line(base_url, token=token)
