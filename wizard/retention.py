"""How long the records of an application are kept (保险法 art. 87), as data."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from wizard.files import file_of
from wizard.models import Application


class StillKept(Exception):  # noqa: N818 - says what is the case
    """The records may not be thrown away yet."""


def kept_until(application: Application) -> date | None:
    """The last day on which the records must be there; None while no contract has an end.

    For contracts of at most one year, which all of this product are, `RETENTION_YEARS` after the
    contract ends (29 February counts as 1 March).
    """
    policy = file_of(application).policy
    if policy is None:
        return None
    end = policy.terms.period_end
    try:
        return end.replace(year=end.year + settings.RETENTION_YEARS)
    except ValueError:
        return date(end.year + settings.RETENTION_YEARS, 3, 1)
