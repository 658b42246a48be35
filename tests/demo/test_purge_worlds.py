"""`manage.py purge_worlds`: old worlds go, used ones stay, files of nobody are swept."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from tests.worlds import make_world, signed_in
from wizard import transitions, vault
from wizard.authority import control
from wizard.demo import worlds
from wizard.models import Attempt, Document, Draft, Event, World
from wizard.process import State
from wizard.retention import StillKept

pytestmark = pytest.mark.django_db


def age(world: World, *, days: float) -> None:
    World.objects.filter(pk=world.pk).update(touched_at=timezone.now() - timedelta(days=days))


def purge() -> str:
    out = StringIO()
    call_command("purge_worlds", stdout=out)
    return out.getvalue()


def test_an_unused_world_goes_with_its_trail_and_a_used_one_stays(
    settings: Settings,
) -> None:
    old, used = signed_in(make_world("P01")), signed_in(make_world("P01"))
    old.application()
    used.application()
    age(old.world, days=settings.WORLD_LIFETIME_DAYS + 0.1)
    age(used.world, days=settings.WORLD_LIFETIME_DAYS - 0.1)
    assert "1 worlds" in purge()
    assert list(World.objects.all()) == [used.world]
    assert {event.application.world for event in Event.objects.all()} == {used.world}
    assert not control().has_world(old.world.key)
    assert control().has_world(used.world.key)


def test_a_draft_typed_yesterday_is_use(settings: Settings) -> None:
    owner = signed_in(make_world("P01"))
    transitions.save_draft(
        application=owner.application(), step="confirm", data={"name": ["林示例"]}
    )
    age(owner.world, days=settings.WORLD_LIFETIME_DAYS * 2)
    assert "0 worlds" in purge()
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=settings.WORLD_LIFETIME_DAYS + 1))
    assert "1 worlds" in purge()


def test_a_step_committed_yesterday_is_use(settings: Settings) -> None:
    owner = signed_in(make_world("P01"))
    owner.application(until=State.AWAITING_SEAL)
    age(owner.world, days=settings.WORLD_LIFETIME_DAYS * 2)
    assert "0 worlds" in purge()
    long_ago = timezone.now() - timedelta(days=settings.WORLD_LIFETIME_DAYS + 1)
    Attempt.objects.update(opened_at=long_ago)
    assert "1 worlds" in purge()


def test_the_world_of_a_production_site_is_never_purged() -> None:
    live = World.objects.create(code="LIVE")
    age(live, days=10_000)
    assert "0 worlds" in purge()
    assert World.objects.filter(pk=live.pk).exists()


def test_where_the_demo_is_off_the_command_refuses(settings: Settings) -> None:
    age(make_world("P01"), days=10_000)
    settings.DEMO = False
    with pytest.raises(CommandError, match="console is off"):
        purge()
    assert World.objects.count() == 1


def test_a_world_that_the_authority_has_lost_goes_all_the_same() -> None:
    world = make_world("P01")
    control().purge_world(world.key)
    age(world, days=10_000)
    assert "1 worlds" in purge()


def grow_old(path: Path, *, days: float = 2) -> None:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_files_of_nobody_are_swept_and_those_of_a_document_stay() -> None:
    owner = signed_in(make_world("P01"))
    owner.application(until=State.AWAITING_SIGNATURE)
    named = Document.objects.values_list("sha256", flat=True)
    orphan = vault.keep(b"%PDF-nobody's")
    for sha256 in (*named, orphan):
        grow_old(vault.path_of(sha256))
    assert "1 files" in purge()
    assert not vault.path_of(orphan).exists()
    assert named
    assert all(vault.read(sha256) for sha256 in named)


def test_a_file_is_swept_only_when_the_last_of_its_documents_is_gone() -> None:
    first, second = signed_in(make_world("P01")), signed_in(make_world("P01"))
    papers = []
    for owner in (first, second):
        application = owner.application()
        papers.append(
            Document.objects.create(
                application=application,
                kind=Document.Kind.FORM,
                title="投保单",
                sha256=vault.keep(b"%PDF-shared"),
                size=11,
                pages=1,
                made_at=timezone.now(),
            )
        )
    path = vault.path_of(papers[0].sha256)
    for owner, there_after in ((first, True), (second, False)):
        worlds.purge(owner.world)
        grow_old(path)
        purge()
        assert path.exists() is there_after


def test_a_young_file_is_left_its_row_may_be_on_its_way() -> None:
    young = vault.keep(b"%PDF-young")
    old = vault.keep(b"%PDF-kept again")
    grow_old(vault.path_of(old))
    vault.keep(b"%PDF-kept again")
    purge()
    assert vault.read(young)
    assert vault.read(old)


def test_half_files_of_a_killed_process_are_swept() -> None:
    half = vault.path_of(vault.keep(b"%PDF-whole")).with_name(".aside-half")
    half.write_bytes(b"%PD")
    grow_old(half)
    purge()
    assert not half.exists()


def test_the_world_of_real_applications_is_never_thrown_away() -> None:
    owner = signed_in(make_world("P01"))
    application = owner.application()
    World.objects.filter(pk=owner.world.pk).update(persona="")
    owner.world.refresh_from_db()
    with pytest.raises(StillKept):
        worlds.purge(owner.world)
    assert Event.objects.filter(application=application).exists()
    owner.world.refresh_from_db()
    assert owner.world.purged_at is None
