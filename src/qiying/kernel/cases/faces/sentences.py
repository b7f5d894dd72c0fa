"""The status sentence: what is true and whose turn it is, made from state and rows, at most two lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.names import Names
from qiying.kernel.cases.models import Assignment, Clock
from qiying.kernel.cases.vocabulary import NOBODY
from qiying.ui.humanize import day_dated_words, day_words


@dataclass(frozen=True)
class Sentence:
    """`lead` is set in bold; `rest` follows it."""

    lead: str
    rest: str = ""

    def __str__(self) -> str:
        return self.lead + self.rest


def status_sentence(file: CaseFile) -> Sentence:
    """Return the sentence for the viewer's side: office or asker."""
    return asker_sentence(file.context, file.names) if file.is_asker else office_sentence(file)


def office_sentence(file: CaseFile) -> Sentence:
    """Return what an office reads: until when, and what it waits for."""
    context, names = file.context, file.names
    case = context.case
    if context.state.is_final:
        return Sentence(_ending(context), _closed_rest(context))
    if context.turn_side == "enterprise":
        return Sentence(_waiting_for_enterprise(context, names), _approval_words(context))
    if case.due_by is None:
        return Sentence(f"{context.state.label}。", _office_rest(context, names))
    return Sentence(_until(context), _office_rest(context, names))


def _waiting_for_enterprise(context: CaseContext, names: Names) -> str:
    answer = context.current_answer
    if answer and context.case.answered_on and context.procedure.closes_by == "verdict":
        wants = "等企业说解决了没有" if context.case.kind == "problem" else "等受理台下结论"
        return f"{_answerer(context, names)}{day_words(answer.given_on, context.today)}已答复，{wants}。"
    return f"{context.sentence or context.state.label}。"


def _ending(context: CaseContext) -> str:
    case = context.case
    words = context.procedure.outcomes.get(case.outcome, context.state.label)
    return f"{words}，{day_words(case.closed_on, context.today)}办结。"


def _closed_rest(context: CaseContext) -> str:
    case = context.case
    if case.answered_on is None or case.promised_by is None or context.procedure.closes_by == "decision":
        return ""
    kept = case.answered_on <= case.promised_by
    return "答复在承诺日之前。" if kept else "答复晚于承诺日。"


def _until(context: CaseContext) -> str:
    """Return until when what has to be done."""
    case, today = context.case, context.today
    assert case.due_by is not None
    if case.clock_state == "paused":
        return f"{context.state.label}，期限停着。"
    work = _work(context, "答复")
    found = open_status(case.due_by, today, context.calendar)
    if context.state.turn == NOBODY and found.code != "overdue":
        return f"{work}到{day_dated_words(case.due_by, today)}。"
    if found.code == "overdue":
        return f"{found.words}，{day_words(case.due_by, today)}就该{work}。"
    return f"{day_dated_words(case.due_by, today)}下班前要{work}。"


def _work(context: CaseContext, answer: str) -> str:
    """Return what is due: accepting, then answering; where a decision ends the case, what its running clock asks."""
    if context.procedure.closes_by == "decision":
        live = [
            c for c in context.clocks if c.state != Clock.State.STOPPED and c.due_by == context.case.due_by
        ]
        return context.procedure.deadline(live[-1].kind).label if live else "办结"
    return "受理" if context.case.accepted_on is None else answer


def _approval_words(context: CaseContext) -> str:
    approval = next((a for a in context.approvals if not a.decision), None)
    if approval is None:
        return ""
    what = context.procedure.approval(approval.kind).label
    return f"{approval.asked_by_name}申请{what}，等{context.decider_of(approval.kind)}决定。"


def _office_rest(context: CaseContext, names: Names) -> str:
    asked = _approval_words(context)
    if asked:
        return asked
    waiting = [names.unit(a.unit_id) for a in context.open_co_assignments]
    lead = context.lead
    if context.state.turn == "lead" and lead and lead.taken_at is not None and waiting:
        part, whole = ("联审", "审核") if context.procedure.closes_by == "decision" else ("协办", "答复")
        return f"还差{'、'.join(waiting)}的{part}意见，来了才能{whole}。"
    if context.procedure.closes_by == "decision":
        return f"{context.sentence}。"
    if context.state.turn == "lead" and lead:
        return _unit_rest(context, lead, names)
    if context.state.turn == "desk" and context.case.return_count:
        return f"被退回过 {context.case.return_count} 次，等受理台重新交办。"
    return f"{context.sentence}。" if context.sentence else ""


def _unit_rest(context: CaseContext, lead: Assignment, names: Names) -> str:
    unit = names.unit(lead.unit_id)
    if lead.taken_at is None:
        return f"{day_words(lead.sent_on, context.today)}交给{unit}，还没签收。"
    handler = names.person(lead.handler_id)
    done = [a for a in context.assignments if a.role == "co" and a.state == Assignment.State.ANSWERED]
    ready = "协办意见都到了，可以答复。" if done else ""
    refused = "企业说没解决，要重办。" if context.case.refusal_count else ""
    if context.case.clock_state == "paused":
        return f"{context.sentence}。"
    return f"{unit}{handler}在办。{refused or ready}"


def _answerer(context: CaseContext, names: Names) -> str:
    answer = context.current_answer
    owner = next((a for a in context.assignments if answer and a.no == answer.assignment_no), None)
    if owner:
        return names.unit(owner.unit_id)
    return answer.given_by_name if answer else ""


def asker_sentence(context: CaseContext, names: Names) -> Sentence:
    """Return what the asker reads: who did what when, and what now."""
    case, today = context.case, context.today
    if context.state.is_final:
        return _asker_ending(context)
    if context.procedure.closes_by == "decision":
        until = _promise(context) if context.turn_side == "office" else ""
        return Sentence(f"{context.sentence}。", until)
    answer = context.current_answer
    if context.turn_side == "enterprise" and answer and case.answered_on:
        who = _answerer(context, names)
        ask = "请您说：解决了没有？" if case.kind == "problem" else ""
        return Sentence(f"{who}{day_words(answer.given_on, today)}答复了。{ask}")
    if context.turn_side == "enterprise":
        return Sentence(f"{context.sentence}。")
    lead = context.lead
    until = _promise(context)
    if lead and context.state.turn == "lead" and context.procedure.closes_by == "verdict":
        unit = names.unit(lead.unit_id)
        if lead.taken_at is None:
            return Sentence(f"{day_words(lead.sent_on, today)}交给了{unit}。", until)
        taken = day_words(local_date(lead.taken_at), today)
        if case.refusal_count:
            return Sentence(f"您说没解决，{unit}在重办。", until)
        return Sentence(f"{unit}{taken}签收，{names.person(lead.handler_id) or '正'}在办。", until)
    return Sentence(f"{context.sentence}。", until)


def _promise(context: CaseContext) -> str:
    case, today = context.case, context.today
    if case.clock_state == "paused":
        return "期限先停着。"
    if case.due_by is None:
        return ""
    work = _work(context, "答复您")
    if today > case.due_by:
        return f"本该{day_words(case.due_by, today)}{work}，已经晚了，督查部门看得到。"
    return f"{day_dated_words(case.due_by, today)}下班前{work}。"


def _asker_ending(context: CaseContext) -> Sentence:
    case = context.case
    on = day_words(case.closed_on, context.today)
    said = {
        "solved": f"您说解决了，{on}办结。",
        "partly": f"您说部分解决，同意{on}办结。",
        "unconfirmed": f"几次没联系上您，{on}按“未确认”办结。",
        "withdrawn": f"您{on}撤回了这件事。",
    }
    words = context.procedure.outcomes.get(case.outcome, context.state.label)
    if context.procedure.closes_by == "decision":
        return Sentence(f"{words}。", f"{on}办结。")
    return Sentence(said.get(case.outcome, f"{on}办结：{words}。"))


def next_words(context: CaseContext) -> str:
    """Return what happens next after an act, for the message that says it was done."""
    case = context.case
    if context.state.is_final:
        return f"这件事现在是“{context.state.label}”。"
    due = (
        f"，{day_dated_words(case.due_by, context.today)}到期"
        if _shows_due(case.due_by, case.clock_state)
        else ""
    )
    return f"现在是“{context.state.label}”{due}。"


def _shows_due(due_by: date | None, clock_state: str) -> bool:
    return due_by is not None and clock_state == "running"
