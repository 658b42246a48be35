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
