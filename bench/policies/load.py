"""Loads the case past the services: enterprises and profiles by COPY or `executemany`, policies as published rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bench.policies.case import Enterprises, policies
from django.db import connection, transaction

from qiying.capabilities.policies.models import Catalogue, Policy, PolicyState, PolicyVersion, VersionState
from qiying.kernel.enterprises.models import ProfileChange
from qiying.kernel.enterprises.profiles import form
from qiying.kernel.organisations.models import District, Unit

AT = datetime(2026, 6, 30, 1, tzinfo=UTC)


def load(enterprises: Enterprises, policy_count: int) -> int:
    """Load everything into a district of its own and return its id."""
    district = District.objects.create(code="339999", name="测速区")
    unit = Unit.objects.create(district=district, path="9999.", name="测速局", functions=["policy"])
    first = 10_000_000
    with transaction.atomic():
        insert(
            "enterprises_enterprise",
            "id, district_id, name, short_name, code_level, body_kind, industry, size_class, size_class_period, region_unit_id, "
            "address, legal_representative, established_on, status, created_at, created_source, import_batch",
            (
                (
                    first + row, district.pk, f"测速企业{row}", "", "missing", "enterprise", enterprises.industry[row],
                    enterprises.size[row], "2025", unit.pk, "", "", "2015-05-01", "active", text(AT), "bench", "",
                )
                for row in range(enterprises.rows)
            ),
        )  # fmt: skip
        insert(
            "enterprises_enterpriseprofile",
            'enterprise_id, form, "values", facts, changed_at',
            ((first + row, form(), *texts(enterprises, row), text(AT)) for row in range(enterprises.rows)),
        )
    publish(district.pk, unit.pk, policies(policy_count))
    settle()
    return district.pk


def settle() -> None:
    """Let what was loaded be known to the planner, and out of SQLite's log: the next commit would pay for it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()


def publish(district_id: int, unit_id: int, wordings: list[str]) -> None:
    """Write policies as their publication leaves them."""
    with transaction.atomic():
        for wording in wordings:
            told = json.loads(wording)
            policy = Policy.objects.create(
                district_id=district_id, code=told["id"], name=told["name"], lead_unit_id=unit_id,
                state=PolicyState.PUBLISHED, created_at=AT, is_sample=True,
            )  # fmt: skip
            version = PolicyVersion.objects.create(
                policy=policy, no=1, text=wording, state=VersionState.PUBLISHED, saved_at=AT, published_at=AT
            )
            Policy.objects.filter(pk=policy.pk).update(current=version)
        Catalogue.objects.create(district_id=district_id, stamp=1, changed_at=AT)


def change(enterprises: Enterprises, district_id: int, share: float) -> int:
    """Change a share of all facts in the profiles, as the services note it; return how many enterprises."""
    rows, first = enterprises.change(share), 10_000_000
    with transaction.atomic():
        sql = 'UPDATE enterprises_enterpriseprofile SET "values" = %s, facts = %s WHERE enterprise_id = %s'
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(*texts(enterprises, row), first + row) for row in rows])
        ProfileChange.objects.bulk_create(
            (ProfileChange(enterprise_id=first + row, district_id=district_id) for row in rows),
            batch_size=400,
        )
    settle()
    return len(rows)


def texts(enterprises: Enterprises, row: int) -> tuple[str, str]:
    """Return a profile's two texts."""
    values = enterprises.values(row)
    facts = {
        name: [str(value), "2025", "shared", "2026-06-30T01:00:00+00:00"] for name, value in values.items()
    }
    return tuple(json.dumps(told, ensure_ascii=False, separators=(",", ":")) for told in (values, facts))  # type: ignore[return-value]


def insert(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write many rows."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * (columns.count(",") + 1))
        connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def text(at: datetime) -> str:
    """Return a time as both databases take it."""
    return at.strftime("%Y-%m-%d %H:%M:%S") if connection.vendor == "sqlite" else at.isoformat()
