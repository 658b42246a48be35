"""Notices at the site's door: forged, old, twice, in the wrong order; and delivered for good."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from tests.door import Door
from tests.worlds import Person, make_world, signed_in
from wizard.authority import control, engine
from wizard.models import Application
from wizard.process import State
from wizard.singlewindow import notices
from wizard.singlewindow.notices import Notice
from wizard.singlewindow.port import ApplicationFile
from wizard.singlewindow.simulator.postman import OPERATION, Postman

pytestmark = pytest.mark.django_db
SECRET: Final = "secret-of-the-tests"
OLD_SECRET: Final = "secret-before-the-rotation"
URL: Final = "/singlewindow/notices/"
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.SINGLEWINDOW_NOTICE_SECRETS = [SECRET, OLD_SECRET]


@pytest.fixture
def owner() -> Person:
    return signed_in(make_world())


@pytest.fixture
def submitted(owner: Person) -> Application:
    return owner.application(until=State.UNDER_REVIEW)


@pytest.fixture
def files(owner: Person, submitted: Application) -> list[ApplicationFile]:
    """The decision and the policy, as the authority will tell them."""
    for _ in range(2):
        control().move_until_delivered(owner.world.key)
    return engine().due_notices(owner.world.key)


def body_of(owner: Person, file: ApplicationFile) -> bytes:
    return notices.dump(
        Notice(id="n-1", type=notices.FILE_CHANGED, world=owner.world.key, file=file)
    )


def send(
    body: bytes, *, secret: str = SECRET, age: int = 0, signed: str | None = None, sent: bytes = b""
) -> Any:
    """Post a notice as the authority does; `sent` is what a proxy makes of the body."""
    stamp = str(int(time.time()) - age)
    if signed is None:
        signed = notices.signature(secret, timestamp=stamp, body=body)
    return Client(enforce_csrf_checks=True).post(
        URL,
        data=sent or body,
        content_type="application/json",
        headers={notices.TIMESTAMP_HEADER: stamp, notices.SIGNATURE_HEADER: signed},
    )


def state(application: Application) -> tuple[str, int, int]:
    application.refresh_from_db()
    return application.state, application.revision, application.events.count()


def test_a_signed_notice_moves_the_application(
    owner: Person, submitted: Application, files: list[ApplicationFile]
) -> None:
    assert send(body_of(owner, files[-1])).status_code == 200
    assert state(submitted)[0] == State.ISSUED


def test_the_old_secret_is_good_during_the_rotation() -> None:
    unknown = b'{"id": "n", "type": "something.else", "world": "w"}'
    for secret in (SECRET, OLD_SECRET):
        assert send(unknown, secret=secret).status_code == 200


WRONG: Final[tuple[dict[str, Any], ...]] = (
    {"secret": "another"},
    {"secret": ""},
    {"signed": ""},
    {"signed": "v1="},
    {"signed": "v1=" + "0" * 64},
    {"age": 301},
    {"age": -302},
    {"sent": b"{}"},
)


def test_what_is_not_genuine_changes_nothing(
    owner: Person, submitted: Application, files: list[ApplicationFile]
) -> None:
    before = state(submitted)
    body = body_of(owner, files[-1])
    for wrong in WRONG:
        assert send(body, **wrong).status_code == 400, wrong
    assert send(body, sent=body.replace(b'"n-1"', b'"n-2"')).status_code == 400
    assert state(submitted) == before


def test_without_a_secret_nothing_is_genuine(settings: Any) -> None:
    settings.SINGLEWINDOW_NOTICE_SECRETS = []
    assert send(b"{}", secret="").status_code == 400


def test_the_same_notice_again_has_no_second_effect(
    owner: Person, submitted: Application, files: list[ApplicationFile]
) -> None:
    send(body_of(owner, files[-1]))
    once = state(submitted)
    for _ in range(3):
        assert send(body_of(owner, files[-1])).status_code == 200
    assert state(submitted) == once


@pytest.mark.parametrize("order", list(itertools.permutations(["decision", "policy", "reading"])))
def test_in_any_order_and_beside_reading_the_end_is_the_same(
    owner: Person, submitted: Application, files: list[ApplicationFile], order: tuple[str, ...]
) -> None:
    for one in order:
        if one == "reading":
            owner.application()
        else:
            send(body_of(owner, files[0 if one == "decision" else -1]))
    submitted.refresh_from_db()
    assert submitted.state == State.ISSUED
    assert submitted.file["version"] == files[-1].version
    issued = [event for event in submitted.events.all() if event.action == "issue"]
    assert len(issued) == 1


def test_an_unknown_type_world_or_field_is_passed_over(
    owner: Person, submitted: Application, files: list[ApplicationFile]
) -> None:
    before = state(submitted)
    data = json.loads(body_of(owner, files[-1]))
    for change in ({"type": "weather.report", "file": None}, {"world": "nowhere"}):
        assert send(json.dumps(data | change).encode()).status_code == 200
    assert state(submitted) == before
    assert send(json.dumps(data | {"added": [1]}).encode()).status_code == 200
    assert state(submitted)[0] == State.ISSUED


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"id": 1}', b"x" * 70_000])
def test_a_genuine_notice_that_cannot_be_read_is_refused(body: bytes) -> None:
    assert send(body).status_code in {400, 413}


def test_the_door_takes_posts_only() -> None:
    assert Client().get(URL).status_code == 405


# --- the postman


def test_the_postman_comes_until_it_is_taken_in_and_then_no_more(
    owner: Person, submitted: Application, files: list[ApplicationFile]
) -> None:
    door = Door()
    postman = Postman(engine(), url="http://site" + URL, secret=SECRET, transport=door)
    door.shut = True
    assert not postman.deliver(owner.world.key)
    door.shut = False
    assert postman.deliver(owner.world.key)
    assert state(submitted)[0] == State.ISSUED
    assert postman.deliver(owner.world.key)
    assert door.versions == [file.version for file in files]
    postman.close()


@pytest.mark.parametrize(
    ("kind", "journey"),
    [
        ("out-of-order", [1, 0]),
        ("duplicate-answer", [0, 0, 1, 1]),
        ("lost-before", []),
        ("lost-after", [0, 1, 0, 1]),
    ],
)
def test_notices_in_bad_weather(
    owner: Person,
    submitted: Application,
    files: list[ApplicationFile],
    kind: str,
    journey: list[int],
) -> None:
    door = Door()
    postman = Postman(engine(), url="http://site" + URL, secret=SECRET, transport=door)
    engine().set_weather(owner.world.key, operation=OPERATION, kind=kind)
    for _ in range(3):
        assert postman.deliver(owner.world.key)
    assert door.versions == [files[one].version for one in journey]
    owner.application()
    assert state(submitted)[0] == State.ISSUED
    postman.close()
