"""What was granted before, beside a register as columns."""

from __future__ import annotations

import numpy as np
from django.db.models import F

from qiying.capabilities.policies.models import Application, PolicyVersion
from qiying.capabilities.policies.selectors.applying import GONE
from qiying.capabilities.policies.selectors.shelf import group_of
from qiying.decision.scalar.amounts import History
from qiying.kernel.enterprises.columns import Part, Register

Grants = list[tuple[str, int, int, int | None, str, int]]


def granted(district_id: int, part: Part | None = None) -> Grants:
    """Return what was granted before: policy code, enterprise, year, fen, stage, version; one query."""
    rows = Application.objects.filter(district_id=district_id, approved_at__isnull=False)
    if part is not None and part.ids is not None:
        rows = rows.filter(enterprise_id__in=part.ids)
    rows = rows.exclude(case__outcome__in=GONE).annotate(code=F("policy__code"))
    return list(rows.values_list("code", "enterprise_id", "year", "granted_fen", "stage", "version_id"))


def history(grants: Grants, rows: Register) -> dict[str, dict[int, History]]:
    """Return grants of the enterprises in a register, by policy code and row; at most one query."""
    versions = PolicyVersion.objects.in_bulk({row[5] for row in grants}) if grants else {}
    groups = {pk: group_of(version) for pk, version in versions.items()}
    places = rows.rows_of(np.array([row[1] for row in grants], np.int64)).tolist() if grants else []
    found: dict[str, dict[int, History]] = {}
    for (code, _, year, fen, stage, version), place in zip(grants, places, strict=True):
        if place >= 0:
            here = found.setdefault(code, {})
            here[place] = here.get(place, History(group=groups[version])).with_grant(year, fen or 0, stage)
    return found
