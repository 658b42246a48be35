"""A key in flight is told to ask again; an answered one is known for as long as was said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pytest

from tests.singlewindow.cast import MONDAY, PIN, Exporter, refused, sign_in
from tests.singlewindow.wired import CONTROL_TOKEN, InMemory
from wizard.singlewindow.faults import FaultCode, OutcomeUnknown
from wizard.singlewindow.http import HttpSingleWindow, Line
from wizard.singlewindow.port import CertificationMethod
from wizard.singlewindow.rule import Rule
from wizard.singlewindow.simulator import server
from wizard.singlewindow.simulator.calls import KEPT
from wizard.singlewindow.simulator.engine import Engine
from wizard.singlewindow.simulator.server import SimulatorApp
from wizard.singlewindow.simulator.store import Store

SECONDS = 20


class Clock:
    """A real clock that the test moves."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


class Held:
    """Stands in for `time` at the server: who is to be late waits until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def sleep(self, _seconds: float) -> None:
        self.reached.set()
        assert self.let_go.wait(SECONDS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    return Engine(Store(None), real_clock=clock)


@pytest.fixture
def owner(engine: Engine) -> Exporter:
    return Exporter.of(engine, "P01", world="w")


@pytest.fixture
def curl(engine: Engine) -> httpx.Client:
    app = SimulatorApp(engine, control_token=CONTROL_TOKEN)
    return httpx.Client(base_url="http://simulator", transport=InMemory(app))


def add_seal(curl: httpx.Client, person: Exporter, key: str = "same") -> httpx.Response:
    return curl.post(
        f"/worlds/{person.world}/add-seal",
        headers={"Authorization": f"Bearer {person.token}", "Idempotency-Key": key},
    )


def test_a_key_in_flight_is_told_to_ask_again_and_then_gets_its_answer(
    engine: Engine, owner: Exporter, curl: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr(server, "time", held)
    engine.set_weather(owner.world, operation="add_seal", kind="delay:1")
    stranger = Exporter.of(engine, "P02", world="another")
    colleague = sign_in(engine, "w", owner.window.reader().cards[0].kind)

    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(add_seal, curl, owner)
        assert held.reached.wait(SECONDS)
        busy = add_seal(curl, owner)
        assert busy.status_code == 409
        assert busy.headers["Retry-After"] == "1"
        assert busy.json()["type"] == "urn:single-window:in-flight"
        second_machine = curl.post(
            "/worlds/w/add-seal",
            headers={"Authorization": f"Bearer {colleague.token}", "Idempotency-Key": "same"},
        )
        assert second_machine.status_code == 409, "the key is the enterprise's, not the session's"
        assert add_seal(curl, stranger).status_code == 200, "the same key of another company"
        held.let_go.set()
        receipt = made.result(SECONDS)
    assert receipt.status_code == 200
    again = add_seal(curl, owner)
    assert again.content == receipt.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert sum(line.answer == "accepted" for line in engine.requests("w")) == 3


def test_our_client_asks_again_under_the_key_after_the_pause_that_was_said() -> None:
    now = [0.0]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Idempotency-Key"])
        head = {"X-Request-Id": request.headers["X-Request-Id"], "Retry-After": "1"}
        body = {"type": "urn:single-window:in-flight", "title": "", "status": 409, "detail": ""}
        media = {"Content-Type": "application/problem+json"}
        return httpx.Response(409, json=body, headers=head | media)

    def sleep(seconds: float) -> None:
        now[0] += seconds

    line = Line(
        "http://authority",
        rule=Rule(),
        transport=httpx.MockTransport(answer),
        clock=lambda: now[0],
        sleep=sleep,
    )
    with pytest.raises(OutcomeUnknown) as caught:
        HttpSingleWindow(line, "w").add_seal(token="t", key="k")
    assert (asked, now, caught.value.retry_after) == (["k", "k"], [1.0], 1)


# --- for how long


def later(clock: Clock, by: timedelta) -> None:
    clock.now += by


def test_the_key_of_a_write_without_application_is_forgotten_after_its_time(
    clock: Clock, engine: Engine, owner: Exporter
) -> None:
    first = owner.window.add_seal(token=owner.token, key="seal")
    later(clock, KEPT)
    back = sign_in(engine, "w", owner.window.reader().cards[0].kind)
    assert owner.window.add_seal(token=back.token, key="seal") == first, "known to the last day"
    later(clock, timedelta(seconds=1))
    refused(FaultCode.SESSION_EXPIRED, owner.window.add_seal, token=owner.token, key="seal")
    seals = owner.window.seals(token=back.token)
    refused(FaultCode.SEAL_EXISTS, owner.window.add_seal, token=back.token, key="seal")
    assert owner.window.seals(token=back.token) == seals
    assert owner.window.find_receipt(token=back.token, key="seal") is None


REPLAYS: dict[str, Callable[[Exporter, str, str], object]] = {
    "add": lambda one, token, key: one.window.add_seal(token=token, key=key),
    "stop": lambda one, token, key: one.window.stop_seal(
        token=token, seal_id=one.signin.card_serial, key=key
    ),
    "certify": lambda one, token, key: one.window.certify(
        token=token, method=CertificationMethod.LEGAL_CARD, key=key
    ),
    "pin": lambda one, token, key: one.window.change_pin(
        token=token, old_pin=PIN, new_pin="27182818", key=key
    ),
}


@pytest.mark.parametrize("write", REPLAYS)
def test_a_request_that_is_sent_again_after_that_brings_a_dead_token(
    clock: Clock, owner: Exporter, write: str
) -> None:
    later(clock, KEPT + timedelta(seconds=1))
    refused(FaultCode.SESSION_EXPIRED, REPLAYS[write], owner, owner.token, "k")


def test_the_keys_of_an_application_are_kept_with_it(
    clock: Clock, engine: Engine, owner: Exporter
) -> None:
    receipts = [owner.confirm("a"), owner.make_seal("b"), owner.sign("c")]
    later(clock, 3 * KEPT)
    back = sign_in(engine, "w", owner.window.reader().cards[0].kind)
    owner.window.certify(token=back.token, method=CertificationMethod.LEGAL_CARD, key="d")
    found = [owner.window.find_receipt(token=back.token, key=key) for key in "abc"]
    assert found == receipts
