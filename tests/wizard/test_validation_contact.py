"""Name, telephone, mobile, e-mail: every vector of domain.md §3, and hostile text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard import validation
from wizard.validation import Reason, Rejected

Rule = Callable[[str], str]
RULES: list[Rule] = [
    validation.person_name,
    validation.phone,
    validation.mobile,
    validation.email,
    validation.pin,
    validation.username,
    validation.password,
    validation.uscc,
    validation.organisation_code,
    validation.customs_code,
    validation.seal_code,
    validation.citizen_id,
    lambda text: str(validation.amount(text)),
]
# Any code point, halves of pairs and unassigned ones included, and what these fields often hold.
any_text = st.text(st.characters(exclude_categories=()), max_size=60)
nearly = st.text(
    st.sampled_from(
        "0123456789０１２３４５６７８９aZＡｚ张李龍·•’-－–—+＋()（）@＠._。, ，转"
        "\u3000\xa0\u200b\u202e\ufeff"
    ),
    max_size=24,
)
decorated = st.builds(
    lambda value, before, after, gap: before + value[:3] + gap + value[3:] + after,
    st.sampled_from(
        [
            "15400000001",
            "020-20000001",
            "chen@example.com",
            "88888888",
            "陈示例",
            "91449999PDY00001XY",
        ]
    ),
    st.sampled_from(["", " ", "\u3000", "\ufeff", "+86", "86 ", "+86-", "\u202d"]),
    st.sampled_from(["", "\n", "\xa0", "\u200b", "\u202c"]),
    st.sampled_from(["", " ", "\u200d", "  "]),
)


def reason_of(rule: Rule, text: str) -> Reason:
    """Why the rule refuses the text."""
    with pytest.raises(Rejected) as refused:
        rule(text)
    return refused.value.reason


@pytest.mark.parametrize("rule", RULES)
@settings(deadline=None)
@given(text=any_text | nearly | decorated)
def test_any_text_gets_a_value_that_stays_or_a_rejection(rule: Rule, text: str) -> None:
    try:
        value = rule(text)
    except Rejected:
        return
    assert rule(value) == value
    assert value == validation.storable(value)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "text",
    ["长" * 40_000, "1" * 40_000, "a" * 40_000 + "@example.com", " " * 40_000, "\u0301" * 40_000],
)
def test_forty_thousand_characters_are_refused_with_the_limit(rule: Rule, text: str) -> None:
    with pytest.raises(Rejected) as refused:
        rule(text)
    assert refused.value.reason is Reason.TOO_LONG
    assert isinstance(refused.value.facts["limit"], int)


@pytest.mark.parametrize("rule", RULES[:4])
@pytest.mark.parametrize("text", ["", " \u3000\t\n", "\u200b\ufeff", "\xa0"])
def test_nothing_visible_is_nothing_typed(rule: Rule, text: str) -> None:
    assert reason_of(rule, text) is Reason.MISSING


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "林",
        "陈示例",
        "阿卜杜拉·买买提",
        "李䶮",
        "㛃鿍𬬩𬭼",
        "〇",
        "𠮷\U00030edd\U000323af",
        "O'Brien-Smith",
        "John P. Doe",
        "Żółć Nguyễn",
        "田中々",
        "龍" * 40,
        "𬬩" * 40,
    ],
)
def test_names_as_people_have_them_are_kept(name: str) -> None:
    assert validation.person_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("　陈 示例 \n", "陈 示例"),
        ("Li   Ming", "Li Ming"),
        ("Ｌｉ　Ｍｉｎｇ", "Li Ming"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("O’Brien", "O'Brien"),
        ("e\u0301", "é"),
        ("⼴州⼈", "广州人"),  # Kangxi radicals, as copied from a PDF
        ("\ufeff陈示例\u200b", "陈示例"),
        ("\uf900", "豈"),
    ],
)
def test_names_are_tidied(typed: str, name: str) -> None:
    assert validation.person_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("陈\u200b示例", Reason.INVISIBLE),
        ("陈\ufeff示例", Reason.INVISIBLE),
        ("\u202e陈示例", Reason.INVISIBLE),
        ("陈\u2066示例\u2069", Reason.INVISIBLE),
        ("陈\x00示例", Reason.INVISIBLE),
        ("陈\r\n示例", Reason.INVISIBLE),
        ("陈\t示例", Reason.INVISIBLE),
        ("陈\u2028示例", Reason.INVISIBLE),
        ("陈\ud800", Reason.INVISIBLE),
        ("陈\u3164例", Reason.INVISIBLE),
        ("葛\U000e0100城", Reason.INVISIBLE),
        ("陈😀", Reason.NAME_EMOJI),
        ("👨\u200d👩\u200d👧", Reason.NAME_EMOJI),
        ("☎陈", Reason.NAME_EMOJI),
        ("陈\U0001f1e8\U0001f1f3", Reason.NAME_EMOJI),
        ("<script>alert(1)</script>", Reason.NAME_SIGNS),
        ("陈示例2", Reason.NAME_SIGNS),
        ("陈\ue863", Reason.NAME_SIGNS),
        ("陈" + "\u0316" * 30, Reason.NAME_SIGNS),
        ("{{7*7}}", Reason.NAME_SIGNS),
        (" - · ' ", Reason.NAME_NO_LETTER),
        ("龍" * 41, Reason.TOO_LONG),
        ("𬬩" * 41, Reason.TOO_LONG),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    assert reason_of(validation.person_name, typed) is reason


def test_refused_signs_are_each_named_once() -> None:
    with pytest.raises(Rejected) as refused:
        validation.person_name("陈_示_例=")
    assert refused.value.facts == {"signs": ("_", "=")}


def test_characters_that_the_documents_cannot_draw_are_named() -> None:
    drawn = {"陈", "例"}
    assert validation.person_name("陈·例", has_glyph=drawn.__contains__) == "陈·例"
    with pytest.raises(Rejected) as refused:
        validation.person_name("陈䶮例", has_glyph=drawn.__contains__)
    assert refused.value.reason is Reason.NAME_NO_GLYPH
    assert refused.value.facts == {"signs": ("䶮",)}


# --- telephones


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("15400000001", "15400000001"),
        ("154 0000 0001", "15400000001"),
        ("154-0000-0001", "15400000001"),
        ("+86 154 0000 0001", "15400000001"),
        ("+86-15400000001", "15400000001"),
        ("8615400000001", "15400000001"),
        ("008615400000001", "15400000001"),
        ("１５４０００００００１", "15400000001"),
        ("\u202d+86 15400000001\u202c", "15400000001"),
        ("13000000000", "13000000000"),
        ("19900000000", "19900000000"),
    ],
)
def test_mobile_is_eleven_digits_however_typed(typed: str, number: str) -> None:
    assert validation.mobile(typed) == number
    assert validation.phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1540000000", Reason.MOBILE_LENGTH),
        ("154000000012", Reason.MOBILE_LENGTH),
        ("12345678901", Reason.MOBILE_FORMAT),
        ("020-20000001", Reason.MOBILE_FORMAT),
        ("25400000001", Reason.MOBILE_FORMAT),
        ("1540000000a", Reason.MOBILE_FORMAT),
        ("١٥٤٠٠٠٠٠٠٠١", Reason.MOBILE_FORMAT),
        ("154\x0000000001", Reason.INVISIBLE),
        ("154\ud8000000001", Reason.INVISIBLE),
    ],
)
def test_what_is_no_mobile_is_refused(typed: str, reason: Reason) -> None:
    assert reason_of(validation.mobile, typed) is reason


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("020-20000001", "020-20000001"),
        ("0755-20000002-801", "0755-20000002-801"),
        ("02020000003", "02020000003"),
        ("010-20000001", "010-20000001"),
        ("0592 2000000", "05922000000"),
        ("（020）20000001", "020-20000001"),
        ("020—20000001转801", "020-20000001-801"),
        ("０２０－２０００００01", "020-20000001"),
        ("+86 20 2000 0001", "02020000001"),
        ("+86-755-20000002", "0755-20000002"),
        ("+86 (020) 20000001", "020-20000001"),
        ("400-000-0000", "400-000-0000"),
        ("8000000000", "8000000000"),
        ("95198", "95198"),
        ("12360", "12360"),
    ],
)
def test_landlines_and_service_numbers_are_telephones(typed: str, number: str) -> None:
    assert validation.phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("755-2000000", Reason.PHONE_AREA_CODE),
        ("20000001", Reason.PHONE_AREA_CODE),
        ("0592-0000000", Reason.PHONE_FORMAT),
        ("05920000000", Reason.PHONE_FORMAT),
        ("12345678901", Reason.PHONE_FORMAT),
        ("020-20000001-8012345", Reason.PHONE_FORMAT),
        ("020--", Reason.PHONE_FORMAT),
        ("+86", Reason.PHONE_FORMAT),
        ("无", Reason.PHONE_FORMAT),
        ("0" * 31, Reason.TOO_LONG),
    ],
)
def test_what_is_no_telephone_is_refused(typed: str, reason: Reason) -> None:
    assert reason_of(validation.phone, typed) is reason


@settings(deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_a_mobile_and_a_telephone(number: str) -> None:
    assert validation.mobile(f"+86 {number[:3]} {number[3:]}") == number
    assert validation.phone(number) == number


@settings(deadline=None)
@given(
    st.sampled_from(["010", "020", "029", "0311", "0755", "0998"]),
    st.sampled_from(["", "-"]),
    st.from_regex(r"[2-9][0-9]{6,7}(-[0-9]{1,6})?", fullmatch=True),
)
def test_every_landline_is_accepted_as_typed(area: str, hyphen: str, number: str) -> None:
    assert validation.phone(area + hyphen + number) == area + hyphen + number


@settings(deadline=None)
@given(nearly | decorated)
def test_accepted_numbers_fit_the_forms_of_the_rule(text: str) -> None:
    try:
        number = validation.phone(text)
    except Rejected:
        return
    assert re.fullmatch(
        r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[2-9][0-9]{6,7}(-[0-9]{1,6})?"
        r"|(400|800)-?[0-9]{3}-?[0-9]{4}|95[0-9]{3}|12360",
        number,
    )


# --- e-mail


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("chen@example.com", "chen@example.com"),
        ("Chen.Export.2026@mail.example.com", "Chen.Export.2026@mail.example.com"),
        (" chen@example.com \n", "chen@example.com"),
        ("ｃｈｅｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "chen@example.com"),
        ("chen@example。com", "chen@example.com"),
        ("chen\u200b@example.com", "chen@example.com"),
        ("123456@example.com", "123456@example.com"),
    ],
)
def test_plain_addresses_are_accepted(typed: str, address: str) -> None:
    assert validation.email(typed) == address


@pytest.mark.parametrize(
    ("typed", "signs"),
    [
        ("lin_yun@example.com", ("_",)),
        ("lin-yun@example.com", ("-",)),
        ("a+b@example.com", ("+",)),
        ("sales@ex-ample.com", ("-",)),
        ("林云@example.com", ("林", "云")),
        ("chen_export-gz@example.com", ("_", "-")),
        ("ｌｉｎ＿ｙｕｎ＠example.com", ("_",)),
        ("lin yun@example.com", (" ",)),
        ("wig_sales@example.com", ("_",)),
    ],
)
def test_signs_that_the_single_window_refuses_are_named(typed: str, signs: tuple[str, ...]) -> None:
    with pytest.raises(Rejected) as refused:
        validation.email(typed)
    assert refused.value.reason is Reason.EMAIL_SIGNS
    assert refused.value.facts == {"signs": signs}


@pytest.mark.parametrize(
    "typed",
    [
        "chen",
        "chen@",
        "@example.com",
        "chen@example",
        "chen@@example.com",
        "chen@a@example.com",
        ".chen@example.com",
        "chen.@example.com",
        "chen..x@example.com",
        "chen@.example.com",
        "chen@example..com",
        "chen@example.c",
        "chen@example.c0m",
        "c" * 65 + "@example.com",
    ],
)
def test_incomplete_addresses_are_refused(typed: str) -> None:
    assert reason_of(validation.email, typed) is Reason.EMAIL_FORMAT


def test_address_with_a_line_break_inside_is_refused() -> None:
    assert reason_of(validation.email, "a@example.com\nBcc:b@example.com") is Reason.INVISIBLE


def test_long_address_is_refused_with_the_limit() -> None:
    with pytest.raises(Rejected) as refused:
        validation.email("c@" + "example." * 40 + "com")
    assert refused.value.facts == {"limit": 254}


def test_dots_before_the_at_sign_are_a_switch() -> None:
    assert validation.email("a@b.example.com", dots_in_local_part=False) == "a@b.example.com"
    with pytest.raises(Rejected) as refused:
        validation.email("a.b@example.com", dots_in_local_part=False)
    assert refused.value.facts == {"signs": (".",)}


# --- card PIN, user name, password


@pytest.mark.parametrize(
    "typed", ["88888888", "８８８８８８８８", " 8888 8888\n", "\ufeff88888888"]
)
def test_pin_is_eight_digits_however_typed(typed: str) -> None:
    assert validation.pin(typed) == "88888888"


@pytest.mark.parametrize("typed", ["8888888", "888888888", "8888888a", "٨٨٨٨٨٨٨٨", "-8888888"])
def test_other_pins_are_refused_without_repeating_them(typed: str) -> None:
    with pytest.raises(Rejected) as refused:
        validation.pin(typed)
    assert refused.value.reason is Reason.PIN_FORMAT
    assert refused.value.facts == {}


def test_user_name_is_trimmed_and_password_is_not() -> None:
    assert validation.username(" ｅｘｐｏｒｔｅｒ01 ") == "exporter01"
    assert validation.password(" a b ") == " a b "
    assert validation.password("Ａ①") == "Ａ①"
    assert validation.password("e\u0301") == "é"


@pytest.mark.parametrize(("rule", "limit"), [(validation.username, 64), (validation.password, 128)])
def test_sign_in_text_may_be_as_long_as_the_limit(rule: Rule, limit: int) -> None:
    assert rule("a" * limit) == "a" * limit
    with pytest.raises(Rejected) as refused:
        rule("a" * (limit + 1))
    assert refused.value.facts == {"limit": limit}


@pytest.mark.parametrize("rule", [validation.username, validation.password])
@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800"])
def test_sign_in_text_with_control_characters_is_refused(rule: Rule, typed: str) -> None:
    assert reason_of(rule, typed) is Reason.INVISIBLE
