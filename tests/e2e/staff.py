"""Staff of a site's desk who are signed in already: `VAR_DIR=… python -m tests.e2e.staff 8`.

Prints as JSON, for each role, the sessions of so many new accounts. One start of Django for all of
them; how an account gets its password and signs in is walked by one test.
"""

from __future__ import annotations

import json
import os
import sys
from uuid import uuid4

import django


def sessions(count: int) -> dict[str, list[str]]:
    """Role → session keys."""
    from django.test import Client  # noqa: PLC0415 - only with Django set up

    from tests.faq.staff import make_staff  # noqa: PLC0415

    made: dict[str, list[str]] = {"support": [], "editor": []}
    for role, keys in made.items():
        for _account in range(count):
            client = Client()
            client.force_login(make_staff(f"{role}-{uuid4().hex[:8]}", role))
            keys.append(client.cookies["sessionid"].value)
    return made


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wizard.settings")
    django.setup()
    from django.conf import settings

    # Nobody signs in with these passwords; the real hash takes a third of a second each.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    sys.stdout.write(json.dumps(sessions(int(sys.argv[1]))))
