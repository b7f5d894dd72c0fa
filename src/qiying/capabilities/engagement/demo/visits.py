"""A year of visits in the demo district: three campaigns, resident officers, contact points and stations, a deputy."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from qiying.capabilities.engagement.models import Campaign, Point, PointKind, ResidentTerm
from qiying.capabilities.engagement.selectors.residents import opinions_wanted
from qiying.capabilities.engagement.selectors.visits import Wish
from qiying.capabilities.engagement.services.difficulties import difficulty_submit
from qiying.capabilities.engagement.services.points import (
    activity_note,
    kind_save,
    note_raise,
    note_save,
    point_save,
    problem_raise,
    reception_offer,
)
from qiying.capabilities.engagement.services.residents import (
    firms_give,
    hand_over,
    opinion_give,
    term_end,
    term_save,
)
from qiying.capabilities.engagement.services.visits import campaign_save, visits_plan, wish_set
from qiying.capabilities.engagement.services.visits_reporting import promise_keep, visit_report
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.statutes.workdays import nth_workday

HERE = Path(__file__).parent
MONTHS, A_MONTH, AHEAD = 12, 30, 14


def prepare(world: World) -> None:
    """Give the district deputies, kinds of points, campaigns."""
    told, desk = told_in(HERE / "visits.yaml"), world.viewers["desk.desk"]
    for login, name, unit, role in told["people"]:
        world.member(login, name, unit, role, at=world.start)
    for kind, name, unit, goal in told["campaigns"]:
        values = {"kind": kind, "name": name, "unit_id": world.units[unit].pk, "goal": goal}
        values |= {"valid_from": local_date(world.start), "valid_to": None}
        campaign_save(actor=desk, campaign=None, values=values, now=world.start)
    for name, owner, visibility, channel in told["kinds"]:
        values = {"name": name, "owner_kind": owner, "visibility": visibility, "channel": channel}
        kind_save(actor=desk, kind=None, values=values, now=world.start)


def tell(world: World) -> None:
    """Walk for a year, month by month, and come to the stations."""
    world.say("走访、驻企服务员、联系点 …")
    story = _Year(world)
    story.residents()
    story.points()
    for month in range(MONTHS):
        story.month(world.now - timedelta(days=30 * (MONTHS - month) + 1), month)
    story.lately()


class _Year:
    """What happens on visits; everything drawn is drawn anew for this story."""

    def __init__(self, world: World) -> None:
        self.world, self.draw = world, world.fresh_draw()
        self.told: dict[str, Any] = told_in(HERE / "visits.yaml")
        self.desk = world.viewers["desk.desk"]
        self.campaigns = list(Campaign.objects.filter(district=world.district).order_by("pk"))
        self.goers = [(k, v) for k, v in world.viewers.items() if k.endswith((".liaison", ".handler"))]
        self.goers = [g for g in self.goers if g[0].split(".")[0] in self.told["goers"]]
        self.deputies = [world.viewers["renda.deputy"]]
        world.shown.append("deputy")
        self.problems = iter(self.told["problems"] * 4)
        self.firms = list(world.enterprises)

    def wishes(self, at: datetime, days: int, count: int) -> list[Wish]:
        """Draw who goes where within some days."""
        first, found = local_date(at), []
        for firm in self.draw.sample(self.firms, min(count, len(self.firms))):
            campaign = self.draw.choices([*self.campaigns, None], [5, 3, 1, 3])[0]
            viewer = self.draw.choice(self.goers)[1]
            if campaign is not None and campaign.kind == Campaign.Kind.THREE_TWO:
                viewer = self.deputies[0]
            on = self.world.workday(first + timedelta(days=self.draw.randrange(days)))
            unit_id, purpose = min(viewer.unit_ids), self.draw.choice(self.told["purposes"])
            wish = Wish(firm, unit_id, on, viewer.person_id, campaign.pk if campaign else None, purpose)
            found.append(wish)
        return found

    @transaction.atomic
    def month(self, at: datetime, month: int) -> None:
        """Plan a month's visits and make them."""
        by_id = {v.person_id: v for _, v in self.goers} | {v.person_id: v for v in self.deputies}
        lines = visits_plan(actor=self.desk, wishes=self.wishes(at, 26, A_MONTH + month % 3), now=at)
        made = {x.visit.pk: x for x in lines if x.visit is not None}
        for n, line in enumerate(sorted(made.values(), key=lambda x: (x.wish.on, x.wish.enterprise.pk))):
            assert line.visit is not None
            when = at_hour(line.wish.on, time(self.draw.randint(9, 16), self.draw.randint(0, 59)))
            if when < self.world.now:
                self.world.fitting(self.report, line.visit, by_id[line.wish.person_id], when, n)

    def report(self, visit: Any, viewer: Any, at: datetime, n: int) -> None:
        """Write a visit down; every eighth brings a problem, every ninth a promise."""
        data: dict[str, Any] = {
            "arrived_at": at,
            "talk": self.draw.choice(self.told["talks"]),
            "met": self.draw.choice(self.told["met"]),
        }
        if n % 8 == 3:
            text, difficulty = next(self.problems)
            data["problems"] = [{"text": text, "difficulty": difficulty}]
        if n % 9 == 4:
            day = nth_workday(local_date(at), self.draw.randint(3, 15), self.world.calendar)
            data["promises"] = [{"text": self.draw.choice(self.told["promises"]), "promised_by": day}]
        if n % 7 == 0:
            data["policies"] = [self.draw.choice(self.told["policies"])]
        made = visit_report(actor=viewer, visit=visit, key=f"demo-visit-{visit.pk}", data=data, now=at)
        for problem in made.problems.select_related("case"):
            self.answer(problem.case, at)
        for promise in made.promises.all():
            kept = at_hour(
                self.world.workday(promise.promised_by - timedelta(days=self.draw.choice([3, 2, 1, -2]))),
                time(16),
            )
            if at < kept < self.world.now - timedelta(days=2):
                result = self.draw.choice(self.told["results"])
                promise_keep(actor=viewer, promise=promise, result=result, now=kept)

    def answer(self, case: Case, at: datetime) -> None:
        """The desk answers what it can on the spot and the firm judges; what came lately still waits."""
        if at > self.world.now - timedelta(days=3):
            return
        said = {"text": self.draw.choice(self.told["answers"])}
        self.world.act(case, "answer_on_spot", self.desk, at + timedelta(hours=1), said)
        if self.draw.random() < 0.8:
            verdict = {"value": "solved", "satisfaction": self.draw.choice([5, 5, 4]), "how": "phone"}
            caller = self.world.viewers["callback.callback"]
            self.world.act(case, "record_verdict", caller, at + timedelta(hours=5), verdict)

    def lately(self) -> None:
        """What stands now: visits to come, a firm that wants none, a difficulty with the government."""
        now, world = self.world.now, self.world
        ahead = self.wishes(now + timedelta(days=1), AHEAD, 20)
        visits_plan(actor=self.desk, wishes=ahead, now=now)
        handler = world.viewers["zhujian.handler"]
        own = Wish(
            self.firms[0],
            world.units["zhujian"].pk,
            world.workday(local_date(now) + timedelta(days=2)),
            handler.person_id,
            self.campaigns[0].pk,
            "看项目进度，核对情况",
        )
        world.fitting(lambda: visits_plan(actor=handler, wishes=[own], now=now))
        wish_set(
            actor=self.desk,
            enterprise=self.firms[-1],
            is_opted_out=True,
            note="在赶订单，电话里说先不要来",
            now=now,
        )
        code, label, text, reply = self.told["difficulty"]
        sent = now - timedelta(days=2)
        world.fitting(self.submit, code, label, text, reply, sent)

    def submit(self, code: str, label: str, text: str, reply: str, at: datetime) -> None:
        difficulty_submit(actor=self.desk, code=code, label=label, text=text, now=at)

    # --- resident officers -----------------------------------------------------------------------
    def residents(self) -> None:
        """Twelve officers; one left in autumn, handed over, and was judged."""
        world, at = self.world, self.world.start + timedelta(days=10)
        known = [e for e in self.firms if e.pk in world.clerks]
        judges, with_clerks = known[-8:], known[:-8]
        rest = [e for e in self.firms if e.pk not in world.clerks]
        terms = []
        for n, key in enumerate(self.told["officers"]):
            viewer = world.viewers[key]
            values: dict[str, Any] = {
                "person_id": viewer.person_id,
                "unit_id": min(viewer.unit_ids),
                "phone": f"0579-8230{n:04d}",
            }
            values |= {"valid_from": local_date(at)}
            term = term_save(actor=self.desk, term=None, values=values, now=at)
            given = with_clerks[n * 4 - 4 : n * 4] + rest[n * 8 : n * 8 + 8] if n else judges
            firms_give(actor=self.desk, term=term, firms=given, now=at, on=local_date(at))
            terms.append(term)
        left = world.now - timedelta(days=70)
        leaving: ResidentTerm = terms[0]
        hand_over(actor=self.desk, term=leaving, to=terms[-1], note=self.told["handing"], now=left)
        term_end(actor=self.desk, term=leaving, on=local_date(left), reason="任期满", now=left)
        for n, firm in enumerate(judges[:-1]):
            clerk = world.clerk(firm.pk, left)
            if clerk is not None:
                row = opinions_wanted(clerk, local_date(left)).get(enterprise=firm)
                level, text = self.told["opinions"][n % len(self.told["opinions"])]
                opinion_give(actor=clerk, row=row, level=level, text=text, now=left + timedelta(days=n))

    # --- points ----------------------------------------------------------------------------------
    def points(self) -> None:
        """Twenty-five contact points of the congress, stations, deputies' groups; what came in through them."""
        world, at = self.world, self.world.start + timedelta(days=20)
        kinds = {k.name: k for k in PointKind.objects.filter(district=world.district)}
        deputy = self.deputies[0]
        draw: random.Random = world.fresh_draw()
        spots: list[Point] = []
        for n, firm in enumerate(draw.sample(self.firms, min(25, len(self.firms)))):
            values = {
                "kind_id": kinds["优化营商环境企业联系点"].pk,
                "name": f"{firm.label}联系点"[:60],
                "unit_id": world.units["renda"].pk,
            }
            values |= {
                "enterprise": firm,
                "hours": "每月第二个周三 14:00-16:00",
                "phone": f"0579-8240{n:04d}",
            }
            values |= {"valid_from": local_date(at), "members": [deputy.person_id]}
            spots.append(point_save(actor=self.desk, point=None, values=values, now=at))
        for kind, name, unit, sector, hours in self.told["points"]:
            values = {
                "kind_id": kinds[kind].pk,
                "name": name,
                "unit_id": world.units[unit].pk,
                "sector": sector,
            }
            values |= {"hours": hours, "valid_from": local_date(at), "members": [deputy.person_id]}
            values |= {"enterprise": None, "address": f"{name}"}
            spots.append(point_save(actor=self.desk, point=None, values=values, now=at))
        station = next(p for p in spots if p.name == self.told["station"])
        for n, (title, people, text) in enumerate(self.told["activities"]):
            held = world.now - timedelta(days=20 + 45 * n)
            values = {"on": local_date(held), "title": title, "people": people, "text": text}
            activity_note(actor=self.desk, point=station, values=values, now=held)
        for n, text in enumerate(self.told["raised"]):
            heard = at_hour(world.workday(local_date(world.now) - timedelta(days=25 * n + 12)), time(10))
            point = station if n % 2 else spots[n]
            case = problem_raise(
                actor=self.desk, point=point, text=text, now=heard, enterprise=point.enterprise
            )
            self.world.fitting(self.answer, case, heard)
        head = world.viewers["zhujian.leader" if "zhujian.leader" in world.viewers else "zhujian.liaison"]
        values = {
            "name": f"{station.name} · 区住建局接待",
            "unit_id": world.units["zhujian"].pk,
            "hours": "周二 14:00-16:00",
        }
        values |= {"receiver_id": head.person_id, "slot_minutes": 30}
        reception_offer(actor=world.viewers["zhujian.liaison"], point=station, values=values, now=at)
        for n, text in enumerate(self.told["notes"]):
            on = local_date(world.now) - timedelta(days=9 * n + 3)
            note = note_save(actor=deputy, key=f"demo-note-{n}", text=text, on=on, now=at_hour(on, time(17)))
            if n == len(self.told["notes"]) - 1:
                self.answer(
                    note_raise(actor=deputy, note=note, now=at_hour(on, time(18))),
                    at_hour(world.workday(on), time(18)),
                )
