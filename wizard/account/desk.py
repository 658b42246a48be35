"""The exporter's desk as the sign-in page shows it: reader, control, clock and card."""

from __future__ import annotations

import dataclasses

from django.conf import settings
from django.utils.translation import gettext as _

from wizard.authority import single_window
from wizard.models import World
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import CardFace, CardKind, DeskPart, Reader
from wizard.singlewindow.simulator.personas import Login, persona_named


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One line of the check before signing in."""

    good: bool
    text: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What lies there. `fault` is the first thing that would refuse a sign-in with the card."""

    checks: tuple[Check, ...] = ()
    card: CardFace | None = None
    card_name: str = ""
    cards: tuple[CardFace, ...] = ()
    fault: FaultCode | None = None
    # What the control itself says (domain.md §1.4), for who compares it with the real one.
    native: str = ""
    # The harmless notice about sl.symcb.com (E-002) is on the screen.
    symcb: bool = False


def look(world: World) -> Desk | None:
    """The desk of this world; None when the authority does not know the world (any more)."""
    try:
        reader = single_window(world).reader()
    except OutcomeUnknown:
        return Desk(fault=FaultCode.NO_RESPONSE)
    except Fault as fault:
        return Desk(fault=fault.code)
    except NotFound:
        return None
    card = reader.card
    return Desk(
        checks=_checks(reader),
        card=card,
        card_name=kind_name(card) if card else "",
        cards=reader.cards,
        fault=_fault(reader),
        native=_native(reader),
        symcb=DeskPart.SYMCB in reader.broken,
    )


def desk_part_broken(world: World, part: DeskPart) -> bool:
    """Whether the demo's exporter has this trouble; False where nobody can see or say it."""
    if not settings.DEMO:
        return False
    try:
        return part in single_window(world).reader().broken
    except (Fault, NotFound, OutcomeUnknown):
        return False


def demo_login(world: World) -> Login | None:
    """User name and password of the world's company, to be said aloud in a demonstration."""
    if not settings.DEMO or not world.persona:
        return None
    try:
        return persona_named(world.persona).account
    except NotFound:
        return None


def kind_name(card: CardFace) -> str:
    """法人卡 or 操作员卡."""
    return _("法人卡") if card.kind is CardKind.LEGAL else _("操作员卡")


def _fault(reader: Reader) -> FaultCode | None:
    """In the order in which the authority would find them."""
    card = reader.card
    if not reader.control_running:
        return FaultCode.CONTROL_MISSING
    if not reader.reader_connected or card is None:
        return FaultCode.CARD_NOT_READ
    if not reader.clock_correct:
        return FaultCode.CLOCK_WRONG
    if DeskPart.CARD in reader.broken and card.kind is CardKind.LEGAL:
        return FaultCode.CARD_INVALID
    if card.expired:
        return FaultCode.CARD_EXPIRED
    return FaultCode.CARD_LOCKED if card.locked else None


def _native(reader: Reader) -> str:
    if not reader.control_running:
        return _("连接客户端控件服务失败，请重试（Err:Base60408）")
    if not reader.reader_connected:
        return _("[读卡器底层库]打开读卡器失败：错误码=50200（Err:Custom50200）")
    if DeskPart.CONTACT in reader.broken:
        return _("[读卡器底层库]复位读卡器失败：错误码=50070（Err:Custom50070）")
    return ""


def _checks(reader: Reader) -> tuple[Check, ...]:
    return (
        Check(
            good=reader.reader_connected,
            text=_("读卡器已连接") if reader.reader_connected else _("没有连接读卡器"),
        ),
        Check(
            good=reader.control_running,
            text=_("客户端控件已运行") if reader.control_running else _("客户端控件没有运行"),
        ),
        Check(
            good=reader.clock_correct,
            text=_("电脑时间正确") if reader.clock_correct else _("电脑时间不准"),
        ),
        _card_check(reader.card if reader.reader_connected else None),
    )


def _card_check(card: CardFace | None) -> Check:
    if card is None:
        return Check(good=False, text=_("没有读到卡"))
    name = {"card": kind_name(card)}
    if card.expired:
        return Check(good=False, text=_("%(card)s：已过期") % name)
    if card.locked:
        return Check(good=False, text=_("%(card)s：已锁定") % name)
    return Check(good=True, text=_("识别到%(card)s") % name)
