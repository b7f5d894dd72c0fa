"""`python -m bench.visits [visits]`: pages, guard and API of visits at 1, 25 and 100,000 rows, in a database of its own.

Rows are made in bulk, 20,000 enterprises with five visits each over three years. CPU, wall and statements of one request,
medians of nine after two to warm up, the pages taken in turn. SQLite in a temporary folder; `QIYING_DATABASE_URL` names another.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time_ns
from typing import Any

WARM, TIMES, BUDGET, SIGN_IN = 2, 9, 6, 3
EACH, YEARS = 5, 3
TALKS = ("看了车间，订单比去年多一成", "招工难，夜班没有公交", "新厂房封顶，明年投产", "货款回得慢一些")


class Town:
    """A district of tests with enterprises and visits made in bulk."""

    def __init__(self) -> None:
        from qiying.capabilities.visits.tests.world import make_walks

        self.walks, self.draw = make_walks(), random.Random(7)
        self.today: date = self.walks.day(0)
        self.campaign = self.walks.campaign()
        self.made, self.case = 0, self._case()

    def _case(self) -> Any:
        from qiying.capabilities.visits.models import VisitProblem

        self.walks.made(problems=[{"text": "招工难，夜班没有公交。", "difficulty": "labour"}])
        return VisitProblem.objects.get().case

    def firms(self, count: int) -> list[Any]:
        """Return enterprises in the order of their making, more where there are too few."""
        from qiying.kernel.enterprises.models import Enterprise
        from qiying.kernel.enterprises.tests.factories import make_code

        have = Enterprise.objects.filter(district=self.walks.district).count()
        town = self.walks.units["town"]
        rows = (
            Enterprise(
                district=self.walks.district, name=f"第{n}号精密机械有限公司", credit_code=make_code(), region_unit=town,
                created_at=self.walks.now, industry=f"{13 + n % 30}10", size_class=("micro", "small", "medium")[n % 3],
            )
            for n in range(have, count)
        )  # fmt: skip
        Enterprise.objects.bulk_create(rows, batch_size=500)
        return list(Enterprise.objects.filter(district=self.walks.district).order_by("pk"))

    def visits(self, count: int) -> None:
        """Bring the register to so many visits, each with who goes, some with a problem or a promise."""
        from django.db import connection, transaction

        from qiying.capabilities.visits.models import Visit, VisitPart, VisitProblem, VisitPromise
        from qiying.kernel.search.services import index_put

        firms, walks = self.firms(max(count // EACH, 30)), self.walks
        goers = [walks.people[who] for who in ("liaison", "co_liaison", "handler", "deputy")]
        units = {p.pk: p.memberships.get().unit_id for p in goers}
        with transaction.atomic():
            rows = [self._visit(n, firms[n % len(firms)], goers, units) for n in range(self.made, count)]
            made = Visit.objects.bulk_create(rows, batch_size=500)
            VisitPart.objects.bulk_create(
                (
                    VisitPart(
                        visit=v, unit_id=v.unit_id, person_id=v.person_id, campaign_id=v.campaign_id,
                        is_open=v.state == "planned",
                    )
                    for v in made
                ),
                batch_size=500,
            )  # fmt: skip
            done = [v for v in made if v.state == "done"]
            VisitProblem.objects.bulk_create(
                (
                    VisitProblem(visit=v, no=1, text=v.talk, difficulty=f"kind{n % 40}", case=self.case)
                    for n, v in enumerate(done[::8])
                ),
                batch_size=500,
            )
            VisitPromise.objects.bulk_create(
                (
                    VisitPromise(
                        visit=v, enterprise=v.enterprise, unit_id=v.unit_id, text="送一份清单",
                        promised_by=v.on + timedelta(days=9), kept_on=v.on, kept_at=walks.now, result="送到了",
                    )
                    for v in done[::9]
                ),
                batch_size=500,
            )  # fmt: skip
            for v in done:
                text = f"{v.enterprise.name}\n{v.talk}"
                index_put(kind="visit", object_id=v.pk, district_id=v.district_id, text=text, at=walks.now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.made = count

    def _visit(self, n: int, firm: Any, goers: list[Any], units: dict[int, int]) -> Any:
        from qiying.capabilities.visits.models import Visit

        person = goers[n % len(goers)]
        back = self.draw.randrange(YEARS * 365)
        state = "planned" if n % 40 == 7 else "cancelled" if n % 90 == 11 else "done"
        on = self.today + timedelta(days=back % 50 if state == "planned" else -back - 1)
        return Visit(
            district=self.walks.district, enterprise=firm, unit_id=units[person.pk], person=person, on=on, state=state,
            campaign=self.campaign if n % 3 else None, talk=TALKS[n % len(TALKS)], planned_at=self.walks.now,
            excess_reason="企业请我们去" if n % 200 == 3 else "",
        )  # fmt: skip

    def asked(self) -> dict[str, Callable[[], Any]]:
        """Return what is measured, by name."""
        from qiying.capabilities.visits.models import Visit
        from qiying.capabilities.visits.selectors.visits import (
            Wish,
            difficulties,
            firms_not_visited,
            preview,
            visits_made,
        )
        from qiying.kernel.organisations.tests.cast import client_of

        walks, district_id = self.walks, self.walks.district.pk
        desk, liaison, clerk = (client_of(walks.people[who]) for who in ("desk", "liaison", "clerk"))
        row = Visit.objects.filter(unit=walks.units["town"]).first()
        assert row is not None
        firms = self.firms(0)
        person = walks.people["liaison"]
        unit_id = person.memberships.get().unit_id
        wishes = [Wish(f, unit_id, self.today + timedelta(days=9), person.pk) for f in islice(firms, 200)]
        pages: dict[str, tuple[Any, str]] = {
            "desk /visits/": (desk, "/visits/"),
            "desk /visits/?show=done": (desk, "/visits/?show=done"),
            "desk /visits/?show=done&sort=firm": (desk, "/visits/?show=done&sort=firm"),
            "desk /visits/?show=done&page=200": (desk, "/visits/?show=done&page=200"),
            "desk /visits/?show=done&q=公交": (desk, "/visits/?show=done&q=公交"),
            "desk /visits/?show=done&q=第77号": (desk, "/visits/?show=done&q=第77号"),
            "desk /visits/?show=done&campaign=": (desk, f"/visits/?show=done&campaign={self.campaign.pk}"),
            "desk /visits/?over=1": (desk, "/visits/?over=1&show=done"),
            "liaison /visits/?show=done": (liaison, "/visits/?show=done"),
            f"liaison /visits/{row.pk}/": (liaison, f"/visits/{row.pk}/"),
            "desk /visits/campaigns/": (desk, "/visits/campaigns/"),
            "desk /visits/difficulties/": (desk, "/visits/difficulties/"),
            "liaison /visits/phone/data.json": (liaison, "/visits/phone/data.json"),
            "liaison /": (liaison, "/"),
            "clerk /visits/mine/": (clerk, "/visits/mine/"),
        }

        def asking(client: Any, url: str) -> Callable[[], None]:
            def ask() -> None:
                answer = client.get(url)
                assert answer.status_code == 200, (url, answer.status_code)

            return ask

        first, last = self.today - timedelta(days=365), self.today
        return {
            **{name: asking(*page) for name, page in pages.items()},
            "guard, one wish": lambda: preview(district_id, wishes[:1], self.today),
            "guard, 200 wishes": lambda: preview(district_id, wishes, self.today),
            "rule: not visited for 90 days": lambda: firms_not_visited(
                district_id, self.today, days=90, most=200
            ),
            "difficulties": lambda: difficulties(district_id, self.today),
            "firms visited in a year": lambda: visits_made(district_id=district_id, first=first, last=last),
        }


def measured(asked: dict[str, Callable[[], Any]]) -> dict[str, tuple[float, float, int]]:
    """Return CPU and wall in milliseconds and statements of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cpu: dict[str, list[float]] = {name: [] for name in asked}
    wall: dict[str, list[float]] = {name: [] for name in asked}
    for n in range(WARM + TIMES):
        for name, ask in asked.items():
            start, clock = process_time_ns(), perf_counter()
            ask()
            if n >= WARM:
                cpu[name].append((process_time_ns() - start) / 1e6)
                wall[name].append((perf_counter() - clock) * 1000)
    found = {}
    for name, ask in asked.items():
        with CaptureQueriesContext(connection) as seen:
            ask()
        if os.environ.get("SHOW") == name:
            for q in seen.captured_queries:
                sys.stdout.write(f"{q['time']} {q['sql'][:1500]}\n")
        found[name] = median(cpu[name]), median(wall[name]), len(seen)
    return found


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as place:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="qiying.config.settings", QIYING_DATA_DIR=place, QIYING_DEMO="1",
            QIYING_DEBUG="0", QIYING_LOG_LEVEL="ERROR", QIYING_ALLOWED_HOSTS="testserver",
        )  # fmt: skip
        import django

        django.setup()
        from bench.pages.run import machine
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        call_command("setup", quiet=True)
        setup_test_environment()
        town = Town()
        rows = []
        for count in (1, 25, wanted):
            start = process_time_ns()
            town.visits(count)
            spent = (process_time_ns() - start) / 1e9
            rows.append(measured(town.asked()))
        sys.stdout.write(f"{machine()}\n{wanted:,} visits made in {spent:.0f} s CPU\n")
        sys.stdout.write(
            f"statements at 1, 25 and {wanted:,} visits; CPU and wall ms of a request at {wanted:,}\n"
        )
        for name, (cpu, wall, _) in sorted(rows[-1].items(), key=lambda r: -r[1][0]):
            each = [r[name][2] if name in r else 0 for r in rows]
            told = "/".join(str(n) for n in each)
            sys.stdout.write(f"{cpu:8.1f} {wall:8.1f} ms  {told:>10} statements  {name}\n")


if __name__ == "__main__":
    main()
