"""How amounts, days, instants and masked values are written in a document."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
GROUPS: Final = ("", "万", "亿")
LIMIT: Final = Decimal(10) ** 12
CENT: Final = Decimal("0.01")
SHORT_HASH: Final = 16
SHORTEST_WITH_A_MIDDLE: Final = 9
NOT_A_DIGIT: Final = re.compile(r"[^0-9]")


def money(amount: Decimal, currency: str = "USD") -> str:
    """USD 150,000.00"""
    return f"{currency} {amount:,.2f}"


def ten_thousands(amount: Decimal) -> str:
    """An amount that is counted in 万美元 already: 1,000.01 万美元"""
    return f"{amount:,.2f} 万美元"


def day(value: date) -> str:
    """2026 年 7 月 1 日, as documents write it (GB/T 15835)"""
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def year_earlier(value: date) -> date:
    """The same day of the year before; 29 February becomes 1 March."""
    try:
        return value.replace(year=value.year - 1)
    except ValueError:
        return date(value.year - 1, 3, 1)


def period(start: date, end: date) -> str:
    """Both days belong to the period."""
    return f"{day(start)}零时起至 {day(end)}二十四时止"


def instant(value: datetime) -> str:
    """2026-03-05 10:18 in Beijing time. Raises `ValueError` for a naive datetime."""
    if value.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def masked_phone(number: str) -> str:
    """`154 **** 0001` (design.md §9): three digits, four digits, whatever stood between them.

    A number too short to have a middle is hidden whole; "" stays "".
    """
    digits = NOT_A_DIGIT.sub("", number)
    if len(digits) < SHORTEST_WITH_A_MIDDLE:
        return "****" if digits else ""
    return f"{digits[:3]} **** {digits[-4:]}"


def masked_name(name: str) -> str:
    """`陈*例`: first and last sign stay; of two signs the first, of one none; "" stays ""."""
    first, last = (name[0], name[2:][-1:]) if name[1:] else ("", "")
    return f"{first}{'*' * (len(name) - len(first) - len(last))}{last}"


def masked_email(address: str) -> str:
    """c***t@example.com; an address without @ is hidden whole."""
    local, at, domain = address.partition("@")
    if not at:
        return "*" * len(address)
    return f"{local[:1]}***{local[-1:] if len(local) > 1 else ''}@{domain}"


def short_hash(sha256: str) -> str:
    """The first 16 hex digits in groups of four."""
    head = sha256[:SHORT_HASH]
    return " ".join(head[i : i + 4] for i in range(0, len(head), 4))


def _thousands(number: int) -> str:
    """1 to 9999 in capitals, with one 零 for each gap inside."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text


def _whole(number: int) -> str:
    text, gap = "", False
    for group in (2, 1, 0):
        part = number // 10 ** (4 * group) % 10_000
        if part == 0:
            gap = bool(text)
            continue
        if text and (gap or part < 1000):  # noqa: PLR2004
            text += "零"
        text += _thousands(part) + GROUPS[group]
        gap = False
    return text


def capital_amount(amount: Decimal, currency: str = "美元") -> str:
    """The amount in capitals: 美元壹拾伍万元整, 人民币壹拾万柒仟元零伍角叁分.

    Rules of 支付结算办法, annex one: 整 after 元 and 角 and never after 分; 零 where a gap could
    hide a digit. Raises `ValueError` for negative amounts, for fractions of a 分 and from 10^12 on.
    """
    if not 0 <= amount < LIMIT or amount != amount.quantize(CENT):
        raise ValueError(f"no amount that can be written in capitals: {amount}")
    cents = int(amount * 100)
    number, tenth, hundredth = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_whole(number)}元" if number else ""
    if not tenth and not hundredth:
        return f"{currency}{text or '零元'}整"
    if text and (not tenth or number % 10 == 0):
        text += "零"
    if tenth:
        text += f"{DIGITS[tenth]}角"
    text += f"{DIGITS[hundredth]}分" if hundredth else "整"
    return currency + text
