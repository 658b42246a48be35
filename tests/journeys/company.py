"""Who acts in a journey and how: a company's people, what they type, what was promised to them."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar, Final

from hypothesis.stateful import RuleBasedStateMachine

from tests.journeys import promises
from tests.journeys.offers import WRONG_PIN
from tests.journeys.place import Place
from tests.journeys.reading import Form
from tests.journeys.tabs import Tab
from tests.singlewindow.cast import MONDAY
from tests.worlds import CONTACT, PIN, browser, signed_in
from wizard.authority import control
from wizard.fields import strip_unstorable
from wizard.models import Application, World
from wizard.singlewindow.port import ApplicationFile, CardFace, CardKind, DeskPart
from wizard.singlewindow.simulator import faces, personas

OWN_PINS: Final = ("27182818", "31415926")


class Company(RuleBasedStateMachine):
    """One company in one world: two windows of one browser, another machine, a colleague's."""

    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.begun = False

    def arrive(self, *, persona: str, wired: bool) -> None:
        """Everybody is there, nobody has signed in yet but a stranger from another company."""
        self.place.move_in(wired=wired)
        self.world = self._world(persona)
        self.persona = personas.persona_named(persona)
        self.begun = True
        there = self.place.engine._store.load(self.world.key)
        assert there is not None
        self.number = there.companies[0].cases[0].number
        own = browser(self.world)
        self.tabs = {
            "first": Tab(own),
            "second": Tab(own),
            "elsewhere": Tab(browser(self.world)),
            "colleague": Tab(browser(self.world)),
        }
        other = "P01" if persona == "P02" else "P02"
        self.stranger = signed_in(self._world(other, key="world-of-a-stranger")).client
        self.pin = PIN
        self.done: dict[str, str] = {}
        self.pins_typed = 0
        self.revision = 0
        self.drafts: list[dict[str, list[str]]] = []
        self.draft_acknowledged = False
        # Posted after a sign-in had run out: put back whenever that browser signs in again.
        self.parked: list[dict[str, list[str]]] = []
        self.told: list[ApplicationFile] = []
        self.probed: object = None

    def _world(self, persona: str, *, key: str = "") -> World:
        """The same company starts with the same papers in every journey: they are made once."""
        world = World.objects.create(persona=persona, key=key or f"world-of-{persona}")
        control().make_world(world=world.key, persona=persona, at=MONDAY)
        return world

    def _row(self) -> Application | None:
        return Application.objects.filter(world=self.world, number=self.number).first()

    def _both_sides(self) -> promises.Seen:
        return promises.look(self.place.engine, self.world, self.number)

    def _url(self, rest: str = "") -> str:
        return f"/apply/{self.number}/{rest}"

    def _take(self, name: str) -> None:
        self._commit(name, self._form_that_is_due(name))

    def _form_that_is_due(self, name: str) -> Form | None:
        self.tabs[name].look(self._url())
        return self.tabs[name].form_of_step() or self._come_in(name)

    def _commit(self, name: str, form: Form | None) -> None:
        if form:
            said = {"commit": "1"} if "confirm-name" in form.typed else {}
            self._press(self.tabs[name], form, self._typed(form, CONTACT, "right", 0) | said)

    def _come_in(self, name: str) -> Form | None:
        """Whoever stands before the sign-in has the desk put right, and signs in."""
        tab = self.tabs[name]
        if tab.form_with("pin"):
            self._put_the_desk_right()
            self._sign_in(name, "right")
        change = tab.form_with("new_pin")
        if change:
            self._press(tab, change, self._typed(change, CONTACT, "right", 0))
        tab.look(self._url())
        return tab.form_of_step()

    def _sign_in(self, name: str, pin: str) -> None:
        kind = CardKind.OPERATOR if name == "colleague" else CardKind.LEGAL
        self.place.engine.insert_card(self.world.key, self._card(kind).serial)
        tab = self.tabs[name]
        if not tab.form_with("pin"):
            tab.look("/login/card/")
        form = tab.form_with("pin")
        if form:
            right = PIN if kind is CardKind.OPERATOR else self.pin
            self._send(
                tab, form.action, form.hidden | {"pin": right if pin == "right" else WRONG_PIN}
            )

    def _put_the_desk_right(self) -> None:
        engine, key = self.place.engine, self.world.key
        for part in DeskPart:
            engine.set_desk(key, part=part, working=True)
        card = self._card(CardKind.LEGAL)
        if card.expired or card.locked:
            engine.renew_card(key, card.serial)
            engine.unlock_card(key, card.serial)
            self.pin = PIN

    def _card(self, kind: CardKind) -> CardFace:
        """What lies on the desk, seen without asking through the weather."""
        there = self.place.engine._store.load(self.world.key)
        assert there is not None
        now = self.place.engine.now(self.world.key)
        return next(card for card in faces.reader(there, now).cards if card.kind is kind)

    def _press(self, tab: Tab, form: Form, typed: dict[str, str], button: int = 0) -> None:
        name, value = form.buttons[button % len(form.buttons)] if form.buttons else ("", "")
        self._send(tab, form.action, form.hidden | typed | ({name: value} if name else {}))

    def _send(self, tab: Tab, url: str, data: dict[str, str]) -> None:
        typed = self._draft_in(url, data)
        if typed:
            self.drafts.append(typed)
        answer = tab.send(url, data)
        led_on = answer.status_code == HTTPStatus.SEE_OTHER
        if typed and led_on and answer["Location"].startswith("/login/"):
            self.parked.append(typed)
        if url.startswith("/login/change-pin/") and led_on:
            self.pin = data.get("new_pin", self.pin)
        kept = answer.status_code == HTTPStatus.NO_CONTENT or (
            led_on and answer["Location"] == "/center/"
        )
        if typed and kept and "draft" in data:
            self.drafts, self.draft_acknowledged = [typed], True

    def _draft_in(self, url: str, data: dict[str, str]) -> dict[str, list[str]]:
        """What a post to step one may leave as its draft, whoever sent it."""
        if url != self._url("confirm/"):
            return {}
        fields = ("name", "phone", "mobile", "email", "declared", "consented")
        typed = {name: [data[key]] for name in fields if (key := f"confirm-{name}") in data}
        return strip_unstorable(typed)

    def _pin(self, pin: str) -> str:
        return self.pin if pin == "right" else WRONG_PIN

    def _typed(self, form: Form, contact: dict[str, str], pin: str, which: int) -> dict[str, str]:
        """What a person types into this form."""
        new = next(pin for pin in OWN_PINS if pin != self.pin)
        known = contact | {"new_pin": new, "old_pin": self._pin(pin), "agreement-agreed": "on"}
        known |= dict.fromkeys(("pin", "agreement-pin", "policy-pin"), self._pin(pin))
        known |= {"username": self.persona.account.username}
        if "new_pin" in form.typed:
            known["repeat"] = new
        elif "repeat" in form.typed:
            known |= dict.fromkeys(("password", "repeat"), self.persona.account.password)
        else:
            known["password"] = self.persona.account.password
        chosen = {name: values[which % len(values)] for name, values in form.choices.items()}
        return {name: known[name] for name in form.typed if known.get(name)} | chosen
