"""Rules of what is typed to sign in: card PIN, user name, password."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from wizard.validation.cleaning import is_control, plain, refuse_huge
from wizard.validation.reasons import Reason, Rejected

PIN_DIGITS: Final = 8
USERNAME_LIMIT: Final = 64
PASSWORD_LIMIT: Final = 128


def pin(text: str) -> str:
    """A card PIN of 8 digits (domain.md §1.5); full-width digits and spaces are understood.

    A refusal here never reaches the card, so it costs no try. Raises `Rejected`: MISSING,
    TOO_LONG, INVISIBLE, PIN_FORMAT.
    """
    digits = plain(text, limit=PIN_DIGITS)
    if not re.fullmatch(rf"[0-9]{{{PIN_DIGITS}}}", digits):
        raise Rejected(Reason.PIN_FORMAT)
    return digits


def username(text: str) -> str:
    """A user name of at most 64 characters. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE."""
    name = plain(text, limit=USERNAME_LIMIT, inner_spaces=True)
    if len(name) > USERNAME_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=USERNAME_LIMIT)
    return name


def password(text: str) -> str:
    """A password of at most 128 characters, in NFC and otherwise untouched, spaces included.

    Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE (control characters, halves of a pair).
    """
    refuse_huge(text, PASSWORD_LIMIT)
    secret = unicodedata.normalize("NFC", text)
    if not secret:
        raise Rejected(Reason.MISSING)
    if len(secret) > PASSWORD_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=PASSWORD_LIMIT)
    if any(is_control(sign) for sign in secret):
        raise Rejected(Reason.INVISIBLE)
    return secret
