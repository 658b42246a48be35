"""What can be tried at the demonstration's virtual computer, and for which fault it is offered."""

from __future__ import annotations

import dataclasses
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import DeskPart


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One button. `mends`: what works afterwards; as in real life, the first try may not help."""

    do: str
    text: Promise
    done: Promise
    mends: tuple[DeskPart, ...] = ()


ATTEMPTS: Final = {
    attempt.do: attempt
    for attempt in (
        Attempt(
            do="replug",
            text=_("拔插读卡器和卡"),
            done=_("读卡器和卡已拔下，重新插入"),
            mends=(DeskPart.READER,),
        ),
        Attempt(
            do="other-reader",
            text=_("换一个读卡器"),
            done=_("已换一个读卡器"),
            mends=(DeskPart.READER, DeskPart.CONTACT),
        ),
        Attempt(
            do="restart-control",
            text=_("重启控件"),
            done=_("已双击“客户端控件重新启动”"),
            mends=(DeskPart.CONTROL,),
        ),
        Attempt(
            do="clear-cache",
            text=_("清除浏览器缓存"),
            done=_("浏览器缓存已清除，页面已重新打开"),
            mends=(DeskPart.VIEWER,),
        ),
        Attempt(
            do="reinstall",
            text=_("重新安装控件"),
            done=_("控件已卸载并重新安装，电脑已重启"),
            mends=(DeskPart.CONTROL, DeskPart.CARD),
        ),
        Attempt(
            do="set-clock",
            text=_("校准电脑时间"),
            done=_("电脑时间已自动校准"),
            mends=(DeskPart.CLOCK,),
        ),
        Attempt(
            do="right-site",
            text=_("换到 www.singlewindow.cn"),
            done=_("已换到 www.singlewindow.cn"),
            mends=(DeskPart.SITE,),
        ),
        Attempt(
            do="close-notice",
            text=_("关闭提示，继续登录"),
            done=_("提示已关闭，不影响登录"),
            mends=(DeskPart.SYMCB,),
        ),
    )
}

_FOR: Final = {
    FaultCode.CARD_NOT_READ: ("replug", "other-reader"),
    FaultCode.CONTROL_MISSING: ("restart-control", "reinstall"),
    FaultCode.CARD_INVALID: ("restart-control", "clear-cache", "reinstall"),
    FaultCode.CLOCK_WRONG: ("set-clock",),
    FaultCode.SYMCB_NOTICE: ("close-notice",),
    FaultCode.AGREEMENT_BLANK: ("clear-cache",),
}


def attempts_for(code: FaultCode | None) -> tuple[Attempt, ...]:
    """The buttons that a fault is shown with, in the order of its advice."""
    return tuple(ATTEMPTS[do] for do in _FOR.get(code, ())) if code else ()
