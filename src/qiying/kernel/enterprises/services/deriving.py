"""Facts the system works out itself, written for many enterprises at once; what has not changed is not repeated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.indicators import canonical_period, canonical_value, indicator
from qiying.kernel.enterprises.models import Enterprise, EnterpriseFact, FactSource, ProfileChange
from qiying.kernel.enterprises.profiles import profiles_rebuild
from qiying.kernel.permissions.viewer import Viewer

CHUNK = 400
Values = Mapping[int, Mapping[str, str]]
"""Enterprise → indicator → value; an empty value withdraws what was derived before."""


def facts_derive(
    *, actor: Viewer, district_id: int, period: str, values: Values, note: str, at: datetime
) -> int:
    """Append derived facts of one period and return how many were written.

    Args:
        note: where they come from, shown beside them.
    """
    written, ids = 0, sorted(values)
    for start in range(0, len(ids), CHUNK):
        written += _part({pk: values[pk] for pk in ids[start : start + CHUNK]}, district_id, period, note, at)
    if written:
        record_act(
            actor=actor,
            action="enterprises.facts_derive",
            subject=f"district:{district_id}",
            data={"note": note, "period": period, "count": written},
            at=at,
            district_id=district_id,
        )
    return written


@transaction.atomic
def _part(values: Values, district_id: int, period: str, note: str, at: datetime) -> int:
    firms = Enterprise.objects.select_for_update().filter(pk__in=values, district_id=district_id)
    known = set(firms.order_by("pk").values_list("pk", flat=True))
    codes = {code for told in values.values() for code in told}
    periods = {code: canonical_period(indicator(code), period) for code in codes}
    rows = EnterpriseFact.objects.filter(
        enterprise_id__in=known, indicator__in=codes, period__in=set(periods.values())
    )
    latest = {(row.enterprise_id, row.indicator): row for row in rows.order_by("pk")}
    new = []
    for pk in sorted(known):
        for code, text in values[pk].items():
            of, before = indicator(code), latest.get((pk, code))
            value = canonical_value(of, text) if text else ""
            if value == (before.value if before is not None else ""):
                continue
            new.append(
                EnterpriseFact(
                    enterprise_id=pk, indicator=code, period=periods[code], value=value, unit=of.unit,
                    source=FactSource.DERIVED, source_note=note, supersedes=before, recorded_at=at,
                )
            )  # fmt: skip
    EnterpriseFact.objects.bulk_create(new)
    changed = sorted({row.enterprise_id for row in new})
    profiles_rebuild(changed, at)
    ProfileChange.objects.bulk_create(
        ProfileChange(enterprise_id=pk, district_id=district_id) for pk in changed
    )
    return len(new)
