"""What acts on a task change: who has it, its clocks, what it waits for, the write-off by another, the look-back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q

from qiying.capabilities.programmes.models import Wait
from qiying.capabilities.programmes.rules import LEAD, PROCEDURE, circle, statement_day
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Approval, Assignment, Case, Clock
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.standard import asking
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force, units_with
from qiying.statutes.workdays import short_date

OUTLOOKS = {"on_track": "能按期", "at_risk": "有风险", "blocked": "办不下去，要协调"}
CHECKED = {"site": "到现场看了", "firms": "问了企业", "data": "核了数据", "papers": "看了材料"}
FOUND = {"held": "真的解决了", "paper": "只是纸面上解决"}
FARTHEST = timedelta(days=5 * 366)
STATEMENT_RUNGS = [
    {"name": "yellow", "kind": "yellow", "after_workdays": 1},
    {"name": "red", "kind": "red", "after_workdays": 5},
]
"""A month is short: who has not said anything gets a card the day after, not a reminder at half time."""


class TaskExtras(Extras):
    """What belongs to a task alone; `node` is its leaf in a programme."""

    node: int = 0
    text: str = ""
    judge_unit: int = 0
    result_to_show: str = ""
    due_on: str = ""
    origin: str = ""
    origin_label: str = ""
    progress: int = 0
    outlook: str = ""
    problem: str = ""
    stated_on: str = ""
    extensions: int = 0


def known(context: CaseContext) -> TaskExtras:
    return TaskExtras.of(context.case)


# --- given --------------------------------------------------------------------------------
def check_given(act: Act) -> Iterable[tuple[str, str]]:
    """Somebody of the district has it, another writes it off, and the day is still to come."""
    data, units = act.data, units_of(act, [act.data.unit, act.data.judge_unit, *act.data.co_units])
    yield from check_parties(data.unit, data.judge_unit, data.co_units, units)
    yield from check_person(act, data.unit, data.person)
    yield from check_day(act, data.due_on)
    yield from check_waits(act, data.waits_for)


def check_parties(
    unit: int, judge: int, co_units: Sequence[int], units: dict[int, Unit]
) -> Iterable[tuple[str, str]]:
    """Refuse units of elsewhere, and a unit that would write off its own work or that of the office above it."""
    for name, ids in (("unit", [unit]), ("judge_unit", [judge]), ("co_units", co_units)):
        if set(ids) - set(units):
            yield name, "本区没有这个单位，请重选"
    if judge in {unit, *co_units}:
        yield "judge_unit", "办任务的单位不能自己核销，请选另一个单位"
    elif unit in units and judge in units and units[judge].path.startswith(units[unit].path):
        yield "judge_unit", f"{units[judge].label}是{units[unit].label}的下级，不能核销它的任务"
    if unit in co_units or len(set(co_units)) < len(co_units):
        yield "co_units", "配合单位不能是责任单位，也不能重复"


def units_of(act: Act, ids: Iterable[int]) -> dict[int, Unit]:
    rows = Unit.objects.filter(pk__in=set(ids), district_id=act.case.district_id, is_active=True)
    return {u.pk: u for u in rows}


def check_person(act: Act, unit_id: int | None, person_id: int | None) -> Iterable[tuple[str, str]]:
    here = Membership.objects.filter(in_force(act.today), unit_id=unit_id or 0, person_id=person_id or 0)
    if person_id is not None and not here.exists():
        yield "person", "责任人不是责任单位的人，请重选"


def check_day(act: Act, on: date) -> Iterable[tuple[str, str]]:
    if not act.today <= on <= act.today + FARTHEST:
        yield "due_on", "期限要在今天以后、五年以内"


def check_waits(act: Act, numbers: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Every task waited for exists and can still be done; nothing waits for itself, straight or in a circle."""
    rows = {c.number: c for c in tasks_numbered(act.case.district_id, numbers)}
    if act.case.number in numbers:
        yield "waits_for", "任务不能等它自己"
        return
    for number in numbers:
        if number not in rows:
            yield "waits_for", f"没有任务 {number}"
        elif rows[number].state in {"dropped", "voided"}:
            yield "waits_for", f"{number} 已经{rows[number].outcome and '撤下或作废'}，等不到了"
    if not act.case.pk:
        return
    waits: dict[int, list[int]] = {}
    for task, on in Wait.objects.filter(task__district_id=act.case.district_id).values_list("task", "on"):
        waits.setdefault(task, []).append(on)
    way = circle(act.case.pk, [c.pk for c in rows.values()], waits)
    if way:
        names = dict(Case.objects.filter(pk__in=way).values_list("pk", "number"))
        yield "waits_for", f"这样会转一圈，谁也办不完：{' 等 '.join(names[pk] for pk in way)}"


def tasks_numbered(district_id: int, numbers: Iterable[str]) -> list[Case]:
    """Return the district's tasks of these numbers."""
    return list(
        Case.objects.filter(procedure=PROCEDURE, district_id=district_id, number__in=set(numbers)).order_by(
            "pk"
        )
    )


def given(act: Act) -> None:
    """The duty unit has it with its person, co-units have a part, the judge and supervision see it."""
    data = act.data
    judge = Unit.objects.get(pk=data.judge_unit)
    act.set(
        title=data.title,
        kind="task",
        lead_unit_id=data.unit,
        handler_id=data.person,
        accepted_on=act.today,
    )
    act.set_extras(
        text=data.text or None,
        judge_unit=judge.pk,
        result_to_show=data.result_to_show,
        origin=data.origin or None,
        origin_label=data.origin_label or None,
    )
    act.party_add(f"u:{data.unit}", "lead")
    act.party_add(f"u:{judge.pk}", "judge")
    for unit_id in units_with(act.case.district_id, "supervision"):
        act.party_add(f"u:{unit_id}", "supervision")
    assign(act, data.unit, "lead", data.result_to_show[:300], data.person)
    for unit_id in data.co_units:
        act.party_add(f"u:{unit_id}", "co")
        assign(act, unit_id, "co", data.title)
    start(act, data.due_on)
    act.afterwards.append(lambda: wait(act, data.waits_for))
    act.index_text = f"{act.case.number}\n{data.title}\n{data.text}\n{data.origin_label}"
    act.count("given", unit_id=data.unit)
    tell_given(act, judge.label)


def assign(act: Act, unit_id: int, role: str, ask: str, person: int | None = None) -> None:
    fields = {"unit_id": unit_id, "role": role, "ask": ask, "handler_id": person}
    state = Assignment.State.TAKEN if role == "lead" else Assignment.State.SENT
    act.new("assignment", state=state, sent_at=act.now, sent_on=act.today, **fields)


def tell_given(act: Act, judge: str) -> None:
    words = {
        "title": act.case.title,
        "result": known(act).result_to_show,
        "due": due_words(act),
        "judge": judge,
    }
    for key in [f"u:{act.case.lead_unit_id}", *(f"u:{u}" for u in act.units_of("co"))]:
        act.notify("task_given", key, **words)
    if act.case.handler_id:
        act.notify("task_given", f"p:{act.case.handler_id}", **words)


def due_words(act: Act) -> str:
    clock = act.clock("due")
    return short_date(clock.due_by) if clock else ""


def start(act: Act, due_on: date) -> None:
    act.clock_start("due", limit=(due_on - act.today).days, words="交任务时定的日子")
    keep_day(act)
    start_statement(act, act.today + timedelta(days=LEAD))


def start_statement(act: Act, after: date) -> None:
    due = statement_day(after, int(act.parameter("task.statement")))
    clock = act.clock_start("statement", limit=(due - act.today).days, words="每月说一次进展")
    act.change("clock", clock, rungs=STATEMENT_RUNGS)
    act.look_again(clock)


def keep_day(act: Act) -> None:
    clock = act.clock("due")
    if clock is not None:
        act.set_extras(due_on=clock.due_by.isoformat())


def day_moved(act: Act, clock: Clock) -> None:
    """Keep the day by which lists of tasks are sorted when the calendar moved it."""
    if clock.kind == "due":
        act.set_extras(due_on=clock.due_by.isoformat())


def wait(act: Act, numbers: Sequence[str]) -> None:
    Wait.objects.filter(task=act.case).delete()
    found = tasks_numbered(act.case.district_id, numbers)
    Wait.objects.bulk_create([Wait(task=act.case, on=one) for one in found])


# --- worked on -------------------------------------------------------------------------------
def check_statement(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.outlook != "on_track" and len(act.data.problem) < 4:
        yield "problem", "写清楚卡在哪里、要谁协调（至少 4 个字）"


def reported(act: Act) -> None:
    """The duty unit says once a month how far it is; the next month's clock starts."""
    data, clock = act.data, act.clock("statement")
    act.answer("interim", f"{data.progress}%，{OUTLOOKS[data.outlook]}。{data.text}")
    act.set_extras(
        progress=data.progress,
        outlook=data.outlook,
        problem=data.problem or None,
        stated_on=act.today.isoformat(),
    )
    act.count("stated")
    if clock is not None and act.today <= clock.due_by:
        act.count("stated_in_time")
    act.stop("statement")
    start_statement(act, max(act.today, clock.due_by if clock else act.today))


def has_own_part(context: CaseContext) -> str | None:
    mine = [a for a in context.open_co_assignments if a.unit_id in context.viewer.unit_ids]
    return None if mine else "您单位没有等交的配合情况"


def handed_in(act: Act) -> None:
    """A co-unit says what it did."""
    for row in act.open_co_assignments:
        if row.unit_id in act.viewer.unit_ids:
            act.change("assignment", row, state="answered", answered_at=act.now, opinion=act.data.text)


def nothing_to_wait_for(context: CaseContext) -> str | None:
    """A task is not done before what it waits for is."""
    rows = Wait.objects.filter(task=context.case, on__is_open=True).select_related("on")
    left = "、".join(f"{w.on.number} {w.on.title[:20]}" for w in rows)
    return f"还在等 {left} 核销；不用等了，请核销单位调整" if left else None


def claimed(act: Act) -> None:
    """The duty unit shows its result with evidence; whether it was in time is decided now."""
    data, clock = act.data, act.clock("due")
    act.answer("final", f"{data.text}\n证据：{data.evidence}")
    if act.lead is not None:
        act.change("assignment", act.lead, state="answered", answered_at=act.now)
    act.set(answered_on=act.today)
    act.count("claimed")
    if clock is not None and act.today <= clock.due_by:
        act.count("claimed_in_time")
    act.stop("due", "statement")
    act.clock_start("judge", words="报了完成要及时查")
    act.tell("judge", "task_reported")


def may_be_extended(context: CaseContext) -> str | None:
    most = int(parameter("task.extensions", district_id=context.case.district_id, on=context.today))
    return f"已经延期 {most} 次，不能再延" if known(context).extensions >= most else None


def extension_asked(act: Act) -> None:
    asking.ask(act, "extension", days=act.data.days)


def extended(act: Act, approval: Approval) -> None:
    """The judge gives more days; the first promise stays."""
    clock = act.clock("due")
    if clock is not None:
        act.clock_extend(clock, approval.days or 0)
        act.set_extras(extensions=known(act).extensions + 1)
        keep_day(act)
        act.count("extended")


def waits_of(case: Case) -> tuple[list[Case], list[Case]]:
    """Return what a task waits for and what waits for it."""
    rows = Wait.objects.filter(Q(task=case) | Q(on=case)).select_related("task", "on")
    return [w.on for w in rows if w.task_id == case.pk], [w.task for w in rows if w.on_id == case.pk]
