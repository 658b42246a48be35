"""The sentence for every reason, in the words of design.md §9."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wizard.validation.cleaning import is_rare_ideograph
from wizard.validation.reasons import Reason, Rejected

MESSAGES: Final[dict[Reason, Promise]] = {
    Reason.MISSING: _("请填写%(label)s"),
    Reason.TOO_LONG: _("%(label)s最多 %(limit)s 个字符，请删去多余的部分"),
    Reason.INVISIBLE: _("%(label)s里有看不见的字符，请删去后重新输入"),
    Reason.NAME_EMOJI: _("%(label)s里有表情符号，请删去后重新输入"),
    Reason.NAME_SIGNS: _("%(label)s里有%(signs)s，请只用汉字或字母填写"),
    Reason.NAME_NO_LETTER: _("%(label)s里要有汉字或字母"),
    Reason.NAME_NO_GLYPH: _("文件里印不出%(signs)s，请改用拼音或常用字填写%(label)s"),
    Reason.MOBILE_LENGTH: _("手机号码是 11 位数字，现在有 %(count)s 位"),
    Reason.MOBILE_FORMAT: _("手机号码是 11 位数字，以 13 至 19 开头"),
    Reason.PHONE_AREA_CODE: _("座机要带区号，区号以 0 开头，例如 020-20000001"),
    Reason.PHONE_FORMAT: _("电话应是带区号的座机或 11 位手机号码，例如 020-20000001"),
    Reason.EMAIL_SIGNS: _("邮箱里有%(signs)s，单一窗口不支持，请换一个只含字母、数字和点的邮箱"),
    Reason.EMAIL_FORMAT: _("邮箱的格式应为 chen@example.com"),
    Reason.PIN_FORMAT: _("%(label)s是 8 位数字"),
    Reason.USCC_LENGTH: _("统一社会信用代码是 18 位，现在有 %(count)s 位"),
    Reason.USCC_SIGNS: _(
        "统一社会信用代码里有%(signs)s，代码只用数字和除 I、O、S、V、Z 以外的字母"
    ),
    Reason.USCC_REGION: _("统一社会信用代码的第 3–8 位是数字"),
    Reason.USCC_CHECK: _("统一社会信用代码与最后一位校验码对不上，请逐位核对"),
    Reason.ORGANISATION_FORMAT: _("组织机构代码是 8 位数字或字母加 1 位校验码，例如 PDY00001-X"),
    Reason.ORGANISATION_CHECK: _("组织机构代码与最后一位校验码对不上，请逐位核对"),
    Reason.CUSTOMS_FORMAT: _("海关编码是 10 位，前 4 位是数字，例如 4499960001"),
    Reason.SEAL_FORMAT: _("印章编码是 13 位数字"),
    Reason.CITIZEN_FORMAT: _("身份号码是 18 位，前 17 位是数字，最后一位是数字或 X"),
    Reason.CITIZEN_REGION: _("身份号码的前两位不是省级行政区划代码，请核对"),
    Reason.CITIZEN_DATE: _("身份号码的第 7–14 位不是一个存在的日期，请核对"),
    Reason.CITIZEN_CHECK: _("身份号码与最后一位校验码对不上，请逐位核对"),
    Reason.AMOUNT_FORMAT: _("%(label)s只填数字，例如 150,000.00"),
    Reason.AMOUNT_DECIMALS: _("%(label)s最多保留 %(limit)s 位小数"),
    Reason.AMOUNT_NOT_POSITIVE: _("%(label)s要大于 0"),
    Reason.USCC_ORGANISATION_DOUBTFUL: _(
        "统一社会信用代码的第 9–17 位与组织机构代码的校验规则不符，请核对"
    ),
    Reason.CUSTOMS_BROKER: _("海关编码的第 6 位是 8，表示报关企业，请确认投保的是出口企业"),
}

_LISTED: Final = 5


def describe(rejected: Rejected, *, label: str) -> str:
    """The sentence for a refusal, in the active language. `label`: the field's name, 手机."""
    facts: dict[str, object] = dict(rejected.facts)
    signs = rejected.facts.get("signs")
    if isinstance(signs, tuple):
        facts["signs"] = _listed(signs, words=rejected.reason is not Reason.NAME_NO_GLYPH)
    return str(MESSAGES[rejected.reason]) % {"label": label, **facts}


def describe_warning(reason: Reason) -> str:
    """The sentence for what a `*_warning` function returned, in the active language."""
    return str(MESSAGES[reason])


def _listed(signs: tuple[str, ...], *, words: bool) -> str:
    """“_”、“+”和“-”: the first five. With `words` all Chinese characters together are one 汉字."""
    names = list(dict.fromkeys(_named(sign, words=words) for sign in signs))
    if len(names) == 1:
        return names[0]
    *many, last = names[:_LISTED]
    pattern = (
        gettext("%(many)s和%(last)s等") if len(names) > _LISTED else gettext("%(many)s和%(last)s")
    )
    return pattern % {"many": gettext("、").join(many), "last": last}


def _named(sign: str, *, words: bool) -> str:
    if sign == " ":
        return gettext("空格")
    rare = is_rare_ideograph(sign)
    if words and (rare or unicodedata.name(sign, "").startswith("CJK UNIFIED")):
        return gettext("汉字")
    if unicodedata.category(sign)[0] in "MC" and not rare:
        # It would sit on the quotation mark, or show as nothing or as a box.
        sign = f"U+{ord(sign):04X}"
    return gettext("“%(sign)s”") % {"sign": sign}
