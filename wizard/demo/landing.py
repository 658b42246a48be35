"""Walks a fresh world to just before the interesting moment, the way an exporter would.

Everything goes through the port, the steps' own forms and the commit rule: no state is set here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from wizard import progress, transitions
from wizard.account import signin
from wizard.account.signin import Actor
from wizard.authority import control, single_window
from wizard.demo.scenarios import Scenario
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.port import CardKind
from wizard.singlewindow.simulator.personas import rules
from wizard.steps import COMMITS

# Four steps, the wait, and a second round after a return: more would go in circles.
MOST_MOVES = 12


def land(*, world: World, scenario: Scenario, session: SessionBase, whole: bool) -> str:
    """The address to show first; the session is signed in if the scenario asks for it.

    `whole` starts at the sign-in whatever the scenario says. Raises `OutcomeUnknown` when the
    authority does not answer.
    """
    entrance = reverse("login-card")
    if whole or scenario.until is None:
        return entrance
    actor = _sign_in(world=world, session=session)
    application = walk(actor=actor, until=scenario.until)
    if scenario.signed_in:
        return progress.step_url(application)
    single_window(world).sign_out(token=actor.token)
    signin.sign_out(session)
    return entrance


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
