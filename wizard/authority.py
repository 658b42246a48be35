"""The one door to the outside authority: which adapter serves a world is decided here."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from wizard.models import World
from wizard.singlewindow.embedded import Engine, open_engine
from wizard.singlewindow.faults import Fault, NotFound, OutcomeUnknown
from wizard.singlewindow.http import (
    HttpControl,
    HttpSigningAuthority,
    HttpSingleWindow,
    open_line,
)
from wizard.singlewindow.port import SingleWindow
from wizard.singlewindow.signing import SigningAuthority
from wizard.singlewindow.simulator.control import ServedControl


def engine() -> Engine:
    """The simulator inside this process, on the file that all worker processes share."""
    return open_engine(settings.SIMULATOR_PATH, published_at=settings.CERTIFICATES_URL)


def single_window(world: World) -> SingleWindow:
    """The authority as this world sees it: at `SINGLEWINDOW_URL`, or else in this process."""
    if settings.SINGLEWINDOW_URL:
        return HttpSingleWindow(open_line(settings.SINGLEWINDOW_URL), world.key)
    return engine().window(world.key)


def signing_authority(world: World) -> SigningAuthority:
    """Who signs documents with the keys of this world's parties."""
    if settings.SINGLEWINDOW_URL:
        return HttpSigningAuthority(open_line(f"{settings.SINGLEWINDOW_URL}/signing"), world.key)
    return engine().signatures(world.key)


def demo_authority() -> SigningAuthority:
    """Certificates and time of the authority as anybody outside sees them, in no world."""
    return signing_authority(World(key="public"))


def control() -> ServedControl:
    """The demonstrator's hand on the simulator; only the demo console asks for it."""
    if settings.SINGLEWINDOW_URL:
        return HttpControl(
            open_line(settings.SINGLEWINDOW_CONTROL_URL, token=settings.SINGLEWINDOW_CONTROL_TOKEN)
        )
    return engine()


def check() -> None:
    """Ask the authority anything at all. Raises `OutcomeUnknown` when it does not answer."""
    with suppress(NotFound):
        single_window(World(key="readyz")).now()


def page_time(world: World) -> datetime | None:
    """The world's clock as a page shows it: asked once per request, because each request has a
    `World` of its own. None while nobody answers, or refuses to: a clock is no reason to fail a
    page, least of all the one that says what was refused.
    """
    if world.page_time is None:
        try:
            world.page_time = (single_window(world).now(),)
        except (Fault, OutcomeUnknown, NotFound):
            world.page_time = (None,)
    return world.page_time[0]


def world_now(world: World) -> datetime:
    """The world's clock; ours while the authority does not say: no page fails for the time."""
    try:
        return single_window(world).now()
    except (Fault, OutcomeUnknown):
        return timezone.now()
