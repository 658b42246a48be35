"""Django's database sessions, found by a prepared query: every signed-in page begins with one."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from wizard.prepared import Prepared

BY_KEY = Prepared(lambda key: Session.objects.filter(session_key=key), str)


class SessionStore(DatabaseSessionStore):
    """Only the look-up is ours; an expired session is none, as in Django."""

    def _get_session_from_db(self) -> Session | None:
        found = BY_KEY.first(self.session_key or "")
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None
