"""How a call is carried out: through the weather, in one transaction, once for each key."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final, TypeVar

from wizard.singlewindow.faults import Fault, FaultCode, NotFound
from wizard.singlewindow.port import (
    ApplicationFile,
    Policy,
    Receipt,
    Recovery,
    Seal,
    SignIn,
    SignInRole,
)
from wizard.singlewindow.simulator import cards, cases, faces, reviews
from wizard.singlewindow.simulator.clock import RealClock
from wizard.singlewindow.simulator.secrecy import Guess
from wizard.singlewindow.simulator.store import Request, Store, Transaction
from wizard.singlewindow.simulator.weather import Call, Forecast, weather
from wizard.singlewindow.simulator.world import Case, Company, Session, World, load_world

S = TypeVar("S")
T = TypeVar("T")

KEY: Final = re.compile(r"[!-~]{1,200}")
ACCEPTED: Final = "accepted"
REPEATED: Final = "repeated"
# How long the key of a write that concerns no application is known, in real time; a sign-in, which
# every repetition of such a write needs, is good for a small part of it.
KEPT: Final = timedelta(days=30)
SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclasses.dataclass(kw_only=True, slots=True)
class Visit:
    """One call on one world: its state, both clocks, and who is calling once that is known."""

    world: World
    real: datetime
    now: datetime
    caller: Session | None = None
    answer: str = ACCEPTED
    about: str = ""  # the application's number, once it is known to be the caller's

    def enter(self, token: str, *, pin_must_be_own: bool = True) -> tuple[Session, Company]:
        """Let the token in. Raises `Fault`: SESSION_EXPIRED, PIN_CHANGE_REQUIRED."""
        session = cards.session_of(self.world, token, self.real)
        company = self.world.company(session.uscc)
        if pin_must_be_own and session.card_serial:
            _, card = self.world.card(session.card_serial)
            if card.change_required:
                raise Fault(FaultCode.PIN_CHANGE_REQUIRED)
        self.caller = session
        return session, company


@dataclasses.dataclass(kw_only=True, slots=True)
class Write:
    """A write under way: what its rule may see, and leaves in the receipt.

    `card_serial`: of the card that signed in, empty without one.
    """

    visit: Visit
    company: Company
    card_serial: str = ""
    number: str = ""
    seal: Seal | None = None
    policy: Policy | None = None
    recovery: Recovery | None = None

    @property
    def case(self) -> Case:
        """The application that the write is about. Raises `NotFound`."""
        return cases.case_of(self.company, self.number)


class Calls:
    """The machinery under `WorldWindow`; cheap to make, safe to share between threads."""

    def __init__(self, store: Store, world: str, *, real_clock: RealClock) -> None:
        self._store = store
        self._name = world
        self._real_clock = real_clock

    def _weather(
        self, operation: str, *, key: str = "", number: str = ""
    ) -> AbstractContextManager[Forecast | None]:
        """Carry the block through the weather; gives what it met."""
        real = self._real_clock()
        call = Call(operation=operation, real=real, key=key, application_number=number)
        return weather(self._store, self._name, call)

    def _glance(
        self, operation: str, load: Callable[[bytes], S], rule: Callable[[S | None], T]
    ) -> T:
        """`rule` on what `load` makes of the world, or on None, after the weather on the way.

        One statement while the weather is fair, which is nearly always.
        """
        seen, fair = self._store.glance(self._name, load)
        if fair:
            return rule(seen)
        with self._weather(operation):
            return rule(self._store.glance(self._name, load)[0])

    def _visit(self, world: World | None, *, missing: Exception) -> Visit:
        if world is None:
            raise missing
        real = self._real_clock()
        return Visit(world=world, real=real, now=world.clock.now(real))

    # --- reading: one snapshot, nothing written

    def _look(self, operation: str, rule: Callable[[Visit], T]) -> T:
        """A read without a token. Raises `NotFound` where there is no such world."""
        missing = NotFound(self._name)
        return self._glance(
            operation, load_world, lambda world: rule(self._visit(world, missing=missing))
        )

    def _read(self, operation: str, token: str, rule: Callable[[Visit, Company], T]) -> T:
        """A read with a token."""

        def read(world: World | None) -> T:
            visit = self._visit(world, missing=Fault(FaultCode.SESSION_EXPIRED))
            _, company = visit.enter(token)
            return rule(visit, company)

        return self._glance(operation, load_world, read)

    def _read_cases(
        self, operation: str, token: str, number: str | None = None
    ) -> tuple[ApplicationFile, ...]:
        """The enterprise's applications, oldest first, or the one of this number.

        Each counts as read where the pace of its review counts readings; else nothing is written.
        """

        def rule(visit: Visit, company: Company) -> tuple[list[Case], tuple[ApplicationFile, ...]]:
            if number is None:
                found = sorted(company.cases, key=lambda case: case.offered_at)
            else:
                found = [cases.case_of(company, number)]
            return found, tuple(faces.application_file(case, company, visit.now) for case in found)

        def read(world: World | None) -> tuple[ApplicationFile, ...]:
            missing = Fault(FaultCode.SESSION_EXPIRED)
            visit = self._visit(world, missing=missing)
            found, files = rule(visit, visit.enter(token)[1])
            if not any(reviews.counts_readings(case, visit.now) for case in found):
                return files
            with self._store.transaction(self._name) as transaction:
                visit = self._visit(transaction.load(), missing=missing)
                found, files = rule(visit, visit.enter(token)[1])
                for case in found:
                    reviews.count_reading(case, visit.now)
                transaction.save(visit.world)
            return files

        return self._glance(operation, load_world, read)

    # --- changing

    def _change(
        self,
        operation: str,
        rule: Callable[[Visit, Transaction], T],
        *,
        missing: Exception,
        met: Forecast | None,
        key: str = "",
    ) -> T:
        """Run `rule` on the world in one transaction: all of it is kept, or nothing.

        A refusal keeps nothing but its line in the log, `cards.Refused` also the counted try.
        `met` is the weather that the answer will meet.
        """
        refusal: Exception | None = None
        with self._store.transaction(self._name) as transaction:
            visit = self._visit(transaction.load(), missing=missing)
            changed = True
            try:
                result = rule(visit, transaction)
                changed = visit.answer == ACCEPTED
            except cards.Refused as refused:
                refusal, visit.answer = refused.fault, refused.fault.code.value
            except Fault as fault:
                refusal, visit.answer, changed = fault, fault.code.value, False
            except NotFound as not_found:
                refusal, visit.answer, changed = not_found, "not-found", False
            if changed:
                visit.world.clock.floor = visit.now
                transaction.save(visit.world)
            transaction.log(
                Request(
                    at=visit.now,
                    operation=operation,
                    key=key,
                    application_number=visit.about,
                    answer=visit.answer,
                    weather=met.text if met else "",
                )
            )
        if refusal is not None:
            raise refusal
        return result

    def _write(
        self,
        operation: str,
        rule: Callable[[Write], None],
        *,
        token: str,
        key: str,
        number: str = "",
        said: tuple[str, ...] = (),
        needs_card: FaultCode = FaultCode.OPERATOR_CARD,
    ) -> Receipt:
        """A write with 法人卡; else as `_once`."""

        def enter(visit: Visit) -> Write:
            session, company = visit.enter(token)
            if any(case.number == number for case in company.cases):
                visit.about = number
            if session.role is not SignInRole.LEGAL_CARD:
                raise Fault(needs_card)
            return Write(
                visit=visit, company=company, card_serial=session.card_serial, number=number
            )

        return self._once(operation, rule, enter=enter, key=key, number=number, said=said)

    def _once(
        self,
        operation: str,
        rule: Callable[[Write], None],
        *,
        enter: Callable[[Visit], Write],
        key: str,
        number: str = "",
        said: tuple[str, ...] = (),
        same: Callable[[Write], bool] = lambda _: True,
        owner: str = "",
        missing: Exception | None = None,
    ) -> Receipt:
        """A write under its key, by the rules of the port's module docstring.

        `enter` says who writes. `said` is the content that must be the same when the key comes
        again; a secret is never in it, `same` tells whether it is still the one that counts.
        `owner`: whose keys these are, the enterprise's without.
        Raises `ValueError` for a key that is not 1 to 200 printable ASCII signs.
        """
        if not is_key(key):
            raise ValueError("A key is 1 to 200 printable ASCII signs")
        content = json.dumps([operation, number, *said])
        digest = hashlib.sha256(content.encode()).hexdigest()

        def once(visit: Visit, transaction: Transaction) -> Receipt:
            transaction.purge_answers(now=visit.real)
            write = enter(visit)
            whose = owner or write.company.profile.uscc
            known = transaction.answer(whose, key)
            if known:
                if known[0] != digest or not same(write):
                    raise Fault(FaultCode.KEY_REUSED)
                visit.answer = REPEATED
                return known[1]
            rule(write)
            receipt = self._receipt(write, operation, key)
            # What belongs to an application is kept with it: four keys a round, and signatures
            # are made on their word.
            until = None if number else visit.real + KEPT
            return transaction.remember(whose, digest, receipt, until=until)

        with self._weather(operation, key=key, number=number) as met:
            return self._change(
                operation,
                once,
                missing=missing or Fault(FaultCode.SESSION_EXPIRED),
                met=met,
                key=key,
            )

    @staticmethod
    def _receipt(write: Write, operation: str, key: str) -> Receipt:
        visit = write.visit
        visit.world.receipts_given += 1
        return Receipt(
            key=key,
            operation=operation,
            serial=f"HZ-{visit.now:%Y%m%d}-{visit.world.receipts_given:04d}",
            at=visit.now,
            application_number=write.number,
            seal=write.seal,
            policy=write.policy,
            recovery=write.recovery,
        )

    # --- signing in

    def _prepared(self, secret: str, kept_in: Callable[[World], str]) -> Guess:
        """Stretch a typed secret before any lock is taken; unknown names take the same time."""
        guess = Guess(secret)
        world = self._store.load(self._name)
        try:
            guess.prepare(kept_in(world) if world else None)
        except (NotFound, Fault):
            guess.prepare(None)
        return guess

    def _secret_of(self, world: World, token: str) -> str:
        """What is kept of the PIN of the card that signed in."""
        session = cards.session_of(world, token, self._real_clock())
        return world.card(session.card_serial)[1].secret

    @staticmethod
    def _welcome(
        visit: Visit,
        company: Company,
        *,
        role: SignInRole,
        holder: str,
        serial: str = "",
        change_required: bool = False,
    ) -> SignIn:
        token = cards.open_session(
            visit.world,
            role=role,
            uscc=company.profile.uscc,
            holder=holder,
            card_serial=serial,
            real=visit.real,
        )
        session = cards.session_of(visit.world, token, visit.real)
        return faces.sign_in(company, session, token=token, change_required=change_required)


def is_key(key: str) -> bool:
    """Whether `key` may be an idempotency key."""
    return KEY.fullmatch(key) is not None


def check_sha256(text: str) -> None:
    """Raises `ValueError` unless `text` is 64 lower-case hex digits."""
    if not SHA256.fullmatch(text):
        raise ValueError("A SHA-256 is 64 lower-case hex digits")
