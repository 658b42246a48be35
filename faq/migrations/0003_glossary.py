from __future__ import annotations

from django.db import migrations, models

import faq.fields


class Migration(migrations.Migration):
    dependencies = [("faq", "0002_desk")]

    operations = [
        migrations.CreateModel(
            name="GlossaryTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "imported_digest",
                    models.CharField(blank=True, editable=False, max_length=64),
                ),
                (
                    "name",
                    models.CharField(max_length=40, unique=True, verbose_name="条目里的说法"),
                ),
                (
                    "terms",
                    faq.fields.TextListField(
                        blank=True,
                        default=list,
                        help_text="中文或英文，英文用小写",
                        validators=[faq.fields.text_list],
                        verbose_name="别人的说法",
                    ),
                ),
            ],
            options={
                "verbose_name": "词汇",
                "verbose_name_plural": "词汇表",
                "ordering": ["pk"],
            },
        ),
    ]
