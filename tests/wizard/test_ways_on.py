"""No dead ends: whatever state an application is in, whatever the authority says, one can go on.

States come from the process, codes from the catalogue, operations from the port: what is added
there is walked here too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from tests.worlds import CONTACT, PIN, Person, hidden_fields, make_world, signed_in
from wizard.authority import control
from wizard.models import Application, Throttle
from wizard.process import STEPS, State
from wizard.singlewindow import wire
from wizard.singlewindow.faults import FaultCode
from wizard.singlewindow.port import CertificationMethod, SingleWindow
from wizard.singlewindow.simulator import secrecy
from wizard.singlewindow.simulator.personas import persona_named

# Whose story comes to this state; everybody's comes to the others.
PERSONAS: Final = {State.RETURNED: "P13", State.DECLINED: "P14", State.ISSUED: "P15"}
VOID: Final = {"input", "br", "hr", "img", "link", "meta", "wbr"}


class _Ways(HTMLParser):
    """Links and buttons of <main> that lead somewhere; the help beside it does not count."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if "main" not in self._open or "aside" in self._open:
            return
        if tag == "a" and not (given.get("href") or "#").startswith("#"):
            self.found.append(f"a {given['href']}")
        if tag == "button" and given.get("type") == "submit" and "disabled" not in given:
            self.found.append("button")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass


def ways_on(response: Any) -> list[str]:
    """What can be pressed on the page itself."""
    reader = _Ways()
    reader.feed(response.content.decode())
    return reader.found


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Many sign-ins, and nobody attacks these PINs."""
    monkeypatch.setattr(secrecy, "COST", 2)


@pytest.mark.parametrize("state", State)
def test_every_page_of_an_application_in_every_state_has_a_way_on(state: State) -> None:
    owner = signed_in(make_world(PERSONAS.get(state, "P01")))
    number = owner.application(until=state).number
    for step in STEPS:
        page = owner.client.get(f"/apply/{number}/{step.slug}/", follow=True)
        assert page.status_code == 200
        assert ways_on(page), f"{step.slug} while {state.label}"


# --- every operation of the port, refused with every code of the catalogue

Act = Callable[[Person], Any]


def _step(slug: str, data: dict[str, str]) -> Act:
    def act(person: Person) -> Any:
        url = f"/apply/{Application.objects.get(world=person.world).number}/{slug}/"
        return person.client.post(url, hidden_fields(person.client.get(url)) | data, follow=True)

    return act


def _post(url: str, **data: str) -> Act:
    return lambda person: person.client.post(url, data, follow=True)


def _get(url: str) -> Act:
    return lambda person: person.client.get(url, follow=True)


def _with_card(person: Person) -> Any:
    page = person.client.get("/login/card/")
    return person.client.post("/login/card/", hidden_fields(page) | {"pin": PIN}, follow=True)


def _of_persona(url: str, *fields: str, **more: str) -> Act:
    def act(person: Person) -> Any:
        persona = persona_named(person.world.persona)
        known = {
            "uscc": persona.enterprise.uscc,
            "legal_person": persona.enterprise.legal_person,
            "mobile": persona.contact.mobile,
            "username": persona.account.username,
            "password": persona.account.password,
        }
        return person.client.post(url, {name: known[name] for name in fields} | more, follow=True)

    return act


READING: Final[dict[str, Act]] = {
    "now": _get("/center/"),
    "reader": _get("/login/card/"),
    "account": _get("/account/"),
    "enterprise": _get("/account/"),
    "applications": _get("/center/"),
    "application": _get("/apply/TB-0000-000000/"),
    "seals": _get("/account/seals/"),
    "certifications": _get("/account/verify/"),
    "policies": _get("/policies/"),
    "recovery": _get("/register/username/ZH-0000-00000000/"),
    "find_receipt": _get("/center/"),
    "sign_out": _post("/logout/"),
}
# A question is refused in two special ways, or in one of the others.
ASKED: Final = (
    FaultCode.SESSION_EXPIRED,
    FaultCode.PIN_CHANGE_REQUIRED,
    FaultCode.NO_RESPONSE,
    FaultCode.CARD_LOCKED,
)
ACTING: Final[dict[str, tuple[State | None, Act]]] = {
    "sign_in_with_card": (None, _with_card),
    "sign_in_with_password": (None, _of_persona("/login/password/", "username", "password")),
    "change_pin": (
        None,
        _post("/login/change-pin/", old_pin=PIN, new_pin="27182818", repeat="27182818"),
    ),
    "check_registration": (None, _of_persona("/register/", "uscc", "legal_person")),
    "recover_username": (None, _of_persona("/register/username/", "uscc", "mobile")),
    "ask_for_recovery": (None, _of_persona("/register/username/search/", "uscc")),
    "set_password": (
        None,
        _post("/account/password/", password="Mine-2026-11", repeat="Mine-2026-11"),
    ),
    "certify": (None, _post("/account/verify/", method=CertificationMethod.LEGAL_CARD, idem="i")),
    "stop_seal": (None, _post("/account/seals/", do="stop", seal="YZ-1", idem="i")),
    "delete_seal": (None, _post("/account/seals/YZ-1/delete/", idem="i")),
    "add_seal": (None, _post("/account/seals/", do="add", idem="i")),
    "confirm_application": (
        State.AWAITING_CONFIRMATION,
        _step("confirm", CONTACT | {"commit": "1"}),
    ),
    "make_seal": (State.AWAITING_SEAL, _step("seal", {})),
    "sign_agreement": (
        State.AWAITING_SIGNATURE,
        _step("agreement", {"agreement-agreed": "on", "agreement-pin": PIN}),
    ),
    "acknowledge_policy": (State.ISSUED, _step("policy", {"policy-pin": PIN})),
    "urge_delivery": (
        State.UNDER_REVIEW,
        lambda person: person.client.post(
            f"/apply/{Application.objects.get(world=person.world).number}/urge/", follow=True
        ),
    ),
}

# Whoever changes the PIN and locks the card is led to the sign-in, where the card itself says so.
AT_THE_DESK: Final = {("change_pin", FaultCode.CARD_LOCKED)}


def test_no_operation_of_the_port_is_left_out() -> None:
    operations = {operation.name for operation in wire.operations(SingleWindow)}
    assert READING.keys() | ACTING.keys() == operations


def refused(world: Any, operation: str, code: FaultCode, act: Act) -> Any:
    """The page that follows when the authority refuses this call with this code, once."""
    Throttle.objects.all().delete()  # so many tries from one address would be too many
    person = signed_in(world)
    control().set_weather(world.key, operation=operation, kind=f"fault:{code}", times=1)
    page = act(person)
    control().set_weather(world.key, operation=operation, kind="lost-before", times=0)
    return page


@pytest.mark.parametrize("operation", ACTING)
def test_every_refusal_of_what_one_does_says_its_code_and_a_way_on(operation: str) -> None:
    until, act = ACTING[operation]
    world = make_world(PERSONAS.get(until, "P01") if until else "P01")
    if until is not None:
        signed_in(world).application(until=until)
    lacking = []
    for code in FaultCode:
        page = refused(world, operation, code, act)
        html = page.content.decode()
        main = html[html.index("<main") : html.index("</html>")]
        if page.status_code >= 500 and code is not FaultCode.NO_RESPONSE:
            lacking.append((code.value, page.status_code, page.request["PATH_INFO"]))
        elif not ways_on(page) or (code not in main and (operation, code) not in AT_THE_DESK):
            lacking.append((code.value, "silent", page.request["PATH_INFO"]))
        elif re.search(r"\{[a-z_]+\}", main):
            lacking.append((code.value, "a fact is missing", page.request["PATH_INFO"]))
    assert lacking == []


@pytest.mark.parametrize("operation", READING)
def test_a_refused_question_leaves_a_page_with_a_way_on(operation: str) -> None:
    world = make_world("P01")
    lacking = []
    for code in ASKED:
        page = refused(world, operation, code, READING[operation])
        broken = page.status_code >= 500 and code is not FaultCode.NO_RESPONSE
        if broken or not ways_on(page):
            lacking.append((code.value, page.status_code, page.request["PATH_INFO"]))
    assert lacking == []
