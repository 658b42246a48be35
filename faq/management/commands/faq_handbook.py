"""`manage.py faq_handbook --origin https://host`: make the handbook of what is published now."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from faq import handbook


class Command(BaseCommand):
    """See the module."""

    help = "Write the guide and all answers as one PDF below VAR_DIR/handbook/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The site that links and QR codes lead to."""
        parser.add_argument("--origin", required=True, help="https://host, without a path")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make it behind everything else that this machine has to do."""
        parts = urlsplit(options["origin"])
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise CommandError("--origin takes https://host, without a path.")
        os.nice(10)
        path = handbook.current(f"{parts.scheme}://{parts.netloc}").make()
        self.stdout.write(f"{path} {path.stat().st_size} bytes")
