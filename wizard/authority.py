"""The one door to the outside authority: which adapter serves a world is decided here."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from wizard.models import World
from wizard.singlewindow.embedded import Engine, open_engine
from wizard.singlewindow.faults import OutcomeUnknown
from wizard.singlewindow.port import Control, SingleWindow
from wizard.singlewindow.signing import SigningAuthority


def engine() -> Engine:
    """The simulator inside this process, on the file that all worker processes share."""
    return open_engine(settings.SIMULATOR_PATH)


def single_window(world: World) -> SingleWindow:
    """The authority as this world sees it."""
    return engine().window(world.key)


def signing_authority(world: World) -> SigningAuthority:
    """Who signs documents with the keys of this world's parties."""
    return engine().signatures(world.key)


def control() -> Control:
    """The demonstrator's hand on the simulator; only the demo console asks for it."""
    return engine()


def world_now(world: World) -> datetime:
    """The world's clock; ours while the authority does not answer: no page fails for the time."""
    try:
        return single_window(world).now()
    except OutcomeUnknown:
        return timezone.now()
