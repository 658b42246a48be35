"""Rules of the four contact fields: name, telephone, mobile, e-mail (domain.md §3.4, §3.6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from wizard.validation.cleaning import (
    WIDE,
    distinct,
    is_control,
    is_invisible,
    is_rare_ideograph,
    plain,
    refuse_huge,
)
from wizard.validation.reasons import Reason, Rejected

NAME_LIMIT: Final = 40
PHONE_LIMIT: Final = 30
EMAIL_LIMIT: Final = 254  # RFC 5321 §4.5.3.1, less the angle brackets

# --- names

# One sign for its look-alikes, as input methods and copied text bring them; U+00B7 is the 间隔号
# of names. Kangxi radicals (copied from PDF files) become the character they look like.
_ALIKE: Final = (
    WIDE
    | dict.fromkeys(map(ord, "•‧∙⋅・･"), "·")
    | dict.fromkeys(map(ord, "‘’ʼ"), "'")
    | dict.fromkeys(map(ord, "‐‑–"), "-")
    | {code: " " for code in range(0x3001) if unicodedata.category(chr(code)) == "Zs"}
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
)
_NAME_SIGNS: Final = frozenset(" ·-'.")
# What may surround a pasted name without being part of it; bidi overrides are not among them.
_EDGES: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + (
    "\N{SOFT HYPHEN}\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
_EMOJI: Final = re.compile("[\u203c\u2049\u20e3\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff]")


def _is_name_letter(sign: str) -> bool:
    # 〇 counts as a number to Unicode and as a character to those who bear it.
    return unicodedata.category(sign).startswith("L") or sign == "〇" or is_rare_ideograph(sign)


def person_name(text: str, *, has_glyph: Callable[[str], bool] | None = None) -> str:
    """A person's name of 1 to 40 characters: letters of any script, ``· - ' .`` and single spaces.

    NFC, ends trimmed, spaces collapsed, look-alikes of the signs unified. `has_glyph(character)`
    says whether the documents' font can draw a character. Raises `Rejected`: MISSING, TOO_LONG,
    NAME_EMOJI, INVISIBLE (inside the name), NAME_SIGNS, NAME_NO_LETTER, NAME_NO_GLYPH.
    """
    refuse_huge(text, NAME_LIMIT)
    name = unicodedata.normalize("NFC", text.translate(_ALIKE)).strip(_EDGES)
    name = re.sub(" {2,}", " ", name)
    if not name:
        raise Rejected(Reason.MISSING)
    if len(name) > NAME_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=NAME_LIMIT)
    if _EMOJI.search(name):
        raise Rejected(Reason.NAME_EMOJI)
    if any(is_invisible(sign) or is_control(sign) for sign in name):
        raise Rejected(Reason.INVISIBLE)
    letters = [sign for sign in name if sign not in _NAME_SIGNS]
    if strange := distinct([sign for sign in letters if not _is_name_letter(sign)]):
        raise Rejected(Reason.NAME_SIGNS, signs=strange)
    if not letters:
        raise Rejected(Reason.NAME_NO_LETTER)
    if has_glyph is not None and (
        unknown := distinct([sign for sign in letters if not has_glyph(sign)])
    ):
        raise Rejected(Reason.NAME_NO_GLYPH, signs=unknown)
    return name


# --- telephones

_COUNTRY: Final = re.compile(r"(?:\+|00)?86-?")
_MOBILE_DIGITS: Final = 11
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
# Area codes: 010, 02x with three digits, all others with four.
_LANDLINE: Final = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})-?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?")
_SERVICE: Final = re.compile(r"(?:400|800)-?[0-9]{3}-?[0-9]{4}|95[0-9]{3}|12360")
_NO_AREA_CODE: Final = re.compile(r"(?:[2-9][0-9]{1,2}-)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


def _dialled(text: str, limit: int) -> tuple[str, bool]:
    """The number without spaces, brackets and country code, and whether there was one."""
    number = plain(text, limit=limit).translate(_DASHES)
    number = number.replace("转", "-").replace("(", "").replace(")", "-").strip("-")
    number = re.sub("-{2,}", "-", number)
    national = _COUNTRY.sub("", number, count=1) if _COUNTRY.match(number) else number
    return national, national != number


def _mobile_or_none(national: str) -> str | None:
    digits = national.replace("-", "")
    return digits if _MOBILE.fullmatch(digits) else None


def mobile(text: str) -> str:
    """A mobile number as 11 digits: ``1[3-9]`` and nine more; no list of carriers, those age.

    Spaces, hyphens and ``+86``, ``0086``, ``86`` are dropped. Accepted: ``154 0000 0001``,
    ``+86 15400000001``. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, MOBILE_LENGTH (`count`),
    MOBILE_FORMAT (``12345678901``).
    """
    national, _ = _dialled(text, _MOBILE_DIGITS)
    if number := _mobile_or_none(national):
        return number
    digits = national.replace("-", "")
    if re.fullmatch(r"1[0-9]*", digits) and len(digits) != _MOBILE_DIGITS:
        raise Rejected(Reason.MOBILE_LENGTH, count=len(digits))
    raise Rejected(Reason.MOBILE_FORMAT)


def phone(text: str) -> str:
    """A telephone number: landline with area code, mobile, 400/800, 95xxx, 12360.

    Hyphens of a landline stay as typed. Accepted: ``020-20000001``, ``0755-20000002-801``,
    ``02020000003``, ``+86 20 2000 0001`` (the zero is put back). Raises `Rejected`: MISSING,
    TOO_LONG, INVISIBLE, PHONE_AREA_CODE (``755-2000000``, ``20000001``), PHONE_FORMAT
    (``0592-0000000``, ``12345678901``).
    """
    national, had_country_code = _dialled(text, PHONE_LIMIT)
    if len(national) > PHONE_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=PHONE_LIMIT)
    if number := _mobile_or_none(national):
        return number
    if _SERVICE.fullmatch(national) or _LANDLINE.fullmatch(national):
        return national
    if had_country_code and _LANDLINE.fullmatch(f"0{national}"):
        return f"0{national}"
    if _NO_AREA_CODE.fullmatch(national):
        raise Rejected(Reason.PHONE_AREA_CODE)
    raise Rejected(Reason.PHONE_FORMAT)


# --- e-mail

_EMAIL: Final = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*@(?:[A-Za-z0-9]{1,63}\.)+[A-Za-z]{2,63}"
)
_EMAIL_SIGNS: Final = re.compile(r"[A-Za-z0-9.@]")


def email(text: str, *, dots_in_local_part: bool = True) -> str:
    """An address under the Single Window's own rule: letters, digits, dots, one ``@``.

    “不可以有下划线或中划线及其他特殊符号” (the source guide; domain.md §3.6). It is silent about
    dots before the ``@``, hence the switch. The Chinese full stop counts as a dot. Refused:
    ``lin_yun@example.com``, ``lin-yun@example.com``, ``a+b@example.com``, ``sales@ex-ample.com``,
    ``林云@example.com``. Raises `Rejected`: MISSING, TOO_LONG, INVISIBLE, EMAIL_SIGNS (`signs`),
    EMAIL_FORMAT.
    """
    address = plain(text, limit=EMAIL_LIMIT, inner_spaces=True).replace("。", ".")
    if len(address) > EMAIL_LIMIT:
        raise Rejected(Reason.TOO_LONG, limit=EMAIL_LIMIT)
    local_part = address.partition("@")[0]
    strange = [sign for sign in address if not _EMAIL_SIGNS.fullmatch(sign)]
    if "." in local_part and not dots_in_local_part:
        strange.append(".")
    if strange:
        raise Rejected(Reason.EMAIL_SIGNS, signs=distinct(strange))
    if not _EMAIL.fullmatch(address):
        raise Rejected(Reason.EMAIL_FORMAT)
    return address
