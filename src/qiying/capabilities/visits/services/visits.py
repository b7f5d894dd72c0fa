"""Writes of visits: planned under one guard for all units, moved, made, promises kept, what a firm wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.visits.models import Campaign, Visit, VisitKind, VisitPart, VisitWish
from qiying.capabilities.visits.rules import Burden, day_fault, judge, quarter_of
from qiying.capabilities.visits.selectors.visits import (
    COUNTED,
    Line,
    Wish,
    campaign_names,
    may_touch,
    preview,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.rows import row_faults, row_filled

LATE = timedelta(days=60)
PHOTOS, PROBLEMS = 9, 10


# --- planning ------------------------------------------------------------------------------------
@transaction.atomic
def campaign_save(
    *, actor: Viewer, campaign: Campaign | None, values: Mapping[str, Any], now: datetime
) -> Campaign:
    """Begin a campaign or change it."""
    require(actor, "engagement.campaigns")
    row = campaign or Campaign(district_id=actor.district_id or 0)
    row_filled(row, values, "kind", "name", "unit", "goal", "valid_from", "valid_to")
    refuse(row_faults(row))
    row.save()
    campaign_names.forget()
    told = {"name": row.name, "goal": row.goal, "to": str(row.valid_to or "")}
    record_act(actor=actor, action="campaign_save", subject=f"campaign:{row.pk}", data=told, at=now)
    return row


@transaction.atomic
def visits_plan(*, actor: Viewer, wishes: Sequence[Wish], now: datetime) -> list[Line]:
    """Write wishes to visit as the guard judges them and return each with its visit; what is refused is not written.

    The enterprises are locked first, so that of two units who plan at once the second goes along with the first.
    """
    require(actor, "engagement.visits")
    is_wide = actor.has("engagement.campaigns")
    if any(w.unit_id not in actor.unit_ids for w in wishes) and not is_wide:
        raise NotPermitted("只能安排自己单位的走访")
    district_id, today = actor.district_id or 0, local_date(now)
    going = {(w.person_id, w.unit_id) for w in wishes}
    rows_of = Membership.objects.filter(in_force(today), person_id__in={p for p, _ in going})
    if going - set(rows_of.values_list("person_id", "unit_id")):
        refuse({"person_id": ["谁去要写清楚，而且要是这个单位的人"]})
    ids = sorted({w.enterprise.pk for w in wishes})
    here = Enterprise.objects.select_for_update().filter(pk__in=ids, district_id=district_id)
    if len(list(here.order_by("pk").values_list("pk", flat=True))) != len(ids):
        raise NotPermitted("不是本区的企业")
    lines = preview(district_id, wishes, today)
    new = [line for line in lines if line.verdict.code == "new"]
    rows = Visit.objects.bulk_create(
        Visit(
            district_id=district_id, enterprise=w.enterprise, campaign_id=w.campaign_id, unit_id=w.unit_id,
            person_id=w.person_id, on=w.on, purpose=w.purpose[:120], excess_reason=w.reason[:200], planned_at=now,
        )
        for w in (line.wish for line in new)
    )  # fmt: skip
    made: dict[int, Visit] = {-lines.index(line) - 1: row for line, row in zip(new, rows, strict=True)}
    for line, row in zip(new, rows, strict=True):
        line.visit = row
    joins = [line for line in lines if line.verdict.code == "join"]
    known = Visit.objects.select_related("enterprise").in_bulk(
        [j.verdict.visit_id for j in joins if (j.verdict.visit_id or 0) > 0]
    )
    for join in joins:
        join.visit = {**known, **made}[join.verdict.visit_id or 0]
    written = [line for line in lines if line.visit is not None]
    VisitPart.objects.bulk_create(
        VisitPart(visit=v, unit_id=w.unit_id, person_id=w.person_id, campaign_id=w.campaign_id)
        for v, w in ((line.visit, line.wish) for line in written)
        if v is not None
    )
    _tell_planned(actor, written, now)
    return lines


def _tell_planned(actor: Viewer, lines: Sequence[Line], now: datetime) -> None:
    names = dict(Unit.objects.filter(pk__in={x.wish.unit_id for x in lines}).values_list("pk", "name"))
    specs = []
    for line in lines:
        visit, wish = line.visit, line.wish
        assert visit is not None
        words = {"firm": wish.enterprise.label, "unit": names[wish.unit_id], "on": visit.on.isoformat()}
        told = f"{visit.subject}:{line.verdict.code}:{wish.unit_id}"
        specs.append(
            NoticeSpec("visit_planned", wish.enterprise.key, visit.subject, told, words, "/visits/mine/")
            if line.verdict.code == "new"
            else NoticeSpec(
                "visit_joined", f"u:{visit.unit_id}", visit.subject, told, words, f"/visits/{visit.pk}/"
            )
        )
        row_noted(
            actor, f"visit_{'plan' if line.verdict.code == 'new' else 'join'}", visit, now,
            firm=wish.enterprise.label, unit=names[wish.unit_id], on=visit.on.isoformat(), reason=wish.reason,
        )  # fmt: skip
    notices_queue(specs, district_id=actor.district_id or 0, at=now)


def visit_plan(*, actor: Viewer, wish: Wish, now: datetime) -> Line:
    """Plan one visit, or go along with another unit's; `GuardFailed` when it is refused."""
    _possible(wish.on, now)
    line = visits_plan(actor=actor, wishes=[wish], now=now)[0]
    if line.visit is None:
        refuse({"reason" if line.verdict.needs_reason else "enterprise": [line.verdict.words]})
    return line


def _possible(on: date, now: datetime) -> None:
    fault = day_fault(on, local_date(now))
    refuse({"on": [fault]} if fault else {})


def require_touch(actor: Viewer, visit: Visit) -> None:
    """Raise `NotPermitted` for somebody who may not move, cancel or write down a visit."""
    if not may_touch(actor, visit):
        raise NotPermitted("您的单位不参加这次走访")


def _open(actor: Viewer, visit: Visit) -> Visit:
    """Return a visit that is still planned, locked, with who goes, for somebody who may touch it."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("enterprise", "campaign")
    locked = rows.prefetch_related("parts").get(pk=visit.pk)
    require_touch(actor, locked)
    return still_planned(locked)


def still_planned(visit: Visit) -> Visit:
    if visit.state != Visit.State.PLANNED:
        raise ActionNotAvailable(f"这次走访已经{visit.get_state_display()}")
    return visit


@transaction.atomic
def visit_move(*, actor: Viewer, visit: Visit, on: date, now: datetime, reason: str = "") -> Visit:
    """Move a planned visit to another day, into a full quarter only with a reason; the firm and who goes are told."""
    row = _open(actor, visit)
    _possible(on, now)
    if quarter_of(on) != quarter_of(row.on) and row.kind == VisitKind.VISIT:
        there = Visit.objects.filter(COUNTED, enterprise=row.enterprise, on__range=quarter_of(on)).count()
        cap = int(parameter("visit.cap", district_id=row.district_id, on=on))
        verdict = judge(Burden(there, cap), reason)
        refuse({"reason": [verdict.words]} if verdict.code == "refused" else {})
        row.excess_reason = reason[:200] if there >= cap else row.excess_reason
    before, row.on = row.on, on
    row.save(update_fields=["on", "excess_reason"])
    _tell_all(row, "visit_moved", now, actor, before=before.isoformat())
    row_noted(actor, "visit_move", row, now, before=before.isoformat(), on=on.isoformat(), reason=reason)
    return row


@transaction.atomic
def visit_cancel(*, actor: Viewer, visit: Visit, reason: str, now: datetime) -> Visit:
    """Cancel a planned visit; where other units go along, only one's own part ends and the next unit leads."""
    row = _open(actor, visit)
    if len(reason.strip()) < 2:
        refuse({"reason": ["请写为什么不去"]})
    parts = list(row.parts.all())
    staying = [p for p in parts if p.unit_id not in actor.unit_ids]
    if staying and len(staying) < len(parts):
        VisitPart.objects.filter(pk__in=[p.pk for p in parts if p not in staying]).delete()
        row.unit_id, row.person_id, row.campaign_id = (
            staying[0].unit_id,
            staying[0].person_id,
            staying[0].campaign_id,
        )
        row.save(update_fields=["unit", "person", "campaign"])
    else:
        row.state, row.cancelled_because = Visit.State.CANCELLED, reason.strip()[:200]
        row.save(update_fields=["state", "cancelled_because"])
        row.parts.update(is_open=False)
    _tell_all(row, "visit_cancelled", now, actor, reason=reason.strip()[:100])
    row_noted(actor, "visit_cancel", row, now, reason=reason.strip()[:200])
    return row


def _tell_all(visit: Visit, template: str, now: datetime, actor: Viewer, **more: str) -> None:
    words = {"firm": visit.enterprise.label, "on": visit.on.isoformat(), **more}
    units = {p.unit_id for p in visit.parts.all()} - set(actor.unit_ids)
    urls = {visit.enterprise.key: "/visits/mine/", **{f"u:{u}": f"/visits/{visit.pk}/" for u in units}}
    specs = [
        NoticeSpec(template, key, visit.subject, f"{visit.subject}:{template}:{now:%s%f}:{key}", words, url)
        for key, url in urls.items()
    ]
    notices_queue(specs, district_id=visit.district_id, at=now)


@transaction.atomic
def wish_set(
    *, actor: Viewer, enterprise: Enterprise, is_opted_out: bool, now: datetime, note: str = "",
    until: date | None = None,
) -> VisitWish:  # fmt: skip
    """Note that an enterprise wants no visits, or again wants them; what was planned is cancelled and everybody told.

    Its own clerk says it, or who keeps the campaigns for a firm that said it by telephone.
    """
    if enterprise.pk not in actor.enterprise_ids:
        require_in_district(actor, "engagement.campaigns", enterprise.district_id)
    if until and until < local_date(now):
        refuse({"until": ["写今天以后的日子，一直谢绝就空着"]})
    values = {"is_opted_out": is_opted_out, "note": note.strip()[:200], "until": until, "set_at": now}
    row, _ = VisitWish.objects.update_or_create(enterprise=enterprise, defaults=values)
    program = system_viewer("worker", district_id=enterprise.district_id)
    if is_opted_out:
        planned = Visit.objects.filter(enterprise=enterprise, state=Visit.State.PLANNED, kind=VisitKind.VISIT)
        for visit in planned if until is None else planned.filter(on__lte=until):
            visit_cancel(actor=program, visit=visit, reason="企业谢绝走访", now=now)
    told = {"opted_out": is_opted_out, "until": str(until or ""), "note": row.note}
    row_noted(actor, "visit_wish", enterprise, now, **told)  # fmt: skip
    return row
