"""What could name a person is masked before a search is stored."""

from __future__ import annotations

import re
from typing import Final

from faq.terms import clean

NUMBER: Final = "[数字]"
EMAIL: Final = "[邮箱]"
NAME: Final = "[企业]"
FEWEST_DIGITS: Final = 5
FEWEST_DIGITS_IN_ID: Final = 4
# The public lines are no personal data, and what people ask about them is worth knowing.
PUBLIC_LINES: Final = frozenset({"12360", "95198", "010-95198", "01095198"})

_EMAIL = re.compile(r"[^\s@<>,，;；:：]+@[^\s@<>,，;；]+")
# At least eight letters, digits and joints in one piece: card, passport and credit codes, WeChat.
_ID = re.compile(r"[a-z0-9][a-z0-9_]{6,}[a-z0-9]")
# Digits with single separators between them: 138-1234 5678, 2026/11/23, (010)95198.
_DIGITS = re.compile(r"\+?\d(?:[\s\-‐–—./·_()（）]{0,2}\d)*")
_SPOKEN = re.compile(r"[〇零一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖]{5,}")
_COMPANY = re.compile(r"[\u4e00-\u9fff()（）a-z0-9]{2,30}?(?:有限责任公司|股份有限公司|有限公司)")


def masked(text: str) -> str:
    """The text in one spelling, without e-mails, numbers of five digits and more, ids, companies.

    At most 200 characters, as `faq.terms.clean` gives them; the public lines stay. Idempotent.
    """
    text = _EMAIL.sub(EMAIL, clean(text))
    text = _COMPANY.sub(NAME, text)
    text = _ID.sub(_id, text)
    text = _DIGITS.sub(_digits, text)
    return _SPOKEN.sub(NUMBER, text)[:200]


def _id(match: re.Match[str]) -> str:
    count = sum(map(str.isdigit, match[0]))
    return NUMBER if count >= FEWEST_DIGITS_IN_ID and not _is_public(match[0]) else match[0]


def _digits(match: re.Match[str]) -> str:
    count = sum(map(str.isdigit, match[0]))
    return NUMBER if count >= FEWEST_DIGITS and not _is_public(match[0]) else match[0]


def _is_public(text: str) -> bool:
    return text in PUBLIC_LINES
