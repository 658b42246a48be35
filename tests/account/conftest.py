"""The cast of the account tests: the owner's browser before signing in, and who is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.worlds import Person, browser, make_world, signed_in
from wizard.models import World
from wizard.singlewindow.port import CardKind


@pytest.fixture
def world(db: None) -> World:
    """P01's world: one offered application, a good card, nothing in the way."""
    return make_world("P01")


@pytest.fixture
def visitor(world: World) -> Client:
    """A browser in the world, nobody signed in."""
    return browser(world)


@pytest.fixture
def owner(world: World) -> Person:
    """Signed in with the 法人卡."""
    return signed_in(world)


@pytest.fixture
def colleague(world: World) -> Person:
    """The same company's 操作员卡, on another machine."""
    return signed_in(world, CardKind.OPERATOR)


@pytest.fixture
def stranger(db: None) -> Person:
    """Another company in another world."""
    return signed_in(make_world("P02"))
