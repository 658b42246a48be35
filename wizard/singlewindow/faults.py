"""The one list of what can go wrong at the authority or on the way to it."""

from __future__ import annotations

from enum import StrEnum


class FaultCode(StrEnum):
    """Short codes that can be said on the telephone (design.md §6); the letter is the stage.

    A code is permanent: it appears in links (`/e/C-103`), in the log and on paper.
    """

    BROWSER_TOO_OLD = "E-001"
    SYMCB_NOTICE = "E-002"
    OPERATOR_CARD = "C-101"
    WRONG_PIN = "C-102"
    CARD_LOCKED = "C-103"
    CARD_INVALID = "C-104"
    CARD_EXPIRED = "C-105"
    CARD_NOT_READ = "C-106"
    CLOCK_WRONG = "C-107"
    CONTROL_MISSING = "C-108"
    PIN_CHANGE_REQUIRED = "C-109"
    PIN_NOT_ALLOWED = "C-110"
    NOT_CERTIFIED = "R-401"
    REGISTRY_MISMATCH = "R-402"
    ACCOUNT_NOT_ACTIVATED = "R-403"
    ORG_CODE_EXISTS = "R-404"
    SHOWN_UNCERTIFIED = "R-405"
    WRONG_PASSWORD = "R-406"
    EMAIL_REJECTED = "A-201"
    NO_PENDING_APPLICATION = "A-202"
    CONTACT_REJECTED = "A-203"
    SEAL_EXISTS = "S-301"
    SEAL_MISSING = "S-302"
    AGREEMENT_BLANK = "G-501"
    SIGNING_NEEDS_LEGAL_CARD = "G-502"
    DELIVERY_LATE = "P-601"
    OTHER_WINDOW = "X-701"
    SESSION_EXPIRED = "X-702"
    SUBMITTED_TWICE = "X-703"
    NO_RESPONSE = "X-704"
    OUT_OF_ORDER = "X-705"
    KEY_REUSED = "X-706"
    TOO_MANY_ATTEMPTS = "X-707"


class Fault(Exception):  # noqa: N818 - the domain's word
    """The authority understood the request and refused it; nothing was changed.

    `retryable` says whether the same request may succeed later without anybody changing anything.
    `facts` carries what the message needs in the domain's words (`tries_left`, `seal_id`,
    `field`); never a secret.
    """

    def __init__(
        self, code: FaultCode, *, retryable: bool = False, **facts: str | int | bool
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.retryable = retryable
        self.facts = facts


class NotFound(Exception):  # noqa: N818 - the domain's word, and no fault of the exporter's
    """There is no such thing for this enterprise; whose it is otherwise is not said."""


class OutcomeUnknown(Exception):  # noqa: N818
    """No usable answer came (time-out, connection lost, garbage): the write may have happened.

    Ask `SingleWindow.find_receipt` with the same key, or repeat the write under the same key.
    `retry_after`: seconds that the other side asked for, or None.
    """

    def __init__(self, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
