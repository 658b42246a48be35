"""Amounts in figures and capitals, days, instants, masks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.documents import formats

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("150000", "人民币壹拾伍万元整"),
        ("10.05", "人民币壹拾元零伍分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("0", "人民币零元整"),
        ("0.50", "人民币伍角整"),
        ("0.05", "人民币伍分"),
        ("1", "人民币壹元整"),
        ("10", "人民币壹拾元整"),
        ("1001", "人民币壹仟零壹元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("20000305", "人民币贰仟万零叁佰零伍元整"),
        ("100000000001", "人民币壹仟亿零壹元整"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1010101010.10", "人民币壹拾亿壹仟零壹拾万壹仟零壹拾元零壹角整"),
    ],
)
def test_amounts_in_capitals(amount: str, capitals: str) -> None:
    assert formats.capital_amount(Decimal(amount), "人民币") == capitals


def test_dollars_in_capitals() -> None:
    assert formats.capital_amount(Decimal("150000.00")) == "美元壹拾伍万元整"


def read_capitals(text: str) -> Decimal:
    """The amount that capitals stand for: an independent way back."""
    digits = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    units = {"拾": 10, "佰": 100, "仟": 1000}
    total = Decimal(0)
    yuan, _, rest = text.rpartition("元") if "元" in text else ("", "", text)
    whole = section = digit = 0
    for c in yuan:
        if c in digits:
            digit = digits[c]
        elif c in units:
            section, digit = section + digit * units[c], 0
        else:
            factor = {"万": 10_000, "亿": 100_000_000}[c]
            whole, section, digit = whole + (section + digit) * factor, 0, 0
    total += whole + section + digit
    for sign, value in re.findall(r"([壹贰叁肆伍陆柒捌玖])([角分])", rest):
        total += digits[sign] * (Decimal("0.1") if value == "角" else Decimal("0.01"))
    return total


@given(AMOUNTS)
def test_capitals_can_be_read_back(amount: Decimal) -> None:
    text = formats.capital_amount(amount, "")
    assert read_capitals(text) == amount
    assert text.endswith("分") != text.endswith("整")
    assert "零零" not in text


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000", "0.001"])
def test_amounts_that_have_no_capitals(amount: str) -> None:
    with pytest.raises(ValueError, match="capitals"):
        formats.capital_amount(Decimal(amount))


def test_amounts_in_figures() -> None:
    assert formats.money(Decimal("150000")) == "USD 150,000.00"
    assert formats.money(Decimal("480"), "CNY") == "CNY 480.00"
    assert formats.ten_thousands(Decimal("1000.01")) == "1,000.01 万美元"


def test_days_and_instants() -> None:
    assert formats.day(date(2026, 7, 1)) == "2026 年 7 月 1 日"
    # Four in the afternoon in Greenwich is the next day in Beijing.
    assert formats.instant(datetime(2026, 7, 1, 16, 5, tzinfo=UTC)) == "2026-07-02 00:05"
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(datetime(2026, 7, 1, 16, 5))  # noqa: DTZ001
    assert formats.year_earlier(date(2026, 7, 1)) == date(2025, 7, 1)
    assert formats.year_earlier(date(2028, 2, 29)) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("15400000001", "154 **** 0001"),
        ("020-20000001", "020 **** 0001"),
        ("154 0000 0001", "154 **** 0001"),
        ("12360", "****"),
        ("", ""),
    ],
)
def test_telephones_are_masked(number: str, masked: str) -> None:
    assert formats.masked_phone(number) == masked


def test_names_and_addresses_are_masked() -> None:
    assert [formats.masked_name(n) for n in ("陈示例", "陈例", "陈", "欧阳示例")] == [
        "陈*例",
        "陈*",
        "*",
        "欧**例",
    ]
    assert formats.masked_email("chenexport@example.com") == "c***t@example.com"
    assert formats.masked_email("c@example.com") == "c***@example.com"
    assert formats.masked_email("chen") == "****"
    assert formats.short_hash("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
