"""Notices in any number and order: permutations by Hypothesis, a thousand of one at once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import make_world, signed_in
from wizard import transitions
from wizard.authority import control, engine
from wizard.models import Application
from wizard.process import State
from wizard.singlewindow import notices
from wizard.singlewindow.notices import Notice

SECRET: Final = "secret-of-the-tests"
URL: Final = "/singlewindow/notices/"
COPIES: Final = 1000
# Several requests in flight at any moment; more threads only wait for the processor.
THREADS: Final = 16


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.SINGLEWINDOW_NOTICE_SECRETS = [SECRET]


def told() -> tuple[Application, list[bytes]]:
    """A submitted application, and the notices of its decision and its policy."""
    owner = signed_in(make_world())
    application = owner.application(until=State.UNDER_REVIEW)
    for _ in range(2):
        control().move_until_delivered(owner.world.key)
    bodies = [
        notices.dump(
            Notice(id=f"n-{at}", type=notices.FILE_CHANGED, world=owner.world.key, file=file)
        )
        for at, file in enumerate(engine().due_notices(owner.world.key))
    ]
    return application, bodies


def post(body: bytes) -> str:
    """What the site makes of a signed notice."""
    stamp = str(int(time.time()))
    answer = Client().post(
        URL,
        data=body,
        content_type="application/json",
        headers={
            notices.TIMESTAMP_HEADER: stamp,
            notices.SIGNATURE_HEADER: notices.signature(SECRET, timestamp=stamp, body=body),
        },
    )
    assert answer.status_code == 200, answer.content
    return str(answer.json()["result"])


@pytest.mark.usefixtures("let_go")
def test_a_thousand_copies_of_a_notice_at_once_have_one_effect() -> None:
    application, bodies = told()
    before = application.events.count()

    def deliver(_: int) -> str:
        try:
            return post(bodies[-1])
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(deliver, range(COPIES)))
    assert results == ["taken-in"] * COPIES
    application.refresh_from_db()
    assert application.state == State.ISSUED
    actions = list(application.events.order_by("pk").values_list("action", flat=True))
    assert actions[before:] == ["issue"]


@pytest.mark.django_db
def test_decision_and_policy_in_any_order_and_number_end_where_the_newest_says() -> None:
    application, bodies = told()
    versions = [json.loads(body)["file"]["version"] for body in bodies]

    @settings(max_examples=25, deadline=None, database=None)
    @given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=6))
    def arrive(journey: list[int]) -> None:
        with transaction.atomic():
            for one in journey:
                post(bodies[one])
            application.refresh_from_db()
            newest = max(journey)
            assert application.state == (State.ISSUED if newest else State.UNDER_REVIEW)
            assert application.file["version"] == versions[newest]
            actions = list(application.events.values_list("action", flat=True))
            assert actions.count("issue") == newest
            transaction.set_rollback(True)

    arrive()


@pytest.mark.django_db
def test_an_old_file_that_was_read_before_a_newer_one_came_does_not_replace_it() -> None:
    application, bodies = told()
    old, new = (notices.read(body) for body in bodies)
    assert old is not None
    assert new is not None
    as_it_was = Application.objects.get(pk=application.pk)
    transitions.take_in(world=application.world, file=new.file)
    # The other worker had looked before the newer file was there.
    transitions._take_in(world=application.world, file=old.file, known=as_it_was)
    application.refresh_from_db()
    assert application.state == State.ISSUED
    assert application.file["version"] == new.file.version
