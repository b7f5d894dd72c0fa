"""A year of sessions in the demo district: the terrace meeting, the 51st for foreign merchants, and those between."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from qiying.capabilities.engagement.demo import points
from qiying.capabilities.engagement.models import LeadingSeat, ServiceGroup
from qiying.capabilities.engagement.selectors.sessions import banks_of, themes, turns
from qiying.capabilities.engagement.services.sessions import (
    closed_count,
    group_save,
    outcome_note,
    problem_collect,
    seat_save,
    session_plan,
)
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import SINCE, Plan, World, at_hour, told_in
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import attendees_of, items_of, letters_due
from qiying.kernel.gatherings.services.editing import Change, edits_apply
from qiying.kernel.gatherings.services.following import item_take, items_tell
from qiying.kernel.gatherings.services.letters import letters_send
from qiying.kernel.gatherings.services.people import attendee_add, attendee_answer, check_in
from qiying.kernel.gatherings.services.planning import gathering_move
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import nth_workday

ORDER = 40
FILE = Path(__file__).parent / "sessions.yaml"


def prepare(world: World) -> None:
    """Give the district its four groups' heads on the rota, and departments that serve together."""
    told, desk = told_in(FILE), world.viewers["desk.desk"]
    for login, name, group, title in told["leaders"]:
        person = world.member(login, name, "leaders", "district_leader", at=world.start, title=title)
        values = {"person": person.pk, "group": group, "title": title, "valid_from": SINCE}
        seat_save(actor=desk, seat=None, values=values, now=world.start)
    for name, (keys, categories) in told["groups"].items():
        values = {"name": name, "units": [world.units[key].pk for key in keys], "categories": categories}
        group_save(actor=desk, group=None, values=values, now=world.start)
    points.prepare(world)


def tell(world: World) -> None:
    """Hold the sessions: eleven in the year that ends now, after the first of all; the next one is being planned."""
    world.say("政企面对面 …")
    told, plan = told_in(FILE), Plan(world, world.fresh_draw())
    first = _Held(world, None, told["terrace"])
    day: date = told["terrace"]["held"]
    first.hold(day, at_hour(day - timedelta(days=6), time(10)))
    latest = reversed(told["sessions"])
    for back, spec in enumerate(islice(latest, 4) if world.is_small else latest, 1):
        day = world.workday((world.now - timedelta(days=32 * back - 12)).date())
        _Held(world, plan, {"number": 52 - back, **spec}).plan_ahead(day)
    _Held(world, plan, told["on_site"], "on_site").plan_ahead(
        world.workday((world.now - timedelta(days=75)).date())
    )
    plan.run()
    world.fitting(_next, world, told)
    points.tell(world)


class _Held:
    """One session from planning to its cases' end; without a plan everything happens within the day."""

    def __init__(
        self, world: World, plan: Plan | None, spec: dict[str, Any], kind: str = "face_to_face"
    ) -> None:
        self.world, self.plan, self.spec, self.kind = world, plan, spec, kind
        self.desk = world.viewers["desk.desk"]
        self.draw = world.fresh_draw()
        self.draw.seed(spec["title"])
        told = told_in(FILE)
        self.categories, self.words = told["categories"], told["words"]
        self.one: Gathering
        self.cases: dict[int, Case] = {}

    def plan_ahead(self, day: date) -> None:
        assert self.plan is not None
        self.plan.at(at_hour(day - timedelta(days=14), time(10)), lambda at: self.invite(day, at))
        self.plan.put(at_hour(day, time(9)), lambda at: self.meet(at))

    def hold(self, day: date, invited: datetime) -> None:
        self.invite(day, invited)
        self.meet(at_hour(day, time(9)))
        self.write(at_hour(day, time(16)))
        self.close(at_hour(day, time(17)))

    def invite(self, day: date, at: datetime) -> None:
        seat = LeadingSeat.objects.get(pk=turns(self.world.district.pk, max(day, SINCE))[0].candidate.key)
        head = {"number": None, **{k: v for k, v in self.spec.items() if k in ("title", "place", "number")}}
        head |= {"on": day, "starts_at": at_hour(day, time(9)), "ends_at": at_hour(day, time(11, 30))}
        groups = list(ServiceGroup.objects.filter(district=self.world.district, name__in=self.spec["groups"]))
        banks = list(banks_of(self.world.district.pk)[:2])
        self.one = session_plan(
            actor=self.desk, kind=self.kind, head=head, now=at, leader=seat, group=groups[0], banks=banks
        )
        add: Any = {"gathering": self.one, "actor": self.desk, "now": at}
        for unit in {u.pk: u for g in groups[1:] for u in g.units.all()}.values():
            attendee_add(**add, role="unit", unit=unit)
        with_clerks = [e for e in self.world.enterprises if e.pk in self.world.clerks]
        guests = self.spec.get("foreign", [])
        for firm in self.draw.sample(
            with_clerks, min(len(with_clerks), 3 if guests else len(self.spec["items"]))
        ):
            attendee_add(**add, role="firm", enterprise=firm)
        for name, nationality, language in guests:
            attendee_add(**add, role="firm", name=name, nationality=nationality, language=language)
        gathering_move(
            gathering=self.one, actor=self.desk, to="inviting", now=at, excuse=self.words["excuse"]
        )
        for who in attendees_of(self.one).select_related("gathering"):
            attendee_answer(attendee=who, actor=self.desk, answer="confirmed", now=at)

    def meet(self, at: datetime) -> None:
        gathering_move(gathering=self.one, actor=self.desk, to="running", now=at)
        people = list(attendees_of(self.one).select_related("gathering"))
        for n, who in enumerate(people):
            check_in(attendee=who, actor=self.desk, how="own", now=at + timedelta(seconds=20 * n))
        speakers = [p for p in people if p.role == "firm"]
        for n, item in enumerate(self.spec["items"]):
            self.say(n, item, speakers[n % len(speakers)].pk, at + timedelta(minutes=8 * n + 10))
        ended = at + timedelta(hours=2, minutes=30)
        gathering_move(gathering=self.one, actor=self.desk, to="following", now=ended)
        self.follow(ended)

    def say(self, n: int, item: list[Any], speaker: int, at: datetime) -> None:
        text, key, answer, reply, *rest = item
        fields = {"text": text, "speaker": str(speaker), "answer_text": reply}
        fields["unit"] = str(self.world.units[key].pk)
        if answer == "promised":
            fields["promised_by"] = nth_workday(self.one.on, rest[0], self.world.calendar).isoformat()
            fields["promised_name"] = self.world.viewers[f"{key}.leader"].name
        if len(rest) > 1:
            fields["original"] = rest[1]
        changes = [
            Change(f"{n}-{f}", f"demo-{n}", f, 0, v, "problem")
            for f, v in {**fields, "answer": answer}.items()
        ]
        edits_apply(gathering=self.one, actor=self.desk, changes=changes, now=at)
        said = items_of(self.one).get(key=f"demo-{n}")
        item_take(item=said, actor=self.world.viewers[f"{key}.liaison"], now=at + timedelta(minutes=2))

    def follow(self, at: datetime) -> None:
        """Every problem is a case: the desk hands it over, the unit answers by the day it promised, the firm judges."""
        for n, (_, _, answer, _, *rest) in enumerate(self.spec["items"]):
            if self.plan is None:
                self.act(
                    n, "answer_on_spot", self.desk, at + timedelta(hours=1), text=self.spec["items"][n][3]
                )
                self.judge(n, at + timedelta(hours=5))
                continue
            days = rest[0] if answer == "promised" else 1
            self.plan.after(at, 1, partial(self.assign, n))
            self.plan.after(at, max(days - 1, 2), partial(self.answer, n))
            self.plan.after(at, days + 3, partial(self.judge, n))
        if self.plan is not None:
            self.plan.after(at, 2, self.write)
            self.plan.after(at, 45, self.close)
            if "outcome" in self.spec:
                self.plan.after(at, self.spec["outcome"][2], self.come_out)

    def case(self, n: int) -> Case:
        if n not in self.cases:
            raised = items_of(self.one).filter(key=f"demo-{n}")
            self.cases[n] = Case.objects.get(pk__in=raised.values("case"))
        return self.cases[n]

    def act(self, n: int, action: str, who: Viewer, at: datetime, **data: Any) -> Case:
        return self.world.act(self.case(n), action, who, at, data)

    def assign(self, n: int, at: datetime) -> None:
        key = self.spec["items"][n][1]
        self.act(n, "triage", self.desk, at, kind="problem", category=self.categories[key], level="complex")
        self.act(n, "assign", self.desk, at, unit_id=self.world.units[key].pk)
        self.act(n, "take", self.world.viewers[f"{key}.handler"], at + timedelta(minutes=30))

    def answer(self, n: int, at: datetime) -> None:
        _, key, answer, reply, *_ = self.spec["items"][n]
        data = {
            "text": f"{self.words['done']}{reply}",
            "result": "policy" if answer == "explained" else "solved",
        }
        self.act(n, "answer", self.world.viewers[f"{key}.handler"], at, **data)

    def judge(self, n: int, at: datetime) -> None:
        clerk = self.world.clerk(self.case(n).enterprise_id, max(at, self.world.now))
        data: dict[str, Any] = {"value": "solved", "satisfaction": self.draw.choice([5, 5, 4, 4, 3])}
        if clerk is not None:
            done = self.act(n, "give_verdict", clerk, at, **data)
        else:
            caller = self.world.viewers["callback.callback"]
            done = self.act(n, "record_verdict", caller, at, how="phone", **data)
        if (
            not done.is_open
        ):  # the worker counts it too, once; here the numbers are right from the first minute
            closed_count({"case": done.number}, at)

    def write(self, at: datetime) -> None:
        """Send letters and minutes, and tell everybody who spoke."""
        for of in self.one.of_kind.letters[:2]:
            if letters_due(self.one, of):
                letters_send(gathering=self.one, actor=self.desk, kind=of.code, now=at)
        items_tell(gathering=self.one, actor=self.desk, how=self.words["told"], now=at)

    def come_out(self, at: datetime) -> None:
        kind, title, _, firms = self.spec["outcome"]
        told = {"kind": kind, "title": title, "issued_on": at.date(), "firms": firms}
        outcome_note(gathering=self.one, actor=self.desk, now=at, item=items_of(self.one).last(), **told)

    def close(self, at: datetime) -> None:
        if not items_of(self.one).filter(case__is_open=True).exists():
            gathering_move(gathering=self.one, actor=self.desk, to="closed", now=at)


def _next(world: World, told: dict[str, Any]) -> None:
    """The next session, as the page proposes it now: its theme from the pool, problems coming in."""
    on = world.workday((world.now + timedelta(days=16)).date())
    proposals = themes(world.district.pk, world.now.date())
    words = told["words"]
    head = {"title": f"{proposals[0].label}{words['theme']}", "place": words["place"], "on": on}
    head |= {"starts_at": at_hour(on, time(14)), "ends_at": at_hour(on, time(16, 30))}
    ready = next(t for t in turns(world.district.pk, on) if not t.is_skipped)
    firms = {c.enterprise_id: c.enterprise for c in proposals[0].cases if c.enterprise and not c.hide_asker}
    one = session_plan(
        actor=world.viewers["desk.desk"], kind="face_to_face", head=head, now=world.now, proposal=proposals[0],
        leader=LeadingSeat.objects.get(pk=ready.candidate.key), group=ServiceGroup.objects.first(),
        banks=list(banks_of(world.district.pk)[:2]), firms=list(firms.values()),
    )  # fmt: skip
    for source, text in told["collected"]:
        liaison = world.viewers["gongshanglian.liaison"]
        problem_collect(gathering=one, actor=liaison, source=source, text=text, now=world.now)
