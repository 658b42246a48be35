"""PostgreSQL's TRUNCATE passes row triggers: the trail has a guard against it, too."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GUARDS = (
    # An empty trail may be truncated: nothing is lost, and a test database is emptied that way.
    """
    CREATE FUNCTION wizard_event_truncate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM wizard_event) THEN
            RAISE EXCEPTION 'the trail is append-only';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER event_truncate_guard BEFORE TRUNCATE ON wizard_event
    FOR EACH STATEMENT EXECUTE FUNCTION wizard_event_truncate_guard()
    """,
)


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite has no TRUNCATE: its DELETE trigger sees everything."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in GUARDS:
            schema_editor.execute(statement)


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the guard away again, so that the migration can be undone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER event_truncate_guard ON wizard_event")
        schema_editor.execute("DROP FUNCTION wizard_event_truncate_guard()")


class Migration(migrations.Migration):
    dependencies = [
        ("wizard", "0002_document_policy_received"),
    ]

    operations = [
        migrations.RunPython(guard, release),
    ]
