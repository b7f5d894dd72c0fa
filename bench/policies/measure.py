"""Measures one installation, named by its `QIYING_…` variables, and prints what it found as JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from traceback import extract_stack
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
import django

django.setup()

from bench.policies.case import Enterprises  # noqa: E402
from bench.policies.load import AT, change, load, texts  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from qiying.capabilities.policies.models import Match, MatchRun  # noqa: E402
from qiying.capabilities.policies.selectors.calculating import standings  # noqa: E402
from qiying.capabilities.policies.selectors.shelf import shelf  # noqa: E402
from qiying.capabilities.policies.services.matching.runs import matches_run  # noqa: E402
from qiying.kernel.audit.clock import local_date  # noqa: E402
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts  # noqa: E402
from qiying.kernel.enterprises.models import BindingWay, Clerk, Enterprise  # noqa: E402
from qiying.kernel.organisations.models import IdentityLevel, Person  # noqa: E402

HOMES = 60
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
LONG = 0.05


class Held:
    """How long each write held the database: explicit transactions, and statements outside of one.

    On a shared machine the clock also counts what others did meanwhile, so the process's own CPU is told beside.
    """

    def __init__(self) -> None:
        self.taken_up: list[tuple[float, float]] = []
        self.started: tuple[float, float] | None = None

    def watch(self) -> None:
        """Time every transaction from its BEGIN to its COMMIT, and lone writes."""
        wrapper = type(connections["default"])
        begin, commit = wrapper.set_autocommit, wrapper.commit

        def set_autocommit(self_: Any, on: bool, **options: Any) -> None:
            begin(self_, on, **options)
            self.started = None if on else now()

        def committed(self_: Any) -> None:
            commit(self_)
            if self.started is not None:
                self._add(self.started)

        wrapper.set_autocommit = set_autocommit  # type: ignore[method-assign]
        wrapper.commit = committed  # type: ignore[method-assign]
        connection.execute_wrappers.append(self._statement)

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = now()
        try:
            return execute(sql, params, many, context)
        finally:
            held: BaseDatabaseWrapper = context["connection"]
            if not held.in_atomic_block and sql.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE"):
                self._add(started)

    def _add(self, started: tuple[float, float]) -> None:
        wall, cpu = (b - a for a, b in zip(started, now(), strict=True))
        self.taken_up.append((wall, cpu))
        if wall > LONG:
            places = [f"{f.name}:{f.lineno}" for f in extract_stack() if "/policies/services/" in f.filename]
            sys.stderr.write(f"{1000 * wall:.0f} ms (CPU {1000 * cpu:.0f}) in {' '.join(places)}\n")

    def taken(self) -> dict[str, float]:
        """Return the longest, and how many took above 50 ms, and begin anew."""
        walls = sorted(wall for wall, _ in self.taken_up) or [0.0]
        cpus = sorted(cpu for _, cpu in self.taken_up) or [0.0]
        found = {
            "writes": len(self.taken_up),
            "longest_ms": round(1000 * walls[-1], 1),
            "longest_cpu_ms": round(1000 * cpus[-1], 1),
            "p99_ms": round(1000 * walls[int((len(walls) - 1) * 0.99)], 1),
            "over_50_ms": sum(wall > LONG for wall in walls),
        }
        self.taken_up = []
        return found


def now() -> tuple[float, float]:
    """Return the clock and the process's CPU, in seconds."""
    return time.perf_counter(), time.process_time()


def run(kind: str, district_id: int, at: Any, held: Held) -> dict[str, Any]:
    """Do one run and tell what it took."""
    held.taken()
    started, cpu = time.perf_counter(), time.process_time()
    done = matches_run(district_id=district_id, kind=kind, at=at)
    assert done is not None
    row = done.row
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu": round(time.process_time() - cpu, 1),
        "phases": {name: round(s, 1) for name, s in done.seconds.items()},
        "added": row.added,
        "changed": row.changed,
        "removed": row.removed,
        **held.taken(),
    }


def homes(district_id: int) -> dict[str, Any]:
    """Evaluate the whole shelf for single enterprises, as the home page does, and open the pages of one."""
    at = AT + timedelta(days=1)
    full = shelf(district_id, local_date(at))
    ids = list(Enterprise.objects.filter(district_id=district_id).values_list("pk", flat=True)[:HOMES])
    plain, shown = [], []
    for pk in ids:
        facts = stored_facts(known_facts(Enterprise.objects.get(pk=pk)))
        plain.append(best(partial(full.engine.evaluate, facts)))
        shown.append(best(partial(standings, full, facts)))
    return {
        "policies": len(full.published),
        "evaluate_ms": round(1000 * median(plain), 2),
        "evaluate_worst_ms": round(1000 * max(plain), 2),
        "standings_ms": round(1000 * median(shown), 2),
        **pages(district_id, ids[0]),
    }


def best(do: Callable[[], Any]) -> float:
    """Return the shortest of some tries, in seconds."""
    takes = []
    for _ in range(5):
        started = time.perf_counter()
        do()
        takes.append(time.perf_counter() - started)
    return min(takes)


def pages(district_id: int, enterprise_id: int) -> dict[str, Any]:
    """Open the home page and the list of one's own policies as a clerk; statements with session and sign-in."""
    person = Person.objects.create(
        login="bench-clerk", name="测速专员", district_id=district_id, created_at=AT,
        identity_level=IdentityLevel.DESK_VERIFIED,
    )  # fmt: skip
    Clerk.objects.create(
        person=person, enterprise_id=enterprise_id, way=BindingWay.DESK, valid_from=local_date(AT),
        identity_level=IdentityLevel.DESK_VERIFIED,
    )  # fmt: skip
    client, found = Client(), {}
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for name, url in (("home", "/"), ("mine", "/policies/mine/")):
        for _ in range(2):  # the first opening compiles templates and the shelf
            count, started = Count(), time.perf_counter()
            with connection.execute_wrapper(count):
                answer = client.get(url)
            assert answer.status_code == 200, (url, answer.status_code)
        found[f"{name}_statements"] = count.statements
        found[f"{name}_ms"] = round(1000 * (time.perf_counter() - started), 1)
    return found


class Count:
    """Counts statements."""

    statements = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.statements += not sql.startswith(CONTROL)
        return execute(sql, *rest)


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--enterprises", type=int, default=150_000)
    parser.add_argument("--policies", type=int, default=300)
    options = parser.parse_args()
    setup_test_environment()
    say = sys.stderr.write
    enterprises = Enterprises(options.enterprises)
    started = time.perf_counter()
    district_id = load(enterprises, options.policies)
    say(f"loaded in {time.perf_counter() - started:.0f} s\n")
    started = time.perf_counter()
    shelf(district_id, local_date(AT))
    compiled = time.perf_counter() - started
    held = Held()
    held.watch()
    full = run(MatchRun.Kind.FULL, district_id, AT, held)
    say(f"full {full}\n")
    rows = Match.objects.count()
    touched = change(enterprises, district_id, 0.01)
    nightly = run(MatchRun.Kind.NIGHTLY, district_id, AT + timedelta(days=1), held)
    say(f"nightly {nightly}\n")
    found = {
        "enterprises": options.enterprises,
        "compiled": round(compiled, 1),
        "profile_bytes": len("".join(texts(enterprises, 0)).encode()),
        "rows": rows,
        "touched": touched,
        "full": full,
        "nightly": nightly,
        "home": homes(district_id),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
