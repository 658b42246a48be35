"""Rules that are wrong, each in one way: the machine that finds nothing else finds these."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final
from unittest import mock

from django.utils import timezone

from wizard import transitions
from wizard.models import Application, Attempt
from wizard.models import World as SiteWorld
from wizard.process import MOVES, Action, State
from wizard.singlewindow import notices
from wizard.singlewindow.faults import Fault, FaultCode, OutcomeUnknown
from wizard.singlewindow.port import ApplicationFile, Receipt
from wizard.singlewindow.simulator import cards
from wizard.singlewindow.simulator.secrecy import Guess
from wizard.singlewindow.simulator.window import WorldWindow
from wizard.singlewindow.simulator.world import Card, World
from wizard.steps import COMMITS
from wizard.steps.base import Call

Mutant = Callable[[], contextlib.AbstractContextManager[Any]]


@contextlib.contextmanager
def another_key_for_every_try() -> Iterator[None]:
    """The write goes out under a key that nobody has written down."""

    def call(*, key: str, **rest: Any) -> Call:
        return Call(key=f"{key}.{secrets.token_hex(4)}", **rest)

    with mock.patch.object(transitions, "Call", call):
        yield


@contextlib.contextmanager
def open_attempts_are_forgotten() -> Iterator[None]:
    """What has no answer is taken for refused, and the authority is not asked."""

    def settle(*, application: Application, actor: object) -> bool:
        open_ones = application.attempts.filter(status__in=Attempt.OPEN)
        open_ones.update(status=Attempt.Status.REFUSED)
        return False

    with mock.patch.object(transitions, "settle", settle):
        yield


@contextlib.contextmanager
def the_source_state_is_not_checked() -> Iterator[None]:
    """A move is made wherever the application stands."""
    target = {action: to for (_source, action), to in MOVES.items()}

    def move(_state: State, action: Action) -> State:
        return target[action]

    everywhere = {(state, action): to for state in State for action, to in target.items()}
    with (
        mock.patch.object(transitions, "move", move),
        mock.patch.object(transitions, "MOVES", everywhere),
    ):
        yield


@contextlib.contextmanager
def silence_is_taken_for_consent() -> Iterator[None]:
    """Acknowledged before the authority has said anything."""
    send = {slug: commit.send for slug, commit in COMMITS.items()}

    def hopeful(slug: str) -> Callable[[Call], Receipt]:
        def sent(call: Call) -> Receipt:
            try:
                return send[slug](call)
            except OutcomeUnknown:
                number = call.application.number
                return Receipt(
                    key=call.key,
                    operation=slug,
                    serial="HZ-?",
                    at=timezone.now(),
                    application_number=number,
                )

        return sent

    with contextlib.ExitStack() as stack:
        for slug, commit in COMMITS.items():
            stack.enter_context(mock.patch.object(commit, "send", hopeful(slug)))
        yield


@contextlib.contextmanager
def the_record_is_written_bit_by_bit() -> Iterator[None]:
    """State, attempt and trail are not one transaction."""
    with mock.patch.object(transitions, "transaction") as unsafe:
        unsafe.atomic = contextlib.nullcontext
        yield


@contextlib.contextmanager
def what_was_accepted_is_forgotten() -> Iterator[None]:
    """The authority has accepted a write, and says that it never came."""
    with mock.patch.object(WorldWindow, "find_receipt", lambda *_args, **_named: None):
        yield


@contextlib.contextmanager
def a_wrong_pin_costs_nothing() -> Iterator[None]:
    """The refusal is told, and the try is not kept."""

    def try_pin(card: Card, guess: Guess, world: World) -> None:
        if cards.is_locked(card, world):
            raise Fault(FaultCode.CARD_LOCKED)
        if not guess.matches(card.secret):
            raise Fault(FaultCode.WRONG_PIN, tries_left=world.pin_limit - 1)

    with mock.patch.object(cards, "try_pin", try_pin):
        yield


@contextlib.contextmanager
def whoever_writes_is_believed() -> Iterator[None]:
    """The signature of a notice is not looked at."""
    with mock.patch.object(notices, "check", lambda *_args, **_named: None):
        yield


@contextlib.contextmanager
def an_older_file_replaces_a_newer_one() -> Iterator[None]:
    """Reading and notices are taken in as they come."""
    take_in = transitions._take_in

    def forgetful(*, world: SiteWorld, file: ApplicationFile, known: Application | None) -> Any:
        if known is not None:
            state = transitions.STATE_OF_STAGE[file.stage]
            Application.objects.filter(pk=known.pk).update(state=state)
            known.refresh_from_db()
        return take_in(world=world, file=file, known=known)

    with mock.patch.object(transitions, "_take_in", forgetful):
        yield


MUTANTS: Final[tuple[Mutant, ...]] = (
    another_key_for_every_try,
    open_attempts_are_forgotten,
    the_source_state_is_not_checked,
    silence_is_taken_for_consent,
    the_record_is_written_bit_by_bit,
    what_was_accepted_is_forgotten,
    a_wrong_pin_costs_nothing,
    whoever_writes_is_believed,
    an_older_file_replaces_a_newer_one,
)
