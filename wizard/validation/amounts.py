"""Money that is typed, and money written in capitals (domain.md §3.8)."""

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


_CAPITALS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿")
_CAPITALS_BELOW: Final = 10**12


def in_capitals(value: Decimal, *, currency: str = "人民币") -> str:
    """The amount in 大写 (支付结算办法 附一): 10.05 is 人民币壹拾元零伍分.

    `value`: from 0 to less than 万亿, at most two decimals, else ValueError. 整 follows only 元.
    """
    cents = value * 100
    if not 0 <= value < _CAPITALS_BELOW or cents != cents.to_integral_value():
        raise ValueError(value)
    whole, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_whole_in_capitals(whole)}元" if whole or not rest else ""
    if not rest:
        return f"{currency}{text}整"
    if text and (jiao == 0 or whole % 10 == 0):
        text += "零"
    if jiao:
        text += f"{_CAPITALS[jiao]}角"
    if fen:
        text += f"{_CAPITALS[fen]}分"
    return currency + text


def _whole_in_capitals(whole: int) -> str:
    """Groups of four digits from the left; zeros between two digits are one 零."""
    if whole == 0:
        return "零"
    text, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        four = whole // 10_000**group % 10_000
        if not four:
            gap = bool(text)
            continue
        for place in range(3, -1, -1):
            digit = four // 10**place % 10
            if digit:
                text += ("零" if gap and text else "") + _CAPITALS[digit] + _PLACES[place]
                gap = False
            else:
                gap = True
        gap = False  # 壹拾万柒仟: zeros at the end of a group are not spoken
        text += _GROUPS[group]
    return text
