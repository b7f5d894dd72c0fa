"""WSGI entry point for gunicorn; refuses to serve demo accounts outside demo mode."""

import gc
import os
import sys

import django
from django.core.handlers.wsgi import WSGIHandler

from qiying.config.supervising import MUST_NOT_START, end_with_parent, wait_at_the_door

gc.disable()  # loading makes objects that stay: looking for cycles among them took a quarter of the start
end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")


def _load() -> None:
    """Load the code, also what every web process would otherwise load at its first request, while somebody waits."""
    django.setup(set_prefix=False)

    from django.urls import get_resolver

    from qiying.statutes.workdays import default_calendar

    get_resolver().url_patterns  # noqa: B018
    default_calendar()


def _start() -> WSGIHandler:
    """Make the application; from here on data and static files have to be there."""
    from django.db import DatabaseError, connections

    from qiying.kernel.organisations.checks import demo_accounts_problem

    made = WSGIHandler()
    try:
        reason = demo_accounts_problem()
    except DatabaseError:  # not reachable or not migrated: /healthz says so
        reason = None
    if reason:
        sys.stderr.write(f"{reason}\n")
        raise SystemExit(MUST_NOT_START)
    connections.close_all()  # the children must not share a connection
    # what is loaded stays for good: no collection walks it again, and the children go on sharing its memory
    gc.freeze()
    gc.enable()
    return made


_load()
wait_at_the_door()
application = _start()
