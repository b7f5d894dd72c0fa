"""The unit's work: signing, co-handling, interim replies, extension, suspension, meetings, explanation."""

from __future__ import annotations

from qiying.capabilities.service_requests.models import RequestExtras
from qiying.capabilities.service_requests.services.triage import main_clock
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.intaking import tell_asker
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.standard.asking import ask


def take(act: Act) -> None:
    """Sign for the case; the handler is named, or is who signs."""
    for assignment in act.own_assignments:
        if assignment.state != "sent":
            continue
        handler = act.data.handler_id or act.viewer.person_id
        act.change("assignment", assignment, state="taken", taken_at=act.now, handler_id=handler)
        if assignment.role == "lead":
            act.set(handler_id=handler)
            clock = act.clock("take", assignment.no)
            act.clock_stop(clock)
            if clock is not None and clock.result == "met":
                act.count("taken_in_time", unit_id=assignment.unit_id)
            act.go("handling")
            tell_asker(act, "request_taken")
        act.count("taken", unit_id=assignment.unit_id)


def take_co(act: Act) -> None:
    """Sign for a co-handler's part; the case itself stays where it is."""
    for assignment in act.own_assignments:
        if assignment.role == "co" and assignment.state == "sent":
            handler = act.data.handler_id or act.viewer.person_id
            act.change("assignment", assignment, state="taken", taken_at=act.now, handler_id=handler)


def set_handler(act: Act) -> None:
    for assignment in act.own_assignments:
        act.change("assignment", assignment, handler_id=act.data.handler_id)
        if assignment.role == "lead":
            act.set(handler_id=act.data.handler_id)
    act.notify("handler_named", f"p:{act.data.handler_id}")


def interim_reply(act: Act) -> None:
    """Tell the asker how far it is; no clock moves."""
    act.answer("interim", act.data.text, assignment_no=act.lead.no if act.lead else None)
    act.count("interim")
    tell_asker(act, "interim_reply", text=act.data.text)


def co_answer(act: Act) -> None:
    """Hand in a co-handler's part."""
    waiting = {a.no for a in act.open_co_assignments}
    for assignment in act.own_assignments:
        if assignment.no in waiting:
            act.change("assignment", assignment, state="answered", answered_at=act.now, opinion=act.data.text)
            act.clock_stop(act.clock("co", assignment.no))
            act.count("co_answered", unit_id=assignment.unit_id)
    act.document_audience = "internal"
    act.tell("lead", "co_answered")


def ask_extension(act: Act) -> None:
    """Ask for more days; until it is decided, the clock goes on."""
    ask(act, "extension", days=act.data.workdays)
    if act.data.level:
        act.set_extras(level_asked=act.data.level)


def extended(act: Act, approval: Approval) -> None:
    """Give the days, and the level they were asked for with."""
    if (clock := main_clock(act)) is not None:
        act.clock_extend(clock, approval.days or 0)
    if level := RequestExtras.of(act.case).level_asked:
        act.set(level=level)
        act.set_extras(level_asked=None)
    act.count("extended")
    tell_asker(act, "request_extended", days=approval.days, reason=approval.reason)


def ask_suspension(act: Act) -> None:
    """Ask that it may rest until something outside has happened."""
    ask(act, "suspension")
    if act.data.until:
        act.set_extras(suspended_until=act.data.until.isoformat())


def suspended(act: Act, approval: Approval) -> None:
    """Let it rest: our clock waits."""
    act.clock_pause(main_clock(act), "suspension", approval.reason)
    act.count("suspended")
    tell_asker(act, "request_suspended", reason=approval.reason)


def resume(act: Act) -> None:
    """Go on after a suspension with what was left."""
    act.clock_resume(main_clock(act))
    act.set_extras(suspended_until=None)
    tell_asker(act, "request_resumed")


def meet(act: Act) -> None:
    """Record a conference, site survey or coordination meeting."""
    act.count(f"meeting_{act.data.kind}")


def declare_unsolvable(act: Act) -> None:
    """Say that it cannot be solved now: the explanation is owed within its own limit."""
    if act.clock("explain") is None:
        act.clock_start("explain", words="办不了的要在这段时间里向企业解释清楚")
    act.set_extras(unsolvable_reason=act.data.reason)
    act.count("declared_unsolvable")


def explain(act: Act) -> None:
    """Hand in the reasoned explanation; a second person decides whether the case may be filed on it."""
    data = act.data
    act.clock_stop(act.clock("explain"))
    act.answer(
        "explanation", data.text, result="explained", obstacle=data.obstacle, assignment_no=_lead_no(act)
    )
    ask(act, "explain", reason=data.obstacle)
    if data.petition_number:
        act.set_extras(petition_number=data.petition_number)


def _lead_no(act: Act) -> int | None:
    return act.lead.no if act.lead else None


def set_petition_number(act: Act) -> None:
    """Keep the number under which the petition office filed the matter."""
    act.set_extras(petition_number=act.data.petition_number)


def transfer_up(act: Act) -> None:
    """Hand the case to the city's platform: our clock waits, theirs runs."""
    act.clock_pause(main_clock(act), "transfer", act.data.reason)
    act.clock_start("city", words=f"已交{act.data.system}，等市里答复")
    act.set_extras(
        external_system=act.data.system,
        external_number=act.data.external_number,
        external_state="received",
        back_to=act.from_state,
    )
    act.count("transferred_up")
    tell_asker(act, "request_transferred", system=act.data.system)


def transfer_update(act: Act) -> None:
    """Take over the city platform's state; its answer becomes ours to be judged, its return starts us again."""
    data, known = act.data, RequestExtras.of(act.case)
    number = data.external_number or known.external_number
    act.set_extras(external_state=data.external_state, external_number=number)
    if data.external_state in {"answered", "closed"} and data.text:
        from qiying.capabilities.service_requests.services.closing import put_answer

        act.stop("city")
        put_answer(act, data.text, {"given_by_name": known.external_system}, result="solved")
        act.go("answered")
    elif data.external_state == "returned":
        act.stop("city")
        act.clock_resume(main_clock(act))
        act.go(known.back_to or "accepted")
