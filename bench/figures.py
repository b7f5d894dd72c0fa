"""`python -m bench.figures`: CPU of one request of each page of numbers, in the installation that its variables name.

The demo's size: `QIYING_DATA_DIR=var QIYING_DEMO=1 QIYING_ALLOWED_HOSTS=testserver .venv/bin/python -m bench.figures`.
Facts are folded first, as the worker does every minute.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from statistics import median
from time import process_time_ns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from qiying.kernel.figures.compaction import figures_compact  # noqa: E402
from qiying.kernel.organisations.models import Membership  # noqa: E402

PAGES = ("/numbers/", "/numbers/?month=2026", "/policy-numbers/", "/wall/", "/public/numbers/")
WARM, TIMES = 4, 20


def main() -> None:
    setup_test_environment()
    figures_compact(datetime.now(UTC))
    supervisor = Membership.objects.filter(role="supervisor", valid_to__isnull=True).order_by("id")[0].person
    browser = Client()
    browser.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    for page in PAGES:
        taken = []
        for n in range(WARM + TIMES):
            start = process_time_ns()
            answer = browser.get(page)
            assert answer.status_code == 200, (page, answer.status_code)
            if n >= WARM:
                taken.append((process_time_ns() - start) / 1e6)
        with CaptureQueriesContext(connection) as seen:
            browser.get(page)
        print(f"{page:28} {median(taken):6.1f} ms  {len(seen):3} statements  {len(answer.content):7,} bytes")


if __name__ == "__main__":
    main()
