"""Random journeys through site and authority together: what anybody may do, in any weather.

Two windows of one browser, the owner's other machine, a colleague with the 操作员卡, a stranger,
the demonstrator, the postman, the weather and whoever kills the server act in any order. After
every step the promises are checked, and in a copy of both sides that there is a way on.
"""

from __future__ import annotations

import re
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.journeys import exporter, promises
from tests.journeys.company import Company
from tests.journeys.offers import (
    CALLS,
    CONTACTS,
    KINDS,
    NOTICE_KINDS,
    OF_APPLICATION,
    PACES,
    PAGES,
    PINS,
)
from tests.journeys.place import DEATHS, SECRET
from tests.journeys.tabs import Tab
from wizard.demo import far_side
from wizard.models import Application, Draft
from wizard.process import STEPS
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import DeskPart
from wizard.singlewindow.simulator import personas
from wizard.singlewindow.simulator.postman import OPERATION
from wizard.singlewindow.simulator.world import Decision

WITH_AN_APPLICATION: Final = [one.id for one in personas.ready_personas() if one.applications]
TABS: Final = st.sampled_from(["first", "first", "first", "second", "elsewhere", "colleague"])
OWN: Final = st.sampled_from(["first", "first", "second", "elsewhere"])
SLUGS: Final = st.sampled_from([step.slug for step in STEPS])
MANY: Final = st.integers(0, 30)
# The links that a journey follows: not to the help site, the console and the papers.
FOLLOWED: Final = re.compile(r"/(apply|center|account|policies|login|check)(/|$)")
# A review that ends after two readings has ended at the third (`PACES`).
MOST_READINGS: Final = 3
HALF_A_WEEK: Final = 84 * 3600


class Journey(Company):
    """One world on both sides, visited at random."""

    @initialize(
        persona=st.sampled_from(WITH_AN_APPLICATION),
        wired=st.booleans(),
        steps=st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4]),
        to_the_end=st.integers(0, 3),
    )
    def begin(self, persona: str, wired: bool, steps: int, to_the_end: int) -> None:
        """Somebody has come so many steps before the journey proper begins."""
        self.arrive(persona=persona, wired=wired)
        self.to_the_end = not to_the_end
        for _step in range(steps):
            self.wait_and_take_the_next_step(name="first")

    # --- what anybody does with a window

    @rule(name=TABS, page=st.sampled_from(PAGES))
    def open_a_page(self, name: str, page: str) -> None:
        self.tabs[name].look(page)

    @rule(name=TABS, rest=st.sampled_from(OF_APPLICATION))
    def open_the_application(self, name: str, rest: str) -> None:
        self.tabs[name].look(self._url(rest))

    @rule(name=TABS, which=MANY)
    def follow_a_link(self, name: str, which: int) -> None:
        page = self.tabs[name].page
        links = [link for link in page.links if FOLLOWED.match(link)] if page else []
        if links:
            self.tabs[name].look(links[which % len(links)])

    @rule(name=TABS, which=MANY, button=MANY, contact=CONTACTS, pin=PINS)
    def press_a_button(
        self, name: str, which: int, button: int, contact: dict[str, str], pin: str
    ) -> None:
        page = self.tabs[name].page
        if page and page.forms:
            form = page.forms[which % len(page.forms)]
            self._press(self.tabs[name], form, self._typed(form, contact, pin, button), button)

    @rule(name=OWN)
    def take_the_step_that_is_due(self, name: str) -> None:
        """So that journeys get far enough for the weather to matter there."""
        self._take(name)

    @rule(name=OWN)
    def wait_and_take_the_next_step(self, name: str) -> None:
        self.place.engine.move_until_delivered(self.world.key)
        self._take(name)

    @rule(name=OWN, kind=st.sampled_from(KINDS), times=st.integers(1, 9))
    def take_the_step_in_bad_weather(self, name: str, kind: str, times: int) -> None:
        row = self._row()
        if row:
            operation = promises.OPERATIONS[row.step.slug]
            self.bad_weather(operation=operation, kind=kind, times=times)
        self._take(name)

    @rule(name=OWN, rest=st.sampled_from(OF_APPLICATION))
    def the_authority_is_down(self, name: str, rest: str) -> None:
        with self.place.down():
            self.tabs[name].look(self._url(rest))
            self._take(name)

    @rule(name=TABS, slug=SLUGS, contact=CONTACTS, pin=PINS, commit=st.booleans())
    def post_out_of_order(
        self, name: str, slug: str, contact: dict[str, str], pin: str, commit: bool
    ) -> None:
        """What the window holds, however old, goes to any step's address."""
        form = self.tabs[name].form_of_step()
        typed = {"agreement-agreed": "on", "agreement-pin": self._pin(pin)}
        typed |= contact | {"policy-pin": self._pin(pin)} | ({"commit": "1"} if commit else {})
        said = {field: value for field, value in typed.items() if field.startswith((slug, "com"))}
        hidden = form.hidden if form else {}
        current = {"application_wizard-current_step": slug}
        self._send(self.tabs[name], self._url(f"{slug}/"), hidden | current | said)

    @rule(name=TABS, contact=CONTACTS, button=st.sampled_from(["1", "auto"]))
    def save_a_draft(self, name: str, contact: dict[str, str], button: str) -> None:
        tab = self.tabs[name]
        tab.look(self._url("confirm/"))
        form = tab.form_of_step()
        if form and "confirm-name" in form.typed:
            self._send(tab, form.action, form.hidden | contact | {"draft": button})

    @rule(name=TABS)
    def send_the_same_again(self, name: str) -> None:
        tab = self.tabs[name]
        if tab.sent:
            self._send(tab, *tab.sent)

    # --- coming and going

    @rule(name=TABS, pin=PINS)
    def sign_in_with_card(self, name: str, pin: str) -> None:
        self._sign_in(name, pin)

    @rule(name=TABS, how=st.sampled_from(["out", "here", "there"]))
    def a_sign_in_ends(self, name: str, how: str) -> None:
        """By leaving, or because it ran out at the site or at the authority."""
        if how == "out":
            self.tabs[name].send("/logout/", {})
        elif how == "here":
            self.place.session_runs_out(self.tabs[name].client)
        else:
            self.place.engine.end_sign_ins(self.world.key)

    @rule(method=st.sampled_from(["get", "post"]), rest=st.sampled_from(OF_APPLICATION))
    def a_stranger_asks_for_the_number(self, method: str, rest: str) -> None:
        answer = getattr(self.stranger, method)(self._url(rest.partition("?")[0]))
        assert answer.status_code in {404, 405} or self.place.line_rests, answer
        assert self.persona.enterprise.name not in answer.content.decode()

    # --- what the demonstrator and the weather do

    @rule(operation=st.sampled_from(CALLS), kind=st.sampled_from(KINDS), times=st.integers(1, 4))
    def bad_weather(self, operation: str, kind: str, times: int) -> None:
        self.place.engine.set_weather(self.world.key, operation=operation, kind=kind, times=times)

    @rule(
        operation=st.sampled_from(sorted(far_side.OPERATIONS)),
        code=st.sampled_from(list(FaultCode)),
    )
    def a_refusal_is_ordered(self, operation: str, code: FaultCode) -> None:
        kind = f"fault:{code.value}"
        self.place.engine.set_weather(self.world.key, operation=operation, kind=kind)

    @rule()
    def the_weather_clears(self) -> None:
        exporter.in_fair_weather(self.place.engine, self.world)
        self.place.long_after()

    @rule(part=st.sampled_from(list(DeskPart)), working=st.booleans())
    def something_at_the_desk_breaks(self, part: DeskPart, working: bool) -> None:
        self.place.engine.set_desk(self.world.key, part=part, working=working)

    @rule(seconds=st.integers(0, HALF_A_WEEK))
    def time_passes(self, seconds: int) -> None:
        self.place.engine.move_clock(self.world.key, seconds=seconds)

    @rule(decision=st.sampled_from(list(Decision)), pace=st.sampled_from(PACES))
    def the_insurer_makes_up_its_mind(self, decision: Decision, pace: dict[str, int]) -> None:
        engine, reason = self.place.engine, "" if decision is Decision.APPROVE else "请核对联系人"
        engine.set_outcome(self.world.key, decision=decision, reason=reason)
        engine.set_pace(self.world.key, **pace)

    @rule(long_after=st.booleans())
    def the_server_is_restarted(self, long_after: bool) -> None:
        self.place.restart()
        if long_after:
            self.place.long_after()

    @rule(name=OWN, when=st.sampled_from(DEATHS))
    def the_server_is_killed(self, name: str, when: str) -> None:
        with self.place.dying(when):
            self._take(name)

    @rule(name=OWN, when=st.sampled_from(DEATHS))
    def the_server_is_killed_at_a_commit(self, name: str, when: str) -> None:
        """In fair weather, so that it comes so far."""
        exporter.in_fair_weather(self.place.engine, self.world)
        form = self._form_that_is_due(name)
        with self.place.dying(when):
            self._commit(name, form)

    # --- notices

    @rule(kind=st.sampled_from(NOTICE_KINDS))
    def the_postman_comes(self, kind: str) -> None:
        engine = self.place.engine
        self.told += engine.due_notices(self.world.key)
        if kind:
            engine.set_weather(self.world.key, operation=OPERATION, kind=kind)
        self.place.deliver(self.world)

    @rule(which=MANY, forged=st.sampled_from(["", "secret", "body"]))
    def a_notice_comes_from_anywhere(self, which: int, forged: str) -> None:
        before = self._both_sides()
        files = self.told or [before.file]
        file = files[which % len(files)]
        secret = "guessed" if forged == "secret" else SECRET
        answer = self.place.notice(self.world, file, secret=secret, tampered=forged == "body")
        assert answer.status_code == (400 if forged else 200)
        if forged:
            assert self._both_sides() == before

    # --- what must always hold

    @invariant()
    def the_promises_hold(self) -> None:
        seen = self._both_sides()
        promises.both_sides_agree(seen)
        promises.nothing_is_done_twice(seen)
        promises.nothing_acknowledged_is_lost(seen, self.place.engine, self.done)
        promises.every_wrong_pin_is_counted(seen, before=self.pins_typed)
        promises.the_trail_tells_how_it_came_to_this(seen)
        self.done, self.pins_typed = seen.done, len(seen.pins)
        self._what_was_typed_is_kept(seen.row)
        self._there_is_a_way_on(seen)

    def _what_was_typed_is_kept(self, row: Application | None) -> None:
        if row is None or row.revision != self.revision:
            self.drafts, self.draft_acknowledged = [], False
            self.revision = row.revision if row else 0
        elif self.draft_acknowledged:
            kept = Draft.objects.get(application=row, step="confirm").data
            assert kept in self.drafts + self.parked, (kept, self.drafts)

    def _there_is_a_way_on(self, seen: promises.Seen) -> None:
        """Asked in a copy of both sides: nothing of it happens to the journey itself."""
        now = (seen.row and seen.row.revision, seen.file, [one.status for one in seen.attempts])
        if now == self.probed:
            return
        self.probed = now
        with self.place.in_a_copy(self.world) as copy:
            tab = Tab(exporter.come_back(self.place.engine, copy).client)
            for _reading in range(MOST_READINGS):
                tab.look(self._url())
                healed = promises.look(self.place.engine, copy, self.number)
                assert not healed.open
                if promises.is_up_to_date(healed):
                    return
            raise AssertionError((healed.row, healed.file.stage))

    def teardown(self) -> None:
        """From wherever the journey stopped, an exporter who does as told reaches the end."""
        if not self.begun:
            return
        try:
            self.place.long_after()
            self.place.engine.set_outcome(self.world.key, decision=Decision.APPROVE)
            owner = exporter.come_back(self.place.engine, self.world)
            if self.to_the_end:
                exporter.walk_to_the_end(owner, self.place.engine, self.number)
                self.the_promises_hold()
        finally:
            self.place.move_out()
