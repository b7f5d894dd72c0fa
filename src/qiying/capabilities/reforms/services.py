"""Micro-reforms: proposed with a figure, tried, measured by the same figure, kept or not with the reason, spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import transaction

from qiying.capabilities.reforms.models import Reform, ReformMark, ReformPlace
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.tasks import has_tasks
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.figures.definitions import procedures_counted, rate_of, rates_of
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.figures.sums import Sums
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_locked
from qiying.statutes.service_rating import Rate

_noted = noting("", title=attrgetter("title"))

State = Reform.State
BEFORE = 3
"""Whole months before the proposal over which the figure is taken."""


def reform_figures() -> list[tuple[str, str]]:
    """Return every rate the district counts, as choices."""
    labels = {p.code: p.label for p in PROCEDURES.all()}
    found = [(p, r) for p in procedures_counted() for r in rates_of(p)]
    return [(f"{p}.{r.code}", f"{labels.get(p, p)}：{r.label}") for p, r in found]


def figure_over(code: str, district_id: int, months: Sequence[date]) -> Rate:
    """Return a rate over some months with its denominator."""
    procedure, _, name = code.partition(".")
    rate, group = rate_of(procedure, name), ("measure", "bucket")
    rows = figures_many(
        district_id=district_id, procedure=procedure, asks=[Ask(sorted(rate.measures), months, group)]
    )[0]
    return Sums(rows, group, procedure).rate_of(rate)


@transaction.atomic
def reform_propose(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Reform:
    """Propose a small change by one's own unit, with what the figure says today; no figure, no proposal."""
    require(actor, "reforms.propose")
    today = local_date(now)
    own = Unit.objects.filter(pk__in=actor.unit_ids, district_id=actor.district_id or 0)
    unit = own.order_by("pk").first()
    faults: dict[str, list[str]] = {}
    if unit is None:
        raise GuardFailed(["您不在本区的单位里，提不了"])
    if values["figure"] not in dict(reform_figures()):
        refuse({"figure": ["没有这个指标，请重选"]})
    if Reform.objects.filter(district_id=unit.district_id, title=values["title"]).exists():
        faults["title"] = [f"已经有“{values['title']}”，请换一个"]
    month = month_of(today)
    before = figure_over(
        values["figure"], unit.district_id, [months_later(month, -n) for n in range(1, BEFORE + 1)]
    )
    if not before.denominator:
        faults["figure"] = [f"这个指标前 {BEFORE} 个月没有数，换一个量得出来的"]
    refuse(faults)
    row = Reform.objects.create(
        district_id=unit.district_id,
        unit=unit,
        proposed_by_id=actor.person_id,
        proposed_on=today,
        before_part=before.numerator,
        before_whole=before.denominator,
        **{name: values[name] for name in ("title", "text", "figure")},
    )
    _noted(actor, "reforms.propose", row, now)
    return row


def _locked(actor: Viewer, row: Reform, permission: str, *states: str) -> Reform:
    require(actor, permission)
    found = row_locked(row, *states)
    if permission == "reforms.decide" and found.unit_id in actor.unit_ids:
        raise NotPermitted("自己单位提的要由别人来定")
    return found


@transaction.atomic
def reform_try(*, actor: Viewer, reform: Reform, where: str, until: date, now: datetime) -> Reform:
    """Let a change be tried somewhere until a day."""
    row, today = _locked(actor, reform, "reforms.decide", State.PROPOSED), local_date(now)
    if until <= today:
        refuse({"trial_until": ["试点要到今天以后"]})
    row.state, row.trial_where, row.trial_from, row.trial_until = State.TRIAL, where, today, until
    row.save()
    _noted(actor, "reforms.try", row, now, where=where, until=until.isoformat())
    return row


@transaction.atomic
def reform_measure(*, actor: Viewer, reform: Reform, story: str, now: datetime) -> Reform:
    """Tell how the trial went; the figure is taken anew over its months by us, not by who tried."""
    row = _locked(actor, reform, "reforms.propose", State.TRIAL)
    if row.unit_id not in actor.unit_ids:
        raise NotPermitted("效果由提的单位来报")
    assert row.trial_from is not None
    month, last = month_of(row.trial_from), month_of(local_date(now))
    months = [month]
    while months[-1] < last:
        months.append(months_later(months[-1], 1))
    # A month that was tried in part is left out where whole ones are there.
    after = figure_over(row.figure, row.district_id, months[1:] or months)
    if not after.denominator:
        refuse({"story": ["试点以来这个指标还没有数，再试一试"]})
    row.state, row.story = State.MEASURED, story
    row.after_part, row.after_whole = after.numerator, after.denominator
    row.save()
    _noted(actor, "reforms.measure", row, now, after=f"{after.numerator}/{after.denominator}")
    return row


@transaction.atomic
def reform_decide(
    *, actor: Viewer, reform: Reform, adopt: bool, reason: str, now: datetime, firms: str = ""
) -> Reform:
    """Keep a measured change, or drop one, with the reason; firms that used it are asked what they think."""
    states = (State.MEASURED,) if adopt else (State.PROPOSED, State.TRIAL, State.MEASURED)
    row = _locked(actor, reform, "reforms.decide", *states)
    names = [n for n in firms.replace("\n", "、").split("、") if n.strip()][:200]
    found = list(Enterprise.objects.filter(district_id=row.district_id, name__in=[n.strip() for n in names]))
    if lost := sorted({n.strip() for n in names} - {e.name for e in found}):
        refuse({"firms": [f"本区没有这家企业：{'、'.join(lost[:5])}"]})
    row.state, row.reason = State.ADOPTED if adopt else State.DROPPED, reason
    row.decided_on = local_date(now)
    row.save()
    row.firms.set(found)
    _noted(actor, "reforms.adopt" if adopt else "reforms.drop", row, now, reason=reason)
    return row


@transaction.atomic
def reform_spread(
    *, actor: Viewer, reform: Reform, units: Sequence[int], due_on: date, now: datetime
) -> list[ReformPlace]:
    """Have other units do the same: each gets a task, written off by the unit that proposed the change."""
    row = _locked(actor, reform, "reforms.decide", State.ADOPTED)
    if not has_tasks():
        raise GuardFailed(["本区没有装“任务清单”，推不出去"])
    chosen = Unit.objects.filter(pk__in=units, district_id=row.district_id, is_active=True).exclude(
        pk=row.unit_id
    )
    had = set(row.places.values_list("unit_id", flat=True))
    made = []
    for unit in chosen:
        if unit.pk in had:
            continue
        task = case_open(  # by code: tasks are another capability's
            procedure="task",
            actor=actor,
            data={
                "title": f"推开“{row.title}”"[:120],
                "text": row.text,
                "unit": unit.pk,
                "judge_unit": row.unit_id,
                "result_to_show": f"照“{row.title}”办起来，指标不低于试点"[:500],
                "due_on": due_on,
                "origin": f"reform:{row.pk}",
                "origin_label": f"微改革：{row.title}"[:120],
            },
            now=now,
            district_id=row.district_id,
        )
        made.append(
            ReformPlace.objects.create(reform=row, unit=unit, task=task, place=unit.label, on=local_date(now))
        )
    if not made:
        refuse({"units": ["没有可以推开的单位：都推过了，或者就是提的单位"]})
    _noted(actor, "reforms.spread", row, now, where="、".join(p.place for p in made))
    return made


@transaction.atomic
def reform_elsewhere(
    *, actor: Viewer, reform: Reform, place: str, on: date, source: str, now: datetime
) -> ReformPlace:
    """Record that another place took a reform over, with where that is written."""
    row = _locked(actor, reform, "reforms.propose", State.ADOPTED)
    if on > local_date(now):
        refuse({"on": ["不能在今天以后"]})
    if row.places.filter(place=place).exists():
        refuse({"place": [f"{place}已经登记过"]})
    _noted(actor, "reforms.elsewhere", row, now, where=place)
    return ReformPlace.objects.create(reform=row, place=place, on=on, source=source)


@transaction.atomic
def reform_mark(*, actor: Viewer, reform: Reform, points: int, said: str, now: datetime) -> ReformMark:
    """Score an adopted reform, as a firm that used it or as a juror; the last word of each counts."""
    if reform.state != State.ADOPTED:
        raise ActionNotAvailable("采用了的才评")
    firm = reform.firms.filter(pk__in=actor.enterprise_ids).first()
    if firm is None:
        require(actor, "reforms.jury")
        if reform.unit_id in actor.unit_ids:
            raise NotPermitted("不能评自己单位提的")
    who = {"enterprise": firm} if firm else {"person_id": actor.person_id}
    told = {"points": points, "said": said, "at": now}
    row, _ = ReformMark.objects.update_or_create(reform=reform, **who, defaults=told)
    _noted(actor, "reforms.mark", reform, now, points=points)
    return row
