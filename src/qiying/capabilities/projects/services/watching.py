"""Who stands by a project: its task force and tracker, visits with photos, what is stuck, the green channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from qiying.capabilities.projects.models import RESULTS, Ground, SiteVisit
from qiying.capabilities.projects.rules.kinds import KEY_POINTS, POINTS
from qiying.capabilities.projects.services.common import (
    NOTICE,
    check_units,
    keep,
    look_owed,
    row_of,
    told,
    worker_of,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Approval as Asked
from qiying.kernel.cases.standard import asking, children
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force, people_with_role


class Force(ActionInput):
    head: int = entry("谁牵头", source="district_leaders", ge=1, le=10**12)
    tracker: int = entry("跟踪员", source="project_trackers", ge=1, le=10**12)
    units: list[int] = entry("还有哪些单位", default=(), source="units", widget="multiselect", max_length=30)


class Visit(ActionInput):
    point: Literal["guidance", "approval", "construction", "start", "building", "production"] = entry(
        "哪个环节", choices=POINTS
    )
    on: date = entry("哪天去的", widget="date")
    result: Literal["ok", "problem"] = entry("看下来", choices=RESULTS, widget="radio")
    text: str = entry("看到什么、说了什么", widget="textarea", min_length=4, max_length=1000)
    progress: int | None = entry("形象进度（%），建设中的要填", default=None, widget="number", ge=0, le=100)
    documents: list[int] = entry("照片，关键环节至少一张", default=(), widget="documents", max_length=12)


class Stuck(ActionInput):
    text: str = entry("卡在哪里", widget="textarea", min_length=4, max_length=300)
    unit_id: int | None = entry("要谁来解，不清楚就空着", default=None, source="units", ge=1, le=10**12)


class Green(ActionInput):
    ground: int = entry("符合哪一条", source="project_grounds", ge=1, le=10**12)
    reason: str = entry("怎么符合", widget="textarea", min_length=4, max_length=500)
    basis: str = entry("依据", default="", internal=True)


# --- the task force -----------------------------------------------------------------------


def holding(act: Act, role: str, person_id: int) -> Membership | None:
    """Return by which membership somebody has a role in this district today."""
    units = Unit.objects.filter(district_id=act.case.district_id, is_active=True)
    rows = people_with_role(units.values_list("pk", flat=True), (role,), act.today)
    return rows.filter(person_id=person_id).first()


def check_force(act: Act) -> Iterable[tuple[str, str]]:
    if holding(act, "tracker", act.data.tracker) is None:
        yield "tracker", "这个人不是本区的跟踪员，请重选"
    if holding(act, "district_leader", act.data.head) is None:
        yield "head", "请选区领导"
    yield from check_units(act, "units", *act.data.units)


def forced(act: Act) -> None:
    """One project, one task force (一案一专班): head, tracker by name, units; changed by naming it anew."""
    head = holding(act, "district_leader", act.data.head)
    tracker = holding(act, "tracker", act.data.tracker)
    assert head is not None
    assert tracker is not None
    keep(act, head=head.person, tracker=tracker.person)
    unit_id, who = tracker.unit_id, tracker.person
    for party in [p for p in act.parties if p.role == "track" and p.key != f"u:{unit_id}"]:
        act.party_end(party.key, "track")
    act.party_add(f"u:{unit_id}", "track")
    for unit in act.data.units:
        act.party_add(f"u:{unit}", "force")
    children.children_act(act, "follow", {"key": f"u:{unit_id}", "role": "track"}, worker_of(act))
    act.count("forces")
    told(
        act,
        "专班定了",
        f"{head.person.name}牵头，跟踪员{who.name} {who.phone}".strip(),
        "force",
        "firm",
        "track",
    )


# --- on site ------------------------------------------------------------------------------


def is_watcher(context: CaseContext) -> str | None:
    """Who goes on site: the named tracker, or supervision."""
    row = row_of(context)
    if "supervision" in context.standings or row.tracker_id == context.viewer.person_id:
        return None
    return f"这个项目由{row.tracker.name}跟踪" if row.tracker else "还没有指定跟踪员"


def visit_now(context: CaseContext) -> dict[str, Any]:
    """Return what stands in the form of a visit at first: today, and the key point whose day comes first."""
    owed = [c for c in context.clocks if c.kind.startswith("look_") and c.state == "running"]
    first = min(owed, key=lambda c: c.due_by, default=None)
    return {"on": context.today, "point": first.kind.removeprefix("look_") if first else None}


def check_visit(act: Act) -> Iterable[tuple[str, str]]:
    row, data = row_of(act), act.data
    needed = {"start": row.started_on, "building": row.started_on, "construction": row.started_on}
    needed["production"] = row.produced_on
    if data.point in needed and needed[data.point] is None:
        yield "point", f"还没到{POINTS[data.point]}的时候"
    elif not (needed.get(data.point) or row.signed_on) <= data.on <= act.today:
        yield "on", "在这一环节开始到今天之间"
    if data.point in KEY_POINTS and not data.documents:
        yield "documents", "关键环节要拍照片"
    if data.point in {"building", "construction"} and data.progress is None:
        yield "progress", "请填形象进度"
    elif data.progress is not None and data.progress < row.progress:
        yield "progress", f"上次已经到 {row.progress}%，不会退回去"


def visited(act: Act) -> None:
    """Evidence of a visit; what is found behind the plan is kept beside what was expected."""
    row, data = row_of(act), act.data
    SiteVisit.objects.create(
        project=row, point=data.point, on=data.on, result=data.result, text=data.text, progress=data.progress,
        expected=row.expected(data.on), photos=len(data.documents), by_name=act.viewer.name,
    )  # fmt: skip
    if data.progress is not None:
        keep(act, progress=data.progress)
    act.count("visits")
    if data.point in KEY_POINTS:
        act.count("looks")
    if data.result == "problem":
        act.count("problems")
        told(act, f"{POINTS[data.point]}发现问题", data.text[:200], "lead", "firm")
        return
    act.stop(f"look_{data.point}")
    if data.point == "building" and act.case.state == "building":
        look_owed(act, "building")


# --- what is stuck ------------------------------------------------------------------------


def is_stuck(context: CaseContext) -> str | None:
    return None if row_of(context).stuck_on else "没有卡住的事"


def is_free(context: CaseContext) -> str | None:
    row = row_of(context)
    return f"已经报了卡住：{row.stuck}" if row.stuck_on else None


def check_stuck(act: Act) -> Iterable[tuple[str, str]]:
    yield from check_units(act, "unit_id", act.data.unit_id)


def stuck(act: Act) -> None:
    """What is stuck stands on top of the board until somebody says how it came free."""
    keep(act, stuck=act.data.text, stuck_on=act.today, stuck_unit_id=act.data.unit_id)
    if act.data.unit_id:
        act.party_add(f"u:{act.data.unit_id}", "force")
        what = {"what": "有项目卡住了，等您单位来解", "title": act.case.title, "words": act.data.text}
        act.notify(NOTICE, f"u:{act.data.unit_id}", **what)
    act.count("stuck")
    told(act, "项目卡住了", act.data.text, "lead", "track", "supervision")


def freed(act: Act) -> None:
    row = row_of(act)
    assert row.stuck_on is not None
    act.count("freed")
    act.count("stuck_days", bucket=(act.today - row.stuck_on).days)
    keep(act, stuck="", stuck_on=None, stuck_unit_id=None)
    told(act, "卡住的事解开了", act.data.text, "lead", "firm", "track")


# --- the green channel --------------------------------------------------------------------


def check_green(act: Act) -> Iterable[tuple[str, str]]:
    """Only on a ground that was published and is in force."""
    rows = Ground.objects.filter(in_force(act.today), district_id=act.case.district_id, pk=act.data.ground)
    if not rows.filter(published_on__lte=act.today).exists():
        yield "ground", "这一条没有公布，或者已经停用，请重选"


def not_green(context: CaseContext) -> str | None:
    row = row_of(context)
    return f"{row.green_on}起已经走绿色通道" if row.green_on else None


def green_asked(act: Act) -> None:
    ground = Ground.objects.get(pk=act.data.ground)
    keep(act, ground=ground)
    asking.ask(act, "green", reason=f"{ground.title}：{act.data.reason}"[:500])
    act.count("green_asked")


def green_given(act: Act, approval: Asked) -> None:
    """Approvals asked from now on are promised in less than the law's time."""
    keep(act, green_on=act.today)
    act.count("green_given")
    told(act, "进了绿色通道", approval.reason[:200], "force", "firm")
