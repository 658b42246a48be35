"""The cast of the wizard's tests: owner, colleague, stranger, each in an own browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from tests.worlds import Person, make_world, signed_in
from wizard.models import Application, Event, World
from wizard.singlewindow.port import CardKind


@pytest.fixture
def world(db: None) -> World:
    return make_world("P01")


@pytest.fixture
def owner(world: World) -> Person:
    return signed_in(world)


@pytest.fixture
def application(owner: Person) -> Application:
    return owner.application()


@pytest.fixture
def stranger(db: None) -> Person:
    """Another company in another world."""
    return signed_in(make_world("P02"))


@pytest.fixture
def colleague() -> Person:
    """The operator's card of a company whose 法人卡 lies on the same desk."""
    return signed_in(make_world("P03"), CardKind.OPERATOR)


@pytest.fixture
def let_go(transactional_db: None) -> Iterator[None]:
    """Real transactions; afterwards the trail's guards are told to let the rows go."""
    yield
    World.objects.update(purged_at=timezone.now())
    Event.objects.all().delete()
