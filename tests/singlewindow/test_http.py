"""The HTTP adapter: one time-out, one retry rule, one breaker; nothing odd passes for an answer."""

from __future__ import annotations

import inspect
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest

from tests.singlewindow.cast import Exporter
from tests.singlewindow.wired import Server, in_memory
from wizard.singlewindow import wire
from wizard.singlewindow.embedded import EmbeddedSingleWindow, Engine
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.http import HttpSingleWindow, Line, adapter_of
from wizard.singlewindow.port import Control, Receipt, SingleWindow
from wizard.singlewindow.rule import Rule
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.signatures import WorldSignatures
from wizard.singlewindow.simulator.store import Store

FAST: Final = Rule(pause_seconds=0.001)


def methods_of(protocol: type) -> list[str]:
    return [
        name
        for name in vars(protocol)
        if not name.startswith("_") and callable(vars(protocol)[name])
    ]


@pytest.mark.parametrize("name", methods_of(SingleWindow))
def test_adapter_engine_and_port_have_the_same_signatures(name: str) -> None:
    wanted = inspect.signature(getattr(SingleWindow, name))
    assert inspect.signature(getattr(adapter_of(SingleWindow), name)) == wanted
    assert inspect.signature(getattr(EmbeddedSingleWindow, name)) == wanted


@pytest.mark.parametrize("name", methods_of(SigningAuthority))
def test_both_hands_that_sign_have_the_port_s_signatures(name: str) -> None:
    wanted = inspect.signature(getattr(SigningAuthority, name))
    assert inspect.signature(getattr(adapter_of(SigningAuthority), name)) == wanted
    assert inspect.signature(getattr(WorldSignatures, name)) == wanted


@pytest.mark.parametrize("name", methods_of(Control))
def test_both_controls_have_the_same_signatures(name: str) -> None:
    wanted = inspect.signature(getattr(Control, name))
    assert inspect.signature(getattr(adapter_of(Control), name)) == wanted
    assert inspect.signature(getattr(Engine, name)) == wanted


# --- what may come back

Answer = Callable[[httpx.Request], httpx.Response]


def window(answer: Answer, *, rule: Rule = FAST) -> SingleWindow:
    """A window whose other end answers like this, with the number of the question."""

    def numbered(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        response.headers.setdefault("X-Request-Id", request.headers["X-Request-Id"])
        return response

    transport = httpx.MockTransport(numbered)
    return HttpSingleWindow(Line("http://authority", rule=rule, transport=transport), "w")


def _fails(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def _never_ends(_: httpx.Request) -> httpx.Response:
    def parts() -> Iterator[bytes]:
        while True:
            yield b" " * 65_536

    return httpx.Response(200, headers=JSON, content=parts())


JSON: Final = {"Content-Type": "application/json"}
PROBLEM: Final = {"Content-Type": "application/problem+json"}
ODD: Final[dict[str, Answer]] = {
    "refused": _fails,
    "endless": _never_ends,
    "html": lambda _: httpx.Response(200, html="<p>maintenance"),
    "garbage": lambda _: httpx.Response(200, headers=JSON, content=b"\xff\x00{"),
    "empty": lambda _: httpx.Response(200, headers=JSON),
    "another shape": lambda _: httpx.Response(200, json={"name": 5}),
    "deep": lambda _: httpx.Response(200, headers=JSON, content=b"[" * 100_000),
    "redirect": lambda _: httpx.Response(302, headers={"Location": "http://evil.example/"}),
    "no content": lambda _: httpx.Response(204),
    "404 of a proxy": lambda _: httpx.Response(404, text="nginx"),
    "404 of another kind": lambda _: httpx.Response(
        404, headers=PROBLEM, json={"type": "about:blank", "title": "", "status": 404, "detail": ""}
    ),
    "an unknown code": lambda _: httpx.Response(
        409,
        headers=PROBLEM,
        content=json.dumps(
            {
                "type": "urn:single-window:fault",
                "title": "",
                "status": 409,
                "detail": "",
                "code": "Z",
            }
        ),
    ),
    "500": lambda _: httpx.Response(500, text="oops"),
    "503": lambda _: httpx.Response(503, headers={"Retry-After": "soon"}),
    "429": lambda _: httpx.Response(429, headers={"Retry-After": "30"}),
    "another question's": lambda _: httpx.Response(
        200, json="2026-11-23T10:00:00+08:00", headers={"X-Request-Id": "other"}
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_clear_answer_is_an_unknown_outcome(odd: str) -> None:
    with pytest.raises(OutcomeUnknown):
        window(ODD[odd]).enterprise(token="t")
    with pytest.raises(OutcomeUnknown):
        window(ODD[odd]).applications(token="t")
    with pytest.raises(OutcomeUnknown):
        window(ODD[odd]).add_seal(token="t", key="k")


def test_the_pause_that_was_asked_for_is_told() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        window(ODD["429"]).now()
    assert caught.value.retry_after == 30


def test_a_list_without_an_end_is_no_answer() -> None:
    endless = {"items": [], "next": "again"}
    with pytest.raises(OutcomeUnknown):
        window(lambda _: httpx.Response(200, json=endless)).policies(token="t")


def _receipt(**changes: str) -> dict[str, Any]:
    return {
        "key": "k",
        "operation": "add_seal",
        "serial": "HZ-1",
        "at": "2026-11-23T10:00:00+08:00",
        "application_number": "",
    } | changes


@pytest.mark.parametrize(
    "changes", [{"key": "other"}, {"operation": "certify"}, {"application_number": "TB-1"}]
)
def test_a_receipt_for_something_else_is_no_answer(changes: dict[str, str]) -> None:
    good = window(lambda _: httpx.Response(200, json=_receipt()))
    assert isinstance(good.add_seal(token="t", key="k"), Receipt)
    with pytest.raises(OutcomeUnknown):
        window(lambda _: httpx.Response(200, json=_receipt(**changes))).add_seal(token="t", key="k")


# --- how often


class Counting:
    """Fails `failures` times, then answers; counts and keeps what it was asked."""

    def __init__(self, failures: int, answer: httpx.Response) -> None:
        self.failures = failures
        self.answer = answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if len(self.asked) <= self.failures:
            raise httpx.ReadTimeout("silence", request=request)
        return self.answer


def test_a_question_is_asked_three_times() -> None:
    time = httpx.Response(200, json="2026-11-23T10:00:00+08:00")
    heals = Counting(2, time)
    assert window(heals).now().year == 2026
    assert len(heals.asked) == 3
    never = Counting(9, time)
    with pytest.raises(OutcomeUnknown):
        window(never).now()
    assert len(never.asked) == 3


def test_a_write_is_repeated_once_and_under_its_key() -> None:
    heals = Counting(1, httpx.Response(200, json=_receipt()))
    window(heals).add_seal(token="t", key="k")
    assert [request.headers["Idempotency-Key"] for request in heals.asked] == ["k", "k"]
    never = Counting(9, httpx.Response(200, json=_receipt()))
    with pytest.raises(OutcomeUnknown):
        window(never).add_seal(token="t", key="k")
    assert len(never.asked) == 2


def test_what_has_no_key_is_never_repeated() -> None:
    never = Counting(9, httpx.Response(200))
    with pytest.raises(OutcomeUnknown):
        window(never).sign_in_with_card(serial="s", pin="p")
    assert len(never.asked) == 1


def test_a_refusal_is_an_answer_and_not_asked_again() -> None:
    body = {"type": "urn:single-window:fault", "title": "", "status": 409, "detail": ""}
    refusal = Counting(
        0, httpx.Response(409, headers=PROBLEM, content=json.dumps(body | {"code": "R-401"}))
    )
    with pytest.raises(Fault) as caught:
        window(refusal).enterprise(token="t")
    assert caught.value.code is FaultCode.NOT_CERTIFIED
    gone = Counting(
        0,
        httpx.Response(
            404, headers=PROBLEM, content=json.dumps(body | {"type": "urn:single-window:not-found"})
        ),
    )
    with pytest.raises(NotFound):
        window(gone).enterprise(token="t")
    assert (len(refusal.asked), len(gone.asked)) == (1, 1)


# --- weather over the wire

KINDS: Final = [
    "lost-before",
    "lost-after",
    "http-500",
    "http-429:30",
    "no-answer",
    "truncated",
    "invalid-json",
    "wrong-schema",
    "drip",
    "reset",
]
COMMITTED: Final = {"lost-after", "truncated", "invalid-json", "wrong-schema", "drip", "reset"}
SHORT: Final = Rule(tries=1, writes_tried=1, timeout_seconds=1, failures_before_rest=10**6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["memory", "http", "socket"])
def test_every_weather_leaves_an_outcome_that_the_key_settles(
    kind: str, where: str, request: pytest.FixtureRequest
) -> None:
    authority: Any
    if where == "socket":
        running: Server = request.getfixturevalue("server")
        authority = running.authority(rule=SHORT)
    else:
        authority = Engine(Store(None)) if where == "memory" else in_memory(rule=SHORT)
    owner = Exporter.of(authority, "P01")
    number = owner.number
    authority.set_weather(owner.world, operation="confirm_application", kind=kind)
    with pytest.raises(OutcomeUnknown) as caught:
        owner.confirm("same")
    assert caught.value.retry_after == (30 if kind == "http-429:30" else None)
    found = owner.window.find_receipt(token=owner.token, key="same")
    assert (found is not None) == (kind in COMMITTED)
    received = [
        (line.key, line.application_number, line.answer, line.weather)
        for line in authority.requests(owner.world)
        if line.operation == "confirm_application"
    ]
    assert received == [("same", number, "accepted" if found else "stopped", kind)]
    receipt = owner.confirm("same")
    assert found in {None, receipt}
    assert owner.window.application(token=owner.token, number=number).version == 2
    if where != "memory":
        authority.close()


@pytest.mark.parametrize("kind", ["duplicate-answer", "delay:0"])
def test_late_and_double_answers_are_answers(server: Server, kind: str) -> None:
    authority = server.authority()
    owner = Exporter.of(authority, "P01")
    authority.set_weather(owner.world, operation="*", kind=kind, times=3)
    for _ in range(3):
        assert owner.window.now().year == 2026
    assert owner.confirm("same") == owner.confirm("same")
    authority.close()


def test_a_line_is_cut_before_the_body_is_read(server: Server) -> None:
    authority = server.authority()
    owner = Exporter.of(authority, "P01")
    path = f"/worlds/{wire.spell(owner.world)}/applications/{owner.number}/confirm-application"
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Authorization: Bearer {owner.token}",
        f"{wire.KEY_HEADER}: same",
        "Content-Type: application/json",
        "Content-Length: 1000",
    ]
    authority.set_weather(owner.world, operation="confirm_application", kind="lost-before")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode())
        # A server that waited for the body would say nothing until the time-out.
        assert line.recv(1) == b""
    newest = authority.requests(owner.world)[0]
    assert (newest.key, newest.answer, newest.weather) == ("same", "stopped", "lost-before")
    authority.close()


def test_a_fault_can_be_ordered_for_any_operation(server: Server) -> None:
    authority = server.authority()
    owner = Exporter.of(authority, "P01")
    authority.set_weather(owner.world, operation="make_seal", kind="fault:S-302")
    with pytest.raises(Fault) as caught:
        owner.make_seal()
    assert caught.value.code is FaultCode.SEAL_MISSING
    newest = authority.requests(owner.world)[0]
    assert (newest.answer, newest.weather) == ("S-302", "fault:S-302")
    authority.close()
