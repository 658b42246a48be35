"""Every refusal has a sentence in the style of design.md §9, with its facts in it."""

from __future__ import annotations

import re

import pytest

from wizard import validation
from wizard.validation import Reason, Rejected
from wizard.validation.messages import MESSAGES

FACTS: dict[str, int | tuple[str, ...]] = {"limit": 40, "count": 17, "signs": ("_", "-")}


def sentence(reason: Reason, *signs: str) -> str:
    """The sentence for a refusal of these signs in a field called 姓名."""
    facts = FACTS | ({"signs": signs} if signs else {})
    return validation.describe(Rejected(reason, **facts), label="姓名")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_in_the_house_style(reason: Reason) -> None:
    text = sentence(reason)
    assert not re.search("失败|非法|错误|抱歉|请您|[!！%]", text)
    assert not text.endswith(("。", "."))
    assert re.search(r"[\u4e00-\u9fff]", text)
    # A space between Chinese and digits or Latin, none before full-width punctuation.
    assert not re.search(
        r"[\u4e00-\u9fff][0-9A-Za-z]|[0-9A-Za-z][\u4e00-\u9fff]| [，。、：”]", text
    )


def test_sentences_are_not_shared() -> None:
    assert len({str(message) for message in MESSAGES.values()}) == len(Reason)


@pytest.mark.parametrize(
    ("reason", "signs", "text"),
    [
        (Reason.MISSING, (), "请填写姓名"),
        (Reason.TOO_LONG, (), "姓名最多 40 个字符，请删去多余的部分"),
        (Reason.INVISIBLE, (), "姓名里有看不见的字符，请删去后重新输入"),
        (Reason.USCC_LENGTH, (), "统一社会信用代码是 18 位，现在有 17 位"),
        (
            Reason.EMAIL_SIGNS,
            ("_", "-"),
            "邮箱里有“_”和“-”，单一窗口不支持，请换一个只含字母、数字和点的邮箱",
        ),
        (
            Reason.EMAIL_SIGNS,
            ("林", "云", " "),
            "邮箱里有汉字和空格，单一窗口不支持，请换一个只含字母、数字和点的邮箱",
        ),
        (Reason.NAME_SIGNS, ("<",), "姓名里有“<”，请只用汉字或字母填写"),
        (
            Reason.NAME_SIGNS,
            ("\u0316", "\ue863"),
            "姓名里有“U+0316”和“U+E863”，请只用汉字或字母填写",
        ),
        (
            Reason.NAME_SIGNS,
            tuple("!#$%&*+="),
            "姓名里有“!”、“#”、“$”、“%”和“&”等，请只用汉字或字母填写",
        ),
        # Newer than the character tables of Python 3.11, and still shown.
        (
            Reason.NAME_NO_GLYPH,
            ("\U000323af",),
            "文件里印不出“\U000323af”，请改用拼音或常用字填写姓名",
        ),
        (Reason.NAME_NO_GLYPH, ("𰻝",), "文件里印不出“𰻝”，请改用拼音或常用字填写姓名"),
    ],
)
def test_sentences_name_what_is_wrong(reason: Reason, signs: tuple[str, ...], text: str) -> None:
    assert sentence(reason, *signs) == text


def test_warnings_have_sentences_too() -> None:
    assert "第 6 位是 8" in validation.describe_warning(Reason.CUSTOMS_BROKER)
