"""The fresh world that a persona starts with, just before the interesting moment."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Final

from wizard.singlewindow.port import (
    ApplicationKind,
    CardKind,
    CertificationMethod,
    Enterprise,
    Policy,
    Seal,
    SealState,
    Stage,
    Terms,
)
from wizard.singlewindow.simulator import cases
from wizard.singlewindow.simulator.clock import WorldClock
from wizard.singlewindow.simulator.personas import OldSeal, Persona, rules
from wizard.singlewindow.simulator.secrecy import keep
from wizard.singlewindow.simulator.working_days import BEIJING, calendar
from wizard.singlewindow.simulator.world import Account, Card, Case, Company, Desk, World

# What was signed before a world began cannot be read any more; only that there was a text matters.
EARLIER_TEXT: Final = hashlib.sha256("演示".encode()).hexdigest()


def fresh_world(persona: Persona, *, at: datetime, real: datetime) -> World:
    """The world just before the interesting moment; its clock shows `at`."""
    local = at.astimezone(BEIJING)
    if persona.before_holiday:
        local = datetime.combine(calendar().eve_of_holiday(local.date()), local.timetz())
    company = make_company(persona, at=local)
    inserted = next((card for card in company.cards if card.kind is persona.inserted), None)
    world = World(
        persona=persona.id,
        clock=WorldClock.starting_at(local, real=real),
        pin_limit=persona.pin_limit or rules().pin_limit,
        desk=Desk(
            control_running=persona.desk.control_running,
            reader_connected=persona.desk.reader_connected,
            clock_correct=persona.desk.clock_correct,
            inserted=inserted.serial if inserted else None,
            contact_good=persona.desk.contact_good,
            viewer_working=persona.desk.viewer_working,
            site_right=persona.desk.site_right,
        ),
        companies=[company],
    )
    if persona.submitted_working_days_ago is not None:
        _walk_to_submission(world, company)
    return world


def make_company(persona: Persona, *, at: datetime) -> Company:
    """The persona's enterprise with cards, account, seal and application as of `at`."""
    registered = persona.enterprise
    profile = Enterprise(
        name=registered.name,
        uscc=registered.uscc,
        customs_code=registered.customs_code,
        address=registered.address,
        legal_person=registered.legal_person,
        established_on=registered.established_on,
        certified=persona.certified,
    )
    since = datetime.combine(registered.established_on, time(10), BEIJING)
    company = Company(
        profile=profile,
        cards=_cards(persona, today=at.date()),
        accounts=[
            Account(
                username=persona.account.username,
                holder=persona.operator,
                secret=keep(persona.account.password),
                activated=persona.account_activated,
                bound_mobile=persona.contact.mobile,
            )
        ],
        cases=[],
        seals=[_old_seal(persona, persona.old_seal)] if persona.old_seal else [],
        certified_at={CertificationMethod.LEGAL_CARD: since} if persona.certified else {},
        earlier_policies=[],
        seal_only_by_management=persona.seal_only_by_management,
    )
    if persona.applications:
        offered_at = at
        if persona.submitted_working_days_ago is not None:
            day = calendar().working_days_before(at.date(), persona.submitted_working_days_ago)
            offered_at = datetime.combine(day, time(9, 30), BEIJING)
        case = offer(persona, offered_at=offered_at)
        company.cases.append(case)
        if persona.kind is ApplicationKind.RENEWAL:
            company.earlier_policies.append(_earlier_policy(persona, case))
    return company


def _walk_to_submission(world: World, company: Company) -> None:
    """Steps one to three as they were taken before the world began, by the same rules."""
    for case in company.cases:
        if case.suggested_contact is None:
            continue
        start = case.offered_at
        cases.confirm(
            case,
            company,
            contact=case.suggested_contact,
            declaration_sha256=EARLIER_TEXT,
            now=start + timedelta(minutes=10),
        )
        cases.make_seal(case, company, world=world, now=start + timedelta(minutes=15))
        cases.sign(case, agreement_sha256=EARLIER_TEXT, now=start + timedelta(minutes=20))


def _cards(persona: Persona, *, today: date) -> list[Card]:
    """法人卡 first, then 操作员卡; the same initial PIN for all."""
    valid_days = persona.legal_card_expires_in_days
    if valid_days is None:
        valid_days = rules().card_valid_days
    limit = persona.pin_limit or rules().pin_limit
    stem = f"DEMO9{persona.id[1:]}"
    return [
        Card(
            serial=f"{stem}0001",
            kind=CardKind.LEGAL,
            holder=persona.enterprise.legal_person,
            expires_on=today + timedelta(days=valid_days),
            secret=keep(rules().initial_pin),
            tries_used=limit if persona.legal_card_locked else 0,
        ),
        Card(
            serial=f"{stem}0002",
            kind=CardKind.OPERATOR,
            holder=persona.operator,
            expires_on=today + timedelta(days=rules().card_valid_days),
            secret=keep(rules().initial_pin),
        ),
    ]


def offer(persona: Persona, *, offered_at: datetime) -> Case:
    """The application as the authority offers it."""
    start, end = policy_year(offered_at.date())
    case = Case(
        number=f"TB-{offered_at:%Y-%m%d}-{persona.sequence:03d}",
        kind=persona.kind,
        stage=Stage.OFFERED,
        version=1,
        round=1,
        terms=_terms(start, end),
        trade=persona.trade,
        offered_at=offered_at,
        confirm_by=offered_at.date() + timedelta(days=rules().confirm_within_days),
        policy_number=_policy_number(persona, start),
        pace=persona.review or rules().review,
        verdicts=persona.reviews,
        delivery_delay=persona.delivery_delay,
        suggested_contact=persona.contact,
    )
    if persona.kind is ApplicationKind.RENEWAL:
        case.previous_policy = _policy_number(persona, _year_before(start))
    return case


def policy_year(day: date) -> tuple[date, date]:
    """First and last day of the policy year that an offer of `day` is for.

    The campaign insures whole policy years (domain.md §2.1, §8); shortly before a year ends an
    offer is for the next one.
    """
    starts, next_from = rules().policy_year_starts, rules().next_policy_year_from
    opening = date.fromisoformat(f"{day.year}-{starts}")
    if day < date.fromisoformat(f"{day.year}-{next_from}"):
        opening = _year_before(opening)
    return opening, opening.replace(year=opening.year + 1) - timedelta(days=1)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


def _terms(start: date, end: date) -> Terms:
    return Terms(
        product=rules().product,
        period_start=start,
        period_end=end,
        cover_percent=rules().cover_percent,
        max_indemnity_usd=rules().max_indemnity_usd,
        premium_paid_by=rules().premium_paid_by,
    )


def _policy_number(persona: Persona, start: date) -> str:
    """`DEMO-SCH9NNNNN-YYYY00` (domain.md §2.3): never the number of a real policy."""
    return f"DEMO-SCH9{persona.sequence:05d}-{start.year}00"


def _earlier_policy(persona: Persona, case: Case) -> Policy:
    """Last year's policy, whose expiry the renewal follows by one day."""
    start = _year_before(case.terms.period_start)
    issued = datetime.combine(start + timedelta(days=8), rules().delivery_time, BEIJING)
    return Policy(
        number=case.previous_policy,
        application_number=f"TB-{start:%Y-%m%d}-{persona.sequence:03d}",
        enterprise_name=persona.enterprise.name,
        uscc=persona.enterprise.uscc,
        kind=ApplicationKind.NEW,
        terms=_terms(start, case.terms.period_start - timedelta(days=1)),
        issued_at=issued,
        acknowledged_at=issued + timedelta(hours=1),
    )


def _old_seal(persona: Persona, old: OldSeal) -> Seal:
    return Seal(
        id=f"seal-{persona.sequence:03d}-0",
        name=persona.enterprise.name,
        code=old.code,
        state=SealState.ACTIVE,
        usable=False,
        made_at=old.made_at,
    )
