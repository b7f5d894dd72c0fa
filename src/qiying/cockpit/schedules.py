"""Reports that come by themselves: when the next one is due, who may have one, and making it.

Each recipient's workbook is made by the page's own export as that person, so that it holds what he may read and no
more, is recorded as his export, and cannot differ from the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from qiying.cockpit.models import ReportSchedule
from qiying.cockpit.scope import VIEW, own_paths
from qiying.cockpit.views.numbers import SCHEDULE, numbers_page
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import SHANGHAI
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.cases.models import Job
from qiying.kernel.cases.views.worklist import archive, worklist
from qiying.kernel.documents.models import Audience, Document, DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.figures.periods import months_later, period_of
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import GuardFailed, KernelError
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.statutes.workdays import Calendar
from qiying.ui.humanize import WEEKDAYS

_noted = noting("", name=attrgetter("name"))

JOB = "report_make"
Page, Rhythm = ReportSchedule.Page, ReportSchedule.Rhythm
PAGES: dict[str, Callable[[Any], HttpResponse]] = {
    Page.NUMBERS: numbers_page,
    Page.WORKLIST: worklist,
    Page.CASES: archive,
}
PERIODS = {
    "last1": "上个月", "this1": "这个月到当天", "last3": "上个季度", "this3": "这个季度到当天", "last12": "上一年",
    "this12": "这一年到当天",
}  # fmt: skip
MOST = 30
log = logging.getLogger(__name__)


def next_at(rhythm: str, day: int, hour: int, after: datetime, calendar: Calendar) -> datetime:
    """Return the first moment after another; a day of rest is moved to the next workday."""
    here = local_date(after)
    if rhythm == Rhythm.WEEKLY:
        first = here - timedelta(days=here.weekday() + 14)
        days = (first + timedelta(days=7 * n + day - 1) for n in range(20))
    else:
        month, of_month = here.replace(day=1), 1 if rhythm == Rhythm.FIRST else day
        days = (months_later(month, n).replace(day=of_month) for n in range(-1, 15))
    moments = (datetime.combine(_workday(d, calendar), time(hour), SHANGHAI) for d in days)
    return next(m for m in moments if m > after)


def _workday(day: date, calendar: Calendar) -> date:
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def addressable(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return the people a viewer may send reports to: of his units and those below, of all who sees the district."""
    paths = Q(pk__in=())
    for path in own_paths(viewer):
        paths |= Q(unit__path__startswith=path)
    rows = Membership.objects.filter(
        in_force(today), unit__district_id=viewer.district_id or 0, person__is_active=True
    )
    rows = rows if viewer.has(VIEW) else rows.filter(paths)
    named = rows.order_by("unit__path", "person__name").values_list("person_id", "person__name", "unit__name")
    found = {viewer.person_id or 0: viewer.name}
    for person_id, name, unit in named:
        found.setdefault(person_id, f"{name}（{unit}）")
    return list(found.items())


def schedules_of(viewer: Viewer) -> QuerySet[ReportSchedule]:
    """Return the viewer's own schedules."""
    require(viewer, SCHEDULE)
    return ReportSchedule.objects.filter(owner_id=viewer.person_id).prefetch_related("recipients")


@transaction.atomic
def schedule_save(
    *, actor: Viewer, data: Mapping[str, Any], now: datetime, schedule: ReportSchedule | None = None
) -> ReportSchedule:
    """Make a schedule or change one; raise `GuardFailed` with every reason why not."""
    require(actor, SCHEDULE)
    people = sorted({int(p) for p in data["recipients"]})
    page, day = data["page"], int(data["day"])
    allowed = dict(addressable(actor, local_date(now)))
    faults: dict[str, list[str]] = {}
    if not people or len(people) > MOST or not set(people) <= allowed.keys():
        faults["recipients"] = [f"请选 1 到 {MOST} 位您能发给的人"]
    if page not in PAGES or data["rhythm"] not in Rhythm.values or not 0 <= int(data["hour"]) <= 23:
        faults["rhythm"] = ["请选哪一页、多久一次和几点"]
    if not 1 <= day <= (5 if data["rhythm"] == Rhythm.WEEKLY else 28):
        faults["day"] = ["每周写 1 到 5（周一到周五），每月写 1 到 28"]
    if page == Page.NUMBERS and data["period"] not in PERIODS:
        faults["period"] = ["请选看哪一段时间"]
    if faults:
        raise GuardFailed([], faults)
    found = schedule or ReportSchedule(
        owner_id=actor.person_id or 0, district_id=actor.district_id or 0, created_at=now
    )
    found.page, found.query, found.day = page, _lasting(data["query"]), day
    found.name, found.rhythm, found.hour = data["name"].strip()[:40], data["rhythm"], int(data["hour"])
    found.period = data["period"] if page == Page.NUMBERS else ""
    found.next_at = next_at(found.rhythm, day, found.hour, now, calendar_for(found.district_id))
    found.save()
    found.recipients.set(people)
    _noted(actor, "report_scheduled", found, now, recipients=[allowed[p] for p in people])
    return found


def _lasting(query: str) -> str:
    """Return an address's query without what belongs to one look: its period, page and export."""
    kept = QueryDict(query[:1000], mutable=True)
    for name in ("month", "page", "export", "filters"):
        kept.pop(name, None)
    return kept.urlencode()[:500]


def schedule_pause(*, actor: Viewer, schedule: ReportSchedule, is_paused: bool, now: datetime) -> None:
    """Stop a schedule, or let it go on with the next day that comes."""
    found = schedule
    found.is_paused = is_paused
    found.next_at = next_at(found.rhythm, found.day, found.hour, now, calendar_for(found.district_id))
    found.save(update_fields=["is_paused", "next_at"])
    _noted(actor, "report_paused" if is_paused else "report_resumed", found, now)


def schedule_delete(*, actor: Viewer, schedule: ReportSchedule, now: datetime) -> None:
    """Forget a schedule; what it made stays with those who got it."""
    _noted(actor, "report_unscheduled", schedule, now)
    schedule.delete()


# --- the worker --------------------------------------------------------------------


def schedules_run(now: datetime) -> int:
    """Queue what is due, each once however many days were missed; return how many."""
    due = ReportSchedule.objects.filter(is_paused=False, next_at__lte=now)
    ran = 0
    for s in due.order_by("next_at", "id")[:50]:
        after = next_at(s.rhythm, s.day, s.hour, now, calendar_for(s.district_id))
        with transaction.atomic():
            if due.filter(pk=s.pk, next_at=s.next_at).update(next_at=after):
                payload = {"schedule": s.pk, "due": s.next_at.isoformat()}
                job_add(kind=JOB, payload=payload, at=now, district_id=s.district_id)
                ran += 1
    return ran


def report_make(job: Job, now: datetime) -> Mapping[str, Any]:
    """Make a due report for each recipient who may read it; a repeated job tells nobody twice."""
    schedule = ReportSchedule.objects.filter(pk=job.payload["schedule"]).first()
    if schedule is None:
        return {}
    may = viewer_for(schedule.owner, local_date(now))
    allowed = dict(addressable(may, local_date(now))) if may.has(SCHEDULE) else {}
    faults = [] if allowed else ["您现在没有定期报告的权限"]
    for person in schedule.recipients.order_by("id") if allowed else ():
        try:
            if person.pk not in allowed:
                raise GuardFailed(["现在不在您能发给的人里"])
            with transaction.atomic():
                _hand_out(schedule, person, str(job.payload["due"]), now)
        except (Http404, KernelError) as fault:
            faults.append(f"{person.name}：{'看不到这一页' if isinstance(fault, Http404) else fault}")
        except Exception:  # one person's report must not keep back the others'
            log.exception("report %s for %s", schedule.pk, person.pk)
            faults.append(f"{person.name}：没做成，日志里有原因")
    ReportSchedule.objects.filter(pk=schedule.pk).update(last_run_at=now, last_error="；".join(faults))
    return {"faults": faults}


def _hand_out(schedule: ReportSchedule, person: Person, due: str, now: datetime) -> None:
    """File one person's workbook and tell him; nothing when he was told of this day already."""
    subject = f"report:{schedule.pk}:{person.pk}"
    if Document.objects.filter(subject=subject, uploaded_at__gte=datetime.fromisoformat(due)).exists():
        return
    request = _as(person, schedule, now)
    name = f"{schedule.name}-{request.today:%Y%m%d}.xlsx"
    document = document_store(
        content=PAGES[schedule.page](request).content,
        name=name,
        kind=DocumentKind.EXPORT,
        subject=subject,
        audience=Audience.OFFICE,
        actor=request.viewer,
        district_id=schedule.district_id,
        at=now,
    )
    spec = NoticeSpec(
        template="report_ready",
        to=f"p:{person.pk}",
        subject=f"document:{document.pk}",
        dedupe_key=f"report:{schedule.pk}:{person.pk}:{due}",
        context={"name": schedule.name, "file": name, "owner": schedule.owner.name},
        url=f"/documents/{document.pk}/",
    )
    notices_queue([spec], district_id=schedule.district_id, at=now)


def _as(person: Person, schedule: ReportSchedule, now: datetime) -> ViewerRequest:
    """Return the request this person would send for the page's workbook."""
    request = cast(ViewerRequest, HttpRequest())
    request.method, request.path = "GET", f"/{schedule.page}/"
    request.user, request.now, request.today = person, now, local_date(now)
    request.viewer, request.impersonation = viewer_for(person, request.today), None
    given = QueryDict(schedule.query, mutable=True)
    given["export"] = "xlsx"
    if schedule.period:
        here = period_of(request.today, int(schedule.period[4:]))
        given["month"] = (here.moved(-1) if schedule.period.startswith("last") else here).code
    request.GET = cast(Any, given)
    return request


def report_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether a report was made for the viewer: what another may read is nothing to him."""
    return viewer.person_id is not None and subject.endswith(f":{viewer.person_id}")


def rhythm_words(schedule: ReportSchedule) -> str:
    """Return how often and when in words."""
    if schedule.rhythm == Rhythm.WEEKLY:
        day = f"每周{WEEKDAYS[schedule.day - 1]}"
    else:
        day = Rhythm.FIRST.label if schedule.rhythm == Rhythm.FIRST else f"每月 {schedule.day} 日"
    return f"{day} {schedule.hour} 点"
