"""`manage.py faq_import [FILE]`: load the help site's content, leaving editors' changes alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq.exchange import read_content
from faq.importing import ContentError, import_content


class Command(BaseCommand):
    """Idempotent: the second run changes nothing."""

    help = "Load content from a file: JSON, or questions as CSV (default fixtures/faq.json)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and two switches."""
        default = settings.BASE_DIR / "fixtures" / "faq.json"
        parser.add_argument("file", nargs="?", type=Path, default=default)
        parser.add_argument("--dry-run", action="store_true", help="say what would change")
        parser.add_argument("--force", action="store_true", help="overwrite what was edited here")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import and say what happened."""
        path: Path = options["file"]
        try:
            data = read_content(path.read_text(encoding="utf-8"), name=path.name)
            report = import_content(data, force=options["force"], dry_run=options["dry_run"])
        except (ContentError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] == 0:
            return
        for word, names in (
            ("new", report.created),
            ("changed", report.updated),
            ("kept as edited here", report.kept),
        ):
            if names and (options["dry_run"] or word == "kept as edited here"):
                self.stdout.write(f"{word}: {', '.join(names)}")
        if options["dry_run"]:
            for name, fields in report.fields.items():
                self.stdout.write(f"  {name}: {', '.join(fields) or 'nothing but its origin'}")
        self.stdout.write(
            f"{len(report.created)} new, {len(report.updated)} changed, "
            f"{len(report.kept)} kept, {report.unchanged} as they were"
        )
