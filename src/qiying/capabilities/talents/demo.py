"""Talents in the demo district: people who consented, programmes with their counts, needs matched, eight trainings."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.talents.gathering_kinds import TRAINING
from qiying.capabilities.talents.models import Need, Talent
from qiying.capabilities.talents.services import (
    introduce,
    introduction_answer,
    need_close,
    need_post,
    nominate,
    nomination_result,
    programme_keep,
    talent_enter,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.people import check_in, sign_up
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save

ORDER = 95


def prepare(world: World) -> None:
    """Somebody of the party's organisation keeps the talents."""
    world.member("talent", "梁音", "zuzhi", "talent", at=world.start, title="人才科")
    world.shown.append("talent")


def tell(world: World) -> None:
    """Enter the people, then what became of them; a training each month and a half."""
    told = told_in(Path(__file__).with_name("demo.yaml"))
    plan, people = Plan(world, world.fresh_draw()), list[Talent]()
    first = 30 + 38 * (len(told["trainings"]) - 1)
    for n, title in enumerate(told["trainings"]):
        plan.put(world.lately(first - 38 * n), partial(_training, world, title, n))
    plan.put(world.lately(60), partial(_people, world, told, people))
    plan.put(world.lately(50), partial(_programmes, world, told, people))
    plan.put(world.lately(20), partial(_needs, world, told, people))
    plan.run(since=world.lately(first + 1))


def _people(world: World, told: dict[str, Any], people: list[Talent], at: datetime) -> None:
    actor = world.viewers["zuzhi.talent"]
    for n, (name, kind, field, about, place) in enumerate(told["people"]):
        values = {
            "name": name,
            "kind": kind,
            "field": field,
            "about": about,
            "place": place,
            "contact": f"1390000{n:04d}",
            "is_open": True,
            "consent_note": told["note"] % (n + 1),
            "consent_until": local_date(at) + timedelta(days=360),
        }
        people.append(talent_enter(actor=actor, values=values, now=at))


def _programmes(world: World, told: dict[str, Any], people: list[Talent], at: datetime) -> None:
    actor, left = world.viewers["zuzhi.talent"], iter(people)
    for one in told["programmes"]:
        values = {name: one[name] for name in ("name", "level", "source")} | {"year": local_date(at).year}
        row = programme_keep(actor=actor, row=None, values=values, now=at)
        for n in range(one["applied"]):
            applied = local_date(at) - timedelta(days=20)
            put = nominate(actor=actor, programme=row, talent=next(left), applied_on=applied, now=at)
            if n < one["selected"]:
                nomination_result(actor=actor, nomination=put, selected=True, document=one["source"], now=at)


def _needs(world: World, told: dict[str, Any], people: list[Talent], at: datetime) -> None:
    actor, found = world.viewers["zuzhi.talent"], list[Need]()
    for firm, title, field, about, count in told["needs"]:
        until = local_date(world.now) + timedelta(days=90)
        values = {"title": title, "field": field, "about": about, "count": count, "until": until}
        found.append(need_post(actor=actor, enterprise=world.enterprises[firm], values=values, now=at))
    for name, last in (("introduced", "agreed"), ("hired", "hired")):
        one = told[name]
        given: dict[str, Any] = {
            "need": found[one["need"]],
            "talent": people[one["person"]],
            "why": one["why"],
        }
        row = introduce(actor=actor, now=at, **given)
        for state in ("agreed", "hired")[: 1 + (last == "hired")]:
            introduction_answer(actor=actor, introduction=row, state=state, said=one["said"], now=at)
    need_close(actor=actor, need=found[told["hired"]["need"]], filled=True, now=at)


def _training(world: World, title: str, n: int, at: datetime) -> None:
    actor, kind = world.viewers["zuzhi.talent"], kind_of(TRAINING)
    on = world.workday(local_date(at) + timedelta(days=7))
    starts = at_hour(on, time(14))
    if starts + timedelta(hours=3) > world.now:
        return
    values = {
        "title": title,
        "on": on,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "青创中心",
        "capacity": 40,
    }
    row = gathering_save(actor=actor, kind=kind, values=values, now=at)
    row = gathering_move(gathering=row, actor=actor, to="inviting", now=at)
    for firm in sorted(world.clerks)[n : n + 3]:
        if (clerk := world.clerk(firm, at)) is not None:
            seat = sign_up(gathering=row, actor=clerk, now=at, enterprise_id=firm)
            check_in(attendee=seat, actor=clerk, how="code", now=starts)
    for phase, moment in (("running", starts), ("closed", starts + timedelta(hours=2))):
        row = gathering_move(gathering=row, actor=actor, to=phase, now=moment)
