"""The state of one world, and the one place that turns it into bytes and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from wizard.singlewindow.faults import NotFound
from wizard.singlewindow.port import (
    ApplicationKind,
    CardKind,
    CertificationMethod,
    Contact,
    Enterprise,
    Policy,
    Receipt,
    Seal,
    SignInRole,
    Stage,
    Terms,
    TradeProfile,
)
from wizard.singlewindow.simulator.clock import WorldClock


class Decision(StrEnum):
    """What the insurer decides about a submitted application."""

    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long a review takes: working days, then minutes in which offices are open.

    Nothing of either: at once, and the policy with it. With `reads`, after the application has been
    read that often while under review, policy included, if the time (without one, the usual) is not
    over before.
    """

    working_days: int
    working_minutes: int
    reads: int = 0

    @property
    def at_once(self) -> bool:
        """Decided and delivered in the moment of the submission."""
        return not (self.working_days or self.working_minutes or self.reads)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How one round of review ends. `exports_forecast`: what the insurer sets right (万美元)."""

    decision: Decision
    reason: str = ""
    exports_forecast: Decimal | None = None


@dataclasses.dataclass(kw_only=True, slots=True)
class Card:
    """A card with its PIN counter; locked once `tries_used` has reached the world's limit."""

    serial: str
    kind: CardKind
    holder: str
    expires_on: date
    secret: str
    tries_used: int = 0
    change_required: bool = False
    valid: bool = True


@dataclasses.dataclass(kw_only=True, slots=True)
class Account:
    """User name and password of a 无卡用户."""

    username: str
    holder: str
    secret: str
    activated: bool = True
    bound_mobile: str = ""


@dataclasses.dataclass(kw_only=True, slots=True)
class Session:
    """A sign-in: the token's fingerprint and what it is good for. `opened_at` is real time."""

    fingerprint: str
    role: SignInRole
    uscc: str
    holder: str
    card_serial: str
    opened_at: datetime


@dataclasses.dataclass(kw_only=True, slots=True)
class Submission:
    """A signed application on the insurer's desk, with everything that will become of it.

    The result is fixed when it is submitted and falls due by the clock, so reading writes nothing.
    """

    submitted_at: datetime
    decision: Decision
    decided_at: datetime
    reason: str = ""
    delivery_at: datetime | None = None
    due_on: date | None = None  # the usual delivery day; later than it is late (P-601)
    urged_at: datetime | None = None
    corrected_trade: TradeProfile | None = None
    reads_left: int = 0  # until the result is brought forward to now; 0: reading brings nothing


@dataclasses.dataclass(kw_only=True, slots=True)
class Case:
    """An application. `stage` is where the exporter's last act put it; `reviews.py` goes on."""

    number: str
    kind: ApplicationKind
    stage: Stage
    version: int
    round: int
    terms: Terms
    trade: TradeProfile
    offered_at: datetime
    confirm_by: date | None
    policy_number: str
    pace: Pace
    verdicts: tuple[Verdict, ...]  # one for each round; the last one holds for all later rounds
    delivery_delay: int = 0  # working days beyond the usual ones
    previous_policy: str = ""
    suggested_contact: Contact | None = None
    contact: Contact | None = None
    declaration_sha256: str = ""
    seal_id: str = ""
    agreement_sha256: str = ""
    submission: Submission | None = None
    acknowledged_at: datetime | None = None
    policy_sha256: str = ""  # of the file that 收悉 was said to


@dataclasses.dataclass(kw_only=True, slots=True)
class CardHolder:
    """An enterprise as far as its cards show it."""

    profile: Enterprise
    cards: list[Card]


@dataclasses.dataclass(kw_only=True, slots=True)
class Company(CardHolder):
    """An enterprise with all that the authority keeps about it.

    `seal_only_by_management`: an e-seal can be made under 印章管理 only, not in step two.
    """

    accounts: list[Account]
    cases: list[Case]
    seals: list[Seal]
    certified_at: dict[CertificationMethod, datetime]
    earlier_policies: list[Policy]
    registry_mismatch: list[CertificationMethod] = dataclasses.field(default_factory=list)
    seal_only_by_management: bool = False


@dataclasses.dataclass(kw_only=True, slots=True)
class Desk:
    """What stands on the exporter's desk."""

    control_running: bool = True
    reader_connected: bool = True
    clock_correct: bool = True
    inserted: str | None = None
    contact_good: bool = True
    viewer_working: bool = True
    site_right: bool = True
    symcb_reached: bool = True


@dataclasses.dataclass(kw_only=True, slots=True)
class Search:
    """A 人工资料审核 for a forgotten user name."""

    number: str
    uscc: str
    submitted_at: datetime
    ready_at: datetime


@dataclasses.dataclass(kw_only=True, slots=True)
class Hour:
    """A world as far as its clock shows it; read without the rest."""

    clock: WorldClock


@dataclasses.dataclass(kw_only=True, slots=True)
class Front(Hour):
    """A world as far as it is seen from the exporter's desk; read without the rest."""

    pin_limit: int
    desk: Desk
    companies: Sequence[CardHolder]


@dataclasses.dataclass(kw_only=True, slots=True)
class World(Front):
    """Everything the authority knows in one world; loaded, changed and saved as a whole."""

    persona: str
    companies: list[Company]
    sessions: list[Session] = dataclasses.field(default_factory=list)
    receipts_given: int = 0
    seals_made: int = 0
    searches: list[Search] = dataclasses.field(default_factory=list)
    # The newest version of each application's file that the site has been told of by notice.
    notices_taken: dict[str, int] = dataclasses.field(default_factory=dict)

    def company(self, uscc: str) -> Company:
        """The enterprise with this 统一社会信用代码. Raises `NotFound`."""
        for company in self.companies:
            if company.profile.uscc == uscc:
                return company
        raise NotFound(uscc)

    def card(self, serial: str) -> tuple[Company, Card]:
        """The card with this serial and whose it is. Raises `NotFound`."""
        for company in self.companies:
            for card in company.cards:
                if card.serial == serial:
                    return company, card
        raise NotFound(serial)


_WORLD: Final = TypeAdapter(World)
_FRONT: Final = TypeAdapter(Front)
_HOUR: Final = TypeAdapter(Hour)
_RECEIPT: Final = TypeAdapter(Receipt)


def dump_world(world: World) -> bytes:
    """The world as JSON."""
    return _WORLD.dump_json(world)


def load_world(body: bytes | str) -> World:
    """The world from its JSON; fields added since then take their defaults."""
    return _WORLD.validate_json(body)


def load_front(body: bytes | str) -> Front:
    """What the desk shows of a world, from the world's JSON."""
    return _FRONT.validate_json(body)


def load_hour(body: bytes | str) -> Hour:
    """What the clock shows of a world, from the world's JSON."""
    return _HOUR.validate_json(body)


def dump_receipt(receipt: Receipt) -> bytes:
    """The receipt as JSON."""
    return _RECEIPT.dump_json(receipt)


def load_receipt(body: bytes | str) -> Receipt:
    """The receipt from its JSON."""
    return _RECEIPT.validate_json(body)
