"""检测我的电脑: what a server can tell from a request about the computer that sent it.

Nothing is guessed: what a browser cannot see is a question to its owner (请确认). In a demo world
the control, the reader and the clock are those of the world's desk.
"""

from __future__ import annotations

import dataclasses
import re
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from wizard.singlewindow.port import CardKind, Reader

# The oldest engine that our pages are made for (design.md §18).
OLDEST_CHROME: Final = 80
LONGEST_USER_AGENT: Final = 512

_PHONE = re.compile(r"iPhone|iPad|Android|HarmonyOS|OpenHarmony|Mobile")
_WINDOWS = re.compile(r"Windows NT (\d{1,2}\.\d)")
_CHROME = re.compile(r"Chrome/(\d{1,4})")
# Browsers that carry Chrome's engine and their own name; the first that is found is meant.
_NAMED = (
    ("MicroMessenger", "微信"),
    ("wxwork", "企业微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"),
    ("360EE", "360 浏览器"),
    ("QihooBrowser", "360 浏览器"),
    ("MetaSr", "搜狗浏览器"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
)


class Verdict(StrEnum):
    """正常, 需要处理 or 请确认."""

    OK = "ok"
    BAD = "bad"
    ASK = "ask"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the table. `answer`: slug of the FAQ entry that says how to put it right."""

    key: str
    item: str
    yours: str
    required: str
    verdict: Verdict
    answer: str = ""
    answer_text: str = ""


def look_at(user_agent: str, reader: Reader | None) -> list[Row]:
    """The five rows in the order of the page; `reader`: the demo world's desk, if there is one."""
    agent = user_agent[:LONGEST_USER_AGENT]
    return [
        _system(agent),
        _browser(agent),
        _control(reader),
        _card(reader),
        _clock(reader),
    ]


def _system(agent: str) -> Row:
    name, verdict = _system_of(agent)
    return Row(
        key="system",
        item=_("操作系统"),
        yours=name or _("没有识别出来"),
        required=_("Windows 7 或 10，不建议 XP"),
        verdict=verdict,
        answer="" if verdict is Verdict.OK else "system-requirements",
        answer_text=_("怎么办"),
    )


def _system_of(agent: str) -> tuple[str, Verdict]:
    found = _WINDOWS.search(agent)
    if found and "Windows Phone" not in agent:
        version = found[1]
        # Windows 11 calls itself 10.0 too; 6.2 and 6.3 are Windows 8 and 8.1.
        names = {"10.0": _("Windows 10 或 11"), "6.1": "Windows 7", "6.2": "Windows 8"}
        names["6.3"] = "Windows 8.1"
        if version in names:
            return names[version], Verdict.OK
        old = {"6.0": "Windows Vista", "5.1": "Windows XP", "5.2": "Windows XP"}
        return old.get(version, _("很旧的 Windows")), Verdict.BAD
    if _PHONE.search(agent):
        return _("手机或平板，不能插卡"), Verdict.BAD
    for mark, name in (("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")):
        if mark in agent:
            return name, Verdict.BAD
    return "", Verdict.ASK


def _browser(agent: str) -> Row:
    name, verdict = _browser_of(agent)
    return Row(
        key="browser",
        item=_("浏览器"),
        yours=name or _("没有识别出来"),
        required=_("建议用 Chrome，80 以上版本"),
        verdict=verdict,
        answer="" if verdict is Verdict.OK else "system-requirements",
        answer_text=_("怎么办"),
    )


def _browser_of(agent: str) -> tuple[str, Verdict]:
    if "MSIE " in agent or "Trident/" in agent:
        return _("IE 或兼容模式"), Verdict.BAD
    engine = _CHROME.search(agent)
    named = next((name for mark, name in _NAMED if mark in agent), "")
    if engine:
        version = int(engine[1])
        name = (
            _("%(name)s（Chrome %(version)d 内核）") % {"name": named, "version": version}
            if named
            else f"Chrome {version}"
        )
        return name, Verdict.OK if version >= OLDEST_CHROME else Verdict.BAD
    if named:
        return named, Verdict.ASK
    other = next((name for name in ("Firefox", "Safari") if f"{name}/" in agent), "")
    return other, Verdict.ASK


def _control(reader: Reader | None) -> Row:
    verdict = _seen(reader.control_running) if reader else Verdict.ASK
    return Row(
        key="control",
        item=_("客户端控件"),
        yours=(
            (_("演示电脑：已运行") if reader.control_running else _("演示电脑：没有检测到"))
            if reader
            else _("由您自己确认")
        ),
        required=_("已安装并运行"),
        verdict=verdict,
        answer="" if verdict is Verdict.OK else "guide-2-card-login",
        answer_text=_("怎么安装"),
    )


def _card(reader: Reader | None) -> Row:
    right = reader is not None and _is_legal_card(reader)
    answer, answer_text = _card_answer(reader)
    return Row(
        key="card",
        item=_("读卡器和卡"),
        yours=_desk(reader) if reader else _("由您自己确认"),
        required=_("法人卡已插入，指示灯常亮"),
        verdict=_seen(right) if reader else Verdict.ASK,
        answer="" if right else answer,
        answer_text=answer_text,
    )


def _card_answer(reader: Reader | None) -> tuple[str, str]:
    """Slug and words of the answer to what is wrong with the card."""
    card = reader.card if reader and reader.reader_connected else None
    if card is None:
        return "card-read-error", _("闪红灯怎么办")
    if card.locked:
        return "legal-card-locked", _("怎么解锁")
    if card.expired:
        return "legal-card-expired", _("过期怎么办")
    return "which-card", _("应该用哪张卡")


def _is_legal_card(reader: Reader) -> bool:
    return (
        reader.reader_connected
        and reader.card is not None
        and reader.card.kind is CardKind.LEGAL
        and not reader.card.locked
        and not reader.card.expired
    )


def _desk(reader: Reader) -> str:
    if not reader.reader_connected:
        return _("演示电脑：没有连接读卡器")
    if reader.card is None:
        return _("演示电脑：读卡器里没有卡")
    if reader.card.locked:
        return _("演示电脑：卡已锁定")
    if reader.card.expired:
        return _("演示电脑：卡已过期")
    if reader.card.kind is CardKind.OPERATOR:
        return _("演示电脑：操作员卡")
    return _("演示电脑：法人卡")


def _clock(reader: Reader | None) -> Row:
    wrong = reader is not None and not reader.clock_correct
    return Row(
        key="clock",
        item=_("电脑时间"),
        yours=_("演示电脑：时间不准") if wrong else _("由您自己确认"),
        required=_("与当前时间一致"),
        verdict=Verdict.BAD if wrong else Verdict.ASK,
        answer="auth-step3-failed",
        answer_text=_("怎么校准"),
    )


def _seen(fine: bool) -> Verdict:
    return Verdict.OK if fine else Verdict.BAD
