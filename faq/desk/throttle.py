"""Counted tries in a window of time, in database rows, so that every worker process agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from faq.models_desk import Tries

WINDOW: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=1)
SIGNINS_PER_ADDRESS: Final = 30
SIGNINS_PER_NAME: Final = 10
LOGS_PER_ADDRESS: Final = 300


def full(kind: str, value: str, *, limit: int) -> bool:
    """Count one try; whether more than `limit` were made in this window.

    `value` (an address, a name) is stored only as a digest under the site's secret key.
    """
    bucket = _bucket(kind, value)
    now = timezone.now()
    with transaction.atomic():
        Tries.objects.filter(bucket=bucket, ends_at__lte=now).update(count=0, ends_at=now + WINDOW)
        if not _add_one(bucket):
            Tries.objects.filter(ends_at__lt=now - KEPT).delete()
            try:
                with transaction.atomic():
                    Tries.objects.create(bucket=bucket, count=1, ends_at=now + WINDOW)
            except IntegrityError:  # another worker began the window between the two statements
                _add_one(bucket)
        return Tries.objects.filter(bucket=bucket, count__gt=limit).exists()


def give_back(kind: str, value: str) -> None:
    """The try was a good one and does not count: an office behind one address stays welcome."""
    Tries.objects.filter(bucket=_bucket(kind, value), count__gt=0).update(count=F("count") - 1)


def address_of(request: HttpRequest | None) -> str:
    """The caller's address; forwarded headers are not believed here."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


def _bucket(kind: str, value: str) -> str:
    text = f"{kind}\n{value}".encode("utf-8", "surrogatepass")
    return salted_hmac("faq.desk.tries", text, algorithm="sha256").hexdigest()


def _add_one(bucket: str) -> bool:
    return bool(Tries.objects.filter(bucket=bucket).update(count=F("count") + 1))
