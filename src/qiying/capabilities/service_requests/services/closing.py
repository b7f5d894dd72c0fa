"""Answer, verdict, write-off and the named exceptions (design section 7)."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.service_requests import rules
from qiying.capabilities.service_requests.selectors import district_units
from qiying.capabilities.service_requests.services.guards import live_intakes
from qiying.capabilities.service_requests.services.intakes import asker_keys, end_clocks
from qiying.capabilities.service_requests.services.triage import main_clock, sync_due
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.statutes.workdays import workdays_between


def put_answer(act: Act, text: str, **fields: Any) -> None:
    """Put a version of the answer before its askers: the promise's clock waits for their word."""
    case = act.case
    row = act.answer("final", text, assignment_no=act.lead.no if act.lead else None, **fields_of(fields))
    if fields.get("given_by_name"):
        act.change("answer", row, given_by_name=fields["given_by_name"])
    clock = main_clock(act)
    if isinstance(clock, Clock):
        act.clock_resume(clock)
        act.clock_pause(clock, "verdict", "等企业评价")
    for kind in ("explain", "letter", "accept", "arrears_handover"):
        act.clock_stop(act.clock(kind), result="cancelled" if kind == "letter" else None)
    in_time = case.promised_by is None or act.today <= case.promised_by
    act.set(answered_on=act.today, clock_state="paused")
    act.count("answered")
    act.count("answered_in_time" if in_time else "answered_late")
    act.count("answer_days", bucket=workdays_between(case.received_on, act.today, act.calendar))
    for key in asker_keys(act):
        act.notify("request_answered", key, text=text[:200], answer=row.no)
    act.emit("request_answered", answer=row.no)
    if case.kind != "problem":
        for unit_id in district_units(case.district_id, "desk"):
            act.notify("conclusion_wanted", f"u:{unit_id}#desk")


def fields_of(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in fields.items() if k != "given_by_name"}


def answer(act: Act) -> None:
    """Answer as the lead unit, with results that can be summed."""
    d = act.data
    lead = act.lead
    if lead:
        act.change("assignment", lead, state="answered", answered_at=act.now)
    put_answer(
        act,
        d.text,
        result=d.result,
        quantity=d.quantity,
        quantity_unit=d.quantity_unit,
        firms_benefited=d.firms_benefited,
    )


def answer_on_spot(act: Act) -> None:
    """Answer a simple matter at the desk; the asker judges as always."""
    case = act.case
    if case.promised_by is None:
        act.clock_stop(act.clock("accept"))
        limit = int(act.parameter("limit.simple", case.received_on))
        clock = act.clock_start("handle", limit=limit, started_on=case.received_on, words="简易事项当天答复")
        act.set(
            promised_by=clock.promised_by,
            due_by=clock.due_by,
            accepted_on=act.today,
            level=case.level or "simple",
            category=case.category or "other",
            extras={**case.extras, "on_spot": True},
        )
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
    given = [(v.intake_id, v.value, v.may_close) for v in act.verdicts if v.answer_no == current.no]
    ending = rules.verdicts_settle(reachable_intakes(act), given)
    if ending == "not_solved":
        _send_back(act)
    elif ending is not None:
        write_off(act, ending)


def _send_back(act: Act) -> None:
    """Not solved: back on the same promise; the second time the supervisor steps in."""
    times = act.case.refusal_count + 1
    act.set(refusal_count=times)
    clock = main_clock(act)
    if isinstance(clock, Clock):
        act.clock_resume(clock, at_least=1)
    sync_due(act)
    act.count("refused")
    lead = next((a for a in reversed(act.assignments) if a.role == "lead" and a.state == "answered"), None)
    if lead:
        act.change("assignment", lead, state="taken", answered_at=None)
    if times >= 2:
        act.go("escalated")
        for unit_id in district_units(act.case.district_id, "supervision"):
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
    if act.case.lead_unit_id:
        act.notify("not_solved", f"u:{act.case.lead_unit_id}", comment=act.data.comment)


def write_off(act: Act, outcome: str) -> None:
    """Write the case off on the asker's word; the promise is judged at this, the accepted, answer."""
    case = act.case
    kept = case.promised_by is None or case.answered_on is None or case.answered_on <= case.promised_by
    for clock in act.clocks:
        act.clock_stop(clock, result=None if clock.kind.startswith("handle") else "cancelled")
    act.set(outcome=outcome, clock_state="stopped", due_by=None)
    act.go("written_off")
    act.count("closed")
    act.count(f"closed_{outcome}")
    act.count("promise_kept" if kept else "promise_broken")
    if case.answered_on:
        waited = workdays_between(case.answered_on, act.today, act.calendar)
        act.count("waiting_days", bucket=waited)
    act.emit("case_closed", outcome=outcome)
    if case.lead_unit_id:
        act.notify("request_closed", f"u:{case.lead_unit_id}")


def contact(act: Act) -> None:
    """Record an attempt to reach an asker; attempts by who handled do not count towards closing without a word."""
    neutral = not act.has_handled
    current = act.current_answer
    asks = neutral and act.case.state == "answered"
    act.new(
        "contact",
        method=act.data.method,
        reached=act.data.reached,
        purpose="verdict" if asks else "handling",
        answer_no=current.no if current else None,
        intake_id=act.data.intake_id,
        note_ref=act.ref("note"),
        by_id=act.viewer.person_id,
        by_name=act.viewer.name,
        at=act.now,
        on=act.today,
    )
    act.count("contacted" if act.data.reached else "not_reached")


def ask_unconfirmed(act: Act) -> None:
    act.ask_approval("unconfirmed", act.data.reason)
    for unit_id in district_units(act.case.district_id, "supervision"):
        act.notify("unconfirmed_asked", f"u:{unit_id}")


def decide_unconfirmed(act: Act) -> None:
    """Close without the asker's word: silence is counted as unconfirmed, never as consent."""
    approval = act.open_approval("unconfirmed")
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "approved":
        write_off(act, "unconfirmed")


def decide_explain(act: Act) -> None:
    """File what cannot be solved now, or send the explanation back."""
    approval = act.open_approval("explain")
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "approved":
        lead = act.lead
        if lead:
            act.change("assignment", lead, state="answered", answered_at=act.now)
        obstacle = act.current_answer.obstacle if act.current_answer else approval.reason
        end_clocks(act, result="filed")
        act.set(
            answered_on=act.today,
            outcome="explained",
            extras={**act.case.extras, "obstacle": obstacle},
        )
        act.go("filed")
        act.count("closed_explained")
        for key in asker_keys(act):
            act.notify("request_filed", key, obstacle=obstacle)
        act.emit("case_filed", obstacle=obstacle)
    if act.case.lead_unit_id:
        act.notify("explanation_decided", f"u:{act.case.lead_unit_id}", decision=act.data.decision)


def conclude(act: Act) -> None:
    """End a suggestion, question or clue with its reason; they need no verdict and are counted apart."""
    end_clocks(act, result="met")
    act.set(outcome=act.data.outcome, extras={**act.case.extras, "conclusion": act.data.reason})
    act.count(f"closed_{act.data.outcome}")
    for key in asker_keys(act):
        act.notify("request_concluded", key, reason=act.data.reason)
    act.emit("request_concluded", outcome=act.data.outcome)


def withdraw(act: Act) -> None:
    """End on the asker's own wish."""
    end_clocks(act)
    act.set(outcome="withdrawn", extras={**act.case.extras, "withdrawn_because": act.data.reason})
    act.count("closed_withdrawn")
    act.emit("request_withdrawn")
    if act.case.lead_unit_id:
        act.notify("request_withdrawn", f"u:{act.case.lead_unit_id}")


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
    sync_due(act)
    act.count("reopened")
    act.emit("request_reopened")


def void(act: Act) -> None:
    """Void a case that was registered by mistake or whose import is undone; nothing is deleted."""
    end_clocks(act)
    act.set(outcome="voided", extras={**act.case.extras, "voided_because": act.data.reason})
    act.count("voided")
    act.emit("request_voided")
