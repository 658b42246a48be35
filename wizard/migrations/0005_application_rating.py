"""好差评, one of five levels; the trail's guards step aside while SQLite makes the table anew."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

initial = import_module("wizard.migrations.0001_initial")


class Migration(migrations.Migration):
    dependencies = [
        ("wizard", "0004_making"),
    ]

    operations = [
        migrations.RunPython(initial.release_events, initial.guard_events),
        migrations.AddField(
            model_name="application",
            name="rating",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (5, "非常满意"),
                    (4, "满意"),
                    (3, "基本满意"),
                    (2, "不满意"),
                    (1, "非常不满意"),
                ],
                null=True,
                verbose_name="好差评",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)),
                name="application_rating_known",
            ),
        ),
        migrations.RunPython(initial.guard_events, initial.release_events),
    ]
