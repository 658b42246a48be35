"""Content and cast for tests that go through every address of the site."""

from __future__ import annotations

import pytest
from django.test import Client

from faq import handbook
from tests.faq.staff import at_desk
from tests.security.cast import facts_of
from tests.worlds import Person, browser, make_world, signed_in
from wizard.process import State
from wizard.singlewindow.port import CardKind


@pytest.fixture(autouse=True)
def _help_site(help_content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help site's content as it ships; nobody starts a process that sets the handbook."""
    monkeypatch.setattr(handbook, "_run", lambda _origin: None)


@pytest.fixture
def owner() -> Person:
    return signed_in(make_world("P01"))


@pytest.fixture
def cast(owner: Person, facts: dict[str, str]) -> dict[str, Client]:
    """A browser for each role; the colleague comes when the owner has put the 法人卡 away."""
    return {
        "nobody": Client(),
        "visitor": browser(owner.world),
        "owner": owner.client,
        "colleague": signed_in(owner.world, CardKind.OPERATOR).client,
        "stranger": signed_in(make_world("P02")).client,
        "support": at_desk("support"),
        "editor": at_desk("editor"),
        "clerk": at_desk(""),
    }


@pytest.fixture
def facts(owner: Person) -> dict[str, str]:
    """What the addresses' places are filled with: the owner's acknowledged application."""
    return facts_of(owner, State.ACKNOWLEDGED)
