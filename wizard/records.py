"""The trail in words: each line as the exporter reads it in 操作记录."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wizard import trail
from wizard.catalogue import explain
from wizard.models import Application, Document, Event
from wizard.singlewindow.faults import Fault, FaultCode

ACTIONS: Final[dict[str, Promise]] = {
    "offered": gettext_lazy("投保申请送达"),
    "view": gettext_lazy("打开文件"),
    "declare": gettext_lazy("勾选投保声明，进入核对"),
    "confirm": gettext_lazy("确认投保"),
    "make-seal": gettext_lazy("保存印章并生成协议"),
    "sign": gettext_lazy("签署三方协议"),
    "acknowledge": gettext_lazy("收悉保单"),
    "reopen": gettext_lazy("重新打开第 1 步，修改联系人"),
    "urge": gettext_lazy("催办保单送达"),
    "rate": gettext_lazy("评价这次办理"),
    "return": gettext_lazy("退回补正"),
    "decline": gettext_lazy("不予承保"),
    "issue": gettext_lazy("承保，保单送达"),
}
PAPERS: Final = {f"docs/{kind.value}": kind.label for kind in Document.Kind}
FAULTS: Final = frozenset(code.value for code in FaultCode)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One line of 操作记录."""

    sequence: int
    at: datetime
    who: str
    what: str
    result: str
    good: bool
    details: tuple[tuple[str, str], ...]
    hash: str


def records(application: Application) -> list[Record]:
    """The application's lines in order. One query."""
    return [_record(event) for event in trail.lines(application)]


def _record(event: Event) -> Record:
    what = str(ACTIONS.get(event.action, event.action))
    if event.page in PAPERS:
        what = _("%(what)s：%(paper)s") % {"what": what, "paper": PAPERS[event.page]}
    good = event.outcome == "done"
    return Record(
        sequence=event.sequence,
        at=event.at,
        who=_("单一窗口") if event.actor == trail.AUTHORITY else event.actor,
        what=what,
        result=_("完成") if good else _refusal(event.outcome, event.facts),
        good=good,
        details=tuple(_details(event)),
        hash=event.hash,
    )


def _refusal(outcome: str, facts: dict[str, Any]) -> str:
    if outcome not in FAULTS:
        return outcome
    known = {"tries_left": facts["tries_left"]} if "tries_left" in facts else {}
    return _("未完成：%(title)s（%(code)s）") % {
        "title": explain(Fault(FaultCode(outcome), **known)).title,
        "code": outcome,
    }


def _details(event: Event) -> list[tuple[str, str]]:
    facts: dict[str, Any] = event.facts
    found = []
    if "dwell_ms" in facts:
        seconds = _("%(n)s 秒") % {"n": f"{facts['dwell_ms'] / 1000:.1f}"}
        found.append((_("页面停留"), seconds))
    if facts.get("read_to_end"):
        found.append((_("阅读"), _("已滚动到正文末尾")))
    if facts.get("text_version"):
        found.append((_("文本版本"), str(facts["text_version"])))
    if facts.get("receipt"):
        found.append((_("回执编号"), str(facts["receipt"])))
    if facts.get("level"):
        found.append((_("评价"), str(Application.Rating(facts["level"]).label)))
    if facts.get("reason"):
        found.append((_("原因"), str(facts["reason"])))
    if event.document_sha256:
        found.append((_("文件指纹"), event.document_sha256))
    return found
