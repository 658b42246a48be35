"""The simulator over HTTP: a WSGI application made from the port's signatures.

`/worlds/{world}/…` is the service, `/control/…` the demonstrator's hand (only with a control
token), `/openapi.json` says all of it; beside it stands what programs that check signatures ask for
(`published.py`).
"""

from __future__ import annotations

import dataclasses
import functools
import hmac
import re
import time
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

from wizard.singlewindow import wire
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.signing import SignatureRefused
from wizard.singlewindow.simulator import intake, openapi, problems, published, storm
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.inflight import KeysInFlight
from wizard.singlewindow.simulator.problems import Refusal
from wizard.singlewindow.simulator.storm import Answer
from wizard.singlewindow.simulator.weather import Forecast, Weather

Environ = intake.Environ
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where an operation is found, and in which part of the server."""

    pattern: re.Pattern[str]
    operation: wire.Operation
    part: openapi.Part


def routes(*, control: bool) -> tuple[Route, ...]:
    """Every address of the service, and of the control where it is on."""
    return tuple(
        Route(pattern=_pattern(part.prefix + operation.full_path), operation=operation, part=part)
        for part in openapi.parts(control=control)
        for operation in wire.operations(part.protocol)
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[A-Za-z0-9._~-]{1,80})", path))


class SimulatorApp:
    """The WSGI application. Safe to share between threads; all state is the engine's."""

    def __init__(self, engine: Engine, *, control_token: str = "") -> None:
        self._engine = engine
        self._control_token = control_token
        self._routes = routes(control=bool(control_token))
        self._in_flight = KeysInFlight()
        self._document = openapi.document_bytes(control=bool(control_token))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; nothing that is sent gives a 500."""
        try:
            answer = self._answer(environ)
        except Refusal as refusal:
            answer = of_refusal(refusal)
        return storm.send(environ, start_response, answer)

    def _answer(self, environ: Environ) -> Answer:
        path = environ.get("PATH_INFO", "")
        if path == "/openapi.json":
            _check_method(environ, ["GET"])
            return storm.tagged(environ, Answer(body=self._document))
        if path in published.METHODS:
            _check_method(environ, [published.METHODS[path]])
            made: Answer = _speaking(lambda: published.answer(self._engine, environ))
            return made
        found = [(route, m) for route in self._routes if (m := route.pattern.fullmatch(path))]
        if not found:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is no such address.", type_="about:blank")
        _check_method(environ, [route.operation.method for route, _ in found])
        route, match = found[0]
        if route.part is openapi.CONTROL:
            self._check_control(environ)
        return self._call(environ, route, match.groupdict())

    def _check_control(self, environ: Environ) -> None:
        given = intake.bearer(environ) or ""
        if not hmac.compare_digest(given.encode(), self._control_token.encode()):
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "The control token is needed here.",
                type_=wire.PROBLEMS + "control",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def _call(self, environ: Environ, route: Route, named: dict[str, str]) -> Answer:
        operation = route.operation
        world = named.pop("world", "")
        token = intake.bearer(environ)
        if operation.token and token is None:
            raise problems.of_fault(Fault(FaultCode.SESSION_EXPIRED))
        arguments: dict[str, Any] = dict(named)
        if operation.writes:
            arguments["key"] = intake.idempotency_key(environ)
        paging = frozenset({"limit", "cursor"}) if operation.paged else frozenset()
        query = intake.query_arguments(environ, frozenset(operation.in_query) | paging)
        limit = intake.page_size(query.pop("limit", None))
        cursor = query.pop("cursor", None)
        missing = operation.in_query.keys() - query.keys()
        if missing:
            raise problems.invalid(HTTPStatus.BAD_REQUEST, f"Missing: {min(missing)}")
        arguments |= query
        control = route.part is openapi.CONTROL
        # Whatever stops a request does so before its body is read.
        forecast = None if control else self._met(world, operation, arguments)
        stopped = _instead(forecast)
        if stopped is not None:
            return stopped
        if operation.method == "POST":
            arguments |= intake.body_arguments(environ, operation)
        if operation.token:
            arguments["token"] = token
        if control:
            if operation.scoped:
                arguments["world"] = world
            result = _speaking(lambda: getattr(self._engine, operation.name)(**arguments))
            return _answer_of(environ, operation, result, limit=limit, cursor=cursor)
        carry_out = functools.partial(
            self._carry_out,
            environ,
            route,
            world,
            arguments,
            forecast=forecast,
            limit=limit,
            cursor=cursor,
        )
        if not operation.writes:
            return carry_out()
        whose = self._engine.whose(world, token) if token else str(arguments.get("uscc", ""))
        with self._in_flight.one(world, whose, arguments["key"]):
            return carry_out()

    def _met(
        self, world: str, operation: wire.Operation, arguments: dict[str, Any]
    ) -> Forecast | None:
        """The weather that this request meets, by what its head says of it."""
        found: Forecast | None = _speaking(
            lambda: self._engine.take_weather(
                world,
                operation.name,
                key=arguments.get("key", ""),
                number=arguments.get("number", ""),
            )
        )
        return found

    def _carry_out(
        self,
        environ: Environ,
        route: Route,
        world: str,
        arguments: dict[str, Any],
        *,
        forecast: Forecast | None,
        limit: int,
        cursor: str | None,
    ) -> Answer:
        """Late, if the weather has it so; what else it does to the answer is left to `storm`."""
        operation = route.operation
        if forecast is not None and forecast.kind is Weather.DELAY:
            time.sleep(forecast.seconds)
        signs = route.part is openapi.SIGNING
        window = self._engine.served(world, met=forecast)
        target: Any = self._engine.served_signatures(world) if signs else window
        try:
            result = _speaking(lambda: getattr(target, operation.name)(**arguments))
            answer = _answer_of(environ, operation, result, limit=limit, cursor=cursor)
            if operation.writes:
                replayed = "false" if window.made_a_receipt else "true"
                answer.headers.append((wire.REPLAYED_HEADER, replayed))
        except Refusal as refusal:
            answer = of_refusal(refusal)
        return dataclasses.replace(answer, damage=forecast.kind if forecast else None)


def _speaking(act: Callable[[], Any]) -> Any:
    """What the engine says, in the words of HTTP."""
    try:
        return act()
    except Fault as fault:
        raise problems.of_fault(fault) from None
    except NotFound:
        raise problems.not_found("There is no such thing for you.") from None
    except SignatureRefused as refused:
        raise problems.not_signed(str(refused)) from None
    except OutcomeUnknown:
        raise problems.unavailable("The store did not answer.") from None
    except ValueError as error:
        raise problems.invalid(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


def _instead(forecast: Forecast | None) -> Answer | None:
    """What the weather gives instead of carrying the call out, or None."""
    if forecast is None:
        return None
    if forecast.refusal is not None:
        return of_refusal(problems.of_fault(forecast.refusal))
    if forecast.kind in {Weather.LOST_BEFORE, Weather.NO_ANSWER}:
        return Answer(damage=forecast.kind)
    if forecast.kind is Weather.HTTP_500:
        return Answer(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            body=b"<html><h1>Internal Server Error</h1></html>",
            media="text/html",
        )
    if forecast.kind is Weather.HTTP_429:
        refusal = problems.invalid(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Come again later.",
            Retry_After=str(forecast.seconds),
        )
        return of_refusal(refusal)
    return None


def _answer_of(
    environ: Environ, operation: wire.Operation, result: Any, *, limit: int, cursor: str | None
) -> Answer:
    if operation.paged:
        body = _page(operation, result, limit=limit, cursor=cursor)
    else:
        body = wire.adapter(operation.returns).dump_json(result)
    answer = Answer(body=body)
    if operation.method == "GET":
        return storm.tagged(environ, answer, version=getattr(result, "version", None))
    return answer


def _page(
    operation: wire.Operation, items: Sequence[Any], *, limit: int, cursor: str | None
) -> bytes:
    """`{"items": …, "next": …}`: the members after the one that the cursor names."""
    start = 0
    if cursor is not None:
        names = [wire.identity(item) for item in items]
        if cursor not in names:
            raise problems.not_found("The cursor names nothing in this list.")
        start = names.index(cursor) + 1
    shown = list(items[start : start + limit])
    more = start + limit < len(items)
    item = wire.adapter(list[wire.item_type(operation.returns)])  # type: ignore[misc]  # read from the port
    after = wire.adapter(str | None).dump_json(wire.identity(shown[-1]) if more else None)
    return b'{"items":' + item.dump_json(shown) + b',"next":' + after + b"}"


def _check_method(environ: Environ, allowed: list[str]) -> None:
    method = environ.get("REQUEST_METHOD", "")
    if method in allowed or (method == "HEAD" and "GET" in allowed):
        return
    listed = ", ".join([*allowed, "HEAD"] if "GET" in allowed else allowed)
    raise problems.invalid(HTTPStatus.METHOD_NOT_ALLOWED, f"Allowed here: {listed}", Allow=listed)


def of_refusal(refusal: Refusal) -> Answer:
    """The problem as an answer."""
    return Answer(
        status=refusal.status,
        body=refusal.body,
        media=PROBLEM,
        headers=list(refusal.headers.items()),
    )
