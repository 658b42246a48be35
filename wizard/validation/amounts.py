"""Money that is typed (domain.md §3.8); in capitals it is written by wizard.documents.formats."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from wizard.validation.cleaning import WIDE, is_control, is_invisible, refuse_huge
from wizard.validation.reasons import Reason, Rejected

DECIMALS: Final = 2
_DIGITS_LIMIT: Final = 15
_AMOUNT: Final = re.compile(r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))(?:\.([0-9]+))?")


def amount(text: str, *, positive: bool = False) -> Decimal:
    """An amount with two decimals, whatever its unit; thousands commas must sit in their places.

    Not NFKC: that would read ``10²`` as 102. With `positive` 0 is refused. Raises `Rejected`:
    MISSING, TOO_LONG (more than 15 digits before the point), INVISIBLE, AMOUNT_FORMAT,
    AMOUNT_DECIMALS (`limit`), AMOUNT_NOT_POSITIVE.
    """
    refuse_huge(text, _DIGITS_LIMIT)
    visible = "".join(sign for sign in text.translate(WIDE) if not is_invisible(sign))
    digits = "".join(visible.split())
    if not digits:
        raise Rejected(Reason.MISSING)
    if any(is_control(sign) for sign in digits):
        raise Rejected(Reason.INVISIBLE)
    match = _AMOUNT.fullmatch(digits)
    if match is None:
        raise Rejected(Reason.AMOUNT_FORMAT)
    whole, fraction = match[1].replace(",", ""), match[2] or ""
    if len(whole) > _DIGITS_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=_DIGITS_LIMIT)
    if len(fraction) > DECIMALS:
        raise Rejected(Reason.AMOUNT_DECIMALS, limit=DECIMALS)
    value = Decimal(f"{whole}.{fraction:0<{DECIMALS}}")
    if positive and value == 0:
        raise Rejected(Reason.AMOUNT_NOT_POSITIVE)
    return value
