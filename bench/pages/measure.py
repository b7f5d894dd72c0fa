"""Measures one installation, named by its `QIYING_…` variables, and prints what it found as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter, process_time_ns
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
import django

django.setup()

from bench.pages import bare  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from qiying.kernel.cases.models import Case  # noqa: E402
from qiying.kernel.enterprises.models import Clerk  # noqa: E402
from qiying.kernel.organisations.models import Membership, Person  # noqa: E402

WARM, TIMES = 4, 30
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Taken:
    """What the requests of one kind took: CPU and wall in milliseconds, statements per request."""

    cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    slow: dict[str, list[float]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return the medians, and the statements that took most time."""
        worst = sorted(((sum(t) / len(t), sql) for sql, t in self.slow.items()), reverse=True)[:3]
        return {
            "cpu": median(self.cpu),
            "database": median(self.database),
            "wall": median(self.wall),
            "statements": int(median(self.statements)),
            "slowest": [[round(ms, 2), sql[:400]] for ms, sql in worst],
        }


def backend_cpu() -> Callable[[], int]:
    """Return a clock of the database process's CPU in nanoseconds; SQLite works in ours, so it is always 0."""
    if connection.vendor == "sqlite":
        return lambda: 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return lambda: int(place.read_text().split()[0])


class Watch:
    """Counts and times statements; on only while a request is measured for that, since watching costs too."""

    def __init__(self) -> None:
        self.found: list[tuple[str, float]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith(CONTROL):
                self.found.append((sql, (perf_counter() - start) * 1000))


def measure(kinds: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, Taken]:
    """Do the kinds in turn until warm, then so often with clocks, then a few times with statements counted.

    In turn, so that what else the machine does falls on all of them alike and their ratios stand.
    """
    found, clock = {name: Taken() for name in kinds}, backend_cpu()
    for n in range(WARM + TIMES):
        for name, (do, status) in kinds.items():
            database, wall, cpu = clock(), perf_counter(), process_time_ns()
            answer = do()
            cpu, wall, database = process_time_ns() - cpu, perf_counter() - wall, clock() - database
            assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[:800])
            if n >= WARM:
                found[name].cpu.append((cpu + database) / 1e6)
                found[name].database.append(database / 1e6)
                found[name].wall.append(wall * 1000)
    for name, (do, _) in kinds.items():
        for _ in range(3):
            watch = Watch()
            with connection.execute_wrapper(watch):
                do()
            found[name].statements.append(len(watch.found))
            for sql, ms in watch.found:
                found[name].slow.setdefault(sql, []).append(ms)
    return found


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def one(role: str) -> Person:
    """Return somebody with a role."""
    return Membership.objects.filter(role=role, valid_to__isnull=True).order_by("id")[0].person


def main() -> None:
    # Not `setup_test_environment`: it copies the context of every template drawn, which no server does.
    handler_id, unit_id = (
        Case.objects.filter(state="handling", is_open=True)
        .values_list("handler_id", "lead_unit_id")
        .order_by("lead_unit_id", "id")[0]
    )
    mine = list(Case.objects.filter(state="handling", is_open=True, lead_unit_id=unit_id).order_by("id"))
    numbers = cycle([c.number for c in mine])
    handler = browser(Person.objects.get(pk=handler_id))
    desk, supervisor = browser(one("desk")), browser(one("supervisor"))
    clerks = [(browser(c.person), c) for c in Clerk.objects.select_related("person").order_by("id")[:40]]
    for client, _ in clerks:
        client.get("/say/")  # a client's first request loads the middleware, which is none of a submission
    asking = cycle(clerks)

    def submit() -> Any:
        client, c = next(asking)
        said = {"person": c.person_id, "enterprise_id": c.enterprise_id, "kind": "problem"}
        words = {
            "text": "厂门口的路灯又不亮了，夜班工人看不清路。",
            "contact_name": "陈雨",
            "contact_phone": "13800001111",
        }
        return client.post("/say/", {**said, **words})

    def act() -> Any:
        return handler.post(f"/cases/{next(numbers)}/do/interim_reply/", {"text": "已经看过现场，材料在报。"})

    kinds: dict[str, tuple[Callable[[], Any], int]] = {
        "list": (lambda: handler.get("/worklist/"), 200),
        "desk": (lambda: desk.get("/worklist/"), 200),
        "case": (lambda: handler.get(f"/cases/{next(numbers)}/"), 200),
        "desk_case": (lambda: desk.get(f"/cases/{next(numbers)}/"), 200),
        "archive": (lambda: desk.get("/cases/"), 200),
        "submit": (submit, 302),
        "act": (act, 302),
        "numbers": (lambda: supervisor.get("/numbers/"), 200),
        "triage": (lambda: desk.get("/desk/"), 200),
        "home": (lambda: handler.get("/"), 200),
        "desk_home": (lambda: desk.get("/"), 200),
    }
    bare.make_tables()
    client = browser(one("desk"))
    with override_settings(MIDDLEWARE=["bench.pages.bare.OwnAddresses", *bare.MIDDLEWARE]):
        client.handler.load_middleware()
    words = {"title": "路灯不亮", "text": "厂门口的路灯又不亮了，夜班工人看不清路。"}
    kinds["bare"] = (lambda: client.post("/bare/", words), 201)
    found = {name: taken.told() for name, taken in measure(kinds).items()}
    json.dump({"cases": Case.objects.count(), "vendor": connection.vendor, "kinds": found}, sys.stdout)


if __name__ == "__main__":
    main()
