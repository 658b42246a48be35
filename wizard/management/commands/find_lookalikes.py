"""`manage.py find_lookalikes`: companies with different codes whose names look alike."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand

from wizard.models import Application
from wizard.validation.lookalikes import skeleton


class Command(BaseCommand):
    """One line for each company, an empty line between groups; nobody's data are changed."""

    help = (
        "Name companies with different 统一社会信用代码 that a reader would take for one another."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Look at every company that ever had an application. Two names of one code are one."""
        groups = defaultdict(set)
        for name, uscc in Application.objects.values_list("company", "uscc").distinct():
            groups[skeleton(name)].add((uscc, name))
        found = [
            sorted(group) for group in groups.values() if len({uscc for uscc, _name in group}) > 1
        ]
        for group in sorted(found):
            for uscc, name in group:
                numbers = " ".join(f"U+{ord(sign):04X}" for sign in name)
                self.stdout.write(f"{uscc} {name} ({numbers})")
            self.stdout.write("")
        self.stdout.write(f"{len(found)} groups of companies look alike")
