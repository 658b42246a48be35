"""What the port shows of a world: state turned into the dataclasses that cross the boundary."""

from __future__ import annotations

from datetime import datetime

from wizard.singlewindow.port import (
    ApplicationFile,
    CardFace,
    Certification,
    CertificationMethod,
    Policy,
    Reader,
    SignIn,
)
from wizard.singlewindow.simulator import cards, desks, reviews, seals
from wizard.singlewindow.simulator.world import Card, CardHolder, Case, Company, Front, Session


def reader(world: Front, now: datetime) -> Reader:
    """The desk. Without control or reader no card can be seen."""
    faces = {
        card.serial: _card(world, company, card, now)
        for company in world.companies
        for card in company.cards
    }
    desk = world.desk
    readable = (
        desk.control_running
        and desk.reader_connected
        and desk.contact_good
        and desk.inserted is not None
    )
    return Reader(
        control_running=desk.control_running,
        reader_connected=desk.reader_connected,
        clock_correct=desk.clock_correct,
        card=faces[desk.inserted] if readable and desk.inserted else None,
        cards=tuple(faces.values()),
        broken=desks.broken(world),
    )


def _card(world: Front, company: CardHolder, card: Card, now: datetime) -> CardFace:
    return CardFace(
        serial=card.serial,
        kind=card.kind,
        enterprise_name=company.profile.name,
        uscc=company.profile.uscc,
        holder=card.holder,
        expires_on=card.expires_on,
        locked=cards.is_locked(card, world),
        expired=cards.is_expired(card, now),
    )


def sign_in(company: Company, session: Session, *, token: str, change_required: bool) -> SignIn:
    """An accepted sign-in."""
    return SignIn(
        token=token,
        role=session.role,
        holder=session.holder,
        card_serial=session.card_serial,
        enterprise=company.profile,
        pin_change_required=change_required,
    )


def application_file(case: Case, company: Company, now: datetime) -> ApplicationFile:
    """One application with everything that has fallen due by `now`."""
    return ApplicationFile(
        number=case.number,
        kind=case.kind,
        stage=reviews.stage_at(case, now),
        version=reviews.version_at(case, now),
        enterprise=company.profile,
        terms=case.terms,
        trade=reviews.trade_at(case, now),
        offered_at=case.offered_at,
        confirm_by=case.confirm_by,
        previous_policy=case.previous_policy,
        suggested_contact=case.suggested_contact,
        contact=case.contact,
        seal=seals.seal_named(company, case.seal_id),
        agreement_sha256=case.agreement_sha256,
        review=reviews.review_at(case, now),
        policy=reviews.policy_at(case, company, now),
    )


def certifications(company: Company) -> tuple[Certification, ...]:
    """The three ways and which of them has succeeded."""
    return tuple(
        Certification(
            method=method,
            succeeded=method in company.certified_at,
            at=company.certified_at.get(method),
        )
        for method in CertificationMethod
    )


def policies(company: Company, now: datetime) -> tuple[Policy, ...]:
    """Delivered policies, newest first."""
    delivered = [reviews.policy_at(case, company, now) for case in company.cases]
    found = [policy for policy in delivered if policy] + company.earlier_policies
    return tuple(sorted(found, key=lambda policy: policy.issued_at, reverse=True))
