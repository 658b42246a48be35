"""`manage.py purge_worlds`: throw away demo worlds that nobody has touched for a long time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    """See the module; for a daily timer."""

    help = "Purge demo worlds untouched for WORLD_LIFETIME_DAYS, and document files of nobody."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Purge, then sweep; both may be interrupted and repeated."""
        if not settings.DEMO:
            raise CommandError("There are no demo worlds here: the demo console is off.")
        from wizard.demo import worlds  # noqa: PLC0415 - the demo is absent in production

        now = timezone.now()
        gone = worlds.purge_old(now=now)
        files = worlds.sweep_vault(now=now)
        self.stdout.write(f"purged: {gone} worlds, {files} files")
