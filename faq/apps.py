"""The app's name, and the signals that tell every process that an answer has changed."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    """Questions, answers, codes, contacts and what is found among them."""

    name = "faq"
    verbose_name = _("常见问题")

    def ready(self) -> None:
        """Connect every content model to the version that the search index watches.

        After a migration, when permissions exist, the roles of the staff are made.
        """
        from faq import signals  # noqa: PLC0415 - needs the app registry
        from faq.desk.roles import make_roles  # noqa: PLC0415 - the same

        signals.connect()
        post_migrate.connect(make_roles, sender=self, dispatch_uid="faq-roles")
