"""Writes on facts: appended, never overwritten; the size class follows."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from qiying.kernel.audit.services import reveal
from qiying.kernel.audit.statements import row_update, rows_insert
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.enterprises.indicators import canonical_period, canonical_value, indicator
from qiying.kernel.enterprises.models import Enterprise, EnterpriseFact, FactSource
from qiying.kernel.enterprises.profiles import profile_change, profile_refresh
from qiying.kernel.enterprises.services.scope import is_own, require_edit
from qiying.kernel.enterprises.size_classes import NEEDED, sized
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.kept import kept_one
from qiying.kernel.permissions.viewer import Viewer


class NewFact(NamedTuple):
    """One value as somebody wrote it."""

    indicator: str
    period: str
    value: str


def fact_record(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    indicator: str,
    period: str,
    value: str,
    source: str,
    at: datetime,
    source_note: str = "",
    document_id: int | None = None,
) -> EnterpriseFact:
    """Append one fact; where a value for that period is known, the new row supersedes it."""
    rows = facts_record(
        actor=actor,
        enterprise=enterprise,
        facts=[NewFact(indicator, period, value)],
        source=source,
        at=at,
        source_note=source_note,
        document_id=document_id,
    )
    return rows[0]


@transaction.atomic
def facts_record(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    facts: Iterable[NewFact],
    source: str,
    at: datetime,
    source_note: str = "",
    document_id: int | None = None,
) -> list[EnterpriseFact]:
    """Append facts in one act; an unchanged value is not repeated, an empty one withdraws what was known.

    Raises `GuardFailed` with every reason. Returns the current row of each fact, in order.
    """
    require_edit(actor, enterprise)
    if is_own(actor, enterprise) and not actor.has("enterprises.edit"):
        source = FactSource.DECLARED  # what a clerk writes is his enterprise's own declaration
    kept_one(Enterprise.objects.select_for_update, pk=enterprise.pk)
    wanted = _canonical(facts)
    latest = _latest(enterprise, wanted)
    common = {
        "enterprise": enterprise,
        "source": source,
        "source_note": source_note,
        "source_document_id": document_id,
        "recorded_at": at,
        "recorded_by_id": actor.person_id,
    }
    rows: list[EnterpriseFact] = []
    new: list[EnterpriseFact] = []
    for fact in wanted:
        known = latest.get(fact[:2])
        if known is not None and known.value == fact.value:
            rows.append(known)
            continue
        if known is None and not fact.value:
            raise GuardFailed([f"{indicator(fact.indicator).label}没有登记过，不用撤回"])
        if (
            known is not None and known._state.adding
        ):  # told twice in one act: the first is written to be superseded
            _written(new)
        row = EnterpriseFact(
            **fact._asdict(),
            **common,
            unit=indicator(fact.indicator).unit,
            supersedes=known,
        )
        latest[fact[:2]] = row
        rows.append(row)
        new.append(row)
    _written(new)
    if new:
        _after(actor, enterprise, new, at)
    return rows


def _written(rows: list[EnterpriseFact]) -> None:
    """Write the rows that are not written yet, in one statement."""
    rows_insert([row for row in rows if row._state.adding])


@transaction.atomic
def facts_reveal(*, actor: Viewer, enterprise: Enterprise, reason: str, at: datetime) -> None:
    """Record that an official looked at an enterprise's business figures (国务院令第722号 art. 30)."""
    require_in_district(actor, "enterprises.reveal", enterprise.district_id)
    reveal(
        viewer=actor,
        subject=f"enterprise:{enterprise.pk}",
        field="facts",
        reason=reason,
        at=at,
        district_id=enterprise.district_id,
    )


def size_class_refresh(enterprise: Enterprise) -> None:
    """Recompute and store the size class; a derived column, so no act of its own."""
    found = sized(enterprise.industry, enterprise.pk)
    enterprise.size_class, enterprise.size_class_period = found.size_class, found.period
    row_update(enterprise, ("size_class", "size_class_period"))


def _canonical(facts: Iterable[NewFact]) -> list[NewFact]:
    """Return facts with canonical texts; raise `GuardFailed` with every reason at once."""
    good, reasons = [], []
    for fact in facts:
        try:
            of = indicator(fact.indicator)
            period = canonical_period(of, fact.period)
            value = canonical_value(of, fact.value) if fact.value.strip() else ""
            good.append(NewFact(of.code, period, value))
        except LookupError as error:
            reasons.append(str(error.args[0]))
        except ValueError as error:
            reasons.append(f"{of.label}：{error}")
    if reasons:
        raise GuardFailed(reasons)
    return good


def _latest(enterprise: Enterprise, facts: list[NewFact]) -> dict[tuple[str, ...], EnterpriseFact]:
    rows = EnterpriseFact.objects.filter(
        enterprise=enterprise,
        indicator__in={f.indicator for f in facts},
        period__in={f.period for f in facts},
    ).order_by("id")
    return {(r.indicator, r.period): r for r in rows}


def _after(actor: Viewer, enterprise: Enterprise, new: list[EnterpriseFact], at: datetime) -> None:
    if any(row.indicator in NEEDED for row in new):
        size_class_refresh(enterprise)
    profile_refresh(enterprise.pk, new, at)
    profile_change(enterprise)
    # Which facts, not their values: figures are trade secrets and the rows themselves are append-only.
    row_noted(
        actor,
        "enterprises.facts_record",
        enterprise,
        at,
        facts=[{"id": r.pk, "indicator": r.indicator, "period": r.period} for r in new],
    )
