"""Scores of a whole district, part by part: read as columns, scored together, only what differs is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as clock_time

import numpy as np
from django.db import transaction

from qiying.capabilities.innovation.models import Score, ScoreRun
from qiying.capabilities.innovation.rules.scoring import names_read, points, scored
from qiying.capabilities.innovation.rules.tables import tables
from qiying.capabilities.innovation.selectors import weights_on
from qiying.decision.indicators import standard_registry
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.columns import MOST, Part, register
from qiying.kernel.enterprises.decision_facts import last_period
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.profiles import profiles_missing, profiles_rebuild
from qiying.kernel.enterprises.services.deriving import facts_derive
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import system_viewer

NIGHT = clock_time(3, 0)
PART_ROWS = 20_000
"""Enterprises scored in one step of the worker, which takes about a second."""
WRITTEN = 2_000
FIELDS = ("stage", "score_low", "score_high", "index_low", "index_high", "settled")
NOTE = "科创指数测算（样例权重）"
OWN_NOTE = "科创指数测算（本区权重）"
Kept = tuple[str, int, int, int, int, int]


def scores_tick(now: datetime) -> str:
    """After three at night score the next part of a district that is not done today; return what was done."""
    today = local_date(now)
    if local_time(now).time() < NIGHT:
        return ""
    done = ScoreRun.objects.filter(as_of=today, is_done=True).values_list("district_id", flat=True)
    district = District.objects.exclude(pk__in=list(done)).order_by("pk").first()
    if district is None:
        return ""
    row, _ = ScoreRun.objects.get_or_create(district=district, defaults={"as_of": today})
    if row.as_of != today:
        row.as_of, row.after, row.is_done, row.changed = today, 0, False, 0
    part = _next_part(row)
    if part is None:
        row.is_done, row.finished_at = True, now
    else:
        row.changed += scores_refresh(district_id=district.pk, part=part, now=now)
        row.after = part.upto
    row.save()
    return f"{district.code} {row.after} {row.changed}"


def _next_part(row: ScoreRun) -> Part | None:
    rows = Enterprise.objects.filter(district_id=row.district_id, pk__gt=row.after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:PART_ROWS])
    return Part(row.after, ids[-1]) if ids else None


def scores_run(*, district_id: int, now: datetime) -> int:
    """Score a whole district at once and return how many scores changed (demo, commands)."""
    return scores_refresh(district_id=district_id, part=Part(0, MOST), now=now)


def score_again(*, enterprise_ids: Iterable[int], district_id: int, now: datetime) -> int:
    """Score some enterprises at once, after a fact of theirs was corrected."""
    return scores_refresh(district_id=district_id, part=Part(0, MOST, list(enterprise_ids)), now=now)


def scores_refresh(*, district_id: int, part: Part, now: datetime) -> int:
    """Score a part of a district, write scores and published facts that differ; return how many did."""
    on = local_date(now)
    if missing := profiles_missing(district_id, part.ids):
        profiles_rebuild(missing, now)
    found = _found(district_id, part, on)
    with transaction.atomic():
        kept = _standing(district_id, part)
        changed = [pk for pk, told in found.items() if kept.get(pk) != told]
        rows = [
            Score(enterprise_id=pk, district_id=district_id, as_of=on, **dict(zip(FIELDS, found[pk], strict=True)))
            for pk in changed
        ]  # fmt: skip
        for start in range(0, len(rows), WRITTEN):
            Score.objects.bulk_create(
                rows[start : start + WRITTEN],
                update_conflicts=True,
                unique_fields=["enterprise"],
                update_fields=[*FIELDS, "as_of"],
            )
        gone = sorted(set(kept) - set(found))
        Score.objects.filter(pk__in=gone).delete()
    is_sample = any(one.is_sample for one in weights_on(district_id, on).values())
    facts_derive(
        actor=system_viewer("worker", district_id=district_id),
        district_id=district_id,
        period=last_period("year", on),
        values={**{pk: _published(found[pk]) for pk in changed}, **dict.fromkeys(gone, _NOTHING)},
        note=NOTE if is_sample else OWN_NOTE,
        at=now,
    )
    return len(changed) + len(gone)


def _found(district_id: int, part: Part, on: date) -> dict[int, Kept]:
    """Return what the engine says of each enterprise of which enough is known."""
    rows = register(district_id, standard_registry(), names_read(on), part)
    result = scored(rows.columns, weights_on(district_id, on), on)
    settled = result.settled("score")
    least = int(parameter("innovation.least_known", district_id=district_id, on=on))
    here = np.flatnonzero(settled >= least)
    stages = ("", *tables().stages)
    columns = [
        (result.stage[here] + 1).tolist(),
        *(end[here].tolist() for scheme in ("score", "index") for end in result.totals[scheme]),
        settled[here].tolist(),
    ]
    ids = rows.ids[here].tolist()
    return {pk: (stages[stage], *rest) for pk, stage, *rest in zip(ids, *columns, strict=True)}


def _standing(district_id: int, part: Part) -> dict[int, Kept]:
    rows = Score.objects.filter(district_id=district_id, pk__gt=part.after, pk__lte=part.upto)
    if part.ids is not None:
        rows = rows.filter(pk__in=part.ids)
    return {pk: tuple(told) for pk, *told in rows.values_list("pk", *FIELDS)}


_NOTHING = {"innovation_score": "", "tech_index": ""}


def _published(told: Kept) -> dict[str, str]:
    """Return the facts an enterprise's results are published as; an interval is no fact and withdraws one."""
    _, low, high, index_low, index_high, _ = told
    return {
        "innovation_score": str(points(low)) if low == high else "",
        "tech_index": str(points(index_low)) if index_low == index_high else "",
    }
