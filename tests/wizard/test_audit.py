"""Whatever is done to the trail behind the site's back, `verify_trail` names the first bad line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from tests.worlds import Person, make_world, signed_in
from wizard import anchors, audit, trail
from wizard.audit import Problem
from wizard.demo import worlds
from wizard.models import Application, Event, World

LINES = 6
TAMPERINGS = 1000


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    """A file of its own for every test."""
    path = tmp_path / "anchors.jsonl"
    settings.TRAIL_ANCHORS = path
    return path


@pytest.fixture
def chain(db: None, django_capture_on_commit_callbacks: Any, owner: Person) -> Application:
    """An application with a chain of `LINES` lines, anchored as after real commits."""
    with django_capture_on_commit_callbacks(execute=True):
        application = owner.application()
        while application.events.count() < LINES:
            write(application)
    return application


def write(application: Application, **facts: Any) -> Event:
    """One more line."""
    return trail.append(
        application=application,
        actor="林示例 法人卡 0001",
        action="view",
        at=timezone.now(),
        outcome="done",
        page="docs/form",
        document_sha256="ab" * 32,
        facts={"pages": 3, "note": "已看"} | facts,
    )


def without_guards() -> None:
    """As somebody who owns the database may."""
    with connection.cursor() as cursor:
        if POSTGRESQL:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table is in use
            cursor.execute("ALTER TABLE wizard_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER event_no_update")
            cursor.execute("DROP TRIGGER event_no_delete")


def verify() -> str:
    """What the command prints. Raises `CommandError`."""
    out = StringIO()
    call_command("verify_trail", stdout=out)
    return out.getvalue()


def test_what_was_written_is_whole(chain: Application) -> None:
    assert verify() == f"whole: 1 chains, {LINES} lines\n"


Tamper = Callable[[random.Random, Application], int]
POSTGRESQL = connection.vendor == "postgresql"
TYPED = {"at", "facts"}  # columns that PostgreSQL keeps as what they mean, not as text
COLUMNS = (
    "at",
    "actor",
    "action",
    "page",
    "document_sha256",
    "outcome",
    "facts",
    "previous",
    "hash",
)


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def stored(application: Application, sequence: int, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM wizard_event WHERE application_id = %s AND sequence = %s",
            [application.pk, sequence],
        )
        return str(cursor.fetchone()[0])


def other_byte(dice: random.Random, old: bytes) -> bytes:
    at = dice.randrange(len(old))
    byte = dice.choice([other for other in range(1, 256) if other != old[at]])
    return old[:at] + bytes([byte]) + old[at + 1 :]


def other_character(dice: random.Random, old: str) -> str:
    """PostgreSQL takes no bytes that are no text."""
    at = dice.randrange(len(old))
    sign = dice.choice([other for other in map(chr, range(1, 0x250)) if other != old[at]])
    return old[:at] + sign + old[at + 1 :]


def one_byte(dice: random.Random, application: Application) -> int:
    """Any byte of any column becomes any other byte, text or not."""
    columns = [one for one in COLUMNS if not POSTGRESQL or one not in TYPED]
    sequence, column = dice.randint(1, LINES), dice.choice(columns)
    while not stored(application, sequence, column):
        column = dice.choice(columns)
    old = stored(application, sequence, column)
    new = other_character(dice, old) if POSTGRESQL else other_byte(dice, old.encode())
    run(
        f"UPDATE wizard_event SET {column} = CAST(%s AS TEXT) "
        "WHERE application_id = %s AND sequence = %s",
        new,
        application.pk,
        sequence,
    )
    return sequence


def swapped(dice: random.Random, application: Application) -> int:
    first, second = sorted(dice.sample(range(1, LINES + 1), 2))
    for old, new in ((first, 99), (second, first), (99, second)):
        run(
            "UPDATE wizard_event SET sequence = %s WHERE application_id = %s AND sequence = %s",
            new,
            application.pk,
            old,
        )
    return first


def taken_out(dice: random.Random, application: Application) -> int:
    sequence = dice.randint(1, LINES)
    run(
        "DELETE FROM wizard_event WHERE application_id = %s AND sequence = %s",
        application.pk,
        sequence,
    )
    return sequence


def tail_cut(dice: random.Random, application: Application) -> int:
    sequence = dice.randint(1, LINES)
    run(
        "DELETE FROM wizard_event WHERE application_id = %s AND sequence >= %s",
        application.pk,
        sequence,
    )
    return sequence


def forged_from(sequence: int, application: Application, actor: str) -> None:
    """This line and all after it anew, with hashes that fit: only the anchors know better."""
    previous = trail.GENESIS
    for event in trail.lines(application):
        if event.sequence >= sequence:
            event.actor = actor if event.sequence == sequence else event.actor
            event.previous = previous
            event.hash = trail.digest(trail.line(event))
            event.save()
        previous = event.hash


def rewritten(dice: random.Random, application: Application) -> int:
    sequence = dice.randint(1, LINES)
    forged_from(sequence, application, f"somebody {dice.random()}")
    return sequence


def inserted(dice: random.Random, application: Application) -> int:
    """A line between others, or after the last, and every later hash made to fit."""
    sequence = dice.randint(1, LINES + 1)
    for old in range(LINES, sequence - 1, -1):
        run(
            "UPDATE wizard_event SET sequence = %s WHERE application_id = %s AND sequence = %s",
            old + 1,
            application.pk,
            old,
        )
    Event.objects.create(
        application=application,
        sequence=sequence,
        at=timezone.now(),
        actor="nobody",
        action="sign",
        outcome="done",
        previous="x",
        hash="x",
    )
    forged_from(sequence, application, "nobody")
    return sequence


TAMPERS: tuple[Tamper, ...] = (one_byte, swapped, taken_out, tail_cut, rewritten, inserted)


@pytest.fixture
def unchecked(db: None) -> Iterator[None]:
    """SQLite does not ask whether JSON is JSON, so that really any byte can be written."""
    if POSTGRESQL:
        yield
        return
    run("PRAGMA ignore_check_constraints = ON")
    yield
    run("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.usefixtures("unchecked")
def test_a_thousand_tamperings_are_all_found_and_named(chain: Application) -> None:
    dice, heads = random.Random(16), anchors.heads()
    kept = heads[chain.world.key, chain.number]
    without_guards()
    for number in range(TAMPERINGS):
        tamper = TAMPERS[number % len(TAMPERS)]
        with transaction.atomic():
            expected = tamper(dice, chain)
            bad = audit.first_bad(chain, kept)
            assert bad is not None, (number, tamper.__name__)
            assert bad.sequence == expected, (number, tamper.__name__, str(bad))
            transaction.set_rollback(True)
    assert audit.first_bad(chain, kept) is None


def test_the_command_ends_with_an_error_and_names_the_line(chain: Application) -> None:
    without_guards()
    run("DELETE FROM wizard_event WHERE application_id = %s AND sequence > 4", chain.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 chains"):
        call_command("verify_trail", stdout=out)
    assert f"{chain.number} #5: {Problem.MISSING.value}" in out.getvalue()


@pytest.mark.skipif(POSTGRESQL, reason="the database lies in no file of this machine")
def test_anchors_on_the_disk_of_the_database_are_said_to_be(
    chain: Application, anchor_file: Path, settings: Any
) -> None:
    said = StringIO()
    call_command("verify_trail", stdout=StringIO(), stderr=said)
    assert str(anchor_file) in said.getvalue()
    assert "Set TRAIL_ANCHORS to another disk" in said.getvalue()
    settings.TRAIL_ANCHORS = "/proc/elsewhere/anchors.jsonl"  # another file system
    assert not anchors.beside_the_database()


def test_an_application_that_vanished_is_missed(chain: Application) -> None:
    without_guards()
    chain.delete()
    assert [bad.problem for bad in audit.audit()] == [Problem.MISSING]


def test_a_world_that_was_thrown_away_is_not_missed(chain: Application) -> None:
    worlds.purge(chain.world)
    assert verify() == "whole: 0 chains, 0 lines\n"


def test_a_process_that_died_before_its_anchor_is_named_and_can_be_anchored(
    chain: Application,
) -> None:
    write(chain)  # committed, and nothing after it ran
    assert [bad.problem for bad in audit.audit()] == [Problem.NOT_ANCHORED]
    call_command("verify_trail", "--anchor", stdout=StringIO())
    assert verify().startswith("whole: 1 chains")


def test_anchoring_never_hides_a_change(chain: Application) -> None:
    without_guards()
    forged_from(2, chain, "somebody")
    write(chain)
    with pytest.raises(CommandError):
        call_command("verify_trail", "--anchor", stdout=StringIO())
    assert [bad.sequence for bad in audit.audit()] == [2]


@pytest.mark.parametrize("text", ["{", "[]", '{"world": "w"}', "null"])
def test_anchors_that_cannot_be_read_are_an_error_with_the_line(
    chain: Application, anchor_file: Path, text: str
) -> None:
    with anchor_file.open("a") as file:
        file.write(text + "\n")
    number = len(anchor_file.read_text().splitlines())
    with pytest.raises(CommandError, match=rf"anchors\.jsonl:{number}"):
        verify()


def test_anchors_say_no_more_than_a_hash(chain: Application, anchor_file: Path) -> None:
    said = [json.loads(line) for line in anchor_file.read_text().splitlines()]
    assert {tuple(sorted(each)) for each in said} == {("hash", "number", "sequence", "world")}


@pytest.fixture
def let_go(transactional_db: None) -> object:
    """Real transactions; afterwards the trail's guards are told to let the rows go."""
    yield
    World.objects.update(purged_at=timezone.now())
    Event.objects.all().delete()


@pytest.mark.usefixtures("let_go")
def test_eight_companies_at_once_have_chains_without_forks() -> None:
    applications = [signed_in(make_world("P01")).application() for _company in range(8)]

    def ten_lines(number: int) -> None:
        try:
            for at in range(10):  # two writers for every company
                write(applications[number % 8], at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ten_lines, range(16)))
    assert list(audit.audit()) == []
    assert {application.events.count() for application in applications} == {21}
