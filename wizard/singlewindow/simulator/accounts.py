"""Rules of user names: registration, 忘记用户名, activation with a card."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import AccountState, Recovery
from wizard.singlewindow.simulator.secrecy import keep
from wizard.singlewindow.simulator.working_days import calendar
from wizard.singlewindow.simulator.world import Account, Company, Search, World

# 人工资料审核 takes 1–3 天 (source); here always the middle.
SEARCH_WORKING_DAYS: Final = 2


def check_registration(world: World, uscc: str, legal_person: str) -> None:
    """Raises `Fault`: REGISTRY_MISMATCH, ORG_CODE_EXISTS."""
    company = company_named(world, uscc)
    if company.profile.legal_person != legal_person:
        raise Fault(FaultCode.REGISTRY_MISMATCH)
    if company.accounts:
        raise Fault(FaultCode.ORG_CODE_EXISTS)


def username_by_mobile(world: World, uscc: str, mobile: str) -> str:
    """Raises `Fault(REGISTRY_MISMATCH)` unless the mobile is the bound one."""
    account = _account(company_named(world, uscc))
    if not account.bound_mobile or not secrets.compare_digest(
        account.bound_mobile.encode(), mobile.encode("utf-8", "surrogatepass")
    ):
        raise Fault(FaultCode.REGISTRY_MISMATCH)
    return account.username


def search(world: World, uscc: str, now: datetime) -> Recovery:
    """The enterprise's 人工资料审核, begun now unless one is there. Raises REGISTRY_MISMATCH."""
    _account(company_named(world, uscc))
    found = next((one for one in world.searches if one.uscc == uscc), None)
    if found is None:
        ready_at = calendar().add_office_time(now, days=SEARCH_WORKING_DAYS, minutes=0)
        number = f"ZH-{now:%m%d}-{secrets.token_hex(4).upper()}"
        found = Search(number=number, uscc=uscc, submitted_at=now, ready_at=ready_at)
        world.searches.append(found)
    return _recovery(world, found, now)


def searched(world: World, number: str, now: datetime) -> Recovery:
    """Raises `NotFound`."""
    for one in world.searches:
        if one.number == number:
            return _recovery(world, one, now)
    raise NotFound(number)


def state(company: Company) -> AccountState:
    """Raises `NotFound` for an enterprise without an account."""
    if not company.accounts:
        raise NotFound(company.profile.uscc)
    account = company.accounts[0]
    return AccountState(username=account.username, activated=account.activated)


def activate(company: Company, password: str) -> AccountState:
    """The account takes this password and may be used from now on. Raises `NotFound`."""
    if company.accounts:
        company.accounts[0].secret = keep(password)
        company.accounts[0].activated = True
    return state(company)


def _recovery(world: World, one: Search, now: datetime) -> Recovery:
    ready = now >= one.ready_at
    return Recovery(
        number=one.number,
        submitted_at=one.submitted_at,
        ready_at=one.ready_at,
        username=_account(company_named(world, one.uscc)).username if ready else "",
    )


def company_named(world: World, uscc: str) -> Company:
    """The enterprise of this code. Raises `Fault(REGISTRY_MISMATCH)`."""
    try:
        return world.company(uscc)
    except NotFound:
        raise Fault(FaultCode.REGISTRY_MISMATCH) from None


def _account(company: Company) -> Account:
    if not company.accounts:
        raise Fault(FaultCode.REGISTRY_MISMATCH)
    return company.accounts[0]
