"""The tables of the journey, and the guards that keep its trail append-only."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import wizard.models

SQLITE_GUARDS = (
    # The trail is append-only; only a world that is being thrown away lets go of its lines.
    """
    CREATE TRIGGER event_no_update BEFORE UPDATE ON wizard_event
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
    """,
    """
    CREATE TRIGGER event_no_delete BEFORE DELETE ON wizard_event
    WHEN (
        SELECT world.purged_at FROM wizard_world AS world
        JOIN wizard_application AS application ON application.world_id = world.id
        WHERE application.id = OLD.application_id
    ) IS NULL
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
    """,
)
POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION wizard_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND (
            SELECT world.purged_at FROM wizard_world AS world
            JOIN wizard_application AS application ON application.world_id = world.id
            WHERE application.id = OLD.application_id
        ) IS NOT NULL THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the trail is append-only';
    END $$
    """,
    """
    CREATE TRIGGER event_guard BEFORE UPDATE OR DELETE ON wizard_event
    FOR EACH ROW EXECUTE FUNCTION wizard_event_guard()
    """,
)


def guard_events(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the trail append-only in the database itself."""
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_GUARDS if vendor == "postgresql" else SQLITE_GUARDS:
        schema_editor.execute(statement)


def release_events(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the guards away again, so that the migration can be undone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER event_guard ON wizard_event")
        schema_editor.execute("DROP FUNCTION wizard_event_guard()")
        return
    schema_editor.execute("DROP TRIGGER event_no_update")
    schema_editor.execute("DROP TRIGGER event_no_delete")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Throttle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bucket", models.CharField(max_length=120, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("window_ends_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="World",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(default=wizard.models.new_key, max_length=32, unique=True),
                ),
                (
                    "code",
                    models.CharField(default=wizard.models.new_code, max_length=12, unique=True),
                ),
                ("persona", models.CharField(blank=True, max_length=8)),
                ("scenario", models.CharField(blank=True, max_length=8)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "touched_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
                ("purged_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="申请号")),
                ("uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                ("company", models.CharField(max_length=100, verbose_name="企业名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("new", "新签"), ("renewal", "续转")],
                        max_length=8,
                        verbose_name="业务类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting-confirmation", "待确认"),
                            ("awaiting-seal", "待制章"),
                            ("awaiting-signature", "待签署"),
                            ("under-review", "审核中"),
                            ("returned", "退回补正"),
                            ("declined", "不予承保"),
                            ("issued", "已承保，待收悉"),
                            ("acknowledged", "已收悉"),
                        ],
                        default="awaiting-confirmation",
                        max_length=24,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("round", models.PositiveIntegerField(default=1)),
                ("file", models.JSONField(default=dict)),
                ("contact", models.JSONField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, verbose_name="退回或不予承保的原因")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                ("sealed_at", models.DateTimeField(blank=True, null=True)),
                ("sealed_by", models.CharField(blank=True, max_length=80)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("signed_by", models.CharField(blank=True, max_length=80)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledged_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "world",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="applications",
                        to="wizard.world",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "number"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.SlugField(max_length=20)),
                ("round", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=80)),
                ("token", models.CharField(blank=True, db_index=True, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sending", "正在发送"),
                            ("unknown", "结果未知"),
                            ("refused", "未被接受"),
                            ("done", "已完成"),
                        ],
                        default="sending",
                        max_length=8,
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("receipt", models.JSONField(blank=True, null=True)),
                ("fault", models.CharField(blank=True, max_length=8)),
                ("actor", models.CharField(max_length=80)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="wizard.application",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["sending", "unknown"])),
                        fields=("application", "step"),
                        name="attempt_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "done")),
                        fields=("application", "step", "round"),
                        name="attempt_done_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(default=wizard.models.new_key, max_length=32, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "投保单"),
                            ("agreement-draft", "三方协议（待签署）"),
                            ("agreement", "三方协议（已签署）"),
                            ("policy", "保险单"),
                            ("receipt", "办理回执"),
                        ],
                        max_length=16,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=1)),
                ("title", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(help_text="字节")),
                ("pages", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("viewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="wizard.application",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "kind", "round"), name="document_once_per_round"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.SlugField(max_length=20)),
                ("data", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="wizard.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "step"), name="draft_once_per_step"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("action", models.CharField(max_length=40)),
                ("page", models.CharField(blank=True, max_length=80)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("outcome", models.CharField(max_length=24)),
                ("facts", models.JSONField(default=dict)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="wizard.application",
                    ),
                ),
            ],
            options={
                "ordering": ["application", "sequence"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "sequence"), name="event_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hash", ""), _negated=True), name="event_hash_there"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["world", "uscc"], name="application_owner"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                fields=("world", "number"), name="application_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "awaiting-confirmation",
                            "awaiting-seal",
                            "awaiting-signature",
                            "under-review",
                            "returned",
                            "declined",
                            "issued",
                            "acknowledged",
                        ],
                    )
                ),
                name="application_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by", "")),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        models.Q(("confirmed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="application_confirmed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sealed_at__isnull", True), ("sealed_by", "")),
                    models.Q(
                        ("sealed_at__isnull", False), models.Q(("sealed_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="application_sealed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at__isnull", True), ("signed_by", "")),
                    models.Q(
                        ("signed_at__isnull", False), models.Q(("signed_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="application_signed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at__isnull", True), ("acknowledged_by", "")),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        models.Q(("acknowledged_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="application_acknowledged_pair",
            ),
        ),
        migrations.RunPython(guard_events, release_events),
    ]
