"""Rules of 印章管理 and 制章: one e-seal per enterprise, a new one only when none is there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from wizard.singlewindow.custody import Holder
from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import Seal, SealState
from wizard.singlewindow.simulator.world import Company, World

# Thirteen digits that begin with a division that does not exist (domain.md §3.7).
CODE_STEM: Final = "449999"


def kept_seals(company: Company) -> list[Seal]:
    """Seals not deleted, newest first."""
    return newest_first(seal for seal in company.seals if seal.state is not SealState.DELETED)


def newest_first(seals: Iterable[Seal]) -> list[Seal]:
    """The order of 印章管理; they are kept in the order in which they were made."""
    return [*seals][::-1]


def seal_named(company: Company, seal_id: str) -> Seal | None:
    """The enterprise's seal with this id, deleted ones included."""
    return next((seal for seal in company.seals if seal.id == seal_id), None)


def holder(company: Company, name: str, *, world: str) -> Holder:
    """Whose key signs with the company's seal of this name, in this world."""
    return Holder(name, company.profile.uscc, realm=world)


def can_sign(seal: Seal | None) -> bool:
    """Whether a signature may carry this seal."""
    return seal is not None and seal.state is SealState.ACTIVE and seal.usable


def seal_for_application(world: World, company: Company, now: datetime) -> Seal:
    """Step 2: the enterprise's good seal, or a new one where there is none.

    Raises `Fault`: SEAL_EXISTS (`seal_id`) when an old one is in the way, SEAL_MISSING where new
    ones are made under 印章管理 only.
    """
    kept = kept_seals(company)
    for seal in kept:
        if can_sign(seal):
            return seal
    if kept:
        raise Fault(FaultCode.SEAL_EXISTS, seal_id=kept[0].id)
    if company.seal_only_by_management:
        raise Fault(FaultCode.SEAL_MISSING)
    return _new(world, company, now)


def add(world: World, company: Company, now: datetime) -> Seal:
    """新增印章. Raises `Fault(SEAL_EXISTS)` while another one is there, stopped or not."""
    kept = kept_seals(company)
    if kept:
        raise Fault(FaultCode.SEAL_EXISTS, seal_id=kept[0].id)
    return _new(world, company, now)


def stop(company: Company, seal_id: str, now: datetime) -> Seal:
    """停用印章. Raises `NotFound`, `Fault(OUT_OF_ORDER)` unless it is active."""
    seal = _kept(company, seal_id)
    if seal.state is not SealState.ACTIVE:
        raise Fault(FaultCode.OUT_OF_ORDER)
    return _put(company, dataclasses.replace(seal, state=SealState.STOPPED, stopped_at=now))


def delete(company: Company, seal_id: str) -> Seal:
    """删除印章. Raises `NotFound`, `Fault(OUT_OF_ORDER)` unless it is stopped."""
    seal = _kept(company, seal_id)
    if seal.state is not SealState.STOPPED:
        raise Fault(FaultCode.OUT_OF_ORDER)
    return _put(company, dataclasses.replace(seal, state=SealState.DELETED))


def _kept(company: Company, seal_id: str) -> Seal:
    seal = seal_named(company, seal_id)
    if seal is None:
        raise NotFound(seal_id)
    return seal


def _put(company: Company, changed: Seal) -> Seal:
    company.seals = [changed if seal.id == changed.id else seal for seal in company.seals]
    return changed


def _new(world: World, company: Company, now: datetime) -> Seal:
    world.seals_made += 1
    customs_end = company.profile.customs_code[-4:]
    seal = Seal(
        id=f"seal-{customs_end}-{world.seals_made}",
        name=company.profile.name,
        code=f"{CODE_STEM}{customs_end}{world.seals_made:03d}",
        state=SealState.ACTIVE,
        usable=True,
        made_at=now,
    )
    company.seals.append(seal)
    return seal
