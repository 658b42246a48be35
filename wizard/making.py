"""Making papers beside the requests: one at work, how far it is, taken up by whoever comes next.

What has to be made follows from the application alone, so nothing is queued that could be lost: a
request that misses a paper claims the work in the database for a while and has a thread of this
process do it. A killed process loses its claim with time, and the next look claims it again. What
the authority signed for the first claim it does not sign again (`SigningAuthority.sign`).
"""

from __future__ import annotations

import functools
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import close_old_connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from wizard import documents, papers
from wizard.account.access import SeeOther
from wizard.addresses import address
from wizard.models import Application, Document, Making, new_key
from wizard.singlewindow.rule import waiting
from wizard.steps import COMMITS

Kind = Document.Kind
Failure = Making.Failure
# A stage takes a fraction of a second; one that has not ended after this is taken for dead.
CLAIM: Final = timedelta(seconds=10)
# So often the work is taken up by itself; then somebody has to press 重试, or this long passes.
TRIES: Final = 3
REST: Final = timedelta(minutes=5)
# Layout is done by one thread at a time anyway; the other one may wait for a signature meanwhile.
THREADS: Final = 2
LOOK_AGAIN_SECONDS: Final = 0.03
log = logging.getLogger(__name__)


class ClaimLost(Exception):  # noqa: N818
    """Somebody else has taken the work up, or it is no longer wanted."""


def missing(application: Application, *, anew: bool = False) -> tuple[Document.Kind, ...]:
    """What the open step's page stands on and is not there. One query; `anew` does not trust what
    was found before.
    """
    there = papers.kept(application, anew=anew)
    needed = COMMITS[application.step.slug].needs(application)
    return tuple(kind for kind in needed if kind not in there)


def start(application: Application) -> None:
    """Have the open step's papers made, unless somebody is at it or it was tried too often."""
    kinds = missing(application)
    holder = _claim(application, kinds) if kinds else ""
    if holder and settings.PAPERS_IN_REQUEST:
        _work(application.pk, holder)
    elif holder:
        _workers().submit(_work_apart, application.pk, holder)


def bring(application: Application) -> bool:
    """`start`, and wait a moment. True when all the papers are there.

    Else look at `state`, and come back: the work goes on, or waits for somebody to come.
    """
    if not missing(application):
        return True
    start(application)
    with waiting(settings.PAPERS_WAIT_SECONDS) as seconds:
        until = time.monotonic() + seconds
        while missing(application, anew=True):
            work = state(application)
            if time.monotonic() > until or (work and work.failure):
                return False
            time.sleep(LOOK_AGAIN_SECONDS)
    return True


def detour(application: Application) -> SeeOther | None:
    """`bring`, for a page that stands on the papers; while they are not there, to 正在生成."""
    if bring(application):
        return None
    return SeeOther(address("generating", number=application.number))


def state(application: Application) -> Making | None:
    """How far the work is; None before it was ever claimed, and when all is done."""
    return Making.objects.filter(application=application).first()


def stuck(making: Making) -> bool:
    """Nobody takes this up by itself: 重试 does (`again`)."""
    if making.until > timezone.now() and not making.failure:
        return False
    return making.tries >= TRIES or making.failure == Failure.UNPRINTABLE


def again(application: Application) -> None:
    """Let what has failed be tried anew; what is being worked at goes on undisturbed."""
    Making.objects.filter(application=application).exclude(
        failure="", until__gt=timezone.now()
    ).update(tries=0, failure="", until=timezone.now())


def _claim(application: Application, kinds: tuple[Document.Kind, ...]) -> str:
    """The name under which the work may be done now, or nothing."""
    making, _made = Making.objects.get_or_create(
        application=application, defaults={"kinds": list(kinds)}
    )
    if not set(kinds) <= set(making.kinds):  # the application has moved on
        making.kinds, making.tries, making.failure = list(kinds), 0, ""
    now, holder = timezone.now(), new_key()
    free = Q(until__lte=now)
    if making.tries >= TRIES or making.failure == Failure.UNPRINTABLE:
        free = Q(until__lte=now - REST)
    claimed = Making.objects.filter(free, pk=making.pk).update(
        kinds=making.kinds,
        tries=making.tries + 1,
        holder=holder,
        until=now + CLAIM,
        failure="",
        detail="",
        stage="",
    )
    return holder if claimed else ""


def _work_apart(application: int, holder: str) -> None:
    """`_work` in a thread with a connection of its own."""
    close_old_connections()
    try:
        _work(application, holder)
    finally:
        close_old_connections()


def _work(application: int, holder: str) -> None:
    """Make what was claimed. How it ended stands in the database."""
    mine = Making.objects.filter(application=application, holder=holder)
    making = mine.select_related("application__world").first()
    if making is None:
        return
    try:
        for kind in making.kinds:
            papers.ensure(
                making.application, Kind(kind), report=functools.partial(_report, mine, kind)
            )
    except ClaimLost:
        log.warning("papers of %s: taken up by somebody else", making.application.number)
    except papers.NotYet:
        _failed(mine, Failure.UNSIGNED)
    except documents.MissingGlyph as unknown:
        _failed(mine, Failure.UNPRINTABLE, documents.describe_character(unknown.character))
    except documents.Unprintable:
        _failed(mine, Failure.UNPRINTABLE)
    except Exception:
        log.exception("papers of %s", making.application.number)
        _failed(mine, Failure.BROKEN)
    else:
        mine.delete()


def _report(mine: QuerySet[Making], kind: str, stage: str) -> None:
    """Say which stage begins, which keeps the claim alive. Raises `ClaimLost`."""
    if not mine.update(stage=f"{kind}/{stage}", until=timezone.now() + CLAIM):
        raise ClaimLost


def _failed(mine: QuerySet[Making], failure: Making.Failure, detail: str = "") -> None:
    """The next look takes it up again, or says what is wrong."""
    mine.update(failure=failure, detail=detail, until=timezone.now())


@functools.cache
def _workers() -> ThreadPoolExecutor:
    """The threads of this process, made when they are first needed: after gunicorn has forked."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix="papers")
