"""The commit rule, and the only writer of `Application.state`.

Attempt first, then the remote call outside any transaction, then one transaction with a
compare-and-set: nothing acknowledged is lost, nothing is done twice (architecture.md).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from wizard import trail
from wizard.account.signin import Actor
from wizard.authority import single_window, world_now
from wizard.files import dump_file, dump_receipt, holds
from wizard.models import Application, Attempt, Draft, World
from wizard.prepared import Prepared
from wizard.process import MOVES, Action, State, move
from wizard.singlewindow.faults import Fault, FaultCode, NotFound, OutcomeUnknown
from wizard.singlewindow.port import ApplicationFile, Receipt, SingleWindow, Stage
from wizard.steps import COMMITS
from wizard.steps.base import Call, StepCommit

STATE_OF_STAGE: Final[dict[Stage, State]] = {
    Stage.OFFERED: State.AWAITING_CONFIRMATION,
    Stage.CONFIRMED: State.AWAITING_SEAL,
    Stage.SEALED: State.AWAITING_SIGNATURE,
    Stage.UNDER_REVIEW: State.UNDER_REVIEW,
    Stage.APPROVED: State.UNDER_REVIEW,
    Stage.RETURNED: State.RETURNED,
    Stage.DECLINED: State.DECLINED,
    Stage.ISSUED: State.ISSUED,
    Stage.ACKNOWLEDGED: State.ACKNOWLEDGED,
}
# What the insurer decides, as moves of ours; each is news that reading brings in.
NEWS: Final[dict[Stage, tuple[Action, ...]]] = {
    Stage.RETURNED: (Action.RETURN,),
    Stage.DECLINED: (Action.DECLINE,),
    Stage.ISSUED: (Action.ISSUE,),
    Stage.ACKNOWLEDGED: (Action.ISSUE, Action.ACKNOWLEDGE),
}
OPEN_ATTEMPTS: Final = Prepared(
    lambda application: Attempt.objects.filter(application=application, status__in=Attempt.OPEN),
    int,
)
OF_ENTERPRISE: Final = Prepared(
    lambda world, uscc: Application.objects.of(world=world, uscc=uscc), int, str
)
# These say nothing about the application: they lead to the sign-in and back.
SIGN_IN_AGAIN: Final = frozenset({FaultCode.SESSION_EXPIRED, FaultCode.PIN_CHANGE_REQUIRED})
# An attempt younger than this may still be on its way in another request.
IN_FLIGHT: Final = timedelta(seconds=30)


class Outcome(enum.Enum):
    """How a commit ended that was not refused."""

    DONE = "done"
    ALREADY_DONE = "already-done"  # by an earlier click, another window or a colleague


def commit_step(
    *,
    application: Application,
    actor: Actor,
    cleaned: Mapping[str, Any],
    token: str,
    seen: Mapping[str, Any] | None = None,
) -> Outcome:
    """Commit the open step of `application` with validated form data.

    `token` is the page's one-time token, `seen` what `dwell.measured` says of the page. Raises
    `Fault` (nothing happened, the attempt is closed), `OutcomeUnknown` (the attempt stays open;
    calling again settles it) and `MoveRefused`.
    """
    step = application.step
    commit = COMMITS[step.slug]
    move(State(application.state), step.action)
    window = single_window(actor.world)
    if settle(application=application, actor=actor):
        return Outcome.ALREADY_DONE
    facts = commit.facts(application) | {"by": actor.facts} | dict(seen or {})
    attempt = _open(application=application, step=step.slug, actor=actor, token=token, facts=facts)
    call = Call(
        window=window,
        token=actor.token,
        application=application,
        key=attempt.key,
        cleaned=cleaned,
    )
    try:
        receipt = commit.send(call)
    except OutcomeUnknown:
        _close(attempt, Attempt.Status.UNKNOWN)
        raise
    except Fault as fault:
        if fault.code is FaultCode.KEY_REUSED and settle(application=application, actor=actor):
            return Outcome.ALREADY_DONE
        _refused(attempt, fault, application=application, actor=actor, facts=facts)
        raise
    except NotFound:
        _close(attempt, Attempt.Status.REFUSED)
        raise
    return _finish(attempt=attempt, commit=commit, window=window, actor=actor, receipt=receipt)


def declare(*, application: Application, actor: Actor, seen: Mapping[str, Any]) -> None:
    """Put on record that declaration and consent were ticked, before the answers are checked."""
    trail.append(
        application=application,
        actor=actor.label,
        action="declare",
        at=world_now(actor.world),
        outcome="done",
        page=application.step.slug,
        facts=COMMITS[application.step.slug].facts(application) | {"by": actor.facts} | dict(seen),
    )


def settle(*, application: Application, actor: Actor) -> bool:
    """Ask the authority what became of an attempt whose answer is missing.

    True: it had been accepted and is now recorded here. False: there is no open attempt, or the
    write never arrived, so the step may be tried again. Raises `OutcomeUnknown` when the authority
    still does not answer.
    """
    attempt = application.attempts.filter(status__in=Attempt.OPEN).order_by("pk").last()
    if attempt is None:
        return False
    window = single_window(actor.world)
    receipt = window.find_receipt(token=actor.token, key=attempt.key)
    if receipt is None:
        _close(attempt, Attempt.Status.REFUSED)
        return False
    commit = COMMITS[attempt.step]
    before = application.revision
    _finish(attempt=attempt, commit=commit, window=window, actor=actor, receipt=receipt)
    application.refresh_from_db()
    return application.revision != before


def settle_forgotten(*, application: Application, actor: Actor) -> bool:
    """Settle an attempt nobody is waiting for any more: its answer was lost, or its process died.

    True when the application has moved. Called before a page is drawn, so that it shows the truth.
    """
    if application.unsettled is False:
        return False
    long_ago = timezone.now() - IN_FLIGHT
    forgotten = any(
        attempt.status == Attempt.Status.UNKNOWN or attempt.opened_at < long_ago
        for attempt in OPEN_ATTEMPTS(application.pk)
    )
    return forgotten and settle(application=application, actor=actor)


def reopen(*, application: Application, actor: Actor) -> Outcome:
    """Open step one again to change the contact: possible until the signature.

    The seal stays; the agreement is made anew from the new contact. Raises `MoveRefused`, and
    `OutcomeUnknown` while nobody can say what became of an earlier try.
    """
    if settle(application=application, actor=actor):
        return Outcome.ALREADY_DONE
    to, at = move(State(application.state), Action.REOPEN), world_now(actor.world)
    with transaction.atomic():
        if not _compare_and_set(
            application,
            to=to,
            round=application.round + 1,
            contact=None,
            confirmed_at=None,
            confirmed_by="",
            sealed_at=None,
            sealed_by="",
        ):
            return Outcome.ALREADY_DONE
        if application.contact:
            save_draft(application=application, step="confirm", data=_as_typed(application.contact))
        trail.append(
            application=application,
            actor=actor.label,
            action=Action.REOPEN,
            at=at,
            outcome="done",
            facts={"by": actor.facts},
        )
    return Outcome.DONE


def take_in(*, world: World, file: ApplicationFile) -> Application:
    """Bring the authority's file in: a new application, or news about one that is known.

    Reading is idempotent: the same file twice changes nothing. Only the insurer's moves are
    followed; what the exporter did here is settled through its attempt.
    """
    known = Application.objects.filter(world=world, number=file.number).first()
    return _take_in(world=world, file=file, known=known)


def _take_in(*, world: World, file: ApplicationFile, known: Application | None) -> Application:
    application, made = (known, False) if known else _bring_in(world=world, file=file)
    if made:
        return application
    for action in NEWS.get(file.stage, ()):
        if (State(application.state), action) not in MOVES:
            continue
        if action is Action.ACKNOWLEDGE and OPEN_ATTEMPTS(application.pk):
            break  # 收悉 was sent from here: `settle` brings it in with its receipt
        _news(application, action=action, file=file)
    if not holds(application, file):
        snapshot = dump_file(file)
        _note_urging(application, file)
        row = Application.objects.filter(pk=application.pk)
        # A newer file may have come since this one was read; the older never replaces it.
        if row.exclude(file__version__gt=file.version).update(file=snapshot):
            application.file = snapshot
        else:
            application.refresh_from_db()
    return application


def _bring_in(*, world: World, file: ApplicationFile) -> tuple[Application, bool]:
    """The application with the first line of its trail, both or neither; False: it was there."""
    with transaction.atomic():
        application, made = Application.objects.get_or_create(
            world=world, number=file.number, defaults=_first_seen(file)
        )
        if made:
            trail.append(
                application=application,
                actor=trail.AUTHORITY,
                action="offered",
                at=file.offered_at,
                outcome="done",
                facts={"stage": file.stage.value},
            )
    return application, made


def urging_of(application: Application) -> str:
    """The key of 催办 in the application's present round."""
    return f"{application.number}.urge.{application.round}"


def _note_urging(application: Application, file: ApplicationFile) -> None:
    """催办 whose answer was lost is on record all the same, on the authority's word."""
    if file.review is None or file.review.urged_at is None:
        return
    trail.append_once(
        application=application,
        action="urge",
        about=urging_of(application),
        actor=trail.AUTHORITY,
        at=file.review.urged_at,
    )


def refresh(*, application: Application, actor: Actor) -> Application:
    """Read one application from the authority and take the news in. Raises `OutcomeUnknown`."""
    window = single_window(actor.world)
    file = window.application(token=actor.token, number=application.number)
    return _take_in(world=actor.world, file=file, known=application)


def refresh_all(*, actor: Actor) -> list[Application]:
    """Read everything of the enterprise and take the news in. Raises `OutcomeUnknown`."""
    files = single_window(actor.world).applications(token=actor.token)
    known = {application.number: application for application in stored(actor=actor)}
    return [_take_in(world=actor.world, file=file, known=known.get(file.number)) for file in files]


def stored(*, actor: Actor) -> list[Application]:
    """Every application of the enterprise as last read, oldest first. One query."""
    found = OF_ENTERPRISE(actor.world.pk, actor.uscc)
    for application in found:
        application.world = actor.world
    return found


def save_draft(*, application: Application, step: str, data: Mapping[str, list[str]]) -> None:
    """Keep what was typed, valid or not; the caller has taken secrets out.

    One statement: looking first and writing then fails when somebody else does both in between.
    """
    Draft.objects.bulk_create(
        [Draft(application=application, step=step, data=dict(data))],
        update_conflicts=True,
        unique_fields=["application", "step"],
        update_fields=["data", "saved_at"],
    )


def _first_seen(file: ApplicationFile) -> dict[str, Any]:
    """Column values for an application that this site has not seen before."""
    submitted = file.review.submitted_at if file.review else None
    earlier = {"signed_at": submitted, "signed_by": trail.AUTHORITY} if submitted else {}
    if file.policy and file.policy.acknowledged_at:
        earlier |= {
            "acknowledged_at": file.policy.acknowledged_at,
            "acknowledged_by": trail.AUTHORITY,
        }
    return {
        "uscc": file.enterprise.uscc,
        "company": file.enterprise.name,
        "kind": file.kind.value,
        "state": STATE_OF_STAGE[file.stage],
        "file": dump_file(file),
        "contact": _contact(file),
        "reason": file.review.reason if file.review else "",
        "decided_at": file.review.decided_at if file.review else None,
        "created_at": file.offered_at,
        **earlier,
    }


def _news(application: Application, *, action: Action, file: ApplicationFile) -> None:
    """Follow one move of the insurer; a concurrent reader may have been first."""
    columns: dict[str, Any] = {"file": dump_file(file)}
    if file.review:
        columns |= {"reason": file.review.reason, "decided_at": file.review.decided_at}
    if action is Action.RETURN:
        # Corrected and confirmed again, the agreement is made and signed anew; the trail remembers.
        columns |= {
            "round": application.round + 1,
            "sealed_at": None,
            "sealed_by": "",
            "signed_at": None,
            "signed_by": "",
        }
    if action is Action.ACKNOWLEDGE and file.policy:
        columns |= {
            "acknowledged_at": file.policy.acknowledged_at,
            "acknowledged_by": trail.AUTHORITY,
        }
    with transaction.atomic():
        to = move(State(application.state), action)
        if not _compare_and_set(application, to=to, **columns):
            application.refresh_from_db()
            return
        if action is Action.RETURN and application.contact:
            save_draft(application=application, step="confirm", data=_as_typed(application.contact))
        at = file.policy.issued_at if file.policy else columns.get("decided_at")
        trail.append(
            application=application,
            actor=trail.AUTHORITY,
            action=action,
            at=at or timezone.now(),
            outcome="done",
            facts={"reason": application.reason} if application.reason else {},
        )


def _open(
    *, application: Application, step: str, actor: Actor, token: str, facts: dict[str, Any]
) -> Attempt:
    """Write the attempt in a transaction of its own; a parallel click shares the open one."""
    key = f"{application.number}.{step}.{application.round}"
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                application=application,
                step=step,
                round=application.round,
                key=key,
                token=token,
                facts=facts,
                actor=actor.label,
            )
    except IntegrityError:
        shared = application.attempts.filter(step=step, status__in=Attempt.OPEN).last()
        if shared is None:  # it was settled between the two statements: start again
            return _open(application=application, step=step, actor=actor, token=token, facts=facts)
        return shared


def _close(attempt: Attempt, status: Attempt.Status, *, fault: str = "") -> None:
    """Note how an attempt ended, unless a parallel click has finished it meanwhile."""
    settled_at = None if status == Attempt.Status.UNKNOWN else timezone.now()
    Attempt.objects.filter(pk=attempt.pk, status__in=Attempt.OPEN).update(
        status=status, fault=fault, settled_at=settled_at
    )


def _refused(
    attempt: Attempt,
    fault: Fault,
    *,
    application: Application,
    actor: Actor,
    facts: Mapping[str, Any],
) -> None:
    """Close the attempt and put the refusal on record, both or neither."""
    at, step = world_now(actor.world), application.step
    with transaction.atomic():
        _close(attempt, Attempt.Status.REFUSED, fault=fault.code)
        trail.append(
            application=application,
            actor=actor.label,
            action=step.action,
            at=at,
            outcome=fault.code,
            page=step.slug,
            facts={**facts, **{n: v for n, v in fault.facts.items() if n == "tries_left"}},
        )


def _finish(
    *,
    attempt: Attempt,
    commit: StepCommit,
    window: SingleWindow,
    actor: Actor,
    receipt: Receipt,
) -> Outcome:
    """After an accepted write: learn what the file says now, and keep it all, or find that somebody
    else has. Raises `OutcomeUnknown` and `Fault` (the attempt stays open) where nobody says.
    """
    application = Application.objects.get(pk=attempt.application_id)
    try:
        file = window.application(token=actor.token, number=application.number)
    except (OutcomeUnknown, Fault) as error:
        # The write has been accepted: whatever became of the question, nobody may call it refused.
        _close(attempt, Attempt.Status.UNKNOWN)
        if isinstance(error, Fault) and error.code not in SIGN_IN_AGAIN:
            raise OutcomeUnknown("Accepted, and the file was refused") from error
        raise
    if _keep(application, file, attempt=attempt, commit=commit, actor=actor, receipt=receipt):
        return Outcome.DONE
    _close(attempt, Attempt.Status.REFUSED)
    return Outcome.ALREADY_DONE


def _keep(
    application: Application,
    file: ApplicationFile,
    *,
    attempt: Attempt,
    commit: StepCommit,
    actor: Actor,
    receipt: Receipt,
) -> bool:
    """The one transaction after an accepted write: state, columns, event, draft, attempt.

    False, and nothing is changed, when the application has moved on.
    """
    step = application.step
    with transaction.atomic():
        won = (
            step.slug == attempt.step
            and application.round == attempt.round
            and (State(application.state), step.action) in MOVES
            and _compare_and_set(
                application,
                to=move(State(application.state), step.action),
                file=dump_file(file),
                contact=_contact(file),
                reason="",
                **{f"{commit.milestone}_at": receipt.at, f"{commit.milestone}_by": actor.label},
            )
        )
        if won:
            Attempt.objects.filter(pk=attempt.pk).update(
                status=Attempt.Status.DONE,
                receipt=dump_receipt(receipt),
                settled_at=timezone.now(),
            )
            application.drafts.filter(step=attempt.step).delete()
            trail.append(
                application=application,
                actor=attempt.actor,
                action=step.action,
                at=receipt.at,
                outcome="done",
                page=attempt.step,
                document_sha256=attempt.facts.get("agreement_sha256", "")
                or attempt.facts.get("policy_sha256", ""),
                facts=attempt.facts | {"receipt": receipt.serial},
            )
    return won


def _compare_and_set(application: Application, *, to: State, **columns: Any) -> bool:
    """Move the row if nobody has moved it since it was read; False: somebody else won."""
    moved = Application.objects.filter(
        pk=application.pk, state=application.state, revision=application.revision
    ).update(state=to, revision=application.revision + 1, **columns)
    if moved:
        application.refresh_from_db()
    return bool(moved)


def _contact(file: ApplicationFile) -> dict[str, str] | None:
    contact = dump_file(file)["contact"]
    return contact if isinstance(contact, dict) else None


def _as_typed(contact: Mapping[str, str]) -> dict[str, list[str]]:
    return {field: [value] for field, value in contact.items()}
