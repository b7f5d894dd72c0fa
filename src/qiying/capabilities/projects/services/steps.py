"""A project's way: land signed, licensed, begun, completed, in production; more time to begin, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from qiying.capabilities.projects.models import SiteVisit
from qiying.capabilities.projects.rules.kinds import OFFICE_LABELS, STEPS
from qiying.capabilities.projects.rules.law import asked_in_time, start_by
from qiying.capabilities.projects.selectors import STAGE, large_from
from qiying.capabilities.projects.services.common import (
    ProjectExtras,
    keep,
    look_owed,
    next_step_runs,
    row_of,
    told,
    worker_of,
)
from qiying.capabilities.projects.services.signing import stages_open
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Approval as Asked
from qiying.kernel.cases.standard import asking, children
from qiying.statutes.workdays import short_date

MONTHS = {"licence": 3, "filing": 24}
"""Months to begin in: from the building licence (建筑法第九条), from an approval (国务院令第673号第十二条)."""
EXTENSIONS = {"licence": 2, "filing": 1}
MOST_MONTHS = {"licence": 3, "filing": 12}
EXTENDED = {"licence": "施工许可的三个月", "filing": "核准的两年"}


class Land(ActionInput):
    landed_on: date = entry("哪天签的土地合同", widget="date")
    contract: str = entry("合同编号", min_length=2, max_length=60)
    documents: list[int] = entry("合同", default=(), widget="documents", max_length=5)


class Step(ActionInput):
    on: date = entry("哪天", widget="date")
    text: str = entry("说明", widget="textarea", min_length=2, max_length=500)
    documents: list[int] = entry("材料、照片", default=(), widget="documents", max_length=20)


class MoreTime(ActionInput):
    which: Literal["licence", "filing"] = entry("延哪一个", choices=EXTENDED, widget="radio")
    months: int = entry("延几个月", widget="number", ge=1, le=12)
    reason: str = entry("为什么", widget="textarea", min_length=4, max_length=500)


def check_landed(act: Act) -> Iterable[tuple[str, str]]:
    if not row_of(act).signed_on <= act.data.landed_on <= act.today:
        yield "landed_on", "在签约那天到今天之间"


def offices_done(*codes: str) -> Any:
    """Return the guard that asks for the parts of some offices to be finished."""

    def guard(context: CaseContext) -> str | None:
        rows = children.children_of(context.case).filter(procedure=STAGE, is_open=True, kind__in=codes)
        left = [OFFICE_LABELS[c.kind] for c in rows]
        return f"{'、'.join(left)}的一段还没办完" if left else None

    return guard


def landed(act: Act) -> None:
    """The land is signed: every shadow turns valid on this day, with its certificate."""
    row = keep(act, landed_on=act.data.landed_on)
    act.count("landed")
    if row.invest >= large_from(act.case.district_id, act.today):
        act.count("landed_large")
    next_step_runs(act, row)
    children.children_act(act, "turn_valid", {"reason": f"土地合同 {act.data.contract} 签了"}, worker_of(act))
    told(act, "土地签约了", f"合同 {act.data.contract}，影子批文当天转正", "force", "firm")


def licensed(act: Act, on: date) -> None:
    """The building licence is there: the district's clock stops, the law's three months begin."""
    row = keep(act, licensed_on=on)
    act.stop("whole")
    act.count("handled_days", bucket=max((on - row.signed_on).days - row.own_days, 0))
    begin_by(act, "licence", on)
    next_step_runs(act, row)


def begin_by(act: Act, which: str, on: date) -> None:
    """The law's time to begin runs from a day on, in months."""
    last = start_by(on, MONTHS[which])
    act.clock_start(f"begin_{which}", limit=(last - on).days, started_on=on,
                    words=f"{MONTHS[which]} 个月内开工，最晚{short_date(last)}")  # fmt: skip


def has_licence(context: CaseContext) -> str | None:
    """Nothing is begun on a shadow."""
    row = row_of(context)
    if row.licensed_on:
        return None
    return "还没有领到施工许可，不能开工"


def check_step(name: str) -> Any:
    """Return the check that a step's day lies between the one before and today."""
    before = list(STEPS)[list(STEPS).index(name) - 1]

    def check(act: Act) -> Iterable[tuple[str, str]]:
        last = getattr(row_of(act), f"{before}_on")
        if not last <= act.data.on <= act.today:
            yield "on", f"在{STEPS[before]}那天（{short_date(last)}）到今天之间"

    return check


def started(act: Act) -> None:
    row = keep(act, started_on=act.data.on)
    act.stop("begin_licence", "begin_filing", "begin_eia")
    act.count("started")
    look_owed(act, "start")
    look_owed(act, "building")
    stages_open(act, "building")
    next_step_runs(act, row)
    told(act, "开工了", act.data.text, "force", "firm", "track")


def completed(act: Act) -> None:
    """Completion is filed within 15 days, the papers go to planning within six months."""
    row = keep(act, completed_on=act.data.on, progress=100)
    act.stop("look_building")
    act.clock_start("filing", started_on=act.data.on, words="竣工验收合格起备案")
    last = start_by(act.data.on, 6)
    act.clock_start(
        "papers", limit=(last - act.data.on).days, started_on=act.data.on, words="竣工验收资料报规划部门"
    )
    next_step_runs(act, row)
    act.count("completed")


def filed(act: Act) -> None:
    act.stop("filing")


def is_filed(context: CaseContext) -> str | None:
    """Nothing is used before its completion was accepted and filed."""
    return "竣工验收还没有备案，不能投产" if context.clock("filing") else None


def handed_in(act: Act) -> None:
    act.stop("papers")


def was_seen(*points: str) -> Any:
    """Return the guard that asks for a visit at key points, and for what was found wrong to be put right."""

    def guard(context: CaseContext) -> str | None:
        last: dict[str, SiteVisit] = {}
        for visit in row_of(context).visits.filter(point__in=points).order_by("on", "pk"):
            last[visit.point] = visit
        names = dict(SiteVisit._meta.get_field("point").flatchoices)
        missing = [str(names[p]) for p in points if p not in last]
        wrong = [v.get_point_display() for v in last.values() if v.result == "problem"]
        if missing:
            return f"还没有{'、'.join(missing)}，先到现场看"
        return f"{'、'.join(wrong)}发现的问题还没有复查好" if wrong else None

    return guard


def produced(act: Act) -> None:
    row = keep(act, produced_on=act.data.on)
    act.stop("step")
    act.count("produced")
    act.count("output", row.output)
    look_owed(act, "production")
    told(act, "投产了", act.data.text, "force", "firm", "track")


def done(act: Act) -> None:
    act.set(outcome="produced")
    act.count("done")


# --- more time, the end -------------------------------------------------------------------


def check_more(act: Act) -> Iterable[tuple[str, str]]:
    which, clock = act.data.which, act.clock(f"begin_{act.data.which}")
    given = ProjectExtras.of(act.case).extended.get(which, [])
    if clock is None:
        yield "which", "这个期限没有在走"
        return
    if len(given) >= EXTENSIONS[which]:
        yield "which", f"{EXTENDED[which]}最多延 {EXTENSIONS[which]} 次，已经延过"
    if act.data.months > MOST_MONTHS[which]:
        yield "months", f"一次最多延 {MOST_MONTHS[which]} 个月"
    if which == "filing" and not asked_in_time(clock.due_by, act.today, 30, act.calendar):
        yield "which", "要在期满 30 个工作日以前申请（国务院令第673号第十二条）"
    elif act.today > clock.due_by:
        yield "which", f"{short_date(clock.due_by)}已经到期，许可证自行废止"


def more_asked(act: Act) -> None:
    asking.ask(act, "begin", days=act.data.months)
    act.set_extras(more=act.data.which)


def more_given(act: Act, approval: Asked) -> None:
    """An extension runs from the last day of the time it extends."""
    known, row = ProjectExtras.of(act.case), row_of(act)
    clock = act.clock(f"begin_{known.more}")
    if clock is None:
        return
    since = row.licensed_on if known.more == "licence" else clock.started_on
    given = [*known.extended.get(known.more, []), approval.days or 0]
    assert since is not None
    last = start_by(since, MONTHS[known.more], *given)
    act.clock_extend(clock, (last - since).days - clock.limit - clock.extended_by)
    act.set_extras(extended=known.extended | {known.more: given})


def stopped(act: Act, approval: Asked) -> None:
    """A project is given up by two people; what is under way for it ends."""
    act.set(outcome="stopped")
    act.emit("project_stopped")
    act.end_clocks()
    act.count("stopped")
    children.children_act(act, "lapse", {"reason": approval.reason}, worker_of(act))
    told(act, "项目终止了", approval.reason, "force", "firm")
