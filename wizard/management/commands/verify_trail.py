"""`manage.py verify_trail`: is every chain of the trail whole, and does it reach its anchor?"""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wizard import anchors, audit, trail
from wizard.models import Application, Event


class Command(BaseCommand):
    """Exit code 0: whole. 1: the first bad line of each chain was named."""

    help = "Check the hash chain of every application against its anchors outside the database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--anchor` for a database that is older than its anchors, or after a sudden end."""
        parser.add_argument(
            "--anchor",
            action="store_true",
            help="write down the heads of chains that are whole but reach beyond their last anchor",
        )

    def handle(self, *_args: Any, anchor: bool, **_options: Any) -> None:
        """Check, and say what was found. Raises `CommandError` when anything is bad."""
        if anchors.beside_the_database():
            self.stderr.write(
                f"The anchors ({settings.TRAIL_ANCHORS}) lie on the same disk as the database: who "
                "can change the one can change the other. Set TRAIL_ANCHORS to another disk."
            )
        try:
            found = list(audit.audit())
        except anchors.AnchorsDamaged as damaged:
            raise CommandError(f"The anchors cannot be read: {damaged}") from damaged
        if anchor:
            found = [bad for bad in found if not self._anchored(bad)]
        for bad in found:
            self.stdout.write(str(bad))
        if found:
            raise CommandError(f"{len(found)} chains are not what was written.")
        chains, lines = Application.objects.count(), Event.objects.count()
        self.stdout.write(f"whole: {chains} chains, {lines} lines")

    def _anchored(self, bad: audit.Bad) -> bool:
        """Whether the chain is whole after all once its lines from `bad` on are anchored."""
        if bad.problem is not audit.Problem.NOT_ANCHORED:
            return False
        application = Application.objects.select_related("world").get(
            world__key=bad.world, number=bad.number
        )
        head = trail.lines(application)[-1]
        kept = anchors.heads().get((bad.world, bad.number), {})
        if audit.first_bad(application, kept | {head.sequence: {head.hash}}) is not None:
            return False
        anchors.keep(
            anchors.Head(world=bad.world, number=bad.number, sequence=head.sequence, hash=head.hash)
        )
        self.stdout.write(f"anchored: {bad.number} #{head.sequence}")
        return True
