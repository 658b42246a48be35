"""Amounts as typed and in capitals: the vectors of domain.md §3.8."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard import validation
from wizard.validation import Reason, Rejected

cents = st.integers(min_value=0, max_value=10**14 - 1)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("999.99", "999.99"),
        ("1000.00", "1000.00"),
        ("1000.01", "1000.01"),
        ("150,000", "150000.00"),
        ("１５０，０００．５", "150000.50"),
        (" 10 000 000 ", "10000000.00"),
        ("007", "7.00"),
        ("0", "0.00"),
    ],
)
def test_amounts_have_two_decimals(typed: str, value: str) -> None:
    assert str(validation.amount(typed)) == value


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1.005", Reason.AMOUNT_DECIMALS),
        ("1,00", Reason.AMOUNT_FORMAT),
        ("-5", Reason.AMOUNT_FORMAT),
        ("1e309", Reason.AMOUNT_FORMAT),
        ("NaN", Reason.AMOUNT_FORMAT),
        ("10²", Reason.AMOUNT_FORMAT),
        ("٥", Reason.AMOUNT_FORMAT),
        ("5.", Reason.AMOUNT_FORMAT),
        ("1" * 16, Reason.TOO_LONG),
        ("1" * 40_000, Reason.TOO_LONG),
        ("5\x00", Reason.INVISIBLE),
        ("", Reason.MISSING),
    ],
)
def test_other_amounts_are_refused(typed: str, reason: Reason) -> None:
    with pytest.raises(Rejected) as refused:
        validation.amount(typed)
    assert refused.value.reason is reason


def test_zero_is_refused_where_something_must_be() -> None:
    assert validation.amount("0.01", positive=True) == Decimal("0.01")
    with pytest.raises(Rejected) as refused:
        validation.amount("0.00", positive=True)
    assert refused.value.reason is Reason.AMOUNT_NOT_POSITIVE


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**17 - 1))
def test_printed_amounts_are_read_again(count: int) -> None:
    value = Decimal(count) / 100
    assert validation.amount(f"{value:,.2f}") == validation.amount(f"{value:.2f}") == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("150000", "人民币壹拾伍万元整"),
        ("10.05", "人民币壹拾元零伍分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("100000000", "人民币壹亿元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("20000305", "人民币贰仟万零叁佰零伍元整"),
        ("100000000001", "人民币壹仟亿零壹元整"),
        ("0.53", "人民币伍角叁分"),
        ("0.05", "人民币伍分"),
        ("0", "人民币零元整"),
    ],
)
def test_amounts_in_capitals(value: str, text: str) -> None:
    assert validation.in_capitals(Decimal(value)) == text


def test_capitals_name_the_currency() -> None:
    assert validation.in_capitals(Decimal(300_000), currency="美元") == "美元叁拾万元整"


@pytest.mark.parametrize("value", ["-1", "0.001", "1e12"])
def test_capitals_of_what_is_no_amount_of_money_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        validation.in_capitals(Decimal(value))


@settings(deadline=None)
@given(cents)
def test_capitals_read_back_as_the_same_amount(count: int) -> None:
    text = validation.in_capitals(Decimal(count) / 100)
    assert "零零" not in text
    assert spoken_cents(text.removeprefix("人民币")) == count


def spoken_cents(text: str) -> int:
    """The number of 分 that a reader of the capitals hears; knows nothing of how they were made."""
    whole, _, rest = text.rpartition("元")
    total = groups = four = digit = 0
    for sign in whole:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            four, digit = four + digit * 10 ** (1 + "拾佰仟".index(sign)), 0
        elif sign == "万":
            groups, four, digit = groups + (four + digit) * 10_000, 0, 0
        else:  # 亿 counts all that was said before it
            total, groups, four, digit = (groups + four + digit) * 10**8, 0, 0, 0
    total = (total + groups + four + digit) * 100
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in rest:
            total += "零壹贰叁肆伍陆柒捌玖".index(rest[rest.index(unit) - 1]) * worth
    return total
