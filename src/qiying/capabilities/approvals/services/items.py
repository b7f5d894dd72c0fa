"""What acts on one item change: checked, accepted, looked at, proposed by one and decided by another, checked later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from qiying.capabilities.approvals.models import Application
from qiying.capabilities.approvals.services import founding
from qiying.capabilities.approvals.services.common import (
    begin,
    certificates_end,
    certify,
    count_in_time,
    plan_of,
    tell_asker,
)
from qiying.capabilities.approvals.services.extras import ItemExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Approval, Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.standard import asking, children, material
from qiying.statutes.workdays import nth_workday


def opened(act: Act) -> None:
    """One item was applied for; a part of a bundle was accepted with it and is reviewed at once."""
    plan = plan_of(act)
    begin(act, "item")
    act.party_add(f"u:{plan['unit_id']}", "lead")
    if act.case.parent_id is not None:
        children.askers_inherit(act)
        accepted(act)
        act.afterwards.append(lambda: _note_part(act))
    else:
        act.clock_start("check")
    act.tell("lead", "approval_new")


def _note_part(act: Act) -> None:
    whole = Application.objects.filter(case=act.case.parent).first()
    if whole is not None:  # parts opened in the very act of applying are noted once the application is
        part_note(act.case, whole)


def part_note(case: Case, whole: Application) -> Application:
    """Note what is asked in a part: the same applicant, form and batch as the whole."""
    shared = (
        "district_id",
        "bundle_id",
        "batch_id",
        "enterprise_id",
        "response_id",
        "holder",
        "way",
        "applied_at",
    )
    values = {name: getattr(whole, name) for name in shared}
    return Application.objects.create(case=case, part=case.extras["plan"]["code"], **values)


def accepted(act: Act) -> None:
    """Accepted: the promised limit and the law's begin."""
    plan = plan_of(act)
    act.stop("check")
    act.set(accepted_on=act.today)
    unit = plan["promise_unit"] if plan["promise_unit"] != "minute" else "workday"
    promise = plan["promise"] if plan["promise_unit"] != "minute" else 0
    act.clock_start("decide", limit=promise, unit=unit, words=f"承诺{plan['limit']}，从受理算起")
    if plan.get("law_days"):
        act.clock_start("law", limit=plan["law_days"], words=f"法定 {plan['law_days']} 个工作日")
    if act.case.state != "reviewing":
        act.go("reviewing")
        tell_asker(act, "approval_accepted", limit=plan["limit"])


def material_asked(act: Act) -> None:
    """Everything that is missing, named once."""
    material.request(act)
    for_whole = act.case.parent_id is not None
    for key in [p.key for p in act.parties if p.role == "asker" and p.key[0] != "i"] if for_whole else ():
        act.notify("approval_material", key, items=act.data.items)
    tell_asker(act, "approval_material", items=act.data.items)


def material_given(act: Act) -> None:
    material.give(act, "submitted")
    act.tell("lead", "approval_new")


def not_accepted(act: Act) -> None:
    """Not a matter of this authority, or not completed in time; in writing, with how to contest it."""
    _refuse(act, act.data.reason, "rejected", "not_accepted")


def survey_began(act: Act) -> None:
    """A visit or an expert review is not counted; who asked is told how long it takes (行政许可法第四十五条)."""
    for kind in ("decide", "law"):
        act.clock_pause(act.clock(kind), "suspension", act.data.what)
    act.clock_start("survey", limit=act.data.days, words=f"{act.data.what}，时间不计入办理期限")
    tell_asker(act, "approval_survey", what=act.data.what, days=act.data.days)


def survey_ended(act: Act) -> None:
    act.stop("survey")
    for kind in ("decide", "law"):
        act.clock_resume(act.clock(kind))


def opinion_asked(act: Act) -> None:
    """Another unit is asked for its opinion, within the time the review has."""
    act.party_add(f"u:{act.data.unit_id}", "co")
    known = ItemExtras.of(act.case).opinions
    act.set_extras(opinions={**known, f"u:{act.data.unit_id}": {"ask": act.data.text, "text": ""}})
    act.notify("approval_opinion", f"u:{act.data.unit_id}", text=act.data.text)


def opinion_given(act: Act) -> None:
    known = ItemExtras.of(act.case).opinions
    own = known.get(act.acting_key, {})
    act.set_extras(opinions={**known, act.acting_key: {**own, "text": act.data.text}})
    act.tell("lead", "approval_new")


def opinions_are_in(context: CaseContext) -> str | None:
    """Nothing is decided while an opinion that was asked for is missing."""
    waiting = [k for k, o in ItemExtras.of(context.case).opinions.items() if not o["text"]]
    return f"还有 {len(waiting)} 个单位的意见没来" if waiting else None


def opinion_waits(context: CaseContext) -> str | None:
    asked = ItemExtras.of(context.case).opinions
    mine = {f"u:{u}" for u in context.viewer.unit_ids}
    return None if any(k in mine and not o["text"] for k, o in asked.items()) else "没有等您单位的意见"


def check_review(act: Act) -> Iterable[tuple[str, str]]:
    """A refusal says why; a paper cannot have run out before it is given."""
    if act.data.conclusion == "refuse" and len(act.data.reason) < 8:
        yield "reason", "不予许可要写明事实和依据，申请人会看到（至少 8 个字）"
    if act.data.valid_until and act.data.valid_until < act.today:
        yield "valid_until", "有效期不能早于今天"
    if act.data.conclusion == "grant" and plan_of(act).get("founds"):
        yield from (("number", words) for words in founding.problems(act, act.data.number))


def reviewed(act: Act) -> None:
    """One person found; what one hand may decide is decided, everything else and every refusal by a second."""
    data = act.data
    until = data.valid_until or _valid_until(act)
    found = {"conclusion": data.conclusion, "reason": data.reason, "number": data.number}
    found |= {"by": act.viewer.person_id, "until": until.isoformat() if until else ""}
    act.set_extras(proposal=found)
    if data.conclusion == "grant" and plan_of(act).get("one_hand"):
        _decide(act)
    else:
        act.go("deciding")
        act.tell("lead", "approval_decide", what="准予" if data.conclusion == "grant" else "不予")


def _valid_until(act: Act) -> date | None:
    years = plan_of(act).get("valid_years")
    return act.today.replace(year=act.today.year + years, day=min(act.today.day, 28)) if years else None


def not_own_proposal(context: CaseContext) -> str | None:
    """Who looked into it does not decide it."""
    by = ItemExtras.of(context.case).proposal.get("by")
    mine = context.viewer.person_id is not None and by == context.viewer.person_id
    return "审查的人不能自己核准，请同单位另一个人来" if mine else None


def decided(act: Act) -> None:
    """A second person agrees, or gives it back with what is wrong."""
    if act.data.decision == "approved":
        _decide(act)
    else:
        act.go("reviewing")
        act.tell("lead", "approval_new")


def _decide(act: Act) -> None:
    found = ItemExtras.of(act.case).proposal
    if found["conclusion"] == "refuse":
        _refuse(act, found["reason"], "refused", "refused")
    else:
        _grant(act, found["number"], date.fromisoformat(found["until"]) if found["until"] else None)


def _grant(act: Act, number: str, until: date | None) -> None:
    plan, known = plan_of(act), ItemExtras.of(act.case)
    act.stop("decide", "law")
    act.go("granted")
    act.set(outcome="granted")
    enterprise = founding.found(act, number) if plan.get("founds") else None
    fields = {
        "事项": act.case.title,
        "统一社会信用代码" if enterprise else "许可证号": number,
        "地址": plan.get("place") or "",
        "依据": plan.get("basis") or "",
    }
    fields = {"结果": plan.get("result") or "准予", **fields}
    certify(act, "approval_result", fields, plan["unit_id"], until, enterprise=enterprise)
    act.count("granted")
    count_in_time(act, "decide")
    if known.is_committed:
        last = nth_workday(act.today, int(act.parameter("approval.commitment_check")), act.calendar)
        act.set_extras(check_by=last.isoformat())
        Application.objects.filter(case_id=act.case.pk).update(check_by=last)
        act.count("committed")
    tell_asker(act, "approval_granted", number=number)


def _refuse(act: Act, reason: str, state: str, outcome: str) -> None:
    act.stop("check", "decide", "law", "material")
    act.answer("final", reason)
    act.go(state)
    act.set(outcome=outcome)
    act.count(outcome)
    count_in_time(act, "decide")
    tell_asker(act, "approval_refused", reason=reason)


def checked(act: Act) -> None:
    """What was promised is looked at: true, or the permit is withdrawn."""
    Application.objects.filter(case_id=act.case.pk).update(check_by=None)
    act.set_extras(check_by="")
    act.count("commitments_checked")
    if act.data.is_true == "no":
        _revoke(act, f"承诺不实：{act.data.text}")


def revoked(act: Act) -> None:
    _revoke(act, act.data.reason)


def _revoke(act: Act, reason: str) -> None:
    certificates_end(act, reason)
    founding.undo(act)
    Application.objects.filter(case_id=act.case.pk).update(check_by=None)
    act.go("revoked")
    act.set(outcome="revoked")
    act.answer("final", reason)
    act.count("revoked")
    for key in [p.key for p in act.parties if p.role == "asker"]:
        act.notify("approval_revoked", key, reason=reason)


def check_waits(context: CaseContext) -> str | None:
    return None if ItemExtras.of(context.case).check_by else "没有等核查的承诺"


def is_late(context: CaseContext) -> str | None:
    """Why it is late is said of what is late (《优化营商环境条例》第三十六条)."""
    due = context.case.due_by
    return None if due is not None and context.today > due else "还没超期，不用说明"


def late_explained(act: Act) -> None:
    act.set_extras(late_because=act.data.text)
    tell_asker(act, "approval_late", text=act.data.text)
    act.tell("supervision", "approval_late", text=act.data.text)


def went_offline(act: Act) -> None:
    """The department's system is down: the promise stays, the window takes the decision in on paper."""
    act.set_extras(paper_since=act.today.isoformat())
    act.tell("supervision", "approval_offline", reason=act.data.reason)
    act.tell("lead", "approval_offline", reason=act.data.reason)
    act.count("offline")


def is_on_paper(context: CaseContext) -> str | None:
    return None if ItemExtras.of(context.case).paper_since else "部门系统没有停用，请部门自己办"


def is_online_here(context: CaseContext) -> str | None:
    return "已经转成纸面办理" if ItemExtras.of(context.case).paper_since else None


def check_paper(act: Act) -> Iterable[tuple[str, str]]:
    yield from check_review(act)
    if not act.data.documents:
        yield "documents", "请传部门盖章的决定"
    if act.data.decided_on > act.today:
        yield "decided_on", "不能是以后的日子"


def paper_recorded(act: Act) -> None:
    """What the department decided on paper: it counts by the day of the decision, not of the typing."""
    until = act.data.valid_until or _valid_until(act)
    day = act.data.decided_on
    for kind in ("decide", "law"):
        if (clock := act.clock(kind)) is not None and day <= clock.due_by:
            act.clock_stop(clock, result="met")
    if act.data.conclusion == "refuse":
        _refuse(act, act.data.reason, "refused", "refused")
    else:
        _grant(act, act.data.number, until)


def more_days(act: Act, approval: Approval) -> None:
    for kind in ("decide", "law"):
        if (clock := act.clock(kind)) is not None and clock.limit_unit != "hour":
            act.clock_extend(clock, approval.days or 0)
    tell_asker(act, "approval_prolonged", days=approval.days, reason=approval.reason)


def ask_days(act: Act) -> None:
    asking.ask(act, "days", days=act.data.days)


def once_only(context: CaseContext) -> str | None:
    """The law lets the head of the authority prolong once (行政许可法第四十二条)."""
    done = any(a.kind == "days" and a.decision == "approved" for a in context.approvals)
    return "已经延长过一次，不能再延" if done else None


def within_appeal_days(context: CaseContext) -> str | None:
    ended = context.case.closed_on
    if ended is None:
        return "还没有决定"
    days = int(parameter("approval.appeal", district_id=context.case.district_id, on=context.today))
    return None if context.today <= ended + timedelta(days=days) else f"决定作出已超过 {days} 天"


def appealed(act: Act) -> None:
    act.set_extras(final_was=act.from_state)
    act.clock_start("appeal", words="复核要在这段时间里答复")
    act.count("appealed")
    act.tell("supervision", "approval_appealed", reason=act.data.reason)


def appeal_decided(act: Act) -> None:
    """Changed: it is reviewed anew by the department; kept: it stands, with the reason."""
    act.stop("appeal")
    was = ItemExtras.of(act.case).final_was
    if act.data.decision == "approved":
        act.count("appeal_changed")
        act.go("reviewing")
        plan = plan_of(act)
        act.clock_start(
            "decide",
            limit=max(1, int(act.parameter("approval.again"))),
            unit="workday",
            words="复核后重新办理",
        )
        act.notify("approval_new", f"u:{plan['unit_id']}")
    else:
        act.go(was)
        act.set(outcome={"refused": "refused", "rejected": "not_accepted"}.get(was, "revoked"))
    for key in [p.key for p in act.parties if p.role == "asker"]:
        act.notify("approval_appeal_decided", key, decision=act.data.decision, finding=act.data.finding)


def voided(act: Act) -> None:
    """Opened by mistake: nothing is deleted."""
    act.set(outcome="voided")
    act.count("voided")
