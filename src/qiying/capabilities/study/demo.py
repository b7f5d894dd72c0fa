"""A year of study in the demo district: plans with sessions, an examination, trainings, law-duty reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.study.models import Exam, Plan, Question, Topic
from qiying.capabilities.study.selectors.exams import expected_of
from qiying.capabilities.study.selectors.plans import OFFICERS
from qiying.capabilities.study.services.exams import exam_open, sitting_answer, sitting_begin
from qiying.capabilities.study.services.keeping import row_keep, topic_hold
from qiying.capabilities.study.services.reports import reports_give
from qiying.capabilities.study.services.training import certificates_issue
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan as Course
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.services.people import attendee_add, check_in
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.selectors import people_with_role

ORDER = 95
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
KEEPER, SECOND = "sifa.law_officer", "sifa.second"
AWAY = 6
"""Of so many learners one is not there."""


def prepare(world: World) -> None:
    """Two law officers: what one gives the other passes."""
    for login, name, unit, role, title in TOLD["people"]:
        person = world.member(login, name, unit, role, at=world.start, title=title)
        world.viewers[SECOND if login == SECOND else KEEPER] = world.viewer_of(person)
    world.shown.append("law_officer")


def tell(world: World) -> None:
    """Let plans, bank and examination come, then sessions, trainings and reports on their days."""
    course = Course(world, world.fresh_draw())
    course.put(world.lately(TOLD["plans_ago"]), partial(_plans, world, course))
    course.put(world.lately(TOLD["exam"]["ago"]), partial(_exam, world))
    for n, one in enumerate(TOLD["training"]):
        course.put(world.lately(one[2]), partial(_training, world, one, n))
    course.put(world.lately(20), partial(_certificates, world))
    course.put(world.lately(TOLD["reports"]["ago"]), partial(_reports, world, course))
    course.run(since=world.lately(TOLD["plans_ago"] + 3))


def _keep(world: World, model: Any, at: datetime, **values: Any) -> Any:
    who = world.viewers[KEEPER]
    return row_keep(actor=who, model=model, row=None, values=values, names=list(values), now=at)


def _leaders(world: World, count: int) -> list[int]:
    rows = people_with_role(
        [u.pk for u in world.units.values()], ("leader", "district_leader"), local_date(world.now)
    )
    return list(dict.fromkeys(m.person_id for m in rows))[:count]


def _plans(world: World, course: Course, at: datetime) -> None:
    for one in TOLD["plans"]:
        units = [world.units[key].pk for key in one.get("units", ())]
        told = {"body": one["body"], "unit": world.units["sifa"], "source": one["source"], "units": units}
        members = _leaders(world, one.get("leaders", 0))
        for title, law, ago in one["topics"]:
            on = world.workday(local_date(world.now) - timedelta(days=ago))
            plan = Plan.objects.filter(district=world.district, body=one["body"], year=on.year).first()
            plan = plan or _keep(world, Plan, at, **told, year=on.year, members=members)
            topic = _keep(world, Topic, at, plan=plan, title=title, law=law, planned_on=on)
            course.put(at_hour(on, time(9)), partial(_session, world, topic, on))
    title, law = TOLD["late_topic"]
    plan = Plan.objects.filter(district=world.district).latest("year")
    on = min(date(plan.year, 12, 28), date(plan.year, 12, 31))
    _keep(world, Topic, at, plan=plan, title=title, law=law, planned_on=on)


def _session(world: World, topic: Topic, on: date, at: datetime) -> None:
    start = at_hour(on, time(19))
    head = {"on": on, "place": "区行政中心三楼", "starts_at": start, "ends_at": start + timedelta(minutes=90)}
    _held(world, topic_hold(actor=world.viewers[KEEPER], topic=topic, head=head, now=at), at)


def _held(world: World, made: Gathering, at: datetime) -> None:
    """Lead a session through its phases; nearly everybody is there."""
    keeper, end = world.viewers[KEEPER], max(at, made.starts_at)
    gathering_move(gathering=made, actor=keeper, to="inviting", now=at)
    gathering_move(gathering=made, actor=keeper, to="running", now=end)
    for n, who in enumerate(made.attendees.select_related("gathering").order_by("pk")):
        if n % AWAY != 2:
            check_in(attendee=who, actor=keeper, how="by_hand", now=end)
    gathering_move(gathering=made, actor=keeper, to="closed", now=end)


def _exam(world: World, at: datetime) -> None:
    keeper, told, today = world.viewers[KEEPER], dict(TOLD["exam"]), local_date(at)
    dated = {"field": TOLD["field"], "valid_from": today, "valid_to": None}
    for kind, text, options, answer, law in TOLD["questions"]:
        _keep(
            world,
            Question,
            at,
            kind=kind,
            text=text,
            options="\n".join(options),
            answer=answer,
            law=law,
            **dated,
        )
    days = {"opens_on": today, "closes_on": today + timedelta(days=told.pop("days")), "year": today.year}
    units = [world.units[key].pk for key in told.pop("units")]
    count, _ = told.pop("sat"), told.pop("ago")
    given = {**told, **days, "papers": 3, "field": TOLD["field"], "unit": world.units["sifa"], "units": units}
    exam = exam_open(actor=keeper, exam=_keep(world, Exam, at, **given), now=at)
    for n, row in enumerate(list(expected_of(exam, today))[:count]):
        if row.person_id in {keeper.person_id, world.viewers[SECOND].person_id}:
            continue
        who = world.viewer_of(row.person)
        sitting = sitting_begin(actor=who, exam=exam, now=at)
        answers = _answers(sitting.paper.key, wrong=(0, 1, 2, 4)[n % 4])
        sitting_answer(actor=who, sitting=sitting, answers=answers, key=f"demo-{row.person_id}", now=at)


def _answers(key: dict[str, Any], wrong: int) -> dict[str, Any]:
    """Return right answers but for the first few multiple choices, of which one option is left out."""
    found: dict[str, Any] = {}
    for code, (right, _) in key.items():
        found[code] = right if len(right) > 1 else right[0]
    for code in [c for c, (right, _) in key.items() if len(right) > 1][:wrong]:
        found[code] = key[code][0][:1]
    return found


def _training(world: World, one: Sequence[Any], n: int, at: datetime) -> None:
    keeper, (title, minutes, _) = world.viewers[KEEPER], one
    head = {"title": title, "place": "区委党校", "on": local_date(at), "starts_at": at, "capacity": 80}
    values = {**head, "ends_at": at + timedelta(minutes=minutes)}
    made = gathering_save(actor=keeper, kind=kind_of("officer_training"), values=values, now=at)
    units = [world.units[key].pk for key in TOLD["trained"]]
    for row in people_with_role(units, OFFICERS, local_date(at)):
        attendee_add(gathering=made, actor=keeper, role="learner", person=row.person, now=at)
    _held(world, made, at)


def _certificates(world: World, at: datetime) -> None:
    certificates_issue(actor=world.viewers[KEEPER], year=local_date(world.lately(45)).year, now=at)


def _reports(world: World, course: Course, at: datetime) -> None:
    told = TOLD["reports"]
    due_on, year = local_date(at) + timedelta(days=told["due"]), local_date(at).year
    units = [world.units[key].pk for key in told["units"]]
    made = reports_give(actor=world.viewers[KEEPER], year=year, due_on=due_on, units=units, now=at)
    for n, case in enumerate(sorted(made, key=lambda c: c.pk)[:3]):
        course.after(at, 4 + 3 * n, partial(_written, world, course, case, n))


def _written(world: World, course: Course, case: Case, n: int, at: datetime) -> None:
    author = next(v for v in world.viewers.values() if v.person_id == case.handler_id)
    world.act(case, "submit", author, at, TOLD["texts"])
    if n == 2:
        return
    result = "send_back" if n == 1 else "publish"
    words = {"text": TOLD["said"]["back" if n == 1 else "pass"]}
    course.after(at, 2, lambda moment: world.act(case, result, world.viewers[SECOND], moment, words))
