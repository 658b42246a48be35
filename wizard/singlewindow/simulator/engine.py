"""The simulated authority as a whole: its worlds, their windows, the demonstrator's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from wizard.singlewindow.custody import Custody
from wizard.singlewindow.faults import Fault, NotFound
from wizard.singlewindow.port import ApplicationFile, Control, DeskPart, SingleWindow
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator import cards, desks, faces, reviews, seals, weather
from wizard.singlewindow.simulator.clock import RealClock, real_now
from wizard.singlewindow.simulator.fresh import fresh_world, offer
from wizard.singlewindow.simulator.keys import KeyStore
from wizard.singlewindow.simulator.personas import persona_named
from wizard.singlewindow.simulator.served import ServedWindow
from wizard.singlewindow.simulator.signatures import WeatheredSignatures, WorldSignatures
from wizard.singlewindow.simulator.store import Request, Store
from wizard.singlewindow.simulator.weather import Call, Forecast
from wizard.singlewindow.simulator.window import WorldWindow
from wizard.singlewindow.simulator.working_days import calendar
from wizard.singlewindow.simulator.world import Decision, Pace, Verdict, World

LONGEST_PACE: Final = 1000


class Engine(Control):
    """All worlds of one store; safe to share between threads.

    Every method with a `world` raises `NotFound` where there is none, and `OutcomeUnknown` when the
    store does not answer.
    """

    def __init__(
        self, store: Store, *, real_clock: RealClock = real_now, keys: Custody | None = None
    ) -> None:
        self._store = store
        self.keys = keys or KeyStore(None)
        self._real_clock = real_clock

    def window(self, world: str) -> SingleWindow:
        """The authority as `world` sees it; whether the world exists is asked at each call."""
        return WorldWindow(self._store, world, real_clock=self._real_clock)

    def served(self, world: str, *, met: Forecast | None = None) -> ServedWindow:
        """The same for one request over a wire, where the weather is the wire's affair."""
        return ServedWindow(self._store, world, real_clock=self._real_clock, met=met)

    def whose(self, world: str, token: str) -> str:
        """The code of the enterprise that signed in with this token, or empty."""
        state = self._store.load(world)
        try:
            return cards.session_of(state, token, self._real_clock()).uscc if state else ""
        except Fault:
            return ""

    def take_weather(
        self, world: str, operation: str, *, key: str = "", number: str = ""
    ) -> Forecast | None:
        """What this one call of `operation` meets; None in fair weather."""
        real = self._real_clock()
        call = Call(operation=operation, real=real, key=key, application_number=number)
        return weather.take(self._store, world, call)

    def signatures(self, world: str) -> SigningAuthority:
        """The keys and the time of `world`'s authority."""
        return WeatheredSignatures(self._store, self.keys, world, real_clock=self._real_clock)

    def served_signatures(self, world: str) -> SigningAuthority:
        """The same for a request over a wire, where the weather is the wire's affair."""
        return WorldSignatures(self._store, self.keys, world, real_clock=self._real_clock)

    # --- notices

    def due_notices(self, world: str) -> list[ApplicationFile]:
        """What the insurer has decided or issued and the site has not taken in, oldest first.

        Each file is as it stood at that moment.
        """
        state = self._store.load(world)
        if state is None:
            return []
        now = state.clock.now(self._real_clock())
        files = [
            faces.application_file(case, company, moment)
            for company in state.companies
            for case in company.cases
            for moment in reviews.events_until(case, now)
        ]
        return [file for file in files if file.version > state.notices_taken.get(file.number, 0)]

    def mark_notified(self, world: str, number: str, *, version: int) -> None:
        """The site has taken this version in."""
        with self._change(world) as state:
            state.notices_taken[number] = max(version, state.notices_taken.get(number, 0))

    # --- Control: worlds

    def worlds(self) -> list[str]:
        """The names of all worlds, in their order."""
        return self._store.worlds()

    def copy_world(self, world: str, *, to: str) -> None:
        """Another world just like this one, sign-ins and answers included.

        A world named `to` is thrown away first.
        """
        if to == world:
            return
        with self._store.transaction(world) as transaction:
            if transaction.load() is None:
                raise NotFound(world)
            transaction.copy_to(to)

    def reset_world(self, world: str) -> None:
        """The world as its persona starts, its clock at real time."""
        found = self._store.load(world)
        if found is None:
            raise NotFound(world)
        self.make_world(world=world, persona=found.persona, at=self._real_clock())

    def make_world(self, *, world: str, persona: str, at: datetime) -> None:
        """As in `Control`; a world of that name is thrown away first. `at` must be aware.

        Raises `NotFound` for an unknown persona.
        """
        if at.tzinfo is None:
            raise ValueError("A world's clock starts at an aware moment")
        fresh = fresh_world(persona_named(persona), at=at, real=self._real_clock())
        with self._store.transaction(world) as transaction:
            transaction.purge()
            transaction.save(fresh)

    def has_world(self, world: str) -> bool:
        """As in `Control`."""
        return self._store.load(world) is not None

    def purge_world(self, world: str) -> None:
        """As in `Control`."""
        with self._store.transaction(world) as transaction:
            transaction.purge()
            # Before the rows are gone for good: a purge cut short here is done again, keys and all.
            self.keys.forget(world)

    def purge_untouched(self, before: datetime) -> int:
        """Throw worlds away that nothing was written to since `before` (real time); how many."""
        return self._store.purge_untouched(before, leaving=self.keys.forget)

    # --- Control: the clock

    def now(self, world: str) -> datetime:
        """As in `Control`."""
        found = self._store.load(world)
        if found is None:
            raise NotFound(world)
        return found.clock.now(self._real_clock())

    def move_clock(self, world: str, *, seconds: int) -> datetime:
        """As in `Control`. Raises `ValueError` also for moments after the year 2100."""
        try:
            step = timedelta(seconds=seconds)
            return self._move(world, lambda _, now: now + step)
        except OverflowError:
            raise ValueError("No calendar reaches that far") from None

    def move_one_working_day(self, world: str) -> datetime:
        """As in `Control`."""
        return self._move(world, lambda _, now: calendar().same_time_next_working_day(now))

    def move_until_delivered(self, world: str) -> datetime:
        """As in `Control`; with nothing pending the clock stays."""
        return self._move(world, lambda state, now: reviews.next_event(state.companies, now) or now)

    def _move(self, world: str, to: Callable[[World, datetime], datetime]) -> datetime:
        real = self._real_clock()
        with self._change(world) as state:
            state.clock.move_to(to(state, state.clock.now(real)), real=real)
            return state.clock.now(real)

    # --- Control: the desk and the 制卡中心

    def insert_card(self, world: str, serial: str | None) -> None:
        """As in `Control`."""
        with self._change(world) as state:
            if serial is not None:
                state.card(serial)
            state.desk.inserted = serial

    def unlock_card(self, world: str, serial: str) -> None:
        """As in `Control`; every sign-in with the card ends. Raises `NotFound`."""
        with self._change(world) as state:
            cards.unlock(state, state.card(serial)[1])

    def renew_card(self, world: str, serial: str) -> None:
        """As in `Control`; every sign-in with the card ends. Raises `NotFound`."""
        with self._change(world) as state:
            now = state.clock.now(self._real_clock())
            cards.renew(state, state.card(serial)[1], now)

    def set_desk(self, world: str, *, part: DeskPart, working: bool) -> None:
        """As in `Control`."""
        with self._change(world) as state:
            desks.set_part(state, part, working=working)

    # --- Control: what the exporter cannot do

    def publish_application(self, world: str) -> None:
        """As in `Control`."""
        with self._change(world) as state:
            company = state.companies[0]
            if not company.cases:
                now = state.clock.now(self._real_clock())
                company.cases.append(offer(persona_named(state.persona), offered_at=now))

    def revoke_certificate(self, world: str, *, days_ago: int = 0) -> None:
        """As in `ServedControl`."""
        if not 0 <= days_ago <= LONGEST_PACE:
            raise ValueError(f"A certificate is revoked as of 0 to {LONGEST_PACE} days ago")
        with self._change(world) as state:
            now = state.clock.now(self._real_clock())
            # List and time stamps say whole seconds (RFC 5280 §4.1.2.5): what was stamped in the
            # running one was signed before.
            at = now.replace(microsecond=0) + timedelta(seconds=1) - timedelta(days=days_ago)
            company = state.companies[0]
            for name in {seal.name for seal in company.seals} or {company.profile.name}:
                key = self.keys.of(seals.holder(company, name, world=world))
                self.keys.revoke(key, at=at)
            desks.set_part(state, DeskPart.CARD, working=False)

    def end_sign_ins(self, world: str) -> None:
        """As in `Control`."""
        with self._change(world) as state:
            state.sessions = []

    # --- beyond `Control`: the insurer

    def set_outcome(self, world: str, *, decision: Decision, reason: str = "") -> None:
        """How every review from the next submission on ends."""
        with self._change(world) as state:
            for company in state.companies:
                for case in company.cases:
                    case.verdicts = (Verdict(decision=decision, reason=reason),)

    def set_pace(
        self, world: str, *, working_days: int, working_minutes: int, reads: int = 0
    ) -> None:
        """How long every review from the next submission on takes (`Pace`).

        Raises `ValueError` for what is negative or longer than `LONGEST_PACE` of any.
        """
        if not all(0 <= part <= LONGEST_PACE for part in (working_days, working_minutes, reads)):
            raise ValueError(f"A review takes 0 to {LONGEST_PACE} working days, minutes, reads")
        pace = Pace(working_days=working_days, working_minutes=working_minutes, reads=reads)
        with self._change(world) as state:
            for company in state.companies:
                for case in company.cases:
                    case.pace = pace

    # --- beyond `Control`: weather and what was received

    def set_weather(self, world: str, *, operation: str, kind: str, times: int = 1) -> None:
        """The next `times` calls of `operation` (a method of the port, or `*`) meet `kind`.

        `kind` is a `Weather`, with a detail where it takes one (`fault:C-103`). Zero times clears
        it. Raises `ValueError` for an unknown kind or a negative number.
        """
        if times < 0:
            raise ValueError("Weather cannot come a negative number of times")
        Forecast.read(kind)
        with self._store.transaction(world) as transaction:
            if transaction.load() is None:
                raise NotFound(world)
            transaction.set_weather(operation, str(kind), times)

    def weather(self, world: str) -> dict[str, tuple[str, int]]:
        """Kind and number of calls still to come, by operation."""
        return self._store.weather(world)

    def requests(self, world: str, *, limit: int = 100) -> list[Request]:
        """What the authority has been asked to change in this world, newest first."""
        return self._store.requests(world, limit)

    @contextmanager
    def _change(self, world: str) -> Iterator[World]:
        with self._store.transaction(world) as transaction:
            state = transaction.load()
            if state is None:
                raise NotFound(world)
            yield state
            transaction.save(state)
