"""Sessions in the database, as Django keeps them; which one a request brings is asked with a statement made once.

A module of its own, because Django names the way sessions are kept by a module.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoredSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from qiying.kernel.audit.clock import utc_now
from qiying.kernel.permissions.kept import kept_one


class SessionStore(StoredSession):
    """A session that is read at every request of whoever is signed in."""

    def _get_session_from_db(self) -> Any:
        """Return the row of the key if it has not expired; none as if the session had been ended."""
        try:
            found = kept_one(_sessions, session_key=str(self.session_key))
        except Session.DoesNotExist:
            found = None
        if found is None or found.expire_date <= utc_now():
            self._session_key = None
            return None
        return found


def _sessions() -> QuerySet[Session]:
    return Session.objects.all()
