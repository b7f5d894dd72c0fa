"""Desk: accepting, assigning, jurisdiction, material."""

from __future__ import annotations

from qiying.capabilities.service_requests.selectors import district_units, unit_names
from qiying.capabilities.service_requests.services.entries import LEVELS
from qiying.capabilities.service_requests.services.intakes import asker_keys, end_clocks, search_text
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Assignment
from qiying.statutes.rules import DatedEntry, table
from qiying.statutes.workdays import workdays_between

ARREARS = "arrears"


def triage(act: Act) -> None:
    """Fix what it is and until when: the promise counts from receipt."""
    case, data = act.case, act.data
    fields = {
        "kind": data.kind,
        "category": data.category,
        "level": data.level,
        "is_sensitive": data.is_sensitive,
        "hide_asker": data.hide_asker or case.hide_asker,
        "accepted_on": act.today,
    }
    if data.title:
        fields["title"] = data.title
    if data.enterprise_id and case.enterprise_id is None:
        fields["enterprise_id"] = data.enterprise_id
    if data.is_sensitive:
        fields["confidentiality"] = "restricted"
    act.set(**fields)
    if "title" in fields:
        act.index_text = search_text(act)
    if data.enterprise_id:
        act.party_add(f"e:{data.enterprise_id}", "asker")
    act.clock_stop(act.clock("accept"))
    _start_handling(act)
    act.clock_start("letter", started_on=act.today)
    act.count("accepted")
    for key in asker_keys(act):
        act.notify("request_accepted", key)
    act.emit("request_accepted")


def _start_handling(act: Act) -> None:
    case = act.case
    arrears = table("arrears_complaint").at(case.received_on) if case.category == ARREARS else None
    if arrears is not None:
        _start_arrears(act, arrears)
        return
    limit = int(act.parameter(f"limit.{case.level}", case.received_on))
    words = f"按“{LEVELS[case.level]}”办，限 {limit} 个工作日" if limit else "简易事项当天答复"
    clock = act.clock_start(
        "handle", limit=limit, started_on=case.received_on, started_at=case.received_at, words=words
    )
    act.set(
        promised_by=clock.promised_by,
        due_by=clock.due_by,
        clock_state="running",
        params={**case.params, "handle_limit": limit},
    )


def _start_arrears(act: Act, law: DatedEntry) -> None:
    """Arrears to small firms: hand over in 10 workdays, result in 30 days, 90 at most (Order 802 art. 25)."""
    case = act.case
    act.clock_start(
        "arrears_handover",
        limit=law["hand_over_workdays"],
        started_on=case.received_on,
        started_at=case.received_at,
        words=f"拖欠账款投诉要在 {law['hand_over_workdays']} 个工作日内转交",
    )
    clock = act.clock_start(
        "handle_arrears",
        limit=law["result_days"],
        started_on=case.received_on,
        started_at=case.received_at,
        words=f"拖欠账款投诉 {law['result_days']} 日内反馈结果，最长 {law['longest_days']} 日",
    )
    act.set(promised_by=clock.promised_by, due_by=clock.due_by, clock_state="running")


def assign(act: Act) -> None:
    """Give the case to one lead and its co-handlers; a new lead inherits the promise."""
    data = act.data
    if act.case.lead_unit_id is None and not act.case.return_count:
        days = workdays_between(act.case.received_on, act.today, act.calendar)
        act.count("assign_days", bucket=days, unit_id=data.unit_id)
    _end_lead(act)
    lead = _send(act, data.unit_id, "lead", data.ask)
    act.set(lead_unit_id=data.unit_id, handler_id=None)
    for unit_id in data.co_unit_ids:
        send_co(act, unit_id, data.co_ask or data.ask)
    act.clock_stop(act.clock("arrears_handover"))
    act.clock_start("take", assignment=lead, party_key=f"u:{data.unit_id}")
    act.count("assigned", unit_id=data.unit_id)
    act.notify("request_assigned", f"u:{data.unit_id}")
    for key in asker_keys(act):
        act.notify("request_assigned_asker", key, unit=unit_names([data.unit_id]), receipt=data.receipt)
    act.emit("request_assigned", unit_id=data.unit_id)


def _send(act: Act, unit_id: int, role: str, ask: str) -> Assignment:
    assignment: Assignment = act.new(
        "assignment", unit_id=unit_id, role=role, ask=ask, state="sent", sent_at=act.now, sent_on=act.today
    )
    act.party_add(f"u:{unit_id}", role)
    return assignment


def send_co(act: Act, unit_id: int, ask: str) -> None:
    """Ask a co-handler for its part, on a shorter clock of its own."""
    if any(a.unit_id == unit_id for a in act.open_co_assignments):
        return
    assignment = _send(act, unit_id, "co", ask)
    act.clock_start(
        "co", assignment=assignment, party_key=f"u:{unit_id}", words="协办意见要先交，主办单位才能答复"
    )
    act.notify("co_assigned", f"u:{unit_id}", ask=ask)


def add_co(act: Act) -> None:
    for unit_id in act.data.co_unit_ids:
        if act.lead is None or unit_id != act.lead.unit_id:
            send_co(act, unit_id, act.data.co_ask)


def _end_lead(act: Act) -> None:
    lead = act.lead
    if lead is None:
        return
    act.change("assignment", lead, state="ended")
    act.party_end(f"u:{lead.unit_id}", "lead")
    act.clock_stop(act.clock("take", lead.no), result="cancelled")


def give_back(act: Act) -> None:
    """Return a case that belongs elsewhere: to the desk once, the second time to who decides disputes."""
    assignment = act.own_assignments[0]
    act.change(
        "assignment",
        assignment,
        state="returned",
        returned_at=act.now,
        return_reason=act.data.reason,
        return_basis=act.data.basis,
    )
    act.party_end(f"u:{assignment.unit_id}", assignment.role)
    act.count("returned", unit_id=assignment.unit_id)
    if assignment.role == "co":
        act.clock_stop(act.clock("co", assignment.no), result="cancelled")
        return
    act.clock_stop(act.clock("take", assignment.no), result="cancelled")
    act.emit("request_returned", unit_id=assignment.unit_id)
    times = act.case.return_count + 1
    act.set(return_count=times, lead_unit_id=None, handler_id=None)
    act.go("accepted" if times < 2 else "disputed")
    function = "desk" if times < 2 else "supervision"
    for unit_id in district_units(act.case.district_id, function):
        act.notify("request_returned", f"u:{unit_id}", reason=act.data.reason)


def decide_jurisdiction(act: Act) -> None:
    """Decide a dispute once; the unit named cannot give it back again."""
    act.set(extras={**act.case.extras, "jurisdiction_decided": act.data.reason})
    _end_lead(act)
    lead = _send(act, act.data.unit_id, "lead", act.data.reason)
    act.set(lead_unit_id=act.data.unit_id)
    act.clock_start("take", assignment=lead, party_key=f"u:{act.data.unit_id}")
    act.count("assigned", unit_id=act.data.unit_id)
    act.notify("jurisdiction_decided", f"u:{act.data.unit_id}", reason=act.data.reason)
    act.emit("request_assigned", unit_id=act.data.unit_id)


def request_material(act: Act) -> None:
    """Name the missing papers once, all together; every running clock of ours waits."""
    for clock in act.clocks:
        act.clock_pause(clock, "material", "等企业补材料")
    act.set(
        clock_state="paused",
        extras={
            **act.case.extras,
            "material_asked_at": act.today.isoformat(),
            "material_items": act.data.items,
            "back_to": act.from_state,
        },
    )
    act.clock_start("material", words="请在这段时间里补齐材料")
    act.count("material_asked")
    for key in asker_keys(act):
        act.notify("material_requested", key, items=act.data.items)


def give_material(act: Act) -> None:
    """Take the papers in and let the clocks go on."""
    act.clock_stop(act.clock("material"))
    for clock in act.clocks:
        if clock.pause_kind == "material":
            act.clock_resume(clock)
    back = act.case.extras.get("back_to", "accepted")
    act.go(back)
    sync_due(act)
    if act.case.lead_unit_id:
        act.notify("material_given", f"u:{act.case.lead_unit_id}")
    for unit_id in district_units(act.case.district_id, "desk"):
        act.notify("material_given", f"u:{unit_id}#desk")


def main_clock_kinds() -> tuple[str, ...]:
    return ("handle", "handle_arrears")


def main_clock(act: Act) -> object:
    """Return the clock of the promise that is not stopped."""
    return next((c for k in main_clock_kinds() if (c := act.clock(k))), None)


def sync_due(act: Act) -> None:
    """Copy the clock that counts now to the case, by which lists are sorted."""
    clock = main_clock(act) or act.clock("accept")
    due, state = (getattr(clock, "due_by", None), getattr(clock, "state", "stopped"))
    act.set(due_by=due, clock_state=str(state))


def issue_letter(act: Act) -> None:
    """Send a letter: the letter's own limit is kept or broken on the day the 交办函 goes out."""
    act.document_audience = "all" if act.data.kind == "answer" else "internal"
    if act.data.kind == "assign":
        act.clock_stop(act.clock("letter"))
    act.count("letters")
    to_asker = act.data.kind == "answer" or act.data.addressee_id is None
    for key in asker_keys(act) if to_asker else [f"u:{act.data.addressee_id}"]:
        act.notify("letter_issued", key, number=act.data.number)
    for unit_id in act.data.copy_to_ids:
        act.notify("letter_issued", f"u:{unit_id}", number=act.data.number)


def add_info(act: Act) -> None:
    """Take in what the asker adds; no clock moves."""
    if act.case.lead_unit_id:
        act.notify("info_added", f"u:{act.case.lead_unit_id}")
    for unit_id in district_units(act.case.district_id, "desk") if not act.case.lead_unit_id else ():
        act.notify("info_added", f"u:{unit_id}#desk")


def decline(act: Act) -> None:
    """Ask a second person to agree that this is not for us."""
    act.ask_approval("decline", act.data.reason)


def decide_decline(act: Act) -> None:
    approval = act.open_approval("decline")
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "approved":
        end_clocks(act)
        act.set(outcome="declined")
        act.go("ended")
        act.count("closed_declined")
        for key in asker_keys(act):
            act.notify("request_declined", key, reason=approval.reason)
        act.emit("request_declined")
