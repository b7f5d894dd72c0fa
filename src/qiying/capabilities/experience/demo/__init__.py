"""Officers walk services for four quarters: what they met became cases, what was changed is walked again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.experience.models import ExperienceScript, ExperienceTask, Improvement
from qiying.capabilities.experience.rules import SMOOTH, TROUBLE
from qiying.capabilities.experience.services import (
    improvement_record,
    officer_appoint,
    quarter_fill,
    script_save,
    task_record,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases import world_pool
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

ORDER = 59  # before feedback, whose ratings hear of what ended here
APART = True
LOGIN = "officer"
QUARTERS = 4
IMPROVED = 5
"""So many walks are followed by something the unit changed."""


def prepare(world: World) -> None:
    """Somebody of the cast who is neither of a unit nor of an enterprise."""
    world.person(LOGIN, "罗晓东", at=world.start, phone="13558000001")
    world.shown.append(LOGIN)


def tell(world: World) -> None:
    """Appoint officers, write scripts, then let each quarter be given out and walked."""
    world.say("体验官 …")
    told = told_in(Path(__file__).with_name("experience.yaml"))
    _Year(world, told).happens()


class _Year:
    def __init__(self, world: World, told: Mapping[str, Any]) -> None:
        self.world, self.told = world, told
        self.draw: random.Random = world.fresh_draw()
        self.plan = Plan(world, self.draw)
        self.desk = world.viewers["desk.desk"]
        self.scripts: dict[int, Mapping[str, Any]] = {}
        self.improved = 0

    def happens(self) -> None:
        first = self.world.start + timedelta(days=12)
        for index, (login, _, background, walks) in enumerate(self.told["officers"]):
            clerks = list(self.world.clerks.values())
            values = {
                "login": login or clerks[index * 5 % len(clerks)].login,
                "background": background,
                "per_quarter": walks,
                "valid_from": local_date(first),
            }
            officer_appoint(actor=self.desk, values=values, now=first)
        for one in self.told["scripts"]:
            self._script(one, first)
        for back in range(QUARTERS):
            self.plan.at(self._quarter(back), self._quarter_begins)
        self.plan.run(since=first)

    def _script(self, one: Mapping[str, Any], at: datetime) -> None:
        workdays, papers, trips = one["guide"]
        values = {
            "name": one["name"],
            "unit": self.world.units[one["unit"]].pk,
            "steps": "\n".join(one["steps"]),
            "workdays": workdays,
            "papers": papers,
            "trips": trips,
        }
        self.scripts[script_save(script=None, actor=self.desk, values=values, now=at).pk] = one

    def _quarter(self, back: int) -> datetime:
        """Return a morning early in the quarter that was so many quarters ago."""
        today = local_date(self.world.now)
        months = today.year * 12 + (today.month - 1) // 3 * 3 - back * 3
        return at_hour(date(months // 12, months % 12 + 1, 8), time(9, 10))

    def _quarter_begins(self, at: datetime) -> None:
        """Give the walks out; in the quarter that runs, one in four is still to be walked."""
        quarter_fill(actor=self.desk, now=at)
        is_last = self.world.now - at < timedelta(days=75)
        for number, task in enumerate(self._open_tasks()):
            if not (is_last and number % 4 == 0):
                self.plan.after(at, self.draw.randint(3, 30), partial(self._walked, task.pk))

    def _open_tasks(self) -> list[ExperienceTask]:
        return list(ExperienceTask.objects.filter(done_at__isnull=True, retest_of=None).order_by("pk"))

    def _walked(self, task_id: int, at: datetime) -> None:
        task = self._task(task_id)
        one = self.scripts[task.script_id]
        met = dict(self.draw.sample(one["trouble"], 1)) if self.draw.random() < 0.4 else {}
        self._record(task, met, at)
        if met and task.retest_of_id is None and self.improved < IMPROVED:
            self.improved += 1
            self.plan.after(at, 9, partial(self._improved, task_id))

    def _record(self, task: ExperienceTask, met: Mapping[int, str], at: datetime) -> None:
        """Answer the record sheet, with trouble at some steps, and let the cases that come of it be handled."""
        draw, one = self.draw, self.scripts[task.script_id]
        workdays, papers, trips = one["guide"]
        worse = 1 if met else 0
        answers: dict[str, Any] = {
            "办成了": "办成了",
            "工作日": workdays + draw.randint(0, 2) * worse,
            "材料数": papers + worse,
            "重复材料": worse,
            "跑趟": trips + worse * draw.randint(0, 1),
            "建议": draw.choice(self.told["wishes"]) if draw.random() < 0.5 else "",
        }
        for number in range(1, len(one["steps"]) + 1):
            answers[f"用时{number}"] = draw.randint(4, 25) + 40 * (number in met)
            answers[f"情况{number}"] = TROUBLE if number in met else SMOOTH
            if number in met:
                answers[f"问题{number}"] = met[number]
        actor = self.world.viewer_of(task.officer.person)
        task_record(task=task, actor=actor, answers=answers, key=f"demo-{task.pk}", now=at)
        for finding in task.findings.exclude(case=None).select_related("case"):
            assert finding.case is not None
            way = world_pool.Way(one["unit"], one["category"], one["answer"])
            world_pool.go(self.world, self.plan, finding.case, way, at)

    def _improved(self, task_id: int, at: datetime) -> None:
        task = self._task(task_id)
        one = self.scripts[task.script_id]
        actor = self.world.viewers[f"{one['unit']}.liaison"]
        made = improvement_record(task=task, actor=actor, text=one["answer"], now=at)
        number = Improvement.objects.count() - 1
        if number < len(self.told["retests"]):
            holds = self.told["retests"][number]
            met = {} if holds else {self._first_trouble(task.script): self.told["again"]}
            self.plan.after(at, 15, partial(self._again, made.retest_id, met))

    def _first_trouble(self, script: ExperienceScript) -> int:
        return int(self.scripts[script.pk]["trouble"][0][0])

    def _again(self, task_id: int, met: Mapping[int, str], at: datetime) -> None:
        self._record(self._task(task_id), met, at)

    def _task(self, task_id: int) -> ExperienceTask:
        return ExperienceTask.objects.select_related("script", "officer__person").get(pk=task_id)
