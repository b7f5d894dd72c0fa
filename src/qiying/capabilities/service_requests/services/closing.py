"""Answer, verdict, write-off and the named exceptions (design section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qiying.capabilities.service_requests.rules import answering
from qiying.capabilities.service_requests.services.guards import live_intakes
from qiying.capabilities.service_requests.services.triage import main_clock
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.intaking import tell_asker
from qiying.kernel.cases.models import Answer, Approval
from qiying.kernel.cases.standard import asking, recording
from qiying.statutes.workdays import workdays_between


def put_answer(act: Act, text: str, by: Mapping[str, Any] | None = None, **fields: Any) -> None:
    """Put a version of the answer before its askers: the promise's clock waits for their word.

    `by` names who gave it where that is not who acts.
    """
    case = act.case
    row = act.answer("final", text, assignment_no=act.lead.no if act.lead else None, **fields)
    if by:
        act.change("answer", row, **by)
    act.clock_resume(main_clock(act))
    act.clock_pause(main_clock(act), "verdict", "等企业评价")
    act.stop("letter", result="cancelled")
    act.stop("explain", "accept", "arrears_handover")
    in_time = case.promised_by is None or act.today <= case.promised_by
    act.set(answered_on=act.today)
    act.count("answered")
    act.count("answered_in_time" if in_time else "answered_late")
    act.count("answer_days", bucket=workdays_between(case.received_on, act.today, act.calendar))
    tell_asker(act, "request_answered", text=text[:200], answer=row.no)
    act.emit("request_answered", answer=row.no)
    if case.kind != "problem":
        act.tell("desk", "conclusion_wanted", "desk")


SUMMED = ("result", "quantity", "quantity_unit", "firms_benefited")
"""What an answer says beside its text, to be summed."""


def answer(act: Act) -> None:
    """Answer as the lead unit, with results that can be summed."""
    _answered(act, act.data)


def send_answer(act: Act, draft: Answer) -> None:
    """Send an answer that was approved, in the name of who wrote it."""
    _answered(act, draft, {"given_by_id": draft.given_by_id, "given_by_name": draft.given_by_name})


def _answered(act: Act, said: Any, by: Mapping[str, Any] | None = None) -> None:
    if lead := act.lead:
        act.change("assignment", lead, state="answered", answered_at=act.now)
    put_answer(act, said.text, by, **{name: getattr(said, name) for name in SUMMED})


def answer_on_spot(act: Act) -> None:
    """Answer a simple matter at the desk; the asker judges as always."""
    case = act.case
    if case.promised_by is None:
        act.clock_stop(act.clock("accept"))
        limit = int(act.parameter("limit.simple", case.received_on))
        act.clock_start("handle", limit=limit, started_on=case.received_on, words="简易事项当天答复")
        act.set(accepted_on=act.today, level=case.level or "simple", category=case.category or "other")
        act.set_extras(on_spot=True)
        act.count("accepted")
    put_answer(act, act.data.text, result="solved")


def reachable_intakes(act: Act) -> list[int]:
    """Return the intakes whose asker can be asked; the anonymous without a contact cannot."""
    return [
        i.pk
        for i in live_intakes(act)
        if not (i.is_anonymous and not i.contact_phone_ref and i.person_id is None)
    ]


def give_verdict(act: Act) -> None:
    """Record the asker's own word on the current version and do what it says."""
    _verdict(act, how="page" if act.viewer.person_id else "link", given_by=act.viewer.person_id)


def record_verdict(act: Act) -> None:
    """Record a verdict that the neutral call-back desk was told; counted apart."""
    _verdict(act, how=act.data.how, given_by=None)
    act.count("verdict_by_callback")


def _own_intake(act: Act) -> int | None:
    """Return the intake that is judged: the one named, else the asker's own, else the first."""
    if act.data.intake_id:
        return int(act.data.intake_id)
    if act.own_intakes:
        current = act.current_answer
        judged = {v.intake_id for v in act.verdicts if current and v.answer_no == current.no}
        return next((i for i in act.own_intakes if i not in judged), act.own_intakes[0])
    live: list[int] = [r.intake_id for r in act.rows.of("intake").values() if r.until is None]
    return live[0] if live else None


def _verdict(act: Act, *, how: str, given_by: int | None) -> None:
    d, current = act.data, act.current_answer
    assert current is not None
    act.new(
        "verdict",
        answer_no=current.no,
        intake_id=_own_intake(act),
        value=d.value,
        may_close=d.may_close,
        satisfaction=d.satisfaction,
        comment_ref=act.ref("comment"),
        how=how,
        given_by_id=given_by,
        recorded_by_id=act.viewer.person_id,
        given_at=act.now,
        given_on=act.today,
    )
    act.count(f"verdict_{d.value}")
    if d.satisfaction:
        act.count("satisfaction", bucket=d.satisfaction)
        if act.case.lead_unit_id:
            # who calls back writes down another's word
            who = None if act.viewer.memberships else act.viewer.person_id
            act.emit("service_rated", unit_id=act.case.lead_unit_id, level=d.satisfaction, person_id=who)
    given = [(v.intake_id, v.value, v.may_close) for v in act.verdicts if v.answer_no == current.no]
    ending = answering.verdicts_settle(reachable_intakes(act), given)
    if ending == "not_solved":
        _send_back(act)
    elif ending is not None:
        write_off(act, ending)


def _send_back(act: Act) -> None:
    """Not solved: back on the same promise; the second time the supervisor steps in."""
    times = act.case.refusal_count + 1
    act.set(refusal_count=times)
    act.clock_resume(main_clock(act), at_least=1)
    act.count("refused")
    lead = next((a for a in reversed(act.assignments) if a.role == "lead" and a.state == "answered"), None)
    if lead:
        act.change("assignment", lead, state="taken", answered_at=None)
    if times >= 2:
        act.go("escalated")
        for unit_id in act.units_of("supervision"):
            act.supervise(
                "second_refusal",
                text="企业两次说没解决，请督查介入",
                needs_ack=True,
                unit_id=unit_id,
                issued_by_id=None,
                issued_by_name="系统",
            )
            act.notify("second_refusal", f"u:{unit_id}")
    else:
        act.go("handling" if act.case.lead_unit_id else "accepted")
    act.tell("lead", "not_solved", comment=act.data.comment)


def write_off(act: Act, outcome: str) -> None:
    """Write the case off on the asker's word; the promise is judged at this, the accepted, answer."""
    case = act.case
    kept = case.promised_by is None or case.answered_on is None or case.answered_on <= case.promised_by
    for clock in act.clocks:
        act.clock_stop(clock, result=None if clock.kind.startswith("handle") else "cancelled")
    act.set(outcome=outcome)
    act.go("written_off")
    act.count("closed")
    act.count(f"closed_{outcome}")
    act.count("promise_kept" if kept else "promise_broken")
    if case.answered_on:
        waited = workdays_between(case.answered_on, act.today, act.calendar)
        act.count("waiting_days", bucket=waited)
    act.emit("case_closed", outcome=outcome)
    act.tell("lead", "request_closed")


def contact(act: Act) -> None:
    """Record an attempt to reach an asker; attempts by who handled do not count towards closing without a word."""
    asks = not act.has_handled and act.case.state == "answered"
    recording.contact(act, "verdict" if asks else "handling")


def unconfirmed(act: Act, approval: Approval) -> None:
    """Close without the asker's word: silence is counted as unconfirmed, never as consent."""
    write_off(act, "unconfirmed")


def explained(act: Act, approval: Approval) -> None:
    """File what cannot be solved now; the explanation's files are the asker's from now on."""
    if (lead := act.lead) is not None:
        act.change("assignment", lead, state="answered", answered_at=act.now)
    obstacle = act.current_answer.obstacle if act.current_answer else approval.reason
    act.end_clocks("filed")
    act.set(answered_on=act.today, outcome="explained")
    act.set_extras(obstacle=obstacle)
    asking.files_open(act, "explain")
    act.count("closed_explained")
    tell_asker(act, "request_filed", obstacle=obstacle)
    act.emit("case_filed", obstacle=obstacle)


def conclude(act: Act) -> None:
    """End a suggestion, question or clue with its reason; they need no verdict and are counted apart."""
    act.end_clocks("met")
    act.set(outcome=act.data.outcome)
    act.set_extras(conclusion=act.data.reason)
    act.count(f"closed_{act.data.outcome}")
    tell_asker(act, "request_concluded", reason=act.data.reason)
    act.emit("request_concluded", outcome=act.data.outcome)


def reopen(act: Act) -> None:
    """Take a finished case up again on the same promise; reopening never resets it."""
    case = act.case
    act.set(reopen_count=case.reopen_count + 1, outcome="")
    stopped = [c for c in act.clocks if c.kind.startswith("handle") and c.state == "stopped"]
    if stopped:
        act.clock_restart(stopped[-1], at_least=1)
    lead = next((a for a in reversed(act.assignments) if a.role == "lead" and a.state == "answered"), None)
    if lead:
        act.change("assignment", lead, state="taken", answered_at=None)
        act.go("handling")
        act.notify("request_reopened", f"u:{lead.unit_id}", reason=act.data.reason)
    else:
        act.go("accepted")
    act.count("reopened")
    act.emit("request_reopened")
