"""A year of requests in the demo district: what enterprises say and what becomes of it, then what the offices learn."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from qiying.capabilities.service_requests.demo.copying import copied
from qiying.capabilities.service_requests.demo.learning import learn
from qiying.capabilities.service_requests.demo.lives import Life, Script, Words, words_read
from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.capabilities.service_requests.services.setting_up import district_seed
from qiying.kernel.audit.clock import SHANGHAI, local_date
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.world import Plan, World, at_hour, told_in

__all__ = ["ORDER", "copied", "prepare", "tell"]
ORDER = 10
HERE = Path(__file__).parent
LATELY = timedelta(days=8)


def prepare(world: World) -> None:
    """Give the district its channels and matters, with the units that look after them."""
    known = told_in(HERE / "district.yaml")
    usual = {matter: world.units[key].pk for matter, key in known["usual_units"].items()}
    district_seed(district_id=world.district.pk, usual_units=usual)
    for code, owner in known["channel_owners"].items():
        Channel.objects.filter(district=world.district, code=code).update(owner_unit=world.units[owner])


def tell(world: World) -> None:
    """Let every request of the year live its life, and the offices look back."""
    words, known = words_read(HERE), told_in(HERE / "district.yaml")
    plan, draw, channels = Plan(world, world.draw), world.draw, known["channels"]
    lately = iter(range(world.size))
    for at in _arrivals(draw, world.start + timedelta(days=5), world.now, world.size):
        channel = draw.choices(list(channels), list(channels.values()))[0]
        turn = next(lately) if world.now - at < LATELY else None
        life, script = _drawn(world, words, channel, turn)
        plan.put(at, _Told(plan, life, script).submit)
    told = Case.objects.filter(district=world.district)
    plan.run(words=lambda at: f"{local_date(at):%Y年%-m月} … 已有 {told.count()} 件")
    world.say("回访、复盘、热点 …")
    learn(world, words.looking_back)


def _arrivals(draw: random.Random, start: datetime, now: datetime, cases: int) -> Iterator[datetime]:
    """Return moments of arrival, denser lately, on workdays by day."""
    span = (now - start).days
    found: list[datetime] = []
    while len(found) < cases:
        share = draw.random() ** 0.8
        if draw.random() < 0.22:
            share = 1 - draw.random() * 9 / span
        day = (start + timedelta(days=share * span)).astimezone(SHANGHAI).date()
        at = at_hour(day, time(draw.randint(8, 18), draw.randint(0, 59)))
        if at < now - timedelta(hours=1) and (day.weekday() < 5 or draw.random() < 0.12):
            found.append(at)
    return iter(sorted(found))


def _drawn(world: World, words: Words, channel: str, turn: int | None) -> tuple[Life, Script]:
    """Return a new life and its script; with `turn` the scripts come in turn, so that none is missing lately."""
    draw = world.draw
    many = len(world.enterprises)
    firm = draw.randrange(many)
    if draw.random() < 0.35:
        firm = draw.randrange(min(60, many))
    if channel in {"phone", "platform"}:
        firm = 0 if draw.random() < 0.12 else draw.randrange(min(60, many))
    if turn is None and draw.random() < 0.13:
        kind = draw.choice(["suggestion", "suggestion", "question", "question", "clue"])
        said = {"category": "scattered_policy", **draw.choice(words.others[kind])}
        life = Life(world, words, said, firm, channel, kind)
        return life, life.script(words.lives["other"])
    lives = [told for told in words.lives.values() if told["share"]]
    chosen = draw.choices(lives, [told["share"] for told in lives])[0]
    if turn is not None:
        chosen = lives[turn % len(lives)]
    matters = [said for said in words.matters if said["category"] not in chosen.get("never", ())]
    life = Life(world, words, draw.choice(matters), firm, channel)
    return life, life.script(chosen)


class _Told:
    """One life as it is told: each act plans the next; one that is refused ends it."""

    def __init__(self, plan: Plan, life: Life, script: Script) -> None:
        self.plan, self.life, self.script = plan, life, script
        self.case: Case | None = None

    def submit(self, at: datetime) -> None:
        world, life, draw = self.plan.world, self.life, self.plan.draw
        online = life.channel in {"phone", "platform", "qr"} and life.has_clerk
        anonymous = not life.has_clerk and draw.random() < 0.06
        data: dict[str, Any] = {
            "text": life.text(),
            "kind": life.kind,
            "enterprise_id": None if anonymous else life.enterprise.pk,
            "is_anonymous": anonymous,
            "hide_asker": draw.random() < 0.05,
            "contact_name": "" if anonymous else draw.choice(["陈", "王", "李", "何"]) + "经理",
            "contact_phone": "" if anonymous else f"138{57000000 + life.firm:08d}",
            "handed_in_on": local_date(at) + timedelta(days=draw.choice([0, 0, 0, 1, 2])),
        }
        if not online:
            data["source_id"] = f"{life.channel[:3].upper()}-{at:%y%m%d}-{draw.randint(1000, 9999)}"
            data["handed_in_on"] = local_date(at)
        self.case = request_submit(
            actor=life.viewer("asker" if online else "desk.desk", at),
            district_id=world.district.pk,
            channel=life.channel,
            data=data,
            now=at,
            suffix="".join(draw.choice("23456789ABCDEFGHJKMNPQRTUVWXY") for _ in range(5)),
        )
        self._next(at)

    def step(self, at: datetime) -> None:
        assert self.case is not None
        _, who, action, data = self.script.pop(0)
        given = self.life.known(data, self.case, at)
        self.plan.world.act(self.case, action, self.life.viewer(who, at), at, given)
        self._next(at)

    def _next(self, at: datetime) -> None:
        if self.script:
            self.plan.at(at + timedelta(hours=self.script[0][0]), self.step)
