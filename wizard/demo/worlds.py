"""The life of a demo world: started, joined by its code, touched, thrown away, purged when old."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.utils import timezone

from wizard import retention, trail, vault
from wizard.account import signin
from wizard.authority import control
from wizard.demo.landing import land
from wizard.demo.scenarios import Scenario
from wizard.models import CODE_ALPHABET, CODE_LENGTH, Application, Document, World
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.rule import one_page

# A file is kept a little before its row is written: younger ones are never swept.
SWEEP_AGE = timedelta(days=1)
# A world is walked through up to twelve steps at the authority before its first page is drawn.
WALK_SECONDS = 20.0


def start(*, scenario: Scenario, session: SessionBase, whole: bool = False) -> tuple[World, str]:
    """A world of its own for this browser, and the address to show first.

    Whoever was signed in is signed out. Raises `OutcomeUnknown`, leaving nothing behind but, while
    the authority is silent, a row that `purge_old` takes away.
    """
    world = World.objects.create(persona=scenario.persona, scenario=scenario.code)
    signin.sign_out(session)
    try:
        with one_page(WALK_SECONDS):
            control().make_world(world=world.key, persona=scenario.persona, at=timezone.now())
            address = land(world=world, scenario=scenario, session=session, whole=whole)
    except OutcomeUnknown:
        signin.sign_out(session)
        purge(world)
        raise
    return world, address


def world_with_code(typed: str) -> World | None:
    """The living world of a code as somebody typed it: spaces, hyphens, small or wide letters."""
    wide = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(sign for sign in wide if not sign.isspace() and sign != "-")
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        return None
    return World.objects.filter(code=code, purged_at=None).first()


def touch(world: World) -> None:
    """Somebody uses the world: its time to be purged begins anew."""
    World.objects.filter(pk=world.pk).update(touched_at=timezone.now())


def purge(world: World) -> None:
    """Throw the world away, here and at the authority; interrupted, it can simply be repeated.

    Raises `retention.StillKept` for the world of real applications: only a demonstration is thrown
    away. Marked first: nobody gets in any more, and the trail's guards let go of its lines. The row
    itself goes last, so that `purge_old` finds what was left half done.
    """
    if not world.persona and world.applications.exists():
        raise retention.StillKept(world.code)
    World.objects.filter(pk=world.pk).update(purged_at=timezone.now())
    trail.let_go(world)
    world.applications.all().delete()
    control().purge_world(world.key)
    world.delete()


def purge_old(*, now: datetime) -> int:
    """Purge what nobody has used for `WORLD_LIFETIME_DAYS`, and what was left half purged.

    Typing a draft and committing a step are use, like the console and the sign-in. Returns how
    many worlds went. The one world of a production site has no persona: it is none of the demo's.
    """
    limit = now - timedelta(days=settings.WORLD_LIFETIME_DAYS)
    busy = Application.objects.filter(
        Q(drafts__saved_at__gte=limit) | Q(attempts__opened_at__gte=limit)
    )
    unused = Q(touched_at__lt=limit) & ~Q(pk__in=busy.values("world"))
    old = list(World.objects.exclude(persona="").filter(unused | Q(purged_at__isnull=False)))
    for world in old:
        purge(world)
    return len(old)


def sweep_vault(*, now: datetime) -> int:
    """Take document files away that no row names any more; returns how many."""
    named = Document.objects.values_list("sha256", flat=True).distinct()
    return vault.sweep(named=set(named), older_than=now - SWEEP_AGE)
