"""What works on the exporter's computer, part by part, and how the demonstrator breaks it."""

from __future__ import annotations

from typing import Final

from wizard.singlewindow.port import CardKind, DeskPart
from wizard.singlewindow.simulator.world import Card, Front

_COLUMNS: Final = {
    DeskPart.CONTROL: "control_running",
    DeskPart.READER: "reader_connected",
    DeskPart.CONTACT: "contact_good",
    DeskPart.CLOCK: "clock_correct",
    DeskPart.VIEWER: "viewer_working",
    DeskPart.SITE: "site_right",
    DeskPart.SYMCB: "symcb_reached",
}


def broken(world: Front) -> tuple[DeskPart, ...]:
    """The parts with which something is wrong."""
    parts = [part for part, column in _COLUMNS.items() if not getattr(world.desk, column)]
    if not all(card.valid for card in _legal_cards(world)):
        parts.append(DeskPart.CARD)
    return tuple(parts)


def set_part(world: Front, part: DeskPart, *, working: bool) -> None:
    """Break or repair a part; of the cards the 法人卡 is meant."""
    if part is DeskPart.CARD:
        for card in _legal_cards(world):
            card.valid = working
    else:
        setattr(world.desk, _COLUMNS[part], working)


def _legal_cards(world: Front) -> list[Card]:
    return [
        card for company in world.companies for card in company.cards if card.kind is CardKind.LEGAL
    ]
