"""Counted tries in a window of time, in a database row, so that every worker process agrees."""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from wizard.models import Throttle

WINDOW: Final = timedelta(minutes=5)
# One user name may be guessed at this often per window, from whatever addresses.
ATTEMPTS_PER_NAME: Final = 10
# Windows that ended this long ago are swept when a new one begins.
KEPT: Final = timedelta(days=1)


class TooManyAttempts(Exception):  # noqa: N818 - says what happened
    """The window is full. `seconds` until it ends."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def by_address(request: HttpRequest) -> str:
    """The bucket of the caller's address; forwarded headers are not believed here."""
    return f"signin:{request.META.get('REMOTE_ADDR', '')}"[:120]


def by_name(world: str, username: str) -> str:
    """The bucket of a user name in a world, known or not; the name itself is not stored."""
    digest = hashlib.sha256(f"{world}\n{username}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"name:{digest}"


def take(bucket: str, *, limit: int) -> None:
    """Count one try, before it is made. Raises `TooManyAttempts` once `limit` were counted."""
    now = timezone.now()
    with transaction.atomic():
        Throttle.objects.filter(bucket=bucket, window_ends_at__lte=now).update(
            count=0, window_ends_at=now + WINDOW
        )
        if not _add_one(bucket):
            Throttle.objects.filter(window_ends_at__lt=now - KEPT).delete()
            try:
                with transaction.atomic():
                    Throttle.objects.create(bucket=bucket, count=1, window_ends_at=now + WINDOW)
            except IntegrityError:  # another worker began the window between the two statements
                _add_one(bucket)
        row = Throttle.objects.get(bucket=bucket)
    if row.count > limit:
        raise TooManyAttempts(max(1, math.ceil((row.window_ends_at - now).total_seconds())))


def take_signin(request: HttpRequest) -> None:
    """Count a sign-in from the caller's address, over all cards and names."""
    take(by_address(request), limit=settings.SIGNIN_ATTEMPTS_PER_ADDRESS)


def give_back(bucket: str) -> None:
    """The try was a good one: it does not count. An office behind one address stays welcome."""
    Throttle.objects.filter(bucket=bucket, count__gt=0).update(count=F("count") - 1)


def _add_one(bucket: str) -> bool:
    return bool(Throttle.objects.filter(bucket=bucket).update(count=F("count") + 1))
