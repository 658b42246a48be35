"""Contract: the demonstrator's hand: worlds and their clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.singlewindow.cast import MONDAY, PIN, Authority, Exporter, refused
from tests.singlewindow.wired import in_memory
from wizard.singlewindow.faults import FaultCode, NotFound
from wizard.singlewindow.port import Stage

MINUTE = timedelta(minutes=1)


def test_a_world_starts_at_the_given_moment_and_its_clock_runs(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY.astimezone(UTC))
    first, second = authority.now("w"), authority.window("w").now()
    assert MONDAY <= first < second < MONDAY + MINUTE
    assert first.utcoffset() == timedelta(hours=8)


def test_worlds_come_and_go(authority: Authority) -> None:
    assert not authority.has_world("w")
    authority.make_world(world="w", persona="P01", at=MONDAY)
    assert authority.has_world("w")
    authority.purge_world("w")
    assert not authority.has_world("w")
    authority.purge_world("w")


def test_making_a_world_anew_begins_from_nothing(authority: Authority) -> None:
    Exporter.of(authority, "P01", world="w").walk_to(Stage.ACKNOWLEDGED)
    again = Exporter.of(authority, "P01", world="w")
    assert again.file.stage is Stage.OFFERED
    assert again.window.find_receipt(token=again.token, key="key-1") is None
    assert again.confirm("key-1").serial.endswith("-0001")


def test_what_is_done_in_one_world_is_invisible_in_the_other(authority: Authority) -> None:
    owner = Exporter.of(authority, "P01", world="one")
    stranger = Exporter.of(authority, "P01", world="two")
    before = stranger.file
    owner.walk_to(Stage.UNDER_REVIEW)
    authority.move_clock("one", seconds=3600)
    authority.unlock_card("one", owner.signin.card_serial)
    authority.insert_card("one", None)
    assert stranger.file == before
    assert authority.now("two") < MONDAY + MINUTE
    assert stranger.window.reader().card is not None
    authority.purge_world("one")
    assert stranger.file == before


@pytest.mark.parametrize(
    "world", ["", "\x00", "\ud800", "世界" * 20_000, "'; DROP TABLE world; --"]
)
def test_a_world_s_name_may_be_any_text(authority: Authority, world: str) -> None:
    assert not authority.has_world(world)
    with pytest.raises(NotFound):
        authority.now(world)
    with pytest.raises(NotFound):
        authority.window(world).reader()
    with pytest.raises(NotFound):
        authority.window(world).sign_in_with_card(serial="x", pin="x")
    with pytest.raises(NotFound):
        authority.window(world).sign_in_with_password(username="x", password="x")
    with pytest.raises(NotFound):
        authority.move_clock(world, seconds=1)
    with pytest.raises(NotFound):
        authority.insert_card(world, None)
    authority.make_world(world=world, persona="P01", at=MONDAY)
    assert authority.has_world(world)
    assert authority.window(world).reader().card is not None


def test_a_world_needs_a_persona_and_an_aware_moment(authority: Authority) -> None:
    with pytest.raises(NotFound):
        authority.make_world(world="w", persona="P99", at=MONDAY)
    with pytest.raises(ValueError, match="aware"):
        authority.make_world(world="w", persona="P01", at=MONDAY.replace(tzinfo=None))
    assert not authority.has_world("w")


def test_unknown_cards_cannot_be_unlocked_or_renewed(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    for visit in (authority.unlock_card, authority.renew_card):
        with pytest.raises(NotFound):
            visit("w", "no such card")


# --- the clock


def test_the_clock_moves_by_seconds(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    moved = authority.move_clock("w", seconds=3600)
    hour = timedelta(hours=1)
    assert MONDAY + hour <= moved <= authority.now("w") < MONDAY + hour + MINUTE
    assert authority.move_clock("w", seconds=0) < MONDAY + hour + MINUTE


@pytest.mark.parametrize("seconds", [-1, -(10**40), 10**40, 10**11])
def test_the_clock_never_runs_backwards_or_beyond_the_calendar(
    authority: Authority, seconds: int
) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    with pytest.raises(ValueError, match=r"clock|calendar"):
        authority.move_clock("w", seconds=seconds)
    assert MONDAY <= authority.now("w") < MONDAY + MINUTE


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T10:00+08:00", "2026-11-24T10:00"),  # Monday
        ("2026-11-27T16:40+08:00", "2026-11-30T16:40"),  # over a weekend
        ("2026-09-30T09:00+08:00", "2026-10-08T09:00"),  # over 国庆节
        ("2026-10-09T23:30+08:00", "2026-10-10T23:30"),  # a Saturday that is worked
        ("2026-10-10T08:00+08:00", "2026-10-12T08:00"),
        ("2026-02-13T10:00+08:00", "2026-02-14T10:00"),  # a Saturday before 春节
        ("2026-02-14T10:00+08:00", "2026-02-24T10:00"),
        ("2026-11-22T23:30+00:00", "2026-11-24T07:30"),  # Monday already in Beijing
    ],
)
def test_one_working_day_on(authority: Authority, at: str, expected: str) -> None:
    authority.make_world(world="w", persona="P01", at=datetime.fromisoformat(at))
    moved = authority.move_one_working_day("w")
    assert moved.isoformat().startswith(expected)


def test_the_clock_goes_to_the_decision_then_to_the_policy_then_stays(owner: Exporter) -> None:
    owner.walk_to(Stage.UNDER_REVIEW)
    decided = owner.authority.move_until_delivered(owner.world)
    file = owner.file
    assert file.stage is Stage.APPROVED
    assert file.review is not None
    assert file.review.decided_at == decided
    assert file.review.delivery_due_on is not None
    assert file.review.delivery_due_on.isoformat() == "2026-11-25"
    assert owner.window.policies(token=owner.token) == ()
    delivered = owner.authority.move_until_delivered(owner.world)
    file = owner.file
    assert file.stage is Stage.ISSUED
    assert file.policy is not None
    assert file.policy.issued_at == delivered
    assert delivered.isoformat().startswith("2026-11-25T09:10")
    assert owner.authority.move_until_delivered(owner.world) < delivered + MINUTE


def test_with_nothing_submitted_the_clock_stays(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    assert owner.authority.move_until_delivered(owner.world) < MONDAY + MINUTE


def test_two_working_days_after_the_review_the_policy_is_there(owner: Exporter) -> None:
    owner.walk_to(Stage.UNDER_REVIEW)
    stages = []
    for _ in range(3):
        owner.authority.move_one_working_day(owner.world)
        stages.append(owner.file.stage)
    assert stages == [Stage.APPROVED, Stage.ISSUED, Stage.ISSUED]


def test_what_fell_due_can_be_read_by_everybody_and_reading_changes_nothing(
    owner: Exporter, colleague: Exporter
) -> None:
    owner.walk_to(Stage.UNDER_REVIEW)
    owner.authority.move_clock(owner.world, seconds=30 * 86_400)
    first = owner.file
    assert [owner.file, colleague.file, owner.file] == [first] * 3
    assert first.policy is not None
    assert first.policy.issued_at < owner.window.now() - timedelta(days=20)


def test_a_card_is_good_until_the_end_of_its_last_day(authority: Authority) -> None:
    authority.make_world(world="w", persona="P01", at=MONDAY)
    card = authority.window("w").reader().cards[0]
    days = (card.expires_on - MONDAY.date()).days
    # To a quarter to midnight, Beijing time, of the last day; half an hour later it is over.
    authority.move_clock("w", seconds=days * 86_400 + 13 * 3600 + 45 * 60)
    assert not authority.window("w").reader().cards[0].expired
    authority.move_clock("w", seconds=30 * 60)
    assert authority.window("w").reader().cards[0].expired


def test_an_old_card_expires_with_the_world_s_clock(owner: Exporter) -> None:
    owner.walk_to(Stage.SEALED)
    owner.authority.move_clock(owner.world, seconds=500 * 86_400)
    assert all(card.expired for card in owner.window.reader().cards)
    owner.authority.renew_card(owner.world, owner.signin.card_serial)
    assert not owner.window.reader().cards[0].expired


def test_a_revoked_certificate_makes_the_card_invalid_until_it_is_renewed() -> None:
    authority = in_memory()
    owner = Exporter.of(authority, "P01")
    serial = owner.signin.card_serial
    for days_ago in (-1, 1001):
        with pytest.raises(ValueError, match="days ago"):
            authority.revoke_certificate(owner.world, days_ago=days_ago)
    authority.revoke_certificate(owner.world, days_ago=3)
    refused(FaultCode.CARD_INVALID, owner.window.sign_in_with_card, serial=serial, pin=PIN)
    authority.renew_card(owner.world, serial)
    assert owner.window.sign_in_with_card(serial=serial, pin=PIN).token
    with pytest.raises(NotFound):
        authority.revoke_certificate("nowhere")
