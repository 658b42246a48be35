"""The prepared companies and the rules for all of them, read from `personas.json`."""

from __future__ import annotations

import dataclasses
import functools
import json
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from wizard.singlewindow.faults import NotFound
from wizard.singlewindow.port import ApplicationKind, CardKind, Contact, TradeProfile
from wizard.singlewindow.simulator.world import Decision, Pace, Verdict

DATA: Final = Path(__file__).with_name("personas.json")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Terms, limits and deadlines that hold for every persona; money in USD, exports in 万美元."""

    initial_pin: str
    refused_pins: tuple[str, ...]
    pin_limit: int
    card_valid_days: int
    card_renewal_years: int
    session_hours: int
    product: str
    cover_percent: int
    max_indemnity_usd: Decimal
    premium_paid_by: str
    policy_year_starts: str  # MM-DD
    next_policy_year_from: str  # MM-DD: offers from here on are for the next policy year
    confirm_within_days: int
    review: Pace
    delivery_working_days: int
    delivery_time: time
    max_exports_last_year: Decimal  # inclusive
    too_large_reason: str  # {exports}, {limit}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """The registered data of a persona's enterprise."""

    name: str
    uscc: str
    customs_code: str
    address: str
    legal_person: str
    established_on: date


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """User name and password for 无卡用户; shown in the demo, so no secret."""

    username: str
    password: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class OldSeal:
    """A seal from earlier days that can no longer be used and blocks a new one."""

    code: str
    made_at: datetime


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DeskState:
    """What is wrong on the desk when the world starts."""

    control_running: bool = True
    reader_connected: bool = True
    clock_correct: bool = True
    contact_good: bool = True
    viewer_working: bool = True
    site_right: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """One prepared company. `code` is what it shows; `ready` says whether it may be offered yet."""

    id: str
    code: str
    title: str
    ready: bool
    sequence: int  # last group of the application number, middle of the policy number
    kind: ApplicationKind
    enterprise: Registered
    trade: TradeProfile
    contact: Contact
    operator: str
    account: Login
    inserted: CardKind | None = CardKind.LEGAL
    legal_card_expires_in_days: int | None = None
    legal_card_locked: bool = False
    certified: bool = True
    applications: int = 1
    old_seal: OldSeal | None = None
    seal_only_by_management: bool = False
    review: Pace | None = None
    reviews: tuple[Verdict, ...] = (Verdict(decision=Decision.APPROVE),)
    submitted_working_days_ago: int | None = None
    # The world begins on the last working day before the next holiday of three days or more.
    before_holiday: bool = False
    delivery_delay: int = 0
    account_activated: bool = True
    pin_limit: int | None = None
    desk: DeskState = DeskState()


@functools.cache
def rules() -> Rules:
    """The rules that come with the simulator."""
    return TypeAdapter(Rules).validate_python(_data()["rules"])


@functools.cache
def personas() -> dict[str, Persona]:
    """Every persona by its id, in the order of domain.md §8."""
    rows = TypeAdapter(tuple[Persona, ...]).validate_python(_data()["personas"])
    return {row.id: row for row in rows}


def ready_personas() -> tuple[Persona, ...]:
    """The personas whose story can be played to its end."""
    return tuple(persona for persona in personas().values() if persona.ready)


def persona_named(persona_id: str) -> Persona:
    """Raises `NotFound` for an id that is none."""
    try:
        return personas()[persona_id]
    except KeyError:
        raise NotFound(persona_id) from None


@functools.cache
def _data() -> dict[str, object]:
    data: dict[str, object] = json.loads(DATA.read_text(encoding="utf-8"))
    return data
