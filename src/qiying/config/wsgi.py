"""WSGI entry point for gunicorn; refuses to serve demo accounts outside demo mode."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

from qiying.config.supervising import MUST_NOT_START, end_with_parent

gc.disable()  # loading makes objects that stay: looking for cycles among them took a quarter of the start
end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
application = get_wsgi_application()


def _start() -> None:
    from django.db import DatabaseError, connections
    from django.urls import get_resolver

    from qiying.kernel.organisations.checks import demo_accounts_problem
    from qiying.statutes.workdays import default_calendar

    try:
        reason = demo_accounts_problem()
    except DatabaseError:  # not reachable or not migrated: /healthz says so
        reason = None
    if reason:
        sys.stderr.write(f"{reason}\n")
        raise SystemExit(MUST_NOT_START)
    # what every web process would otherwise load at its first request, while somebody waits
    get_resolver().url_patterns  # noqa: B018
    default_calendar()
    connections.close_all()  # the children must not share a connection
    # what is loaded stays for good: no collection walks it again, and the children go on sharing its memory
    gc.freeze()
    gc.enable()


_start()
