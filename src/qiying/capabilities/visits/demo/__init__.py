"""A year of visits in the demo district: three campaigns, resident officers, a difficulty."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from qiying.capabilities.visits.models import Campaign
from qiying.capabilities.visits.selectors.residents import opinions_wanted
from qiying.capabilities.visits.selectors.visits import Line, Wish
from qiying.capabilities.visits.services import residents
from qiying.capabilities.visits.services.difficulties import difficulty_submit
from qiying.capabilities.visits.services.reporting import Told, problem_closed, promise_keep, visits_report
from qiying.capabilities.visits.services.visits import campaign_save, visits_plan, wish_set
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, at_hour, told_in
from qiying.statutes.workdays import nth_workday

ORDER = 41
FILE = Path(__file__).parent / "visits.yaml"


def prepare(world: World) -> None:
    """Give the district campaigns, and a government that answers."""
    told = told_in(FILE)
    made: dict[str, Any] = {"actor": world.viewers["desk.desk"], "now": world.start}
    for login, name, unit, role in told["people"]:
        world.member(login, name, unit, role, at=world.start)
    for kind, name, unit, goal in told["campaigns"]:
        values = {"kind": kind, "name": name, "unit_id": world.units[unit].pk, "goal": goal, "valid_to": None}
        campaign_save(campaign=None, values={**values, "valid_from": local_date(world.start)}, **made)


def tell(world: World) -> None:
    """Walk for a year, month by month."""
    world.say("走访、驻企服务员 …")
    story = _Year(world)
    story.residents()
    for back in range(story.told["months"]["count"], 0, -1):
        story.month(world.now - timedelta(days=30 * back + 1))
    story.lately()


class _Year:
    """What happens on visits; everything drawn is drawn anew for this story."""

    def __init__(self, world: World) -> None:
        self.world, self.draw, self.firms = world, world.fresh_draw(), list(world.enterprises)
        self.told: dict[str, Any] = told_in(FILE)
        self.desk, self.deputy = world.viewers["desk.desk"], world.viewers["renda.deputy"]
        self.campaigns = list(Campaign.objects.filter(district=world.district).order_by("pk"))
        keys = [f"{unit}.{role}" for unit in self.told["goers"] for role in ("liaison", "handler")]
        self.goers = [world.viewers[key] for key in keys if key in world.viewers]
        self.problems, self.made = iter(self.told["problems"] * 5), 0

    # --- visits ----------------------------------------------------------------------------------
    def wishes(self, at: datetime, days: int, count: int) -> list[Wish]:
        """Draw who goes where within some days."""
        first, found = local_date(at), []
        for firm in self.draw.sample(self.firms, min(count, len(self.firms))):
            campaign = self.draw.choices([*self.campaigns, None], self.told["drawn"])[0]
            who = self.draw.choice(self.goers)
            if campaign is not None and campaign.kind == Campaign.Kind.THREE_TWO:
                who = self.deputy
            on = self.world.workday(first + timedelta(days=self.draw.randrange(days)))
            purpose, drive = self.draw.choice(self.told["purposes"]), campaign.pk if campaign else None
            found.append(Wish(firm, min(who.unit_ids), on, who.person_id, drive, purpose))
        return found

    @transaction.atomic
    def month(self, at: datetime) -> None:
        """Plan a month's visits and make them in the order of their days; those that bring nothing are written together."""
        viewers = {v.person_id: v for v in (*self.goers, self.deputy)}
        wishes, plain = self.wishes(at, 26, self.told["months"]["visits"]), []
        lines = visits_plan(actor=self.desk, wishes=wishes, now=at)
        made: dict[int, Line] = {x.visit.pk: x for x in lines if x.visit is not None}
        for line in sorted(made.values(), key=lambda x: (x.wish.on, x.wish.enterprise.pk)):
            when = at_hour(line.wish.on, time(self.draw.randint(9, 16), self.draw.randint(0, 59)))
            if when >= self.world.now or line.visit is None:
                continue
            one = self.heard(
                Told(viewers[line.wish.person_id], line.visit, f"demo-{line.visit.pk:06}", {}, when)
            )
            plain.append(one)
            if "problems" in one.data or "promises" in one.data:
                self.world.fitting(self.report, plain)
                plain = []
        self.world.fitting(self.report, plain)

    def heard(self, one: Told) -> Told:
        """Say what a visit brings: every twelfth a problem, every fourteenth a promise."""
        told, draw, self.made = self.told, self.draw, self.made + 1
        data = {"arrived_at": one.now, "talk": draw.choice(told["talks"]), "met": draw.choice(told["met"])}
        if self.made % 12 == 3:
            data["problems"] = [dict(zip(("text", "difficulty"), next(self.problems), strict=True))]
        if self.made % 14 == 4:
            day = nth_workday(local_date(one.now), draw.randint(3, 15), self.world.calendar)
            data["promises"] = [{"text": draw.choice(told["promises"]), "promised_by": day}]
        if self.made % 7 == 0:
            data["policies"] = [draw.choice(told["policies"])]
        return Told(one.actor, one.visit, one.key, data, one.now)

    def report(self, told: list[Told]) -> None:
        """Write visits down; what the last of them brought is answered and kept."""
        if not told:
            return
        visit, actor, at = visits_report(told)[-1], told[-1].actor, told[-1].now
        for problem in visit.problems.select_related("case"):
            self.answer(problem.case, at)
        for promise in visit.promises.select_related("visit__enterprise"):
            day = self.world.workday(promise.promised_by - timedelta(days=self.draw.choice([3, 2, 1, -2])))
            if at < (kept := at_hour(day, time(16))) < self.world.now - timedelta(days=2):
                promise_keep(
                    actor=actor, promise=promise, result=self.draw.choice(self.told["results"]), now=kept
                )

    def answer(self, case: Case, at: datetime) -> None:
        """The desk answers what it can on the spot and the firm judges; what came lately still waits."""
        if at > self.world.now - timedelta(days=3):
            return
        said = {"text": self.draw.choice(self.told["answers"])}
        self.world.act(case, "answer_on_spot", self.desk, at + timedelta(hours=1), said)
        if self.draw.random() < 0.8:
            verdict = {"value": "solved", "satisfaction": self.draw.choice([5, 5, 4]), "how": "phone"}
            caller = self.world.viewers["callback.callback"]
            when = at + timedelta(hours=5)
            done = self.world.act(case, "record_verdict", caller, when, verdict)
            if (
                not done.is_open
            ):  # the worker counts it too, once; here the numbers are right from the first minute
                problem_closed({"case": done.number, "outcome": done.outcome}, when)

    def lately(self) -> None:
        """What stands now: visits to come, a firm that wants none, a difficulty with the government."""
        world, now, months, own = self.world, self.world.now, self.told["months"], self.told["own"]
        ahead = self.wishes(now + timedelta(days=1), months["ahead_days"], months["ahead"])
        visits_plan(actor=self.desk, wishes=ahead, now=now)
        handler, day = world.viewers[f"{own['unit']}.handler"], local_date(now) + timedelta(days=own["days"])
        given = (world.workday(day), handler.person_id, self.campaigns[0].pk, own["purpose"])
        wish = Wish(self.firms[0], world.units[own["unit"]].pk, *given)
        world.fitting(lambda: visits_plan(actor=handler, wishes=[wish], now=now))
        note = self.told["opted_out"]
        wish_set(actor=self.desk, enterprise=self.firms[-1], is_opted_out=True, note=note, now=now)
        sent = {"actor": self.desk, "now": now - timedelta(days=2), **self.told["difficulty"]}
        world.fitting(lambda: difficulty_submit(**sent))

    # --- resident officers -----------------------------------------------------------------------
    def residents(self) -> None:
        """Twelve officers; one left in autumn, handed over, and was judged."""
        world, told, at = self.world, self.told, self.world.start + timedelta(days=10)
        known = [e for e in self.firms if e.pk in world.clerks]
        judges, known = known[-8:], known[:-8]
        rest = [e for e in self.firms if e.pk not in world.clerks]
        made: dict[str, Any] = {"actor": self.desk, "now": at}
        since, terms = local_date(at), []
        for n, key in enumerate(told["officers"]):
            viewer = world.viewers[key]
            values = {"person_id": viewer.person_id, "unit_id": min(viewer.unit_ids), "valid_from": since}
            phone = f"{told['phone']}{n:04d}"
            terms.append(residents.term_save(term=None, values={**values, "phone": phone}, **made))
            given = known[n * 4 - 4 : n * 4] + rest[n * 8 : n * 8 + 8] if n else judges
            residents.firms_give(term=terms[-1], firms=given, on=since, **made)
        made["now"] = left = world.now - timedelta(days=70)
        residents.hand_over(term=terms[0], to=terms[-1], note=told["handing"], **made)
        residents.term_end(term=terms[0], on=local_date(left), reason=told["term_ended"], **made)
        for n, firm in enumerate(judges[:-1]):
            if (clerk := world.clerk(firm.pk, left)) is not None:
                row = opinions_wanted(clerk, local_date(left)).get(enterprise=firm)
                level, text = told["opinions"][n % len(told["opinions"])]
                when = left + timedelta(days=n)
                residents.opinion_give(actor=clerk, row=row, level=level, text=text, now=when)
