"""What the unit that writes off does to a task: on evidence, back, again, changed; and what a new plan drops."""

from __future__ import annotations

from collections.abc import Iterable

from qiying.capabilities.programmes.models import LookBack, Wait
from qiying.capabilities.programmes.rules import PROCEDURE
from qiying.capabilities.programmes.services.tasks import (
    CHECKED,
    assign,
    check_day,
    check_parties,
    check_person,
    check_waits,
    due_words,
    keep_day,
    known,
    start,
    start_statement,
    tell_given,
    units_of,
    wait,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.organisations.models import Unit
from qiying.statutes.workdays import add_days_rolled, short_date


def written_off(act: Act) -> None:
    """The judge looked at the evidence; the day of the look-back stands from now on."""
    days = int(act.parameter("task.look_back"))
    on = add_days_rolled(act.today, days, act.calendar).on
    LookBack.objects.create(task=act.case, due_on=on)
    act.set(outcome="done")
    act.set_extras(progress=100)
    act.count("written_off")
    note = f"{CHECKED[act.data.checked]}：{act.data.note}"
    for role in ("lead", "co"):
        act.tell(role, "task_written_off", note=note, on=short_date(on))
    for row in Wait.objects.filter(on=act.case, task__is_open=True).select_related("task"):
        if row.task.lead_unit_id:
            act.notify("task_freed", f"u:{row.task.lead_unit_id}", what=act.case.title, title=row.task.title)
    tell_origin(act, "case_closed", outcome="done")


def tell_origin(act: Act, event: str, **told: str) -> None:
    """Tell whoever opened it, after commit: `case_closed`, `case_reopened`."""
    act.emit(event, procedure=PROCEDURE, origin=known(act).origin, **told)


def sent_back(act: Act) -> None:
    """Sent back is not written off: the clock goes on with what was left, a workday at least."""
    act.stop("judge")
    take_up(act)
    for clock in reversed(act.clocks):
        if clock.kind == "due":
            act.clock_restart(clock)
            break
    keep_day(act)
    start_statement(act, act.today)
    act.count("sent_back")
    act.tell("lead", "task_sent_back", reason=act.data.reason, due=due_words(act))


def take_up(act: Act) -> None:
    if act.lead is not None:
        act.change("assignment", act.lead, state="taken", answered_at=None)


def check_look_back(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.result == "paper":
        if act.data.due_on is None:
            yield "due_on", "没有真解决的，写明重新办到哪天"
        else:
            yield from check_day(act, act.data.due_on)


def looked_back(act: Act) -> None:
    """Tested again: what holds stays, what is solved on paper alone is taken up again with a new day."""
    data, is_held = act.data, act.data.result == "held"
    row = LookBack.objects.filter(task=act.case, done_on=None).first() or LookBack(
        task=act.case, due_on=act.today
    )
    row.done_on, row.is_held, row.finding, row.by_id = act.today, is_held, data.finding, act.viewer.person_id
    row.save()
    act.count("looked_back")
    if is_held:
        act.count("held")
        return
    act.count("on_paper")
    act.go("doing")
    act.set(reopen_count=act.case.reopen_count + 1)
    act.set_extras(progress=min(known(act).progress, 50), outlook="at_risk", problem=data.finding[:300])
    take_up(act)
    start(act, data.due_on)
    for role in ("lead", "co"):
        act.tell(role, "task_reopened", finding=data.finding, due=due_words(act))
    tell_origin(act, "case_reopened")


def check_adjust(act: Act) -> Iterable[tuple[str, str]]:
    """Something changes, and nothing into what could not have been given."""
    data, clock = act.data, act.clock("due")
    if not any((data.unit, data.person, data.due_on, data.result_to_show, data.waits_for is not None)):
        yield "reason", "没有要调整的：换单位、换人、改期限、改结果，至少一样"
    unit = data.unit or act.case.lead_unit_id
    if data.unit:
        units = units_of(act, [data.unit, known(act).judge_unit])
        yield from check_parties(data.unit, known(act).judge_unit, (), units)
    yield from check_person(act, unit, data.person)
    if data.due_on:
        yield from check_day(act, data.due_on)
        if clock is not None and data.due_on <= clock.due_by:
            yield "due_on", f"期限只能往后改，现在是 {clock.due_by}；要提前请另立任务"
    yield from check_waits(act, data.waits_for or ())


def adjusted(act: Act) -> None:
    """The judge changes what was given; the old stands in the event."""
    data, clock = act.data, act.clock("due")
    act.was = {"unit": act.case.lead_unit_id, "person": act.case.handler_id, "due_on": known(act).due_on}
    if data.unit and data.unit != act.case.lead_unit_id:
        _hand_over(act, data.unit, data.person)
    elif data.person:
        act.set(handler_id=data.person)
        if act.lead is not None:
            act.change("assignment", act.lead, handler_id=data.person)
    if data.result_to_show:
        act.set_extras(result_to_show=data.result_to_show)
    if data.due_on and clock is not None:
        act.clock_extend(clock, (data.due_on - clock.due_by).days)
        keep_day(act)
    if data.waits_for is not None:
        act.afterwards.append(lambda: wait(act, data.waits_for))
    act.count("adjusted")
    for role in ("lead", "co"):
        act.tell(role, "task_adjusted", reason=data.reason)


def _hand_over(act: Act, unit_id: int, person: int | None) -> None:
    if act.lead is not None:
        act.change("assignment", act.lead, state="ended")
    act.party_end(f"u:{act.case.lead_unit_id}", "lead")
    act.party_end(f"u:{unit_id}", "co")
    act.set(lead_unit_id=unit_id, handler_id=person)
    act.party_add(f"u:{unit_id}", "lead")
    assign(act, unit_id, "lead", known(act).result_to_show[:300], person)
    tell_given(act, Unit.objects.get(pk=known(act).judge_unit).label)


def dropped(act: Act) -> None:
    """A new version of the programme no longer asks for it."""
    act.set(outcome="dropped")
    act.count("dropped")
    for role in ("lead", "co"):
        act.tell(role, "task_dropped", reason=act.data.reason)
    tell_origin(act, "case_closed", outcome="dropped")
