"""`python -m bench.requests`: CPU and statements of the pages people open most, on a copy of the demo (`make run` first).

Median of fifteen after three to warm up, the pages taken in turn, so that other work on the machine meets all alike.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time_ns

ROOT = Path(__file__).parents[1]
WARM, TIMES, LIMIT, NUMBERS_LIMIT = 3, 15, 35, 60
PAGES = """
desk /cases/|desk /worklist/|handler /worklist/|desk /desk/|desk /inbox/|desk /|handler /|leader /|supervisor /|policy /
reviewer /|treasurer /|enterprise /|enterprise /my/|enterprise {own}|handler {case}|treasurer /policy-money/
treasurer /policy-money/payments/|admin /people/|admin /enterprises/|admin /audit/|leader /policy-numbers/|leader /numbers/
"""


def measured(data_dir: str) -> list[tuple[float, int, str]]:
    """Return CPU milliseconds, statements and name of each page."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="qiying.config.settings", QIYING_DATA_DIR=data_dir, QIYING_DEMO="1",
        QIYING_DEBUG="0", QIYING_LOG_LEVEL="ERROR", QIYING_ALLOWED_HOSTS="testserver",
    )  # fmt: skip
    from bench.pages.measure import Watch, browser  # sets Django up
    from django.core.management import call_command
    from django.db import connection

    from qiying.kernel.cases.models import Case
    from qiying.kernel.cases.selectors import open_cases_of
    from qiying.kernel.enterprises.viewers import viewer_for
    from qiying.kernel.organisations.models import Person

    call_command("setup", quiet=True)
    people = {login: Person.objects.get(login=login) for login in ("enterprise", "handler")}
    today = Case.objects.latest("opened_at").opened_at.date()
    found = {
        login: open_cases_of(viewer_for(person, today)).filter(case__procedure="service_request").first()
        for login, person in people.items()
    }
    own, case = (part.case.number if part else "" for part in (found["enterprise"], found["handler"]))
    named = PAGES.format(own=f"/my/{own}/", case=f"/cases/{case}/").replace("\n", "|").split("|")
    pages = [(login, url) for login, url in (p.split() for p in named if p)]
    logins = {login for login, _ in pages}
    clients = {login: browser(Person.objects.get(login=login)) for login in logins}
    taken: dict[tuple[str, str], list[float]] = {page: [] for page in pages}
    for n in range(WARM + TIMES):
        for login, url in pages:
            start = process_time_ns()
            answer = clients[login].get(url)
            spent = (process_time_ns() - start) / 1e6
            assert answer.status_code == 200, (login, url, answer.status_code)
            if n >= WARM:
                taken[login, url].append(spent)
    rows = []
    for login, url in pages:
        watch = Watch()
        with connection.execute_wrapper(watch):
            clients[login].get(url)
        rows.append((median(taken[login, url]), len(watch.found), f"{login} {url}"))
    return sorted(rows, reverse=True)


def main() -> None:
    kept = Path(os.environ.get("QIYING_DATA_DIR", ROOT / "var")) / "qiying.sqlite3"
    with TemporaryDirectory() as place:
        shutil.copy(kept, place)
        rows = measured(place)
    from bench.pages.run import machine

    sys.stdout.write(f"{machine()}\n")
    for cpu, statements, name in rows:
        limit = NUMBERS_LIMIT if "numbers" in name else LIMIT
        sys.stdout.write(
            f"{cpu:7.1f} ms CPU {'✗' if cpu > limit else '✓'} {statements:3} statements  {name}\n"
        )


if __name__ == "__main__":
    main()
