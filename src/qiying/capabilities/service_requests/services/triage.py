"""Desk: accepting, assigning, jurisdiction, material."""

from __future__ import annotations

from qiying.capabilities.service_requests.selectors import unit_names
from qiying.capabilities.service_requests.services.entries import LEVELS
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.intaking import asker_keys, search_text, tell_asker
from qiying.kernel.cases.models import Approval, Assignment, Clock
from qiying.kernel.cases.standard import material
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
    tell_asker(act, "request_accepted")
    act.emit("request_accepted")


def _start_handling(act: Act) -> None:
    case = act.case
    arrears = table("arrears_complaint").at(case.received_on) if case.category == ARREARS else None
    if arrears is not None:
        _start_arrears(act, arrears)
        return
    limit = int(act.parameter(f"limit.{case.level}", case.received_on))
    words = f"按“{LEVELS[case.level]}”办，限 {limit} 个工作日" if limit else "简易事项当天答复"
    act.clock_start(
        "handle", limit=limit, started_on=case.received_on, started_at=case.received_at, words=words
    )
    act.set(params={**case.params, "handle_limit": limit})


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
    act.clock_start(
        "handle_arrears",
        limit=law["result_days"],
        started_on=case.received_on,
        started_at=case.received_at,
        words=f"拖欠账款投诉 {law['result_days']} 日内反馈结果，最长 {law['longest_days']} 日",
    )


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
    tell_asker(act, "request_assigned_asker", unit=unit_names([data.unit_id]), receipt=data.receipt)
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
    act.tell("desk" if times < 2 else "supervision", "request_returned", reason=act.data.reason)


def decide_jurisdiction(act: Act) -> None:
    """Decide a dispute once; the unit named cannot give it back again."""
    act.set_extras(jurisdiction_decided=act.data.reason)
    _end_lead(act)
    lead = _send(act, act.data.unit_id, "lead", act.data.reason)
    act.set(lead_unit_id=act.data.unit_id)
    act.clock_start("take", assignment=lead, party_key=f"u:{act.data.unit_id}")
    act.count("assigned", unit_id=act.data.unit_id)
    act.notify("jurisdiction_decided", f"u:{act.data.unit_id}", reason=act.data.reason)
    act.emit("request_assigned", unit_id=act.data.unit_id)


def request_material(act: Act) -> None:
    """Name the missing papers and tell the asker."""
    material.request(act)
    tell_asker(act, "material_requested", items=act.data.items)


def give_material(act: Act) -> None:
    """Take the papers in and tell who goes on."""
    material.give(act, "accepted")
    act.tell("lead", "material_given")
    act.tell("desk", "material_given", "desk")


def main_clock(act: Act) -> Clock | None:
    """Return the clock of the promise that is not stopped."""
    return next((c for k in ("handle", "handle_arrears") if (c := act.clock(k))), None)


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
        act.tell("lead", "info_added")
    else:
        act.tell("desk", "info_added", "desk")


def declined(act: Act, approval: Approval) -> None:
    """Decline what is not for us."""
    act.set(outcome="declined")
    act.count("closed_declined")
    tell_asker(act, "request_declined", reason=approval.reason)
    act.emit("request_declined")
