"""A year of ratings: by windows' codes, after receptions, by what procedures asked; bad ones in every state."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from qiying.capabilities.feedback.demo.cards import cards_made, places_made
from qiying.capabilities.feedback.models import RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.services.ratings import rating_at, rating_give, service_ended, service_rated
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Job
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.permissions.viewer import ANONYMOUS, Viewer

HEARD = {"event:service_ended": service_ended, "event:service_rated": service_rated}


def tell(world: World) -> None:
    """Let people rate at windows and after services, then those look after it who must."""
    told = told_in(Path(__file__).with_name("ratings.yaml"))
    draw = world.fresh_draw()
    plan = Plan(world, draw)
    places = places_made(world, told)
    cards_made(world, told)
    _windows(world, draw, told, list(places.values()))
    _events(world, plan, told)
    for one in told["bad"]:
        plan.put(world.lately(one["days_ago"]), partial(_Bad(world, plan, one).given, places))
    plan.run()


def _events(world: World, plan: Plan, told: Mapping[str, Any]) -> None:
    """Receive what other stories told of services at its time; of a case rated twice the last rating, at its end."""
    lives = told["asked_by_procedures"]
    jobs = Job.objects.filter(kind__in=HEARD, state="queued").order_by("run_at", "pk")
    last = {job.payload.get("case") or job.pk: job for job in jobs}
    for number, job in enumerate(last.values()):
        life = _Bad(world, plan, lives[number % len(lives)])
        plan.put(job.run_at, partial(_heard, world, plan, job, life, told["received"]))
    jobs.update(state="done", finished_at=F("run_at"))


def _heard(world: World, plan: Plan, job: Job, life: _Bad, said: list[str], at: datetime) -> None:
    """Keep what a procedure was told; of those who were received somewhere two in three rate it some days later."""
    HEARD[job.kind](job.payload, at)
    draw = plan.draw
    if job.kind == "event:service_ended" and draw.random() < 0.66:
        asked = RatingInvitation.objects.get(subject=job.payload["subject"])
        later = at_hour(asked.ended_on, time(17, 10)) + timedelta(days=draw.randint(0, 5))
        words = draw.choice(said) if draw.random() < 0.5 else ""
        plan.put(later, partial(_rated, world, asked, draw.choice([5, 5, 4, 5, 3]), words))
    subject = f"case:{job.payload.get('case')}"
    rating = ServiceRating.objects.filter(subject=subject, case__isnull=False).first()
    if rating is not None:
        life.goes_on(rating, at)


@transaction.atomic
def _windows(world: World, draw: random.Random, told: Mapping[str, Any], places: list[ServicePlace]) -> None:
    """Rate at the windows on workdays of the year, more of late; none of these is bad."""
    days = (world.now - world.start).days - 1
    levels, weights = list(told["levels"]), list(told["levels"].values())
    busy = [5, 3, 4, 6, 4, 4, 2, 3, 3, 2, 3, 2]
    for _ in range(told["windows"]):
        back = int(draw.random() ** 1.4 * days) + 1
        day = world.workday(local_date(world.now - timedelta(days=back)))
        at = at_hour(day, time(draw.randint(9, 16), draw.randint(0, 59)))
        if at > world.now:
            continue
        level = draw.choices(levels, weights)[0]
        says, ticks = draw.random() < 0.35, draw.random() < 0.6
        rating_at(
            place=draw.choices(places, busy[: len(places)])[0],
            level=level,
            tags=draw.sample(told["tags"][level], 1) if ticks else [],
            text=draw.choice(told["said"][level]) if says else "",
            phone="",
            viewer=ANONYMOUS,
            now=at,
        )


def _rated(world: World, asked: RatingInvitation, level: int, words: str, at: datetime) -> None:
    kind, _, number = asked.party_key.partition(":")
    who: Viewer = (world.clerk(int(number), at) if kind == "e" else None) or ANONYMOUS
    rating_give(invitation=asked, level=level, tags=[], text=words, viewer=who, now=at)


class _Bad:
    """One bad rating and what becomes of it, step by step."""

    def __init__(self, world: World, plan: Plan, told: Mapping[str, Any]) -> None:
        self.world, self.plan, self.told = world, plan, told
        self.steps = [dict(step) for step in told["steps"]]

    def given(self, places: Mapping[str, ServicePlace], at: datetime) -> None:
        rating = rating_at(
            place=places[self.told["place"]],
            level=self.told["level"],
            tags=self.told["tags"],
            text=self.told["text"],
            phone=f"136{55000000 + self.told['days_ago']:08d}" if self.told.get("phone") else "",
            viewer=ANONYMOUS,
            now=at,
        )
        self.goes_on(rating, at)

    def goes_on(self, rating: ServiceRating, at: datetime) -> None:
        self.rated, self.case = self.world.key_of(rating.unit_id), rating.case
        self._next(at)

    def _next(self, at: datetime) -> None:
        if self.steps:
            self.plan.after(at, self.steps[0]["after"], self._step)

    def _step(self, at: datetime) -> None:
        assert self.case is not None
        step = self.steps.pop(0)
        action = step.pop("do")
        del step["after"]
        who = {"rectified": f"{self.rated}.handler", "exclude": "supervision.supervisor"}.get(
            action, "callback.callback"
        )
        data = {"method": "phone", **step} if action == "contact" else step
        self.world.act(self.case, action, self.world.viewers[who], at, data)
        self._next(at)
