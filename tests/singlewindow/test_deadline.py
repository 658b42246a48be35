"""How long a call and a page may wait, by a clock that the test moves; the wire's deadline."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from wizard.singlewindow.deadline import DeadlineTransport
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.http import HttpSingleWindow, Line
from wizard.singlewindow.port import SingleWindow
from wizard.singlewindow.rule import PAGE_SECONDS, Rule, one_page, waiting

# What is promised (quality.md): a page within so many seconds, and healed within so many.
PAGE_PROMISED: Final = 3.0
HEALED_PROMISED: Final = 10.0
OWN_WORK: Final = 0.5
RULE: Final = Rule()


class Silence:
    """An authority that lets every try run into its time-out, on a clock of its own.

    From `heals_at` on it answers; a call that was sent before stays without an answer.
    """

    def __init__(self, *, heals_at: float = 10**9) -> None:
        self.now = 0.0
        self.heals_at = heals_at
        self.asked: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(self.now)
        if self.now < self.heals_at:
            self.now += request.extensions["timeout"]["read"]
            raise httpx.ReadTimeout("silence", request=request)
        name = {"X-Request-Id": request.headers["X-Request-Id"]}
        return httpx.Response(200, json="2026-11-23T10:00:00+08:00", headers=name)

    def window(self, rule: Rule = RULE) -> SingleWindow:
        transport = httpx.MockTransport(self.answer)
        line = Line(
            "http://authority", rule=rule, transport=transport, clock=self, sleep=self.sleep
        )
        return HttpSingleWindow(line, "w")


def ask(window: SingleWindow) -> bool:
    with contextlib.suppress(OutcomeUnknown):
        window.now()
        return True
    return False


def test_the_settings_keep_what_is_promised() -> None:
    assert PAGE_SECONDS + OWN_WORK <= PAGE_PROMISED
    assert RULE.patience_seconds <= PAGE_SECONDS
    assert RULE.heals_within_seconds + PAGE_SECONDS <= HEALED_PROMISED


@pytest.mark.parametrize(
    ("ask_it", "tries"),
    [
        (lambda window: window.now(), 2),
        (lambda window: window.add_seal(token="t", key="k"), 2),
        (lambda window: window.sign_in_with_card(serial="s", pin="p"), 1),
        (lambda window: window.policies(token="t"), 2),
    ],
)
def test_one_call_waits_no_longer_than_its_patience(ask_it: Any, tries: int) -> None:
    silence = Silence()
    with pytest.raises(OutcomeUnknown):
        ask_it(silence.window())
    assert len(silence.asked) == tries
    assert silence.now <= RULE.patience_seconds


def test_all_calls_of_one_page_together_wait_no_longer_than_a_page_may() -> None:
    silence = Silence()
    window = silence.window(Rule(failures_before_rest=10**6))
    with one_page(PAGE_SECONDS):
        for _ in range(20):
            assert not ask(window)
    assert silence.now <= PAGE_SECONDS
    before = silence.now
    assert not ask(window), "the next page has a patience of its own"
    assert silence.now > before


def test_quick_answers_leave_the_page_its_patience() -> None:
    silence = Silence(heals_at=0)
    window = silence.window()
    with one_page(PAGE_SECONDS):
        assert all(ask(window) for _ in range(100))
        with waiting(9, clock=silence) as seconds:
            assert seconds == PAGE_SECONDS


def test_a_longer_block_inside_a_page_is_taken_off_the_page_afterwards() -> None:
    silence = Silence()
    with one_page(2.0):
        with one_page(9.0), waiting(20, clock=silence) as seconds:
            assert seconds == 9.0
            silence.now += 1.5
        with waiting(20) as seconds:
            assert seconds == 0.5
        with one_page(9.0), waiting(20, clock=silence):
            silence.now += 5
        with waiting(20) as seconds:
            assert seconds == 0
    with waiting(20) as seconds:
        assert seconds == 20


def test_a_resting_line_is_not_used() -> None:
    silence = Silence()
    window = silence.window(Rule(tries=1, failures_before_rest=2))
    for _ in range(2):
        ask(window)
    rests_from = silence.now
    with pytest.raises(OutcomeUnknown) as caught:
        window.now()
    assert (len(silence.asked), silence.now) == (2, rests_from)
    assert caught.value.retry_after == 3


@pytest.mark.parametrize("heals_at", [10.0 + tenth / 10 for tenth in range(60)])
def test_whenever_it_heals_every_call_reaches_it_in_time(heals_at: float) -> None:
    """Somebody asks all the time; the moment of healing meets every state of the breaker."""
    silence = Silence(heals_at=heals_at)
    window = silence.window()
    works_from = 0.0
    while silence.now < heals_at + HEALED_PROMISED:
        with one_page(PAGE_SECONDS):
            started = silence.now
            if not ask(window):
                works_from = silence.now
        assert silence.now - started <= PAGE_SECONDS
        silence.now += 0.05
    assert works_from <= heals_at + RULE.heals_within_seconds


@pytest.mark.parametrize("field", ["tries", "writes_tried", "failures_before_rest"])
def test_a_rule_without_a_try_is_none(field: str) -> None:
    with pytest.raises(ValueError, match="once at least"):
        Rule(**{field: 0})


# --- on a real socket: a peer that sends a byte now and then ends at the same deadline


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a peer that sends one byte of its status line after the other, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = server.accept()
                with line:
                    line.sendall(b"HTTP/1.1 200 O")
                    while not done.wait(0.02):
                        line.sendall(b"K")

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        done.set()
        thread.join()


def test_drops_do_not_lengthen_a_call(dripping: int) -> None:
    with (
        httpx.Client(transport=DeadlineTransport(), timeout=0.2) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(f"http://127.0.0.1:{dripping}/")


def test_a_port_that_nobody_listens_on_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with httpx.Client(transport=DeadlineTransport(), timeout=5) as client:
        for url in (f"http://127.0.0.1:{port}/", "http://[::1]:1/"):
            with pytest.raises(httpx.ConnectError):
                client.get(url)
