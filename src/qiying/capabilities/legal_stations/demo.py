"""A year of legal service at stations: two lawyers with hours, five questions in confidence, a talk."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from qiying.capabilities.legal_stations.models import Lawyer, Station
from qiying.capabilities.legal_stations.services.keeping import hours_open, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_do
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.world import Plan, World, at_hour, told_in
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.services.planning import gathering_move, gathering_save
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.services import unit_create
from qiying.kernel.permissions.viewer import Viewer

ORDER, APART = 74, True
TOLD = told_in(Path(__file__).with_suffix(".yaml"))
FIRST = 100


def prepare(world: World) -> None:
    """A law firm with two lawyers; the first may be signed in as."""
    given = {"district_id": world.district.pk, "name": TOLD["firm"], "at": world.start, "kind": "agency"}
    world.units["lvsuo"] = unit_create(actor=world.maker, **given)
    for login, name in TOLD["people"]:
        person = world.member(login, name, "lvsuo", "lawyer", at=world.start, title="值班律师")
        world.viewers[login] = world.viewer_of(person)
    world.shown.append("lawyer")


def tell(world: World) -> None:
    plan = Plan(world, world.fresh_draw())
    plan.put(world.lately(FIRST), partial(_listed, world))
    for one in TOLD["advice"]:
        plan.put(world.lately(one[0]), partial(_asked, world, plan, one))
    plan.run(since=world.lately(FIRST))


def _listed(world: World, at: datetime) -> None:
    """Stations, lawyers with their hours, and a talk in a fortnight."""
    keeper, since = world.viewers["sifa.law_watcher"], {"valid_from": local_date(at), "valid_to": None}
    for one, (login, name), hours in zip(TOLD["stations"], TOLD["people"], TOLD["hours"], strict=True):
        place = {**one, "unit": world.units[one["unit"]], **since}
        station = row_keep(actor=keeper, model=Station, row=None, values=place, names=list(place), now=at)
        told = {"name": name, "station": station, "person": Person.objects.get(login=login), **since}
        told |= {"unit": world.units["lvsuo"], "licence": "13304200910000001", "fields": "公司、合同、劳动"}
        lawyer = row_keep(actor=keeper, model=Lawyer, row=None, values=told, names=list(told), now=at)
        hours_open(actor=world.viewers[login], lawyer=lawyer, hours=hours, minutes=30, now=at)
    day = world.workday(local_date(world.now) + timedelta(days=14))
    times = {"on": day, "starts_at": at_hour(day, time(14)), "ends_at": at_hour(day, time(16))}
    talk = gathering_save(
        actor=keeper, kind=kind_of("legal_talk"), values={**TOLD["talk"], **times}, now=at,
        unit_id=world.units["sifa"].pk,
    )  # fmt: skip
    gathering_move(gathering=talk, actor=keeper, to="inviting", now=at)


def _asked(world: World, plan: Plan, one: list[Any], at: datetime) -> None:
    _, firm, nth, kind, text, advice, end = one
    enterprise = world.enterprises[firm % len(world.enterprises)]
    clerk, login = world.clerk(enterprise.pk, at), TOLD["people"][nth][0]
    if clerk is None:
        return
    row = Lawyer.objects.get(district=world.district, person__login=login)
    told = {"enterprise_id": enterprise.pk, "lawyer_id": row.pk, "kind": kind, "text": text}
    case = case_start(procedure="legal_advice", actor=clerk, data=told, now=at)
    if advice:
        plan.after(at, 1, partial(_do, case, "advise", world.viewers[login], {"text": advice}))
    if end == "finish":
        plan.after(at, 3, partial(_do, case, "finish", clerk, {}))


def _do(case: Case, action: str, who: Viewer, data: dict[str, Any], at: datetime) -> None:
    case_do(case=Case.objects.get(pk=case.pk), action=action, actor=who, data=data, now=at)
