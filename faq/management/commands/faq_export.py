"""`manage.py faq_export [FILE]`: write the help site's content as `faq_import` reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from faq.exchange import write_content


class Command(BaseCommand):
    """To standard output, or to a file; as JSON, or the entries as a table (CSV)."""

    help = "Write questions, codes, panels and contacts as a file (.csv: the questions as a table)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file; without it, standard output. Its form, where the name does not say it."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--format", choices=("json", "csv"), help="default: by the file's name")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Export."""
        path: Path | None = options["file"]
        by_name = "csv" if path is not None and path.suffix.lower() == ".csv" else "json"
        text = write_content(options["format"] or by_name)
        if path is None:
            self.stdout.write(text, ending="")
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
