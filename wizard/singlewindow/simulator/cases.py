"""Rules of an application at the authority: what each step needs and what it leaves behind.

Every function checks first and changes afterwards: a refusal leaves the case as it was.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import Contact, Seal, Stage
from wizard.singlewindow.simulator import reviews, seals
from wizard.singlewindow.simulator.world import Case, Company, World

# domain.md §3.4 and §3.6: the site has checked already, the authority does not rely on that.
MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
PHONE: Final = re.compile(
    r"0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?|(400|800)-?\d{3}-?\d{4}|95\d{3,4}|12360", re.ASCII
)
EMAIL: Final = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*@([A-Za-z0-9]+\.)+[A-Za-z]{2,}")
LONGEST_NAME: Final = 50
LONGEST_EMAIL: Final = 254
# Control, format (bidi, zero-width), surrogate, line and paragraph separators.
UNWRITABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
CONFIRMABLE: Final = frozenset({Stage.OFFERED, Stage.CONFIRMED, Stage.SEALED, Stage.RETURNED})


def case_of(company: Company, number: str) -> Case:
    """The enterprise's application. Raises `NotFound`."""
    for case in company.cases:
        if case.number == number:
            return case
    raise NotFound(number)


def confirm(
    case: Case, company: Company, *, contact: Contact, declaration_sha256: str, now: datetime
) -> None:
    """Step 1: the contact and the declaration; what followed an earlier confirmation is void."""
    if not company.profile.certified:
        raise Fault(FaultCode.NOT_CERTIFIED)
    stage = reviews.stage_at(case, now)
    if stage not in CONFIRMABLE:
        raise Fault(FaultCode.OUT_OF_ORDER)
    check_contact(contact)
    _change(case, Stage.CONFIRMED, now)
    if stage is Stage.RETURNED:
        case.trade = reviews.trade_at(case, now)
        case.submission = None
        case.round += 1
    case.contact = contact
    case.declaration_sha256 = declaration_sha256
    case.seal_id = ""
    case.agreement_sha256 = ""


def make_seal(case: Case, company: Company, *, world: World, now: datetime) -> Seal:
    """Step 2. Also open when the application's seal has been stopped before the signature."""
    stage = reviews.stage_at(case, now)
    lost_its_seal = stage is Stage.SEALED and not _can_sign(case, company)
    if stage is not Stage.CONFIRMED and not lost_its_seal:
        raise Fault(FaultCode.OUT_OF_ORDER)
    seal = seals.seal_for_application(world, company, now)
    _change(case, Stage.SEALED, now)
    case.seal_id = seal.id
    return seal


def take_up(company: Company, seal: Seal, now: datetime) -> None:
    """A seal made under 印章管理 is the one that waiting agreements will be signed with: whatever
    they had before is gone, or it could not have been made.
    """
    for case in company.cases:
        if reviews.stage_at(case, now) is Stage.SEALED:
            _change(case, Stage.SEALED, now)
            case.seal_id = seal.id


def check_signable(case: Case, company: Company, now: datetime) -> None:
    """Refuse a signature that is not due. Raises `Fault`: OUT_OF_ORDER, SEAL_MISSING."""
    if reviews.stage_at(case, now) is not Stage.SEALED:
        raise Fault(FaultCode.OUT_OF_ORDER)
    if not _can_sign(case, company):
        raise Fault(FaultCode.SEAL_MISSING)


def sign(case: Case, *, agreement_sha256: str, now: datetime) -> None:
    """Step 3, after `check_signable` and the PIN: keep the hash and hand over to the insurer."""
    _change(case, Stage.UNDER_REVIEW, now)
    case.agreement_sha256 = agreement_sha256
    case.submission = reviews.submit(case, now=now)


def check_delivered(case: Case, now: datetime) -> None:
    """Refuse 收悉 while no policy waits for it. Raises `Fault(OUT_OF_ORDER)`."""
    if reviews.stage_at(case, now) is not Stage.ISSUED:
        raise Fault(FaultCode.OUT_OF_ORDER)


def acknowledge(case: Case, *, policy_sha256: str, now: datetime) -> None:
    """Step 4 收悉, after `check_delivered` and the PIN: keep the hash of what was received."""
    _change(case, Stage.ACKNOWLEDGED, now)
    case.policy_sha256 = policy_sha256
    case.acknowledged_at = now


def urge(case: Case, *, now: datetime) -> None:
    """催办, once: while the approved policy is late."""
    if case.submission is None or not reviews.is_late(case, now) or case.submission.urged_at:
        raise Fault(FaultCode.OUT_OF_ORDER)
    case.version += 1
    reviews.urge(case.submission, now)


def check_contact(contact: Contact) -> None:
    """Raises `Fault` with `field`: EMAIL_REJECTED for the e-mail, CONTACT_REJECTED for the rest."""
    if not (0 < len(contact.email) <= LONGEST_EMAIL and EMAIL.fullmatch(contact.email)):
        raise Fault(FaultCode.EMAIL_REJECTED, field="email")
    name = contact.name
    if (
        name != name.strip()
        or not 0 < len(name) <= LONGEST_NAME
        or any(unicodedata.category(sign) in UNWRITABLE for sign in name)
    ):
        raise Fault(FaultCode.CONTACT_REJECTED, field="name")
    if not (PHONE.fullmatch(contact.phone) or MOBILE.fullmatch(contact.phone)):
        raise Fault(FaultCode.CONTACT_REJECTED, field="phone")
    if not MOBILE.fullmatch(contact.mobile):
        raise Fault(FaultCode.CONTACT_REJECTED, field="mobile")


def _can_sign(case: Case, company: Company) -> bool:
    return seals.can_sign(seals.seal_named(company, case.seal_id))


def _change(case: Case, stage: Stage, now: datetime) -> None:
    """Count first: what has fallen due since the last act is part of the version."""
    case.version = reviews.version_at(case, now) + 1
    case.stage = stage
