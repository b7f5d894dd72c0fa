"""Points of the demo district: contact points, liaison stations, deputies' groups, and what came in through them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from qiying.capabilities.engagement.models import Point, PointKind
from qiying.capabilities.engagement.services import points
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, at_hour, told_in

FILE = Path(__file__).parent / "points.yaml"


def prepare(world: World) -> None:
    """Give the district deputies and kinds of points."""
    told = told_in(FILE)
    for login, name, unit, role in told["people"]:
        world.member(login, name, unit, role, at=world.start)
    world.shown.append(told["people"][0][0])
    for row in told["kinds"]:
        values = dict(zip(("name", "owner_kind", "visibility", "channel"), row, strict=True))
        points.kind_save(actor=world.viewers["desk.desk"], kind=None, values=values, now=world.start)


def tell(world: World) -> None:
    """Set the points up, hold what is held there, raise problems, take a deputy's notes."""
    story = _Points(world)
    station = story.set_up()
    story.heard(station)
    story.noted()


class _Points:
    """What happens at points; everything drawn is drawn anew for this story."""

    def __init__(self, world: World) -> None:
        self.world, self.draw, self.told = world, world.fresh_draw(), told_in(FILE)
        self.desk, self.deputy = world.viewers["desk.desk"], world.viewers["renda.deputy"]
        self.spots: list[Point] = []

    def point(self, given: Any, at: datetime, **more: Any) -> Point:
        """Set one point up."""
        kind, name, unit, sector, hours = given
        of = PointKind.objects.get(district=self.world.district, name=kind)
        values = {"kind_id": of.pk, "name": name, "unit_id": self.world.units[unit].pk, "sector": sector}
        values |= {"hours": hours, "valid_from": local_date(at), "members": [self.deputy.person_id], **more}
        return points.point_save(actor=self.desk, point=None, values=values, now=at)

    def set_up(self) -> Point:
        """Twenty-five contact points of the congress, then stations and groups; return the station of the story."""
        world, told, contact = self.world, self.told, self.told["contact_points"]
        at, firms = world.start + timedelta(days=20), list(world.enterprises)
        for n, firm in enumerate(world.fresh_draw().sample(firms, min(contact["count"], len(firms)))):
            given = (contact["kind"], f"{firm.label}联系点"[:60], contact["unit"], "", contact["hours"])
            self.spots.append(self.point(given, at, enterprise=firm, phone=f"{told['phone']}{n:04d}"))
        self.spots += [self.point(g, at, enterprise=None, address=g[1]) for g in told["points"]]
        return next(p for p in self.spots if p.name == told["station"])

    def heard(self, station: Point) -> None:
        """Hold activities at the station, hear problems there and elsewhere, let a department receive."""
        world, told = self.world, self.told
        for n, (title, people, text) in enumerate(told["activities"]):
            held = world.now - timedelta(days=20 + 45 * n)
            values = {"on": local_date(held), "title": title, "people": people, "text": text}
            points.activity_note(point=station, values=values, now=held, actor=self.desk)
        for n, text in enumerate(told["raised"]):
            at = at_hour(world.workday(local_date(world.now) - timedelta(days=25 * n + 12)), time(10))
            point = station if n % 2 else self.spots[n]
            case = points.problem_raise(
                point=point, text=text, now=at, enterprise=point.enterprise, actor=self.desk
            )
            world.fitting(self.answer, case, at)
        head = world.viewers.get("zhujian.leader") or world.viewers["zhujian.liaison"]
        values = {**told["reception"], "unit_id": world.units["zhujian"].pk, "receiver_id": head.person_id}
        since = world.start + timedelta(days=20)
        points.reception_offer(
            actor=world.viewers["zhujian.liaison"], point=station, values=values, now=since
        )

    def noted(self) -> None:
        """A deputy keeps notes, and the last becomes a problem."""
        for n, text in enumerate(self.told["notes"]):
            on = local_date(self.world.now) - timedelta(days=9 * n + 3)
            said = {"key": f"demo-note-{n}", "text": text, "on": on}
            note = points.note_save(actor=self.deputy, now=at_hour(on, time(17)), **said)
        case = points.note_raise(actor=self.deputy, note=note, now=at_hour(on, time(18)))
        self.answer(case, at_hour(self.world.workday(on), time(18)))

    def answer(self, case: Case, at: datetime) -> None:
        """The desk answers on the spot, and the firm judges when it is called."""
        said = {"text": self.draw.choice(self.told["answers"])}
        self.world.act(case, "answer_on_spot", self.desk, at + timedelta(hours=1), said)
        verdict = {"value": "solved", "satisfaction": self.draw.choice([5, 5, 4]), "how": "phone"}
        caller = self.world.viewers["callback.callback"]
        self.world.act(case, "record_verdict", caller, at + timedelta(hours=5), verdict)
