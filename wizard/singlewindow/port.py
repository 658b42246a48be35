"""What crosses the boundary to the Single Window, in the domain's words.

`SingleWindow` is what the site may ask; the frozen dataclasses are what comes back. Two adapters
serve it (`embedded.py`, later `http.py`); the simulator's engine holds the rules. Amounts are
`Decimal`, instants are aware `datetime`, days are `date` in Beijing time.

Rules for every method that changes something:

* it takes an idempotency `key` and answers the same key with the same answer, as long as the
  application is kept that it is about, and for 30 days where it is about none;
* a refused write (`Fault`) left no effect and is not remembered, so the key may be used again;
* the same key with another content is refused with `KEY_REUSED`;
* `OutcomeUnknown` means that nobody can say: ask `find_receipt` or repeat under the same key.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class CardKind(StrEnum):
    """法人卡 may do everything, 操作员卡 may only look (source, 投保类 FAQ)."""

    LEGAL = "legal"
    OPERATOR = "operator"


class SignInRole(StrEnum):
    """How somebody signed in, and so what they may do."""

    LEGAL_CARD = "legal-card"
    OPERATOR_CARD = "operator-card"
    CARDLESS = "cardless"


class ApplicationKind(StrEnum):
    """新签 or 续转; it decides the name of the 单证."""

    NEW = "new"
    RENEWAL = "renewal"


class Stage(StrEnum):
    """Where an application stands at the authority."""

    OFFERED = "offered"
    CONFIRMED = "confirmed"
    SEALED = "sealed"
    UNDER_REVIEW = "under-review"
    RETURNED = "returned"
    DECLINED = "declined"
    APPROVED = "approved"  # reviewed and accepted, the policy is on its way (约 2 个工作日)
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"


class SealState(StrEnum):
    """Life of an e-seal (国办发〔2025〕33号: 申请·制作·备案·使用·注销)."""

    PREVIEW = "preview"  # drawn to be looked at; the authority has made none yet
    ACTIVE = "active"
    STOPPED = "stopped"
    DELETED = "deleted"


class CertificationMethod(StrEnum):
    """The three ways of 企业实名认证; one success is enough."""

    LEGAL_CARD = "legal-card"
    BANK_TRANSFER = "bank-transfer"
    LEGAL_PERSON = "legal-person"


class DeskPart(StrEnum):
    """What may be out of order on the exporter's computer (domain.md §1.4, §7)."""

    CONTROL = "control"  # not installed or not running, Err:Base60408
    READER = "reader"  # not connected, Err:Custom50200
    CONTACT = "contact"  # connected, but the card does not answer, Err:Custom50070
    CLOCK = "clock"
    CARD = "card"  # the 法人卡 is read as invalid
    VIEWER = "viewer"  # the browser shows an empty agreement
    SITE = "site"  # a local Single Window instead of www.singlewindow.cn
    SYMCB = "symcb"  # sl.symcb.com:80 is not reached, which is harmless


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Enterprise:
    """A registered exporter. `uscc`: 18 signs, GB 32100; `customs_code`: 10 signs."""

    name: str
    uscc: str
    customs_code: str
    address: str
    legal_person: str
    established_on: date
    certified: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CardFace:
    """What can be read from a card in the reader without its PIN."""

    serial: str
    kind: CardKind
    enterprise_name: str
    uscc: str
    holder: str
    expires_on: date
    locked: bool
    expired: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """The exporter's desk: control, reader, clock and the card that is in the reader now."""

    control_running: bool
    reader_connected: bool
    clock_correct: bool
    card: CardFace | None
    cards: tuple[CardFace, ...]  # every card lying on the desk, the inserted one included
    broken: tuple[DeskPart, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """An accepted sign-in. `token` is good for this enterprise and role only.

    `pin_change_required`: after an unlock the PIN is 8个8 and must be changed before anything else.
    """

    token: str
    role: SignInRole
    holder: str
    card_serial: str  # empty for 无卡用户
    enterprise: Enterprise
    pin_change_required: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """主要联系人, already validated by the site (domain.md §3.4, §3.6)."""

    name: str
    phone: str
    mobile: str
    email: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the insurer offers; money in USD, `cover_percent` 0–100."""

    product: str
    period_start: date
    period_end: date
    cover_percent: int
    max_indemnity_usd: Decimal
    premium_paid_by: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TradeProfile:
    """The prefilled part of the 单证. `exports_last_year` in 万美元 (10,000 USD), from customs."""

    hs_code: str
    goods: str
    exports_last_year: Decimal
    exports_forecast: Decimal
    buyer: str
    buyer_country: str  # ISO 3166-1 alpha-3
    payment: str  # LC / DP / DA / OA
    credit_days: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """An e-seal that the authority keeps. `code`: 13 digits under the star."""

    id: str
    name: str
    code: str
    state: SealState
    usable: bool  # False: an old seal that can no longer be used and blocks a new one (S-301)
    made_at: datetime
    stopped_at: datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """The insurer's look at a submitted application. `due_on`: delivery day once approved."""

    submitted_at: datetime
    decided_at: datetime | None
    reason: str  # empty unless returned or declined
    delivery_due_on: date | None
    urged_at: datetime | None = None  # 催办


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """电子保单 as data; the site turns it into a PDF."""

    number: str
    application_number: str
    enterprise_name: str
    uscc: str
    kind: ApplicationKind
    terms: Terms
    issued_at: datetime
    acknowledged_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ApplicationFile:
    """An application as the authority holds it. `version` grows with every change."""

    number: str
    kind: ApplicationKind
    stage: Stage
    version: int
    enterprise: Enterprise
    terms: Terms
    trade: TradeProfile
    offered_at: datetime
    confirm_by: date | None  # the source names a time limit but no number: shown when known
    previous_policy: str  # number of the policy that a renewal follows, else empty
    suggested_contact: Contact | None  # what the authority has on file, to prefill step one
    contact: Contact | None
    seal: Seal | None
    agreement_sha256: str
    review: Review | None
    policy: Policy | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Recovery:
    """人工资料审核 for a forgotten user name. `username` is empty until `ready_at` has come."""

    number: str
    submitted_at: datetime
    ready_at: datetime
    username: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The authority's answer to an accepted write, kept under its key.

    `serial` is the receipt number (回执编号) that can be said on the telephone.
    """

    key: str
    operation: str
    serial: str
    at: datetime
    application_number: str  # empty for writes that concern no application
    seal: Seal | None = None
    policy: Policy | None = None
    recovery: Recovery | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Certification:
    """One of the three ways of 企业实名认证 and whether it has succeeded."""

    method: CertificationMethod
    succeeded: bool
    at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AccountState:
    """User name and state of the enterprise's account; never its password."""

    username: str
    activated: bool


class SingleWindow(Protocol):
    """The authority as one world sees it. Every method may raise `OutcomeUnknown`.

    Methods with a `token` raise `Fault(SESSION_EXPIRED)` when it is not, or no longer, good, and
    `NotFound` for a number that is not this enterprise's.
    """

    # --- the desk and signing in

    def now(self) -> datetime:
        """The authority's clock, which a demo world may move."""
        ...

    def reader(self) -> Reader:
        """What the sign-in page can see before any PIN is typed."""
        ...

    def sign_in_with_card(self, *, serial: str, pin: str) -> SignIn:
        """Check the PIN of the card in the reader.

        Raises `Fault`: CARD_NOT_READ, CONTROL_MISSING, CLOCK_WRONG, CARD_INVALID, CARD_EXPIRED,
        CARD_LOCKED, or WRONG_PIN with `tries_left` (the counter is raised before the check).
        An operator's card is accepted: what it may not do is refused later (OPERATOR_CARD).
        """
        ...

    def sign_in_with_password(self, *, username: str, password: str) -> SignIn:
        """无卡用户.

        Raises `Fault`: WRONG_PASSWORD (also for unknown names), ACCOUNT_NOT_ACTIVATED.
        """
        ...

    def change_pin(self, *, token: str, old_pin: str, new_pin: str, key: str) -> Receipt:
        """Set another PIN of 8 digits; other sign-ins with the card end.

        The same key with another new PIN is KEY_REUSED.
        Raises `Fault`: WRONG_PIN, CARD_LOCKED, PIN_NOT_ALLOWED (`why`: digits, initial, same), and
        what `sign_in_with_card` says about a card that cannot be read.
        """
        ...

    def sign_out(self, *, token: str) -> None:
        """End the authority's session. Raises `Fault(SESSION_EXPIRED)` where there is none."""
        ...

    def check_registration(self, *, uscc: str, legal_person: str) -> None:
        """What a registration with these data would meet; makes no account.

        Raises `Fault`: REGISTRY_MISMATCH when they differ from the registers, ORG_CODE_EXISTS when
        the enterprise has an account already.
        """
        ...

    def recover_username(self, *, uscc: str, mobile: str) -> str:
        """忘记用户名 by the bound mobile, at once. Raises `Fault(REGISTRY_MISMATCH)`."""
        ...

    def ask_for_recovery(self, *, uscc: str, key: str) -> Receipt:
        """忘记用户名 by 人工资料审核 (1–3 天), as `Receipt.recovery`; while one is open, the same.

        Raises `Fault(REGISTRY_MISMATCH)` for an enterprise without an account.
        """
        ...

    def recovery(self, *, number: str) -> Recovery:
        """How it stands. Raises `NotFound`."""
        ...

    def set_password(self, *, token: str, password: str, key: str) -> Receipt:
        """Activate the enterprise's account with this password, after a sign-in with a card.

        The same key with another password is KEY_REUSED. Raises `Fault(OPERATOR_CARD)` for who
        signed in without a card, `NotFound` for an enterprise without an account.
        """
        ...

    # --- reading

    def account(self, *, token: str) -> AccountState:
        """The account for signing in without a card."""
        ...

    def enterprise(self, *, token: str) -> Enterprise:
        """The registered data of the enterprise that signed in."""
        ...

    def applications(self, *, token: str) -> tuple[ApplicationFile, ...]:
        """Every application of the enterprise, oldest first; 待确认投保单 are those OFFERED."""
        ...

    def application(self, *, token: str, number: str) -> ApplicationFile:
        """One application with its review and policy as they stand at this moment."""
        ...

    def seals(self, *, token: str) -> tuple[Seal, ...]:
        """Every seal ever made, newest first; the deleted ones are the record of 注销.

        Raises `Fault(OPERATOR_CARD)` without 法人卡.
        """
        ...

    def certifications(self, *, token: str) -> tuple[Certification, ...]:
        """The three ways of certification, in the order of `CertificationMethod`."""
        ...

    def policies(self, *, token: str) -> tuple[Policy, ...]:
        """Policies delivered to the enterprise, newest first, earlier years included."""
        ...

    def find_receipt(self, *, token: str, key: str) -> Receipt | None:
        """The answer once given to `key`, or None: that write was never accepted."""
        ...

    # --- writing; see the module docstring for the rules of `key`

    def confirm_application(
        self, *, token: str, number: str, contact: Contact, declaration_sha256: str, key: str
    ) -> Receipt:
        """Step 1 确认投保. Possible while OFFERED, RETURNED, or again before the signature.

        What followed an earlier confirmation (seal of the application, agreement) is void.
        Raises `Fault`: OPERATOR_CARD, NOT_CERTIFIED, EMAIL_REJECTED, CONTACT_REJECTED (`field`),
        OUT_OF_ORDER.
        """
        ...

    def make_seal(self, *, token: str, number: str, key: str) -> Receipt:
        """Step 2 制章; `Receipt.seal` is the seal. A usable active seal of the enterprise is used.

        Raises `Fault`: OPERATOR_CARD, SEAL_EXISTS (`seal_id`) when an unusable one is in the way,
        SEAL_MISSING, OUT_OF_ORDER.
        """
        ...

    def sign_agreement(
        self, *, token: str, number: str, agreement_sha256: str, pin: str, key: str
    ) -> Receipt:
        """Step 3 签署: seals the text with this SHA-256 and submits the application.

        `agreement_sha256`: 64 lower-case hex digits. The PIN is checked for every new signature and
        never stored; a key that has its answer gets it again, whatever the PIN.
        Raises `Fault`: SIGNING_NEEDS_LEGAL_CARD, WRONG_PIN (`tries_left`), CARD_LOCKED,
        SEAL_MISSING, OUT_OF_ORDER, and what `sign_in_with_card` says about a card that cannot be
        read (the card that signed in must be in the reader).
        """
        ...

    def acknowledge_policy(
        self, *, token: str, number: str, policy_sha256: str, pin: str, key: str
    ) -> Receipt:
        """Step 4 收悉, the exporter's second signature: on the policy with this SHA-256.

        `policy_sha256` and the PIN as in `sign_agreement`: the PIN is good for this file alone.

        Raises `Fault`: OPERATOR_CARD, OUT_OF_ORDER while no policy is there, WRONG_PIN
        (`tries_left`), CARD_LOCKED, and what `sign_in_with_card` says about an unreadable card.
        """
        ...

    def urge_delivery(self, *, token: str, number: str, key: str) -> Receipt:
        """催办: the approved policy is late. Raises `Fault`: OPERATOR_CARD, OUT_OF_ORDER."""
        ...

    def stop_seal(self, *, token: str, seal_id: str, key: str) -> Receipt:
        """停用印章. Raises `Fault`: OPERATOR_CARD, OUT_OF_ORDER unless active."""
        ...

    def delete_seal(self, *, token: str, seal_id: str, key: str) -> Receipt:
        """删除印章. Raises `Fault`: OPERATOR_CARD, OUT_OF_ORDER unless stopped."""
        ...

    def add_seal(self, *, token: str, key: str) -> Receipt:
        """新增印章 from the registered name. Agreements that wait for a signature get this seal.

        Raises `Fault`: OPERATOR_CARD, SEAL_EXISTS.
        """
        ...

    def certify(self, *, token: str, method: CertificationMethod, key: str) -> Receipt:
        """企业实名认证 by one method. Raises `Fault`: OPERATOR_CARD, REGISTRY_MISMATCH."""
        ...


class Control(Protocol):
    """The demonstrator's hand on the authority: apart from the service, absent in production.

    A world is named by an opaque text; what is done in one is invisible in every other.
    """

    def make_world(self, *, world: str, persona: str, at: datetime) -> None:
        """A fresh world with this persona's companies and cards, its clock at `at` (real time)."""
        ...

    def has_world(self, world: str) -> bool:
        """Whether the world exists."""
        ...

    def purge_world(self, world: str) -> None:
        """Throw everything of the world away; an unknown world is no error."""
        ...

    def now(self, world: str) -> datetime:
        """The world's clock."""
        ...

    def move_clock(self, world: str, *, seconds: int) -> datetime:
        """Forward only; reviews and deliveries fall due. Raises ValueError when negative."""
        ...

    def move_one_working_day(self, world: str) -> datetime:
        """To the same time of the next Chinese working day (the holiday table is data)."""
        ...

    def move_until_delivered(self, world: str) -> datetime:
        """To the moment the next decision or policy of any pending review has arrived."""
        ...

    def insert_card(self, world: str, serial: str | None) -> None:
        """Put another card of the desk into the reader, or take it out. Raises NotFound."""
        ...

    def unlock_card(self, world: str, serial: str) -> None:
        """制卡中心: counter 0, PIN back to 8个8, change required at the next sign-in."""
        ...

    def renew_card(self, world: str, serial: str) -> None:
        """制卡中心: two more years from the world's today, PIN back to 8个8."""
        ...

    def set_desk(self, world: str, *, part: DeskPart, working: bool) -> None:
        """Break or repair something on the exporter's computer."""
        ...

    def publish_application(self, world: str) -> None:
        """中国信保 publishes a 待确认投保单, if the enterprise has none."""
        ...

    def end_sign_ins(self, world: str) -> None:
        """Every sign-in of the world has run out (SESSION_EXPIRED)."""
        ...
