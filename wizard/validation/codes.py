"""Rules of official numbers: enterprise, organisation, customs, seal, person (domain.md §3)."""

from __future__ import annotations

import re
import string
from datetime import date
from typing import Final

from wizard.validation.cleaning import distinct, plain
from wizard.validation.reasons import Reason, Rejected

# ASCII only: str.upper() would let ı pass as I.
_UPPER: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)

USCC_CHARSET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH: Final = 18
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECK: Final = "10X98765432"
# First two digits of GB/T 2260; 91 is 国外.
_PROVINCE: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")


def _code(text: str, length: int) -> str:
    return plain(text, limit=length).translate(_UPPER)


def uscc_check_sign(first_17: str) -> str:
    """The 18th sign of a 统一社会信用代码. Raises ValueError outside `USCC_CHARSET`."""
    total = sum(
        USCC_CHARSET.index(sign) * weight
        for sign, weight in zip(first_17, _USCC_WEIGHTS, strict=True)
    )
    return USCC_CHARSET[-total % 31]  # = (31 − Σ mod 31) mod 31; remainder 0 gives "0"


def uscc(text: str) -> str:
    """统一社会信用代码, GB 32100-2015: 18 signs without I O S V Z, the last one a check mod 31.

    Valid: ``91350100M000100Y43``, ``91449999PDY00001XY``, ``91449999PDY0003860`` (remainder 0).
    Refused: ``91350100M000100Y4Z`` (the standard's picture), ``91449999PDY00001X0``,
    ``91449999PD0Y0001XY`` (two signs swapped), ``91449999PDO00001XY``. Lower case and spaces are
    understood. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, USCC_LENGTH (`count`), USCC_SIGNS
    (`signs`), USCC_REGION, USCC_CHECK.
    """
    code = _code(text, _USCC_LENGTH)
    if len(code) != _USCC_LENGTH:
        raise Rejected(Reason.USCC_LENGTH, count=len(code))
    if strange := distinct([sign for sign in code if sign not in USCC_CHARSET]):
        raise Rejected(Reason.USCC_SIGNS, signs=strange)
    if not code[2:8].isdigit():
        raise Rejected(Reason.USCC_REGION)
    if uscc_check_sign(code[:17]) != code[17]:
        raise Rejected(Reason.USCC_CHECK)
    return code


def uscc_warning(code: str) -> Reason | None:
    """A doubt about an accepted `uscc`: signs 9–17 should be an `organisation_code`."""
    try:
        organisation_code(code[8:17])
    except Rejected:
        return Reason.USCC_ORGANISATION_DOUBTFUL
    return None


def organisation_check_sign(first_8: str) -> str:
    """The 9th sign of an 组织机构代码; A is 10 … Z is 35, unlike GB 32100."""
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]  # = 11 − Σ mod 11, where 10 is X and 11 is 0


def organisation_code(text: str) -> str:
    """组织机构代码, GB 11714-1997: 8 signs and a check mod 11, returned without the hyphen.

    Valid: ``D2143569-X``, ``M000100Y-4``, ``PDY00001-X``, ``PDY00006-0``.
    Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, ORGANISATION_FORMAT, ORGANISATION_CHECK.
    """
    match = re.fullmatch(r"([0-9A-Z]{8})-?([0-9X])", _code(text, 9))
    if match is None:
        raise Rejected(Reason.ORGANISATION_FORMAT)
    if organisation_check_sign(match[1]) != match[2]:
        raise Rejected(Reason.ORGANISATION_CHECK)
    return match[1] + match[2]


def customs_code(text: str) -> str:
    """海关编码 of 10 signs: region 4, zone 1, kind of enterprise 1, serial 4; it has no check sign.

    Valid: ``4499960001``. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, CUSTOMS_FORMAT.
    """
    code = _code(text, 10)
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z][0-9][0-9A-Z]{4}", code):
        raise Rejected(Reason.CUSTOMS_FORMAT)
    return code


def customs_code_warning(code: str) -> Reason | None:
    """A doubt about an accepted `customs_code`: sixth digit 8 is a broker (有报关权无进出口权)."""
    return Reason.CUSTOMS_BROKER if code[5] == "8" else None


def seal_code(text: str) -> str:
    """印章编码 of 13 digits (GA 241.1-2000: region 6, maker and serial); no published check.

    Valid: ``4499990000001``. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, SEAL_FORMAT.
    """
    code = plain(text, limit=13)
    if not re.fullmatch(r"[0-9]{13}", code):
        raise Rejected(Reason.SEAL_FORMAT)
    return code


def citizen_check_sign(first_17: str) -> str:
    """The 18th sign of a 公民身份号码 (ISO 7064 MOD 11-2)."""
    total = sum(
        int(digit) * weight for digit, weight in zip(first_17, _CITIZEN_WEIGHTS, strict=True)
    )
    return _CITIZEN_CHECK[total % 11]


def citizen_id(text: str) -> str:
    """公民身份号码, GB 11643-1999: region 6, birthday 8, serial 3, check mod 11-2.

    Valid: ``11010519491231002X``, ``440524188001010014`` (the standard's examples). Refused:
    ``999999199001010016`` (right check, no such province: our invented ones). Raises `Rejected`:
    MISSING, TOO_LONG, INVISIBLE, CITIZEN_FORMAT, CITIZEN_CHECK, CITIZEN_REGION, CITIZEN_DATE.
    """
    code = _code(text, 18)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", code):
        raise Rejected(Reason.CITIZEN_FORMAT)
    if citizen_check_sign(code[:17]) != code[17]:
        raise Rejected(Reason.CITIZEN_CHECK)
    if not _PROVINCE.fullmatch(code[:2]):
        raise Rejected(Reason.CITIZEN_REGION)
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        raise Rejected(Reason.CITIZEN_DATE) from None
    return code
