"""What could name a person is masked before a search is stored."""

from __future__ import annotations

import re
from typing import Final

from faq.terms import clean

NUMBER: Final = "[数字]"
EMAIL: Final = "[邮箱]"
NAME: Final = "[企业]"
PERSON: Final = "[姓名]"
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
# The surnames of nine in ten people, without those that begin words of this site (和, 管, 单).
_SURNAME = (
    "(?:欧阳|上官|司徒|司马|诸葛|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁蔡蒋余于"
    "杜叶程魏苏吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
    "赖覃洪武莫孔汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕裴])"
)
_TITLED = re.compile(
    rf"(?<![对官地]){_SURNAME}(?:[\u4e00-\u9fff]{{0,2}}?(?=先生|女士|小姐|经理|老师|会计|老板|主任)"
    r"|(?=总(?:[让说叫]|[^\u4e00-\u9fff]|$)))"
)
_CALLED = re.compile(
    r"(我叫|名字叫|名字是|名叫|(?:姓名|联系人|法人|法人代表|法定代表人)(?:叫做|叫|是|为|[: ])) ?"
    rf"{_SURNAME}[\u4e00-\u9fff]{{1,2}}"
)
_ALONE = re.compile(rf"(我是){_SURNAME}[\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])")


def masked(text: str) -> str:
    """The text in one spelling, without what could name somebody.

    That is e-mails, numbers of five digits and more, ids, companies, and names of persons where the
    words around say so (我叫…, 法人是…, …经理): a bare name cannot be told from a word.

    At most 200 characters, as `faq.terms.clean` gives them; the public lines stay. Idempotent.
    """
    text = _EMAIL.sub(EMAIL, clean(text))
    text = _COMPANY.sub(NAME, text)
    text = _CALLED.sub(rf"\1{PERSON}", text)
    text = _ALONE.sub(rf"\1{PERSON}", text)
    text = _TITLED.sub(PERSON, text)
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
