"""The second half of the self-check: account, certification, seal, pending application, site.

Only who is signed in sees more than a question; without an answer from the authority it stays one.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wizard.account.selfcheck import Row, Verdict
from wizard.account.signin import Actor
from wizard.authority import single_window
from wizard.singlewindow.faults import Fault, NotFound, OutcomeUnknown
from wizard.singlewindow.port import DeskPart, Reader, SealState, SingleWindow, Stage

# Stages in which nothing more is to be confirmed because it has been.
ON_THE_WAY = frozenset(Stage) - {Stage.OFFERED, Stage.DECLINED}


def look_further(actor: Actor | None, reader: Reader | None) -> list[Row]:
    """Site, account, certification, seal and pending application, each with its answer."""
    rows = [_site(reader)]
    if actor is None:
        return [*rows, *_unseen()]
    window = single_window(actor.world)
    try:
        return [
            *rows,
            _account(window, actor),
            _certification(window, actor),
            _seal(window, actor),
            _pending(window, actor),
        ]
    except (Fault, NotFound, OutcomeUnknown):
        return [*rows, *_unseen()]


def _row(  # noqa: PLR0917 - a table row, column by column
    key: str, item: str, yours: str, verdict: Verdict, answer: str, text: str
) -> Row:
    required = {
        "site": _("www.singlewindow.cn"),
        "account": _("已激活"),
        "certification": _("三种方式有一种成功"),
        "seal": _("没有，或者有一枚可用的"),
        "pending": _("至少一份"),
    }[key]
    good = verdict is Verdict.OK
    return Row(
        key=key,
        item=item,
        yours=yours,
        required=required,
        verdict=verdict,
        answer="" if good else answer,
        answer_text="" if good else text,
    )


def _unseen() -> list[Row]:
    said = _("登录后再看")
    return [
        _row("account", _("账号"), said, Verdict.ASK, "account-not-activated", _("怎么激活")),
        _row(
            "certification",
            _("实名认证"),
            said,
            Verdict.ASK,
            "where-is-certification-page",
            _("在哪里认证"),
        ),
        _row("seal", _("电子印章"), said, Verdict.ASK, "seal-making-error", _("印章有问题怎么办")),
        _row(
            "pending",
            _("待确认投保单"),
            said,
            Verdict.ASK,
            "pending-application-empty",
            _("没有怎么办"),
        ),
    ]


def _site(reader: Reader | None) -> Row:
    wrong = reader is not None and DeskPart.SITE in reader.broken
    yours = _("演示电脑：地方单一窗口") if wrong else _("由您自己确认")
    verdict = Verdict.BAD if wrong else Verdict.ASK
    return _row("site", _("网址"), yours, verdict, "pending-application-empty", _("网址和路径"))


def _account(window: SingleWindow, actor: Actor) -> Row:
    fine = window.account(token=actor.token).activated
    return _row(
        "account",
        _("账号"),
        _("已激活") if fine else _("还没有激活"),
        Verdict.OK if fine else Verdict.BAD,
        "account-not-activated",
        _("怎么激活"),
    )


def _certification(window: SingleWindow, actor: Actor) -> Row:
    fine = any(way.succeeded for way in window.certifications(token=actor.token))
    return _row(
        "certification",
        _("实名认证"),
        _("已认证") if fine else _("还没有认证"),
        Verdict.OK if fine else Verdict.BAD,
        "where-is-certification-page",
        _("在哪里认证"),
    )


def _seal(window: SingleWindow, actor: Actor) -> Row:
    item, answer, text = _("电子印章"), "seal-making-error", _("印章有问题怎么办")
    if not actor.may_commit:
        return _row("seal", item, _("用法人卡登录后再看"), Verdict.ASK, answer, text)
    made = window.seals(token=actor.token)
    kept = [seal for seal in made if seal.state is not SealState.DELETED]
    fine = not kept or any(seal.state is SealState.ACTIVE and seal.usable for seal in kept)
    yours = _("有一枚可用") if kept and fine else _("还没有") if fine else _("旧印章不能用")
    return _row("seal", item, yours, Verdict.OK if fine else Verdict.BAD, answer, text)


def _pending(window: SingleWindow, actor: Actor) -> Row:
    files = window.applications(token=actor.token)
    offered = sum(file.stage is Stage.OFFERED for file in files)
    yours = _("%(n)d 份") % {"n": offered}
    if not offered and any(file.stage in ON_THE_WAY for file in files):
        yours = _("已在办理")
    fine = bool(offered) or any(file.stage in ON_THE_WAY for file in files)
    return _row(
        "pending",
        _("待确认投保单"),
        yours,
        Verdict.OK if fine else Verdict.BAD,
        "pending-application-empty",
        _("没有怎么办"),
    )
