"""`python -m bench.clues [events] [new]`: every clue rule over so many acts of cases, first whole, then what is new.

Acts are made in bulk in a database of its own: 200 units, 2,000 handlers, 20,000 enterprises, 100,000 cases. SQLite in a
temporary folder; `QIYING_DATABASE_URL` names another. The promise is 2 s for the incremental run.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
CASES, UNITS, HANDLERS, FIRMS = 100_000, 200, 2_000, 20_000
ACTS = (
    ("service_request", "take"), ("service_request", "give_back"), ("service_request", "answer"),
    ("policy_application", "record_payment"), ("policy_application", "rate"), ("service_request", "note"),
)  # fmt: skip


class Acts:
    """A district with cases, to which acts are added."""

    def __init__(self) -> None:
        from qiying.kernel.cases.models import Case
        from qiying.kernel.enterprises.models import Enterprise
        from qiying.kernel.organisations.models import Person, Unit
        from qiying.kernel.organisations.tests.factories import make_district, make_person, make_unit

        self.draw = random.Random(7)
        self.district = make_district("计时县")
        make_unit(self.district, "区纪委监委", functions=["discipline"])
        self.units = [make_unit(self.district, f"第{n}局", functions=["handling"]) for n in range(UNITS)]
        first = make_person("经办", self.units[0], "handler")
        Person.objects.bulk_create(
            Person(login=f"h{n}", name=f"经办{n}", district=self.district, created_at=NOW)
            for n in range(HANDLERS - 1)
        )
        self.people = [first.pk, *Person.objects.filter(login__startswith="h").values_list("pk", flat=True)]
        Enterprise.objects.bulk_create(
            (Enterprise(district=self.district, name=f"第{n}号公司", created_at=NOW) for n in range(FIRMS)),
            batch_size=1000,
        )
        firms = list(Enterprise.objects.values_list("pk", flat=True))
        at = NOW - timedelta(days=60)
        common: dict[str, Any] = {"version": 1, "district": self.district, "state": "x", "received_at": at,
                                  "received_on": at.date(), "opened_at": at, "last_event_at": at}  # fmt: skip
        Case.objects.bulk_create(
            (
                Case(number=f"B-{n}", title="件", procedure="policy_application" if n % 4 == 0 else "service_request",
                     enterprise_id=self.draw.choice(firms), lead_unit=self.draw.choice(self.units), **common)
                for n in range(CASES)
            ),
            batch_size=1000,
        )  # fmt: skip
        self.cases: dict[str, list[Any]] = {}
        for row in Case.objects.only("pk", "procedure", "lead_unit_id"):
            self.cases.setdefault(row.procedure, []).append(row)
        self.made = 0
        assert Unit.objects.count() > UNITS

    def add(self, count: int, at: datetime) -> None:
        """Add acts that were written at a moment."""
        from django.db import transaction

        from qiying.kernel.cases.models import CaseEvent

        def one() -> CaseEvent:
            self.made += 1
            procedure, action = self.draw.choices(ACTS, (30, 3, 25, 8, 4, 30))[0]
            case = self.draw.choice(self.cases[procedure])
            return CaseEvent(
                case_id=case.pk, seq=self.made, action=action, actor_id=self.draw.choice(self.people), actor_name="某",
                on_behalf=f"u:{case.lead_unit_id}", at=at, recorded_at=at, to_state="x", data="{}", prev_hash="",
                hash="", algorithm="x",
            )  # fmt: skip

        with transaction.atomic():
            for start in range(0, count, 10_000):
                rows = [one() for _ in range(min(10_000, count - start))]
                CaseEvent.objects.bulk_create(rows, batch_size=1000)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    new = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with TemporaryDirectory() as folder:
        os.environ.setdefault("QIYING_DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiying.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from qiying.capabilities.monitoring.rules.clues import rules
        from qiying.capabilities.monitoring.services.clues import rule_run

        acts = Acts()
        acts.add(count, NOW - timedelta(days=45))
        for label, at in (("all", None), ("new", NOW - timedelta(days=40))):
            if at is not None:
                acts.add(new, at)
            for rule in rules().values():
                cpu, wall = process_time(), perf_counter()
                raised = rule_run(rule, district_id=acts.district.pk, now=NOW)
                cpu, wall = process_time() - cpu, perf_counter() - wall
                print(
                    f"{label} {rule.code:10} cpu {cpu:6.2f} s  wall {wall:6.2f} s  clues {raised}", flush=True
                )


if __name__ == "__main__":
    main()
