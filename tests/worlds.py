"""The cast of the tests: owner, colleague of the same company, stranger, each with a browser."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from wizard import making
from wizard.account import signin
from wizard.account.signin import Actor
from wizard.authority import control, single_window
from wizard.demo.landing import walk
from wizard.middleware import WORLD_COOKIE, enter_world
from wizard.models import Application, World
from wizard.process import State
from wizard.singlewindow.port import CardKind
from wizard.transitions import refresh_all

PIN = "88888888"
CONTACT = {
    "confirm-name": "林示例",
    "confirm-phone": "020-20000001",
    "confirm-mobile": "15400000001",
    "confirm-email": "lin.example@example.com",
    "confirm-declared": "on",
    "confirm-consented": "on",
}


@dataclasses.dataclass
class Clock:
    """The clock of the authority in this process; in a test it stands from its first world on."""

    at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or timezone.now()


clock = Clock()
# When it stands; None lets it go.
STANDS_AT: datetime | None = timezone.now()


def names(persona: str) -> Iterator[str]:
    """The names of this persona's worlds, the same in every test: in a world of the same name, at
    the same time, the same story gives the same papers, byte for byte.
    """
    for number in itertools.count():
        yield hashlib.md5(f"{persona} {number}".encode()).hexdigest()


def make_world(persona: str = "P01") -> World:
    """A fresh world of this persona, known to the site and to the authority."""
    taken = set(World.objects.values_list("key", flat=True))
    key = next(name for name in names(persona) if name not in taken)
    world = World.objects.create(persona=persona, key=key)
    clock.at = STANDS_AT
    control().purge_world(world.key)  # another test's, with its keys
    control().make_world(world=world.key, persona=persona, at=clock())
    return world


def browser(world: World | None = None, **options: Any) -> Client:
    """A browser with no history, in a world or in none."""
    client = Client(**options)
    if world is not None:
        response = HttpResponse()
        enter_world(response, world)
        client.cookies[WORLD_COOKIE] = response.cookies[WORLD_COOKIE].value
    return client


@dataclasses.dataclass(kw_only=True)
class Person:
    """Somebody signed in: the browser, who they are, and the page's hidden fields."""

    client: Client
    actor: Actor

    @property
    def world(self) -> World:
        """The world this person is in."""
        return self.actor.world

    def application(self, until: State | None = None) -> Application:
        """The company's newest application, walked to `until` by the real code path, with the
        papers that its open page stands on."""
        if until is not None:
            application = walk(actor=self.actor, until=until)
            making.bring(application)
            return application
        return refresh_all(actor=self.actor)[-1]

    def post(self, application: Application, step: str, data: dict[str, str] | None = None) -> Any:
        """Open the step's page and send its form, as a browser would."""
        url = f"/apply/{application.number}/{step}/"
        return self.client.post(url, hidden_fields(self.client.get(url)) | (data or {}))


def signed_in(world: World, kind: CardKind = CardKind.LEGAL) -> Person:
    """Somebody with a card of this kind, through the port and the session as the site does it."""
    window = single_window(world)
    card = next(card for card in window.reader().cards if card.kind is kind)
    control().insert_card(world.key, card.serial)
    accepted = window.sign_in_with_card(serial=card.serial, pin=PIN)
    client = browser(world)
    session = client.session
    signin.sign_in(session, world=world, signin=accepted)
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    actor = signin.actor_of(session, world)
    assert actor is not None
    return Person(client=client, actor=actor)


def hidden_fields(response: Any) -> dict[str, str]:
    """Names and values of the page's hidden inputs inside <main>, the csrf token left out."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", main):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in {"csrfmiddlewaretoken", "next"}:
            found[name[1]] = value[1] if value else ""
    return found
