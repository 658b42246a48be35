"""Walks a fresh world to just before the interesting moment, the way an exporter would.

Everything goes through the port, the steps' own forms and the commit rule: no state is set here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from wizard import progress, transitions
from wizard.account import signin
from wizard.account.access import with_next
from wizard.account.signin import Actor
from wizard.authority import control, single_window
from wizard.demo.scenarios import Scenario
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.port import CardKind
from wizard.singlewindow.rule import Rule
from wizard.singlewindow.simulator.personas import persona_named, rules
from wizard.singlewindow.simulator.weather import Weather
from wizard.steps import COMMITS

# Four steps, the wait, and a second round after a return: more would go in circles.
MOST_MOVES = 12
# Whose name stands in the half typed form.
DRAFT_NAME = "林示例"


def land(*, world: World, scenario: Scenario, session: SessionBase, whole: bool) -> str:
    """The address to show first; the session is signed in if the scenario asks for it.

    `whole` starts at the sign-in whatever the scenario says. Raises `OutcomeUnknown` when the
    authority does not answer.
    """
    _prepare_desk(world=world, scenario=scenario)
    if whole:
        return reverse("login-card")
    address = _walk_in(world=world, scenario=scenario, session=session)
    for operation, kind, times in scenario.weather:
        control().set_weather(world.key, operation=operation, kind=kind, times=times * _asked(kind))
    return address


def _asked(kind: str) -> int:
    """How often the site itself asks before a page learns of it: a write that was lost on the
    wire is sent once more under its key."""
    over_a_wire = bool(settings.SINGLEWINDOW_URL)
    return Rule().writes_tried if over_a_wire and kind == Weather.LOST_AFTER else 1


def _prepare_desk(*, world: World, scenario: Scenario) -> None:
    """What does not work there, and what the 制卡中心 has done."""
    for part in scenario.mended:
        control().set_desk(world.key, part=part, working=True)
    for part in scenario.broken:
        control().set_desk(world.key, part=part, working=False)
    if scenario.unlocked:
        card = single_window(world).reader().card
        if card is not None:
            control().unlock_card(world.key, card.serial)


def _walk_in(*, world: World, scenario: Scenario, session: SessionBase) -> str:
    """The walk to the interesting moment; leaves the session signed in, or as it was."""
    if scenario.draft:
        _leave_a_draft(world)
    if scenario.until is None and not scenario.signed_in:
        return _entrance(scenario)
    actor = _sign_in(world=world, session=session)
    address = reverse("centre")
    if scenario.until is not None:
        address = progress.step_url(walk(actor=actor, until=scenario.until))
    if scenario.days:
        control().move_until_delivered(world.key)
        for _day in range(scenario.days):
            control().move_one_working_day(world.key)
    if scenario.signed_in:
        return address
    single_window(world).sign_out(token=actor.token)
    signin.sign_out(session)
    return with_next(_entrance(scenario), address if scenario.entrance else "")


def _entrance(scenario: Scenario) -> str:
    address = scenario.entrance or "login-card"
    return address if address.startswith("/") else reverse(address)


def _leave_a_draft(world: World) -> None:
    """Step one half typed by a colleague who signed in with name and password."""
    login = persona_named(world.persona).account
    accepted = single_window(world).sign_in_with_password(
        username=login.username, password=login.password
    )
    for file in single_window(world).applications(token=accepted.token):
        application = transitions.take_in(world=world, file=file)
        on_file = application.file["suggested_contact"] or {}
        typed = {"name": [DRAFT_NAME], "phone": [on_file.get("phone", "")]}
        transitions.save_draft(application=application, step="confirm", data=typed)
    single_window(world).sign_out(token=accepted.token)


def walk(*, actor: Actor, until: State) -> Application:
    """Take the newest application of the enterprise up to `until`, waiting by the world's clock.

    Raises `RuntimeError` for a persona whose story never comes to `until`, `Fault` where it stops.
    """
    application = transitions.refresh_all(actor=actor)[-1]
    for _move in range(MOST_MOVES):
        if application.state == until:
            return application
        if application.state == State.UNDER_REVIEW:
            control().move_until_delivered(actor.world.key)
            application = transitions.refresh(application=application, actor=actor)
        else:
            _commit_open_step(application=application, actor=actor)
    raise RuntimeError(f"{application.number} is {application.state} and never came to {until}")


def _sign_in(*, world: World, session: SessionBase) -> Actor:
    """With the persona's 法人卡 and the PIN that every card starts with."""
    window = single_window(world)
    card = next(card for card in window.reader().cards if card.kind is CardKind.LEGAL)
    accepted = window.sign_in_with_card(serial=card.serial, pin=rules().initial_pin)
    signin.sign_in(session, world=world, signin=accepted)
    actor = signin.actor_of(session, world)
    if actor is None:
        raise RuntimeError("a sign-in that has just begun is not good")
    return actor


def _commit_open_step(*, application: Application, actor: Actor) -> None:
    commit = COMMITS[application.step.slug]
    form = commit.form(_answers(application))
    if not form.is_valid():
        raise RuntimeError(f"{application.number}: the demo's own answers are not accepted")
    transitions.commit_step(
        application=application,
        actor=actor,
        cleaned=form.cleaned_data,
        token=secrets.token_urlsafe(16),
    )
    application.refresh_from_db()


def _answers(application: Application) -> Mapping[str, Any]:
    """What the exporter would type and tick; each form takes the fields that are its own."""
    on_file = application.file["suggested_contact"] or {}
    return {
        **on_file,
        "declared": "on",
        "consented": "on",
        "agreed": "on",
        "pin": rules().initial_pin,
    }
