"""What the authority has accepted from this site in the present round: keys and serial numbers."""

from __future__ import annotations

from wizard.models import Application, Attempt
from wizard.prepared import Prepared

DONE = Prepared(
    lambda application, round_: Attempt.objects.filter(
        application=application, round=round_, status=Attempt.Status.DONE
    ).only("step", "key", "receipt"),
    int,
    int,
)


def key_of(application: Application, step: str) -> str:
    """Key of the write with which the exporter authorised this step here, or empty."""
    done = DONE.rows(application.pk, application.round)
    return next((str(key) for _pk, slug, key, _receipt in done if slug == step), "")


def serials(application: Application) -> dict[str, str]:
    """Serial number of the authority's receipt, by step."""
    done = DONE.rows(application.pk, application.round)
    return {slug: receipt["serial"] for _pk, slug, _key, receipt in done if receipt}
