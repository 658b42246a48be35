"""`manage.py desk_user NAME --role support`: an account for the desk, with a one-time password."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from faq.desk.roles import ROLES, SUPPORT
from faq.models_desk import StaffAccount

PASSWORD_BYTES: Final = 12


class Command(BaseCommand):
    """There is no default account; this makes one, or gives a known one a new password."""

    help = "Make an account for the support desk and print its one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name and role."""
        parser.add_argument("name")
        parser.add_argument("--role", choices=ROLES, default=SUPPORT)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make it; the password must be changed at the first sign-in before anything else."""
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = User.objects.filter(username=options["name"]).first() or User(
            username=options["name"]
        )
        if user.is_superuser:
            raise CommandError("A superuser needs no role; use changepassword.")
        user.set_password(password)
        user.is_staff = False
        user.is_active = True
        try:
            user.full_clean(validate_unique=False)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        with transaction.atomic():
            user.save()
            user.groups.set([Group.objects.get(name=options["role"])])
            StaffAccount.objects.update_or_create(user=user, defaults={"password_once": True})
        self.stdout.write(f"{user.username}  {options['role']}  one-time password: {password}")
