"""Official numbers: every vector of domain.md §3, and what the check signs guarantee."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wizard import validation
from wizard.validation import Reason, Rejected
from wizard.validation.codes import (
    USCC_CHARSET,
    citizen_check_sign,
    organisation_check_sign,
    uscc_check_sign,
)

DIGITS = string.digits
LETTERS_AND_DIGITS = string.digits + string.ascii_uppercase
# The personas of domain.md §8.
PERSONAS = [
    "91449999PDY00001XY",
    "91339999PDY0000284",
    "91329999PDY000036T",
    "91379999PDY000044A",
    "91359999PDY000052W",
    "91519999PDY000060L",
    "91369999PDY000079Q",
    "91349999PDY000087B",
    "91419999PDY000095G",
    "91319999PDY000108F",
    "91429999PDY0001165",
    "91439999PDY0001244",
    "91139999PDY000132T",
    "91219999PDY0001404",
    "91459999PDY000159Y",
    "91469999PDY000167X",
    "91449999PDY000175G",
    "91509999PDY000183H",
    "91619999PDY0001917",
    "91539999PDY000204E",
]

usccs = st.builds(
    lambda head, region, tail: head + region + tail + uscc_check_sign(head + region + tail),
    st.text(USCC_CHARSET, min_size=2, max_size=2),
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(USCC_CHARSET, min_size=9, max_size=9),
)
organisations = st.text(LETTERS_AND_DIGITS, min_size=8, max_size=8).map(
    lambda body: body + organisation_check_sign(body)
)
citizens = st.builds(
    lambda province, region, born, serial: (
        (body := f"{province}{region}{born:%Y%m%d}{serial}") + citizen_check_sign(body)
    ),
    st.sampled_from(["11", "23", "37", "44", "54", "65"]),
    st.text(DIGITS, min_size=4, max_size=4),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2025, 12, 31)),
    st.text(DIGITS, min_size=3, max_size=3),
)
places = st.integers(min_value=0, max_value=17)


def replaced(code: str, place: int, sign: str) -> str:
    """The code with another sign at one place."""
    return code[:place] + sign + code[place + 1 :]


def swapped(code: str, place: int) -> str:
    """The code with two neighbours exchanged."""
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def reason_of(rule: object, text: str) -> Reason:
    """Why the rule refuses the text."""
    assert callable(rule)
    with pytest.raises(Rejected) as refused:
        rule(text)
    return refused.value.reason


# --- 统一社会信用代码


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91449999PDY0003860", *PERSONAS])
def test_valid_uscc_is_accepted_without_a_doubt(code: str) -> None:
    assert validation.uscc(code) == code
    assert validation.uscc_warning(code) is None


@pytest.mark.parametrize(
    "typed",
    [
        "91449999pdy00001xy",
        "  91449999PDY00001XY\n",
        "9144 9999 PDY0 0001 XY",
        "９１４４９９９９ＰＤＹ００００１ＸＹ",
        "\ufeff91449999PDY00001XY\u200b",
        "\u202d91449999PDY00001XY\u202c",
    ],
)
def test_uscc_is_understood_however_it_was_pasted(typed: str) -> None:
    assert validation.uscc(typed) == "91449999PDY00001XY"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("91350100M000100Y4Z", Reason.USCC_SIGNS),  # the picture in the standard
        ("91350100M000100Y44", Reason.USCC_CHECK),
        ("91449999PDY00001X0", Reason.USCC_CHECK),
        ("91449999PD0Y0001XY", Reason.USCC_CHECK),
        ("91449999PDO00001XY", Reason.USCC_SIGNS),
        ("91449999PDY00001X", Reason.USCC_LENGTH),
        ("91449999PDY00001XYY", Reason.USCC_LENGTH),
        ("914499A9PDY00001XY", Reason.USCC_REGION),
        ("91449999ıDY00001XY", Reason.USCC_SIGNS),
        ("91449999PDY٠٠٠٠١XY", Reason.USCC_SIGNS),
        ("91449999\x00PDY00001XY", Reason.INVISIBLE),
        ("", Reason.MISSING),
        ("9" * 40_000, Reason.TOO_LONG),
    ],
)
def test_wrong_uscc_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    assert reason_of(validation.uscc, typed) is reason


def test_check_sign_of_the_swapped_uscc_is_the_one_of_the_vectors() -> None:
    assert uscc_check_sign("91449999PD0Y0001X") == "J"
    assert uscc_check_sign("91449999PDY000386") == "0"  # remainder 0


def test_refused_uscc_names_the_signs_and_the_length() -> None:
    with pytest.raises(Rejected) as refused:
        validation.uscc("91449999PDO0000IXY")
    assert refused.value.facts == {"signs": ("O", "I")}
    with pytest.raises(Rejected) as refused:
        validation.uscc("91449999PDY00001X")
    assert refused.value.facts == {"count": 17}


def test_uscc_with_a_wrong_organisation_code_inside_is_only_doubted() -> None:
    body = "91449999PDY000010"  # the organisation code ends with X
    code = body + uscc_check_sign(body)
    assert validation.uscc(code) == code
    assert validation.uscc_warning(code) is Reason.USCC_ORGANISATION_DOUBTFUL


@settings(deadline=None)
@given(usccs)
def test_every_uscc_with_the_right_check_sign_is_accepted(code: str) -> None:
    assert validation.uscc(code) == code
    assert validation.uscc(validation.uscc(code.lower())) == code


@settings(deadline=None)
@given(usccs, places, st.sampled_from(LETTERS_AND_DIGITS))
def test_uscc_with_one_wrong_sign_is_refused(code: str, place: int, sign: str) -> None:
    assume(code[place] != sign)
    with pytest.raises(Rejected):
        validation.uscc(replaced(code, place, sign))


@settings(deadline=None)
@given(usccs, st.integers(min_value=0, max_value=16))
def test_uscc_with_two_neighbours_exchanged_is_refused(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    with pytest.raises(Rejected):
        validation.uscc(swapped(code, place))


# --- 组织机构代码


@pytest.mark.parametrize("code", ["D2143569-X", "M000100Y-4", "PDY00001-X", "PDY00006-0"])
def test_valid_organisation_code_loses_its_hyphen(code: str) -> None:
    assert validation.organisation_code(code) == code.replace("-", "")
    assert validation.organisation_code(code.lower().replace("-", "－")) == code.replace("-", "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("PDY00001-0", Reason.ORGANISATION_CHECK),
        ("DPY00001-X", Reason.ORGANISATION_CHECK),
        ("PDY0001-X", Reason.ORGANISATION_FORMAT),
        ("PDY-00001X", Reason.ORGANISATION_FORMAT),
        ("PDY00001-A", Reason.ORGANISATION_FORMAT),
        (" ", Reason.MISSING),
    ],
)
def test_wrong_organisation_code_is_refused(typed: str, reason: Reason) -> None:
    assert reason_of(validation.organisation_code, typed) is reason


@settings(deadline=None)
@given(organisations, st.integers(min_value=0, max_value=7), st.sampled_from(LETTERS_AND_DIGITS))
def test_organisation_code_with_one_wrong_sign_is_refused(code: str, place: int, sign: str) -> None:
    # The check is modulo 11, and 0, B, M and X are the same to it.
    assume((int(code[place], 36) - int(sign, 36)) % 11 != 0)
    assert validation.organisation_code(code) == code
    assert reason_of(validation.organisation_code, replaced(code, place, sign)) is (
        Reason.ORGANISATION_CHECK
    )


@settings(deadline=None)
@given(organisations, st.integers(min_value=0, max_value=6))
def test_organisation_code_with_two_neighbours_exchanged_is_refused(code: str, place: int) -> None:
    assume((int(code[place], 36) - int(code[place + 1], 36)) % 11 != 0)
    assert reason_of(validation.organisation_code, swapped(code, place)) is (
        Reason.ORGANISATION_CHECK
    )


# --- 海关编码, 印章编码


@pytest.mark.parametrize("typed", ["4499960001", " 4499 9600 01 ", "４４９９９６０００１"])
def test_customs_code_is_accepted(typed: str) -> None:
    assert validation.customs_code(typed) == "4499960001"
    assert validation.customs_code_warning("4499960001") is None


def test_customs_code_may_hold_letters_in_zone_and_serial() -> None:
    assert validation.customs_code("4499w6a00z") == "4499W6A00Z"


def test_customs_code_of_a_broker_is_only_doubted() -> None:
    assert validation.customs_code_warning(validation.customs_code("4499980001")) is (
        Reason.CUSTOMS_BROKER
    )


@pytest.mark.parametrize(
    "typed", ["449996000", "44999600011", "44A9960001", "44999A0001", "4499ı60001", "4４９９-"]
)
def test_wrong_customs_code_is_refused(typed: str) -> None:
    assert reason_of(validation.customs_code, typed) is Reason.CUSTOMS_FORMAT


def test_seal_code_has_thirteen_digits() -> None:
    assert validation.seal_code(" 4499990000001 ") == "4499990000001"


@pytest.mark.parametrize("typed", ["449999000001", "44999900000011", "449999000000A", "٤" * 13])
def test_wrong_seal_code_is_refused(typed: str) -> None:
    assert reason_of(validation.seal_code, typed) is Reason.SEAL_FORMAT


# --- 公民身份号码


@pytest.mark.parametrize("code", ["11010519491231002X", "440524188001010014"])
def test_examples_of_the_citizen_standard_are_accepted(code: str) -> None:
    assert validation.citizen_id(code) == code
    assert validation.citizen_id(f" {code[:6]} {code[6:].lower()}") == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("999999199001010016", Reason.CITIZEN_REGION),  # right check, no such province
        ("110105194912310021", Reason.CITIZEN_CHECK),
        ("11010519491231002", Reason.CITIZEN_FORMAT),
        ("1101051949123100X2", Reason.CITIZEN_FORMAT),
        ("１１０１０５１９４９１２３１００２ＸＸ", Reason.CITIZEN_FORMAT),
    ],
)
def test_wrong_citizen_id_is_refused(typed: str, reason: Reason) -> None:
    assert reason_of(validation.citizen_id, typed) is reason


@pytest.mark.parametrize("born", ["19490230", "19491301", "19490229", "00000101", "19000229"])
def test_citizen_id_with_an_impossible_birthday_is_refused(born: str) -> None:
    body = f"110105{born}002"
    assert reason_of(validation.citizen_id, body + citizen_check_sign(body)) is Reason.CITIZEN_DATE


@settings(deadline=None)
@given(citizens, places, st.sampled_from(DIGITS))
def test_citizen_id_with_one_wrong_digit_is_refused(code: str, place: int, digit: str) -> None:
    assume(code[place] != digit)
    assert validation.citizen_id(code) == code
    assert reason_of(validation.citizen_id, replaced(code, place, digit)) is Reason.CITIZEN_CHECK


@settings(deadline=None)
@given(citizens, st.integers(min_value=0, max_value=16))
def test_citizen_id_with_two_neighbours_exchanged_is_refused(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    with pytest.raises(Rejected):
        validation.citizen_id(swapped(code, place))
