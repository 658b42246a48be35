"""Bad weather between site and authority: per world and operation, for a number of calls."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Final

from wizard.singlewindow import rule
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown
from wizard.singlewindow.simulator.store import Request, Store, Transaction

# Weather for this name meets every operation that has none of its own.
ANY: Final = "*"
LONGEST_SECONDS: Final = 60


class Weather(StrEnum):
    """What may happen to a call on its way. The names are data: they are kept in the store.

    Three of them take a detail after a colon: `fault:C-103`, `http-429:30`, `delay:2`.
    """

    LOST_BEFORE = "lost-before"  # the request never arrives
    LOST_AFTER = "lost-after"  # it is carried out, and the answer never arrives
    FAULT = "fault"  # refused with this code, nothing carried out
    HTTP_500 = "http-500"  # an error instead of an answer, nothing carried out
    HTTP_429 = "http-429"  # come again in so many seconds, nothing carried out
    DELAY = "delay"  # carried out, so many seconds late
    NO_ANSWER = "no-answer"  # not carried out, and the line stays silent
    TRUNCATED = "truncated"  # carried out, and half of the answer arrives
    INVALID_JSON = "invalid-json"  # carried out, and the answer is garbage
    WRONG_SCHEMA = "wrong-schema"  # carried out, and the answer is JSON of another shape
    DRIP = "drip"  # carried out, and the answer comes one byte after the other, for ever
    RESET = "reset"  # carried out, and the connection is reset (RST)
    DUPLICATE = "duplicate-answer"  # carried out, and the answer arrives twice
    OUT_OF_ORDER = "out-of-order"  # notices: the newest arrives first; calls know no order


# Without a wire these are all the same to the caller: nobody can say what happened.
LOSES_THE_ANSWER: Final = frozenset(
    {
        Weather.LOST_AFTER,
        Weather.TRUNCATED,
        Weather.INVALID_JSON,
        Weather.WRONG_SCHEMA,
        Weather.DRIP,
        Weather.RESET,
    }
)
STOPS_THE_REQUEST: Final = frozenset({Weather.LOST_BEFORE, Weather.HTTP_500, Weather.NO_ANSWER})
# What the log answers for a call that was not carried out.
STOPPED: Final = "stopped"
DEFAULT_SECONDS: Final = {Weather.HTTP_429: 30, Weather.DELAY: 2}
# What a refusal with this code says besides (port.py): an ordered one says it too.
FACTS: Final[Mapping[FaultCode, Mapping[str, str | int]]] = {
    FaultCode.WRONG_PIN: {"tries_left": 2},
    FaultCode.PIN_NOT_ALLOWED: {"why": "initial"},
    FaultCode.EMAIL_REJECTED: {"field": "email"},
    FaultCode.CONTACT_REJECTED: {"field": "phone"},
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """One kind of weather with its detail: `fault` for FAULT, `seconds` for 429 and DELAY.

    `text` is how it was ordered.
    """

    text: str
    kind: Weather
    fault: FaultCode | None = None
    seconds: int = 0

    @property
    def refusal(self) -> Fault | None:
        """The ordered fault as the authority would say it; None for other weather."""
        if self.fault is None:
            return None
        return Fault(self.fault, retryable=False, **FACTS.get(self.fault, {}))

    @property
    def stops(self) -> bool:
        """Whether the call is not carried out."""
        return self.kind in STOPS_THE_REQUEST | {Weather.FAULT, Weather.HTTP_429}

    @classmethod
    def read(cls, text: str) -> Forecast:
        """From `kind` or `kind:detail`. Raises `ValueError` for what is none."""
        name, _, detail = text.partition(":")
        kind = Weather(name)
        if kind is Weather.FAULT:
            return cls(text=text, kind=kind, fault=FaultCode(detail))
        if kind not in DEFAULT_SECONDS:
            if detail:
                raise ValueError(f"{name} takes no detail")
            return cls(text=text, kind=kind)
        seconds = int(detail) if detail else DEFAULT_SECONDS[kind]
        if not 0 <= seconds <= LONGEST_SECONDS:
            raise ValueError(f"Seconds are 0 to {LONGEST_SECONDS}")
        return cls(text=text, kind=kind, seconds=seconds)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call on its way, as far as the log may know it. `real` is the moment, in real time."""

    operation: str
    real: datetime
    key: str = ""
    application_number: str = ""


@contextmanager
def weather(store: Store, world: str, call: Call) -> Iterator[Forecast | None]:
    """Carry the call inside the block through the weather, without a wire.

    Raises `OutcomeUnknown`, and `Fault` where one was ordered.
    """
    forecast = take(store, world, call)
    kind = forecast.kind if forecast else None
    if forecast and forecast.refusal:
        raise forecast.refusal
    if kind in STOPS_THE_REQUEST:
        raise OutcomeUnknown("The request was lost")
    if forecast and kind is Weather.HTTP_429:
        raise OutcomeUnknown("The authority asks for a pause", retry_after=forecast.seconds)
    lost = kind in LOSES_THE_ANSWER
    if forecast and kind is Weather.DELAY:
        # Nobody hears an answer that is later than a call may wait, here as over a wire.
        with rule.waiting(rule.TIMEOUT_SECONDS) as seconds:
            lost = forecast.seconds > seconds
            time.sleep(min(forecast.seconds, seconds))
    try:
        yield forecast
    finally:
        if lost:
            raise OutcomeUnknown("The answer was lost")


def take(store: Store, world: str, call: Call) -> Forecast | None:
    """One call's share; costs a read in fair weather and a small write only in bad weather.

    A call that is stopped here stands in the log at once: nobody after this will see it.
    """
    current = store.weather(world)
    for name in (call.operation, ANY):
        if name in current:
            with store.transaction(world) as transaction:
                text = transaction.take_weather(name)
                if text is None:
                    return None
                forecast = Forecast.read(text)
                if forecast.stops:
                    _log_stopped(transaction, call, forecast)
                return forecast
    return None


def _log_stopped(transaction: Transaction, call: Call, forecast: Forecast) -> None:
    state = transaction.load()
    if state is None:
        return
    numbers = {case.number for company in state.companies for case in company.cases}
    number = call.application_number
    transaction.log(
        Request(
            at=state.clock.now(call.real),
            operation=call.operation,
            key=call.key,
            application_number=number if number in numbers else "",
            answer=forecast.fault.value if forecast.fault else STOPPED,
            weather=forecast.text,
        )
    )
