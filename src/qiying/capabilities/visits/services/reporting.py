"""What was met on a visit: the report, its facts, problems as cases of the pool, promises kept by their day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiying.capabilities.visits.models import (
    Campaign,
    Visit,
    VisitKind,
    VisitPart,
    VisitProblem,
    VisitPromise,
)
from qiying.capabilities.visits.selectors.visits import FACTS
from qiying.capabilities.visits.services.visits import (
    LATE,
    PHOTOS,
    PROBLEMS,
    require_touch,
    still_planned,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.opening import case_start
from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.decision_facts import last_period
from qiying.kernel.enterprises.indicators import indicator
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.enterprises.services.facts import NewFact, facts_record
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.kernel.search.services import index_put
from qiying.statutes.workdays import CalendarRangeError, first_workday_from
from qiying.ui.humanize import day_dated_words


@dataclass(frozen=True)
class Told:
    """A visit as somebody writes it down, under a key made for it.

    `data`: arrived_at, latitude, longitude, met, talk, confirmed (fact codes), facts (code → value), policies (names),
    problems ({text, difficulty}), promises ({text, promised_by}). Each problem becomes a case of the pool.
    """

    actor: Viewer
    visit: Visit
    key: str
    data: Mapping[str, Any]
    now: datetime
    photos: Sequence[tuple[str, bytes]] = ()


def visit_report(
    *, actor: Viewer, visit: Visit, key: str, data: Mapping[str, Any], now: datetime,
    photos: Sequence[tuple[str, bytes]] = (),
) -> Visit:  # fmt: skip
    """Write down a visit that was made, all of it or nothing; the same key again changes nothing."""
    return visits_report([Told(actor, visit, key, data, now, photos)])[0]


@transaction.atomic
def visits_report(told: Sequence[Told]) -> list[Visit]:
    """Write down several visits, all or nothing, and count them together."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("enterprise", "campaign")
    locked = rows.prefetch_related("parts").in_bulk([t.visit.pk for t in told])
    keys = set(Visit.objects.filter(key__in=[t.key for t in told]).values_list("key", flat=True))
    reached = _reached(locked.values())
    deltas: list[FigureDelta] = []
    for one in told:
        row = locked[one.visit.pk]
        require_touch(one.actor, row)
        if row.key != one.key:
            still_planned(row)
            deltas += _written(one, row, one.key in keys, reached)
    VisitPart.objects.filter(visit__in=locked, is_open=True).update(is_open=False)
    deltas_write(deltas)
    return [locked[t.visit.pk] for t in told]


def _reached(rows: Iterable[Visit]) -> set[tuple[int, int]]:
    """Return which enterprises of some visits were visited in which year."""
    done = Visit.objects.filter(
        enterprise_id__in={r.enterprise_id for r in rows}, state=Visit.State.DONE, kind=VisitKind.VISIT
    )
    return set(done.order_by().values_list("enterprise_id", "on__year").distinct())


def _written(one: Told, row: Visit, is_taken: bool, reached: set[tuple[int, int]]) -> list[FigureDelta]:
    """Write one visit down and return what it counts."""
    data, now = one.data, one.now
    arrived = data.get("arrived_at") or now
    _check_report(one, row, arrived, is_taken)
    row.key, row.arrived_at, row.on, row.state = one.key, arrived, local_date(arrived), Visit.State.DONE
    row.latitude, row.longitude = _place(data.get("latitude")), _place(data.get("longitude"))
    row.met, row.talk = str(data.get("met", ""))[:60], str(data.get("talk", "")).strip()[:5000]
    row.policies = [str(p)[:120] for p in data.get("policies", [])][:20]
    row.facts = _facts(row, data, now)
    row.reported_at, row.reported_by_id = now, one.actor.person_id
    row.save()
    said = [row.enterprise.name, row.talk, *(str(p["text"]) for p in data.get("problems", []))]
    index_put(kind="visit", object_id=row.pk, district_id=row.district_id, text="\n".join(said), at=now)
    for name, content in one.photos:
        document_store(
            content=content, name=name, kind="photo", subject=row.subject, actor=one.actor,
            district_id=row.district_id, at=now, enterprise_id=row.enterprise_id, audience="internal",
        )  # fmt: skip
    problems = _problems(row, data.get("problems", []), now)
    unit_id = next((p.unit_id for p in row.parts.all() if p.unit_id in one.actor.unit_ids), row.unit_id)
    promises = VisitPromise.objects.bulk_create(
        VisitPromise(
            visit=row, enterprise=row.enterprise, unit_id=unit_id, text=str(p["text"])[:300],
            promised_by=p["promised_by"],
        )
        for p in data.get("promises", [])
    )  # fmt: skip
    row_noted(
        one.actor, "visit_report", row, now, on=row.on.isoformat(), problems=[p.case.number for p in problems],
        promises=len(promises), photos=len(one.photos), facts=_facts_words(row.facts),
    )  # fmt: skip
    year, is_first = (row.enterprise_id, row.on.year), (row.enterprise_id, row.on.year) not in reached
    reached.add(year)
    return _counted(row, firms=int(is_first), problems=len(problems), promises=len(promises))


def _check_report(one: Told, row: Visit, arrived: datetime, is_taken: bool) -> None:
    fields: dict[str, list[str]] = {}
    data = one.data
    if not 8 <= len(one.key) <= 40:
        fields["key"] = ["缺了这份记录的编号，请重新打开页面"]
    elif is_taken:
        fields["key"] = ["这个编号记过另一次走访"]
    if not one.now - LATE <= arrived <= one.now + timedelta(minutes=10):
        fields["arrived_at"] = [f"到的时间不对：不能晚于现在，也不能早于 {LATE.days} 天前"]
    if len(str(data.get("talk", "")).strip()) < 4:
        fields["talk"] = ["写一句谈了什么，至少 4 个字"]
    if len(one.photos) > PHOTOS:
        fields["photos"] = [f"最多 {PHOTOS} 张照片"]
    if len(data.get("problems", [])) > PROBLEMS:
        fields["problems"] = [f"一次最多记 {PROBLEMS} 个问题"]
    elif any(len(str(p.get("text", "")).strip()) < 5 for p in data.get("problems", [])):
        fields["problems"] = ["每个问题至少写 5 个字"]
    for promise in data.get("promises", []):
        if len(str(promise.get("text", "")).strip()) < 4:
            fields["promises"] = ["答应了什么，至少写 4 个字"]
        elif why := promise_fault(row.district_id, promise.get("promised_by"), local_date(arrived)):
            fields["promises"] = [why]
    refuse(fields)


def promise_fault(district_id: int, on: date | None, since: date) -> str:
    """Say why a day cannot be promised: it is a workday on or after the visit."""
    if on is None or on < since:
        return "答应的日子不能早于走访那天"
    calendar = calendar_for(district_id)
    try:
        workday = first_workday_from(on, calendar)
    except CalendarRangeError:
        return "日子太远了，工作日历还没有那一年"
    if workday == on:
        return ""
    nearest = day_dated_words(workday, since)
    return f"{on.month}月{on.day}日是{calendar.day_note(on) or '休息日'}，不是工作日；最近的工作日是{nearest}"


def _place(value: Any) -> Decimal | None:
    return round(Decimal(str(value)), 5) if value not in (None, "") else None


def _facts(row: Visit, data: Mapping[str, Any], now: datetime) -> dict[str, list[str]]:
    """Append what was corrected to the register's facts; a value that was only confirmed is noted, not repeated."""
    given = {str(k): str(v).strip() for k, v in dict(data.get("facts", {})).items() if str(v).strip()}
    facts = [
        NewFact(code, last_period(indicator(code).frequency, row.on), value)
        for code, value in given.items()
        if code in FACTS
    ]
    program = system_viewer("worker", district_id=row.district_id)
    if facts:
        try:
            facts_record(
                actor=program, enterprise=row.enterprise, facts=facts, source=FactSource.OFFICIAL, at=now,
                source_note=f"{row.on} 走访时核对",
            )  # fmt: skip
        except GuardFailed as error:
            refuse({"facts": error.reasons})
    confirmed = [c for c in data.get("confirmed", []) if c in FACTS and c not in given]
    return {"confirmed": confirmed, "corrected": sorted(f.indicator for f in facts)}


def _facts_words(facts: Mapping[str, list[str]]) -> str:
    """Say which facts were confirmed and which were corrected."""
    parts = (("没变", facts.get("confirmed", [])), ("改了", facts.get("corrected", [])))
    return "；".join(
        f"{word} {'、'.join(indicator(c).label for c in codes)}" for word, codes in parts if codes
    )


def _problems(row: Visit, given: Iterable[Mapping[str, Any]], now: datetime) -> list[VisitProblem]:
    """Open a case of the pool for each; a program opens it, who heard it stands in the audit."""
    program, found = system_viewer("worker", district_id=row.district_id), []
    for no, one in enumerate(given, 1):
        text = str(one["text"]).strip()[:5000]
        case = case_start(
            procedure="service_request", actor=program, now=now,
            data={
                "channel": "visit", "text": text, "title": text[:60], "enterprise_id": row.enterprise_id,
                "source_id": f"visit-{row.pk}-{no}", "handed_in_on": row.on,
            },
        )  # fmt: skip
        found.append(
            VisitProblem(
                visit=row, no=no, text=text, difficulty=str(one.get("difficulty", ""))[:60], case=case
            )
        )
    return VisitProblem.objects.bulk_create(found)


def _counted(row: Visit, *, firms: int, problems: int, promises: int) -> list[FigureDelta]:
    """Return what a visit counts in its month: whom it reached, who went, what was heard."""
    joint = int(len(row.parts.all()) > 1)
    counts = {"visits": 1, "firms": firms, "problems": problems, "promises": promises, "joint": joint}
    deltas = _deltas(row, {**counts, "policies": len(row.policies)}, row.on)
    for part in row.parts.all():
        deltas += _deltas(row, {"person_times": 1}, row.on, part.unit_id)
    return deltas


def _deltas(
    visit: Visit, counts: Mapping[str, int], on: date, unit_id: int | None = None
) -> list[FigureDelta]:
    """Return what a visit counts in a month."""
    kind = visit.campaign.kind if visit.campaign else Campaign.Kind.ROUTINE
    told = {"procedure": "visits", "district_id": visit.district_id, "month": on.replace(day=1), "kind": kind}
    whose = {"unit_id": unit_id or visit.unit_id, "case_id": -visit.pk, "event_seq": 0}
    return [FigureDelta(**told, **whose, measure=m, value=v) for m, v in counts.items() if v]


# --- afterwards ----------------------------------------------------------------------------------
@transaction.atomic
def promise_keep(*, actor: Viewer, promise: VisitPromise, result: str, now: datetime) -> VisitPromise:
    """Say what came of a promise; the enterprise is told and reads it at the next visit."""
    if not actor.is_system and promise.unit_id not in actor.unit_ids:
        raise NotPermitted("这是别的单位答应的")
    if len(result.strip()) < 4:
        refuse({"result": ["请写清楚办成了什么，至少 4 个字"]})
    rows = VisitPromise.objects.filter(pk=promise.pk, kept_at__isnull=True)
    if not rows.update(kept_at=now, kept_on=local_date(now), result=result.strip()[:300]):
        raise ActionNotAvailable("这件已经办完了")
    visit = promise.visit
    words = {"firm": visit.enterprise.label, "text": promise.text, "result": result.strip()[:300]}
    spec = NoticeSpec(
        "visit_promise_kept",
        visit.enterprise.key,
        visit.subject,
        f"promise:{promise.pk}",
        words,
        "/visits/mine/",
    )
    notices_queue([spec], district_id=visit.district_id, at=now)
    counts = {"promises_kept": 1, "promises_in_time": int(local_date(now) <= promise.promised_by)}
    deltas_write(_deltas(visit, counts, local_date(now), promise.unit_id))
    row_noted(actor, "visit_promise_keep", visit, now, text=promise.text, result=result.strip()[:200])
    promise.refresh_from_db()
    return promise


def promise_days_rederive(now: datetime) -> int:
    """Under a changed calendar move open promises to the next workday; each move is noted."""
    moved = 0
    rows = VisitPromise.objects.filter(kept_at__isnull=True, promised_by__gte=local_date(now)).select_related(
        "visit"
    )
    for row in rows:
        calendar = calendar_for(row.visit.district_id)
        if calendar.is_workday(row.promised_by):
            continue
        before, row.promised_by = row.promised_by, first_workday_from(row.promised_by, calendar)
        row.save(update_fields=["promised_by"])
        program = system_viewer("worker", district_id=row.visit.district_id)
        row_noted(program, "visit_promise_moved", row.visit, now, before=str(before), on=str(row.promised_by))
        moved += 1
    return moved


def problem_closed(payload: Mapping[str, Any], now: datetime) -> None:
    """Count once that a problem heard on a visit was closed, and whether the enterprise said that it is solved."""
    with transaction.atomic():
        rows = VisitProblem.objects.filter(case__number=payload["case"], closed_at__isnull=True)
        problem = rows.select_related("visit__campaign").first()
        if problem is None or not rows.update(closed_at=now):
            return
        solved = int(payload.get("outcome") == "solved")
        deltas_write(_deltas(problem.visit, {"closed": 1, "solved": solved}, local_date(now)))


@transaction.atomic
def inspection_note(
    *, actor: Viewer, enterprise: Enterprise, unit: Unit, on: date, now: datetime, purpose: str,
    person_id: int | None = None, is_made: bool = False,
) -> Visit:  # fmt: skip
    """Put an inspection into the one register of who comes to an enterprise (named reading `inspection_note`).

    Inspections have their own rules (国务院令第722号 art. 54); they neither fill nor obey the cap on visits.
    """
    state = Visit.State.DONE if is_made else Visit.State.PLANNED
    row = Visit.objects.create(
        district_id=enterprise.district_id, enterprise=enterprise, kind=VisitKind.INSPECTION, unit=unit,
        person_id=person_id, on=on, purpose=purpose[:120], state=state, planned_at=now,
    )  # fmt: skip
    VisitPart.objects.create(visit=row, unit=unit, person_id=person_id, is_open=not is_made)
    row_noted(actor, "inspection_note", row, now, firm=enterprise.label, unit=unit.label, on=on.isoformat())
    return row
