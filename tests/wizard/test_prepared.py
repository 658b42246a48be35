"""Prepared queries find what Django's own queries find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, models, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import make_world, signed_in
from wizard.models import Application, Attempt, World
from wizard.prepared import Prepared
from wizard.views import UNSETTLED

BY_CODE = Prepared(lambda code: World.objects.filter(code=code, purged_at=None), str)
ATTEMPTS = Prepared(
    lambda step, application: Attempt.objects.filter(
        status__in=Attempt.OPEN, application=application, step=step
    ),
    str,
    int,
)

WITH_OPEN = Prepared(lambda pk: Application.objects.filter(pk=pk).annotate(**UNSETTLED), int)


@pytest.mark.django_db
def test_finds_each_asked_for_and_nothing_else() -> None:
    first, second = (World.objects.create(persona="P01") for _ in range(2))
    assert BY_CODE(first.code) == [first]
    assert BY_CODE.first(second.code) == second
    assert BY_CODE.first("%s") is None
    assert BY_CODE.first("' OR 1=1 --") is None


@pytest.mark.django_db
def test_values_and_what_is_always_the_same_keep_their_places() -> None:
    application = signed_in(make_world()).application()
    common = {"application": application, "round": 1, "key": "k", "actor": "a"}
    wanted = Attempt.objects.create(step="seal", status="unknown", **common)
    Attempt.objects.create(step="confirm", status="sending", **common)
    Attempt.objects.create(step="policy", status="refused", **common)
    assert ATTEMPTS("seal", application.pk) == [wanted]
    assert ATTEMPTS("policy", application.pk) == []
    assert ATTEMPTS("seal", application.pk + 1) == []


@pytest.mark.django_db
def test_what_is_added_to_a_row_comes_with_it() -> None:
    application = signed_in(make_world()).application()
    assert [a.unsettled for a in WITH_OPEN(application.pk)] == [False]
    common = {"application": application, "round": 1, "key": "k", "actor": "a"}
    Attempt.objects.create(step="confirm", status="sending", **common)
    (found,) = WITH_OPEN(application.pk)
    assert (found, found.unsettled, found.company) == (application, True, application.company)


@pytest.mark.django_db
def test_who_listens_hears_the_query_and_gets_the_same_answer() -> None:
    world = World.objects.create(persona="P01")
    heard = []

    def listening(execute: Callable[..., object], sql: str, *call: object) -> object:
        heard.append(sql)
        return execute(sql, *call)

    unheard = BY_CODE(world.code)
    with connection.execute_wrapper(listening):
        assert BY_CODE(world.code) == unheard == [world]
    assert len(heard) == 1


@pytest.mark.django_db
def test_a_broken_transaction_answers_nothing() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            BY_CODE("X")


def test_a_test_without_database_is_kept_from_it() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        BY_CODE("X")


def test_a_value_that_the_query_changes_is_refused() -> None:
    shifted = Prepared(lambda pk: Application.objects.filter(pk=pk + 1), int)
    with pytest.raises(TypeError):
        shifted(1)


@pytest.mark.django_db
@given(code=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_finds_what_django_finds(code: str) -> None:
    plain: models.QuerySet[World] = World.objects.filter(code=code, purged_at=None)
    assert BY_CODE(code) == list(plain)
