"""System checks: a deployment that would be unsafe refuses to start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def demo_is_off_in_production(**kwargs: Any) -> list[CheckMessage]:
    """The demo console moves clocks and unlocks cards: never beside real applications."""
    if settings.PRODUCTION and settings.DEMO:
        return [
            Error(
                "The demo console is on in a production deployment.",
                hint="Unset DEMO, or set DEPLOYMENT=demo.",
                id="wizard.E001",
            )
        ]
    return []
