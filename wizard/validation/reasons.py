"""Why a typed value is refused, as data; the sentences are in `messages.py`."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Every way to be refused or, for the last two, to be doubted."""

    MISSING = "missing"
    TOO_LONG = "too-long"  # limit
    INVISIBLE = "invisible"

    NAME_EMOJI = "name-emoji"
    NAME_SIGNS = "name-signs"  # signs
    NAME_NO_LETTER = "name-no-letter"
    NAME_NO_GLYPH = "name-no-glyph"  # signs
    MOBILE_LENGTH = "mobile-length"  # count
    MOBILE_FORMAT = "mobile-format"
    PHONE_AREA_CODE = "phone-area-code"
    PHONE_FORMAT = "phone-format"
    EMAIL_SIGNS = "email-signs"  # signs
    EMAIL_FORMAT = "email-format"

    PIN_FORMAT = "pin-format"

    USCC_LENGTH = "uscc-length"  # count
    USCC_SIGNS = "uscc-signs"  # signs
    USCC_REGION = "uscc-region"
    USCC_CHECK = "uscc-check"
    ORGANISATION_FORMAT = "organisation-format"
    ORGANISATION_CHECK = "organisation-check"
    CUSTOMS_FORMAT = "customs-format"
    SEAL_FORMAT = "seal-format"
    CITIZEN_FORMAT = "citizen-format"
    CITIZEN_REGION = "citizen-region"
    CITIZEN_DATE = "citizen-date"
    CITIZEN_CHECK = "citizen-check"

    AMOUNT_FORMAT = "amount-format"
    AMOUNT_DECIMALS = "amount-decimals"  # limit
    AMOUNT_NOT_POSITIVE = "amount-not-positive"

    # Warnings: the value is accepted, somebody should look.
    USCC_ORGANISATION_DOUBTFUL = "uscc-organisation-doubtful"
    CUSTOMS_BROKER = "customs-broker"


class Rejected(Exception):  # noqa: N818 - reads as what happened
    """The value breaks a rule.

    `facts` holds what the sentence needs (`limit`, `count`, `signs`), never the whole value: a PIN
    or a telephone number must not travel into a log by way of an exception.
    """

    def __init__(self, reason: Reason, **facts: int | tuple[str, ...]) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
