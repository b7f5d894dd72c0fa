"""Running the demo's year: every act at its simulated time, clocks ticking in between."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.http import Http404

from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.config.capabilities import stories
from qiying.config.demo.cast import Cast, build_cast
from qiying.config.demo.learning import learning_add
from qiying.config.demo.lives import Life, Step, draw_life
from qiying.config.demo.policies import policies_add
from qiying.config.demo.units import IN_USE
from qiying.kernel.audit.clock import SHANGHAI, local_date, local_time
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import nth_workday

SEED = 20260418


class NotEmpty(Exception):
    """The database already holds data; demo data is never mixed with it."""


@dataclass
class Built:
    """What was made."""

    units: int = 0
    enterprises: int = 0
    cases: int = 0
    acts: int = 0
    refused: list[str] = field(default_factory=list)


def build_demo(
    *, now: datetime, cases: int = 400, firms: int = 300, say: Callable[[str], None] = lambda _: None
) -> Built:
    """Make the demo district with a year of cases ending now; raise `NotEmpty` on a database in use."""
    from qiying.kernel.organisations.models import District

    if District.objects.exists() or Case.objects.exists():
        raise NotEmpty
    draw = random.Random(SEED)
    start = now - timedelta(days=370)
    with transaction.atomic():
        say("正在建单位、人员和企业 …")
        cast = build_cast(draw, start, firms=firms)
        built = Built(units=len(cast.units), enterprises=len(cast.enterprises))
        _run(cast, draw, start + timedelta(days=5), now, cases, built, say)
        say("回访、复盘、热点 …")
        learning_add(cast, draw, now)
    policies_add(cast, random.Random(SEED), now, say)
    for story in stories():
        story.tell(cast=cast, draw=random.Random(SEED), now=now, say=say)
    return built


def _arrivals(draw: random.Random, start: datetime, now: datetime, cases: int) -> list[datetime]:
    """Return moments of arrival, denser lately, on workdays by day."""
    span = (now - start).days
    found: list[datetime] = []
    while len(found) < cases:
        share = draw.random() ** 0.8
        if draw.random() < 0.22:
            share = 1 - draw.random() * 9 / span
        day = (start + timedelta(days=share * span)).astimezone(SHANGHAI).date()
        at = datetime.combine(day, time(draw.randint(8, 18), draw.randint(0, 59)), SHANGHAI).astimezone(UTC)
        if at < now - timedelta(hours=1) and (day.weekday() < 5 or draw.random() < 0.12):
            found.append(at)
    return sorted(found)


def _run(
    cast: Cast,
    draw: random.Random,
    start: datetime,
    now: datetime,
    cases: int,
    built: Built,
    say: Callable[[str], None],
) -> None:
    order = count()
    queue: list[tuple[datetime, int, Life, list[Step]]] = []
    recent = count()
    for at in _arrivals(draw, start, now, cases):
        channel = draw.choices(list(IN_USE), list(IN_USE.values()))[0]
        turn = next(recent) if now - at < timedelta(days=8) else None
        life, steps = draw_life(cast, draw, channel, turn)
        heapq.heappush(queue, (at, next(order), life, steps))
    ticked = start.date()
    while queue and queue[0][0] <= now:
        at, _, life, steps = heapq.heappop(queue)
        if at.date() > ticked:
            _tick(ticked, at)
            if at.month != ticked.month:
                say(f"{local_date(at):%Y年%m月} … 已有 {built.cases} 件")
            ticked = at.date()
        if life.case is None:
            life.case = _submit(life, at)
            built.cases += 1
            rest = steps
        else:
            if not _act(life, steps[0], at, built):
                continue
            rest = steps[1:]
        if rest:
            heapq.heappush(
                queue, (_workday(cast, at + timedelta(hours=rest[0].hours)), next(order), life, rest)
            )
    _tick(ticked, now)


def _tick(last: Any, at: datetime) -> None:
    """Let the worker look each morning in between, so that cards carry the day they fell due."""
    day = last + timedelta(days=1)
    while day <= at.date():
        morning = datetime.combine(day, time(8, 40), SHANGHAI).astimezone(UTC)
        if morning <= at and Clock.objects.filter(next_look_at__lte=morning).exists():
            while clocks_tick(morning, limit=200).count:
                pass
        day += timedelta(days=1)


def _workday(cast: Cast, at: datetime) -> datetime:
    """Move an act into office hours of a workday."""
    local = local_time(at)
    calendar = calendar_for(cast.district.pk)
    day, clock = local.date(), local.time()
    if clock > time(17, 30):
        day, clock = day + timedelta(days=1), time(9, local.minute)
    elif clock < time(8, 30):
        clock = time(9, local.minute)
    if not calendar.is_workday(day):
        day = nth_workday(day, 1, calendar)
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def _submit(life: Life, at: datetime) -> Case:
    firm = life.cast.enterprises[life.firm]
    online = life.channel in {"phone", "platform", "qr"} and life.has_clerk
    actor: Viewer = life.viewer("clerk") if online else life.cast.viewers["desk.desk"]
    anonymous = not life.has_clerk and life.draw.random() < 0.06
    data: dict[str, Any] = {
        "text": life.text(),
        "kind": life.kind,
        "enterprise_id": None if anonymous else firm.pk,
        "is_anonymous": anonymous,
        "hide_asker": life.draw.random() < 0.05,
        "contact_name": "" if anonymous else life.draw.choice(["陈", "王", "李", "何"]) + "经理",
        "contact_phone": "" if anonymous else f"138{57000000 + life.firm:08d}",
        "handed_in_on": local_date(at) + timedelta(days=life.draw.choice([0, 0, 0, 1, 2])),
    }
    if not online:
        data["source_id"] = f"{life.channel[:3].upper()}-{at:%y%m%d}-{life.draw.randint(1000, 9999)}"
        data["handed_in_on"] = local_date(at)
    return request_submit(
        actor=actor, district_id=life.cast.district.pk, channel=life.channel, data=data, now=at,
        suffix="".join(life.draw.choice("23456789ABCDEFGHJKMNPQRTUVWXY") for _ in range(5)),
    )  # fmt: skip


def _act(life: Life, step: Step, at: datetime, built: Built) -> bool:
    case = Case.objects.get(pk=life.case.pk if life.case else 0)
    data = dict(step.data)
    if step.action == "meet":
        data["on"] = local_date(at)
    if data.get("person_id") == "leader":
        data["person_id"] = life.cast.viewers["leaders.district_leader"].person_id
    if data.get("supervision_no") == "instruction":
        found = case.supervisions.filter(kind="instruction").first()
        data["supervision_no"] = found.no if found else 1
    try:
        case_act(case=case, action=step.action, actor=life.viewer(step.who), data=data, now=at)
    except (
        KernelError,
        Http404,
    ) as refused:  # dates fall differently every day: what does not fit is left out
        built.refused.append(f"{case.number} {step.who} {step.action}: {refused}")
        return False
    built.acts += 1
    return True
