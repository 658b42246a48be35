"""The help site's content as it ships: imported once, and put back where a test emptied tables."""

from __future__ import annotations

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection

from faq.importing import SECTIONS, import_content, read_file
from faq.models import ContentVersion

CONTENT_FILE = settings.BASE_DIR / "fixtures" / "faq.json"


class Shipped:
    """The rows that an import of the content file makes, and their version.

    What a process has read and indexed of this version is good in every test that has it.
    """

    def __init__(self) -> None:
        import_content(read_file(CONTENT_FILE))
        self.version = ContentVersion.current()
        kept = [list(section.model._default_manager.all()) for section in SECTIONS]
        self._rows = [rows for rows in kept if rows]
        self._told = ContentVersion.objects.get()

    def are_there(self) -> None:
        """The rows as they ship, whatever a test elsewhere did to its tables."""
        if ContentVersion.current() == self.version:
            return
        for rows in self._rows:
            type(rows[0])._default_manager.bulk_create(rows)
        self._told.save()
        with connection.cursor() as cursor:  # the next row of an engine that counts apart
            tables = [type(rows[0]) for rows in self._rows]
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
