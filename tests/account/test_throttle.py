"""Tries are counted per address and per name, over all worker processes."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from tests.account.desk import CARD, WRONG, use_card, words
from tests.worlds import PIN, browser, make_world
from wizard.account import throttle
from wizard.models import Throttle, World


def test_more_tries_than_the_address_may_make_are_refused(
    visitor: Client, settings: Settings
) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 2
    use_card(visitor, WRONG)
    use_card(visitor, WRONG)
    response = use_card(visitor)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 300
    assert "X-707" in words(response)
    assert "尝试次数太多" in words(response)


def test_the_limit_counts_over_cards_names_and_worlds(db: None, settings: Settings) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 2
    use_card(browser(make_world("P01")), WRONG)
    client = browser(make_world("P02"))
    client.post("/login/password/", {"username": "a", "password": "b"})
    assert use_card(client, WRONG).status_code == 429


def test_a_refused_try_does_not_touch_the_card(visitor: Client, settings: Settings) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 1
    assert "还可以尝试 4 次" in words(use_card(visitor, WRONG))
    for _try in range(5):
        assert use_card(visitor, WRONG).status_code == 429
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 60
    assert "还可以尝试 3 次" in words(use_card(visitor, WRONG))


def test_good_sign_ins_do_not_use_the_limit_up(world: World, settings: Settings) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 2
    for _person in range(5):
        assert use_card(browser(world)).status_code == 303


def test_the_window_ends_by_itself(visitor: Client, settings: Settings) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 1
    start = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        use_card(visitor, WRONG)
        assert use_card(visitor, WRONG).status_code == 429
        clock.shift(301)
        assert use_card(visitor).status_code == 303


def test_forwarded_addresses_are_not_believed(visitor: Client, settings: Settings) -> None:
    settings.SIGNIN_ATTEMPTS_PER_ADDRESS = 1
    visitor.post(CARD, {"pin": WRONG}, headers={"x-forwarded-for": "192.0.2.1"})
    response = visitor.post(CARD, {"pin": PIN}, headers={"x-forwarded-for": "192.0.2.2"})
    assert response.status_code == 429


def test_one_name_cannot_be_guessed_from_many_addresses(visitor: Client) -> None:
    guess = {"username": "demop01", "password": "guess"}
    for number in range(throttle.ATTEMPTS_PER_NAME):
        address = f"192.0.2.{number}"
        assert visitor.post("/login/password/", guess, REMOTE_ADDR=address).status_code == 200
    response = visitor.post("/login/password/", guess, REMOTE_ADDR="192.0.2.200")
    assert response.status_code == 429
    assert not Throttle.objects.filter(bucket__contains="demop01").exists()


def test_what_ended_long_ago_is_swept_and_what_counts_stays(db: None) -> None:
    start = datetime.datetime(2026, 11, 1, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        throttle.take("old", limit=1)
        clock.shift(3 * 24 * 3600)
        throttle.take("new", limit=1)
        assert set(Throttle.objects.values_list("bucket", flat=True)) == {"new"}
        with pytest.raises(throttle.TooManyAttempts):
            throttle.take("new", limit=1)


def test_giving_back_never_goes_below_zero(db: None) -> None:
    throttle.take("a", limit=5)
    throttle.give_back("a")
    throttle.give_back("a")
    assert Throttle.objects.get(bucket="a").count == 0


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted() -> None:
    def attempt(_number: int) -> bool:
        try:
            throttle.take("race", limit=5)
        except throttle.TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        passed = list(pool.map(attempt, range(20)))
    assert sum(passed) == 5
    assert Throttle.objects.get(bucket="race").count == 20
