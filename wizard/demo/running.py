"""What the console says about the demonstration that this browser is in."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wizard import progress
from wizard.account.signin import Actor, role_name
from wizard.authority import page_time, single_window
from wizard.demo import clock
from wizard.demo.scenarios import Scenario, scenario_named
from wizard.models import Application, World
from wizard.prepared import Prepared
from wizard.process import STEPS, State
from wizard.singlewindow.faults import Fault, NotFound, OutcomeUnknown
from wizard.singlewindow.port import ApplicationKind, CardKind, SignInRole

# How a mark of the steps bar looks as one of four small segments.
SEGMENTS = {"done": "on", "now": "on", "wait": "on", "bad": "x", "todo": ""}
NEWEST = Prepared(lambda world: Application.objects.filter(world=world).reverse()[:1], int)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """`now` is None when the authority does not answer or has lost the world: only reset helps.

    `facts` is company, card and kind in one line; `bars` are CSS classes of the four segments,
    `where` and `state` the same in words; `url` leads to where the demonstration stands.
    """

    code: str
    scenario: Scenario | None
    title: str
    facts: str
    bars: tuple[str, ...]
    where: str
    state: str
    url: str
    now: datetime | None
    weekday: str = ""
    ahead: str = ""


def running(world: World, actor: Actor | None) -> Running:
    """The state of `world` as far as this site knows it; `actor` is who is signed in here."""
    scenario = scenario_named(world.scenario)
    application = NEWEST.first(world.pk)
    now = page_time(world)
    company = application.company if application else scenario.company if scenario else ""
    kind = application.kind if application else scenario.kind if scenario else ""
    facts = (company, _card(world, actor), _kind_name(kind))
    return Running(
        code=world.code,
        scenario=scenario,
        title=str(scenario.title) if scenario else company,
        facts=" · ".join(fact for fact in facts if fact),
        bars=_bars(application),
        where=_where(application),
        state=str(State(application.state).label) if application else "",
        url=_url(application, actor),
        now=now,
        weekday=clock.weekday(now) if now else "",
        ahead=clock.ahead(now, real=timezone.now()) if now else "",
    )


def _card(world: World, actor: Actor | None) -> str:
    """Who is signed in, else the card that lies in the reader."""
    if actor is not None:
        return role_name(actor.role)
    try:
        card = single_window(world).reader().card
    except (Fault, NotFound, OutcomeUnknown):
        return ""
    if card is None:
        return ""
    operator = card.kind is CardKind.OPERATOR
    return role_name(SignInRole.OPERATOR_CARD if operator else SignInRole.LEGAL_CARD)


def _kind_name(kind: str) -> str:
    return {ApplicationKind.NEW.value: _("新签"), ApplicationKind.RENEWAL.value: _("续转")}.get(
        kind, ""
    )


def _bars(application: Application | None) -> tuple[str, ...]:
    if application is None:
        return ("",) * len(STEPS)
    return tuple(SEGMENTS[mark.status] for mark in progress.bar(application))


def _where(application: Application | None) -> str:
    if application is None:
        return _("还没有登录")
    if application.state == State.ACKNOWLEDGED:
        return _("四步都已办完")
    return _("第 %(n)d 步，共 %(all)d 步") % {"n": application.step_number, "all": len(STEPS)}


def _url(application: Application | None, actor: Actor | None) -> str:
    if actor is None:
        return reverse("login-card")
    return progress.step_url(application) if application else reverse("centre")
