"""`manage.py faq_export [FILE]`: write the help site's content as `faq_import` reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from faq.importing import export_content


class Command(BaseCommand):
    """To standard output, or to a file."""

    help = "Write questions, codes, panels and contacts as a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file; without it, standard output."""
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Export."""
        text = json.dumps(export_content(), ensure_ascii=False, indent=1) + "\n"
        path: Path | None = options["file"]
        if path is None:
            self.stdout.write(text, ending="")
        else:
            path.write_text(text, encoding="utf-8")
