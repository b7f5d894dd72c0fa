"""The unit's work: signing, co-handling, interim replies, extension, suspension, meetings, explanation."""

from __future__ import annotations

from qiying.capabilities.service_requests.selectors import district_units
from qiying.capabilities.service_requests.services.intakes import asker_keys
from qiying.capabilities.service_requests.services.triage import main_clock, sync_due
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock


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
            for key in asker_keys(act):
                act.notify("request_taken", key)
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
    for key in asker_keys(act):
        act.notify("interim_reply", key, text=act.data.text)


def co_answer(act: Act) -> None:
    """Hand in a co-handler's part."""
    waiting = {a.no for a in act.open_co_assignments}
    for assignment in act.own_assignments:
        if assignment.no in waiting:
            act.change("assignment", assignment, state="answered", answered_at=act.now, opinion=act.data.text)
            act.clock_stop(act.clock("co", assignment.no))
            act.count("co_answered", unit_id=assignment.unit_id)
    act.document_audience = "internal"
    if act.lead:
        act.notify("co_answered", f"u:{act.lead.unit_id}")


def ask_extension(act: Act) -> None:
    """Ask the supervising office; until it decides, the clock goes on."""
    level = {"level": act.data.level} if act.data.level else {}
    act.ask_approval(
        "extension",
        act.data.reason,
        basis=act.data.basis,
        workdays=act.data.workdays,
        asked_unit_id=act.lead.unit_id if act.lead else None,
    )
    if level:
        act.set(extras={**act.case.extras, "level_asked": act.data.level})
    _tell_supervision(act, "extension_asked")


def decide_extension(act: Act) -> None:
    approval = act.open_approval("extension")
    assert approval is not None and approval.workdays
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "approved":
        clock = main_clock(act)
        if isinstance(clock, Clock):
            act.clock_extend(clock, approval.workdays)
        asked = act.case.extras.get("level_asked")
        if asked:
            extras = {k: v for k, v in act.case.extras.items() if k != "level_asked"}
            act.set(level=asked, extras=extras)
        sync_due(act)
        act.count("extended")
        for key in asker_keys(act):
            act.notify("request_extended", key, days=approval.workdays, reason=approval.reason)
    _tell_lead(act, "extension_decided")


def ask_suspension(act: Act) -> None:
    act.ask_approval(
        "suspension",
        act.data.reason,
        basis=act.data.basis,
        asked_unit_id=act.lead.unit_id if act.lead else None,
    )
    if act.data.until:
        act.set(extras={**act.case.extras, "suspended_until": act.data.until.isoformat()})
    _tell_supervision(act, "suspension_asked")


def decide_suspension(act: Act) -> None:
    approval = act.open_approval("suspension")
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "approved":
        clock = main_clock(act)
        act.clock_pause(clock if isinstance(clock, Clock) else None, "suspension", approval.reason)
        act.go("suspended")
        sync_due(act)
        act.count("suspended")
        for key in asker_keys(act):
            act.notify("request_suspended", key, reason=approval.reason)
    _tell_lead(act, "suspension_decided")


def resume(act: Act) -> None:
    """Go on after a suspension with what was left."""
    clock = main_clock(act)
    act.clock_resume(clock if isinstance(clock, Clock) else None)
    act.set(extras={k: v for k, v in act.case.extras.items() if k != "suspended_until"})
    sync_due(act)
    for key in asker_keys(act):
        act.notify("request_resumed", key)


def meet(act: Act) -> None:
    """Record a conference, site survey or coordination meeting."""
    act.count(f"meeting_{act.data.kind}")


def note(act: Act) -> None:
    """Leave a remark that only officials see."""
    act.document_audience = "internal"


def declare_unsolvable(act: Act) -> None:
    """Say that it cannot be solved now: the explanation is owed within its own limit."""
    if act.clock("explain") is None:
        act.clock_start("explain", words="办不了的要在这段时间里向企业解释清楚")
    act.set(extras={**act.case.extras, "unsolvable_reason": act.data.reason})
    act.count("declared_unsolvable")


def explain(act: Act) -> None:
    """Hand in the reasoned explanation; a second person decides whether the case may be filed on it."""
    data = act.data
    act.clock_stop(act.clock("explain"))
    act.answer(
        "explanation", data.text, result="explained", obstacle=data.obstacle, assignment_no=_lead_no(act)
    )
    act.ask_approval("explain", data.obstacle, basis=data.basis, asked_unit_id=act.case.lead_unit_id)
    if data.petition_number:
        act.set(extras={**act.case.extras, "petition_number": data.petition_number})
    _tell_supervision(act, "explanation_asked")


def _lead_no(act: Act) -> int | None:
    return act.lead.no if act.lead else None


def set_petition_number(act: Act) -> None:
    """Keep the number under which the petition office filed the matter."""
    act.set(extras={**act.case.extras, "petition_number": act.data.petition_number})


def _tell_supervision(act: Act, template: str) -> None:
    for unit_id in district_units(act.case.district_id, "supervision"):
        act.notify(template, f"u:{unit_id}")


def _tell_lead(act: Act, template: str) -> None:
    if act.case.lead_unit_id:
        act.notify(template, f"u:{act.case.lead_unit_id}", decision=act.data.decision, note=act.data.note)


def transfer_up(act: Act) -> None:
    """Hand the case to the city's platform: our clock waits, theirs runs."""
    clock = main_clock(act)
    act.clock_pause(clock if isinstance(clock, Clock) else None, "transfer", act.data.reason)
    act.clock_start("city", words=f"已交{act.data.system}，等市里答复")
    act.set(
        clock_state="paused",
        extras={
            **act.case.extras,
            "external_system": act.data.system,
            "external_number": act.data.external_number,
            "external_state": "received",
            "back_to": act.from_state,
        },
    )
    act.count("transferred_up")
    for key in asker_keys(act):
        act.notify("request_transferred", key, system=act.data.system)


def transfer_update(act: Act) -> None:
    """Take over the city platform's state; its answer becomes ours to be judged, its return starts us again."""
    data = act.data
    extras = {**act.case.extras, "external_state": data.external_state}
    if data.external_number:
        extras["external_number"] = data.external_number
    act.set(extras=extras)
    if data.external_state in {"answered", "closed"} and data.text:
        from qiying.capabilities.service_requests.services.closing import put_answer

        act.clock_stop(act.clock("city"))
        put_answer(act, data.text, result="solved", given_by_name=extras.get("external_system", ""))
        act.go("answered")
    elif data.external_state == "returned":
        act.clock_stop(act.clock("city"))
        clock = main_clock(act)
        act.clock_resume(clock if isinstance(clock, Clock) else None)
        act.go(extras.get("back_to", "accepted"))
        sync_due(act)
