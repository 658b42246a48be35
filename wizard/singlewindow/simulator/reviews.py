"""The insurer's side: what is decided about a submission, and where a case stands at a moment.

A result is fixed at submission and falls due by the clock: reading computes, and writes nothing.
Only where the pace counts readings (`Pace.reads`) does a reading write.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime

from wizard.singlewindow.port import Policy, Review, Stage, TradeProfile
from wizard.singlewindow.simulator.personas import rules
from wizard.singlewindow.simulator.working_days import BEIJING, calendar
from wizard.singlewindow.simulator.world import (
    Case,
    Company,
    Decision,
    Submission,
    Verdict,
)


def submit(case: Case, *, now: datetime) -> Submission:
    """Put the case on the insurer's desk at `now` and fix what will become of it."""
    pace = case.pace
    if pace.reads and not (pace.working_days or pace.working_minutes):
        pace = dataclasses.replace(rules().review, reads=pace.reads)
    decided_at = calendar().add_office_time(
        now, days=pace.working_days, minutes=pace.working_minutes
    )
    verdict = _verdict(case)
    submission = Submission(
        submitted_at=now,
        decision=verdict.decision,
        decided_at=decided_at,
        reason=verdict.reason,
        reads_left=pace.reads,
    )
    if verdict.decision is Decision.APPROVE:
        day = calendar().add_working_days(
            decided_at.astimezone(BEIJING).date(), rules().delivery_working_days
        )
        submission.due_on = day
        if case.delivery_delay:
            day = calendar().add_working_days(day, case.delivery_delay)
        submission.delivery_at = datetime.combine(day, rules().delivery_time, BEIJING)
    if verdict.exports_forecast is not None:
        submission.corrected_trade = dataclasses.replace(
            case.trade, exports_forecast=verdict.exports_forecast
        )
    if pace.at_once:
        bring_forward(submission, now)
    return submission


def bring_forward(submission: Submission, now: datetime) -> None:
    """Decided and, once approved, delivered by `now`, whatever the usual time is."""
    submission.reads_left = 0
    submission.decided_at = min(submission.decided_at, now)
    if submission.delivery_at is not None:
        submission.delivery_at = min(submission.delivery_at, now)
        submission.due_on = submission.delivery_at.astimezone(BEIJING).date()


def counts_readings(case: Case, now: datetime) -> bool:
    """Whether reading the case brings its result nearer."""
    submission = case.submission
    return (
        submission is not None
        and submission.reads_left > 0
        and stage_at(case, now) is Stage.UNDER_REVIEW
    )


def count_reading(case: Case, now: datetime) -> None:
    """One more reading has been answered; after the last one the result is there."""
    if case.submission is not None and counts_readings(case, now):
        case.submission.reads_left -= 1
        if not case.submission.reads_left:
            bring_forward(case.submission, now)


def _verdict(case: Case) -> Verdict:
    """Too large an exporter is declined whoever it is; else what is prepared for this round."""
    exports, limit = case.trade.exports_last_year, rules().max_exports_last_year
    if exports > limit:
        reason = rules().too_large_reason.format(exports=exports, limit=limit)
        return Verdict(decision=Decision.DECLINE, reason=reason)
    return case.verdicts[min(case.round, len(case.verdicts)) - 1]


def stage_at(case: Case, now: datetime) -> Stage:
    """Where the case stands at `now`: the exporter's last act, or what has fallen due since."""
    submission = case.submission
    if case.stage is not Stage.UNDER_REVIEW or submission is None:
        return case.stage
    if now < submission.decided_at:
        return Stage.UNDER_REVIEW
    if submission.decision is Decision.RETURN:
        return Stage.RETURNED
    if submission.decision is Decision.DECLINE:
        return Stage.DECLINED
    if submission.delivery_at is None or now < submission.delivery_at:
        return Stage.APPROVED
    return Stage.ISSUED


def events_of(submission: Submission) -> list[datetime]:
    """When something arrives: the decision and, once approved, the policy."""
    moments = [submission.decided_at]
    if submission.delivery_at is not None:
        moments.append(submission.delivery_at)
    return moments


def events_until(case: Case, now: datetime) -> list[datetime]:
    """The moments up to `now` at which something of the present round arrived."""
    if case.submission is None or case.stage is not Stage.UNDER_REVIEW:
        return []
    return sorted({moment for moment in events_of(case.submission) if moment <= now})


def version_at(case: Case, now: datetime) -> int:
    """The case's version; what has fallen due counts like any other change."""
    if case.submission is None or case.stage is not Stage.UNDER_REVIEW:
        return case.version
    return case.version + sum(moment <= now for moment in events_of(case.submission))


def review_at(case: Case, now: datetime) -> Review | None:
    """The review as far as it is known at `now`."""
    submission = case.submission
    if submission is None:
        return None
    decided = now >= submission.decided_at
    due = submission.delivery_at
    due_on = submission.due_on or (due.astimezone(BEIJING).date() if due else None)
    return Review(
        submitted_at=submission.submitted_at,
        decided_at=submission.decided_at if decided else None,
        reason=submission.reason if decided else "",
        delivery_due_on=due_on if decided else None,
        urged_at=submission.urged_at,
    )


def is_late(case: Case, now: datetime) -> bool:
    """Approved, and the usual day of delivery is over (P-601)."""
    submission = case.submission
    return (
        stage_at(case, now) is Stage.APPROVED
        and submission is not None
        and submission.due_on is not None
        and now.astimezone(BEIJING).date() > submission.due_on
    )


def urge(submission: Submission, now: datetime) -> None:
    """催办: delivered on the next working day at the latest."""
    day = calendar().add_working_days(now.astimezone(BEIJING).date(), 1)
    soon = datetime.combine(day, rules().delivery_time, BEIJING)
    submission.urged_at = now
    submission.delivery_at = min(submission.delivery_at or soon, soon)


def trade_at(case: Case, now: datetime) -> TradeProfile:
    """The prefilled trade data, with what the insurer has set right by `now`."""
    submission = case.submission
    if submission and submission.corrected_trade and now >= submission.decided_at:
        return submission.corrected_trade
    return case.trade


def policy_at(case: Case, company: Company, now: datetime) -> Policy | None:
    """The delivered policy, or None before its delivery."""
    if stage_at(case, now) not in {Stage.ISSUED, Stage.ACKNOWLEDGED}:
        return None
    if case.submission is None or case.submission.delivery_at is None:
        return None
    return Policy(
        number=case.policy_number,
        application_number=case.number,
        enterprise_name=company.profile.name,
        uscc=company.profile.uscc,
        kind=case.kind,
        terms=case.terms,
        issued_at=case.submission.delivery_at,
        acknowledged_at=case.acknowledged_at,
    )


def next_event(companies: list[Company], now: datetime) -> datetime | None:
    """The next moment at which a decision or a policy arrives, or None when nothing is pending."""
    moments = [
        moment
        for company in companies
        for case in company.cases
        if case.submission is not None
        for moment in events_of(case.submission)
        if moment > now
    ]
    return min(moments, default=None)
