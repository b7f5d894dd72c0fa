"""What acts on a bundle change: taken in once, its parts opened together, a joint visit agreed, results joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from qiying.capabilities.approvals.rules import bundles as rules
from qiying.capabilities.approvals.rules import limits
from qiying.capabilities.approvals.services import founding
from qiying.capabilities.approvals.services.common import (
    ITEM,
    begin,
    certificates_end,
    certify,
    count_in_time,
    plan_of,
    tell_asker,
)
from qiying.capabilities.approvals.services.extras import BundleExtras
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.faces.registry import Choices
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.standard import asking, children, material
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import system_viewer
from qiying.ui.humanize import day_dated_words

REFUSED = {"refused", "not_accepted", "withdrawn", "voided", "revoked"}
ASKER = "asker"


def opened(act: Act) -> None:
    """Asked once; where everything needed is in the form it is accepted at once, at any hour."""
    plan = plan_of(act)
    begin(act, plan.get("sort", "thing"))
    for unit_id in dict.fromkeys(p["unit_id"] for p in plan["parts"]):
        act.party_add(f"u:{unit_id}", "member")
    if plan.get("auto_accept"):
        accepted(act)
    else:
        act.clock_start("take")
        act.tell("desk", "bundle_new")


def accepted(act: Act) -> None:
    """Accepted for all departments at once: the promise runs, and every part that may begin is opened."""
    plan = plan_of(act)
    act.stop("take")
    act.set(accepted_on=act.today)
    limit = rules.limit_words(plan["promise"], plan["promise_unit"])
    unit = "workday" if plan["promise_unit"] == "minute" else plan["promise_unit"]
    promise = 0 if plan["promise_unit"] == "minute" else plan["promise"]
    act.clock_start("whole", limit=promise, unit=unit, words=f"承诺{limit}，从受理算起")
    law = plan.get("law_days") or act.parameter("approval.joint")
    act.clock_start("law", limit=int(law), words=f"几项一起办，法定 {law} 个工作日")
    act.go("going")
    _open(act, rules.ready_parts(plan["parts"], [], []))
    tell_asker(act, "bundle_accepted", limit=limit, count=len(plan["parts"]))


def _open(act: Act, codes: list[str]) -> None:
    plan, known = plan_of(act), BundleExtras.of(act.case)
    shared = {"holder": plan["holder"], "place": plan.get("place") or ""}
    for part in (p for p in plan["parts"] if p["code"] in codes):
        committed = bool(plan.get("is_committed") and part.get("by_commitment"))
        given = {"title": part["name"], "enterprise_id": act.case.enterprise_id, "way": plan["way"]}
        extras = {"plan": {**part, **shared}, "is_committed": committed}
        children.child_open(act, ITEM, given, extras=extras)
    if codes:
        act.set_extras(opened=[*known.opened, *codes])


def _outcomes(act: Act) -> tuple[dict[str, str], int]:
    """Return how each finished part ended by its code, and how many are still open."""
    rows = children.children_of(act.case).values_list("extras", "outcome", "is_open")
    ended = {extras["plan"]["code"]: outcome for extras, outcome, is_open in rows if not is_open}
    return ended, sum(is_open for *_, is_open in rows)


def part_moved(act: Act) -> None:
    """A part moved: what waited for it begins or falls away; when all have ended the results are joined."""
    if act.data.state == "revoked":
        _part_revoked(act)
    if act.case.state != "going" or not act.data.is_final:
        return
    plan, known = plan_of(act), BundleExtras.of(act.case)
    ended, still = _outcomes(act)
    if act.data.outcome in REFUSED:
        act.count("parts_refused")
        words = {"part": act.data.title, "status": act.data.status, "unit": act.data.unit}
        tell_asker(act, "bundle_part_refused", **words)
        act.tell("desk", "bundle_part_refused", **words)
    granted = [c for c, o in ended.items() if o == rules.GRANTED]
    now_ready = rules.ready_parts(plan["parts"], known.opened, granted)
    lost = rules.lost_parts(plan["parts"], known.opened, [c for c, o in ended.items() if o in REFUSED])
    _open(act, now_ready)
    if lost != known.lost:
        act.set_extras(lost=lost)
    if not still and not now_ready:
        act.stop("whole", "law")
        act.go("joining")
        act.clock_start("certificate", words="各项都有了决定，算起")
        is_smooth = plan.get("auto_join") and rules.joint_outcome(ended, plan["parts"]) == rules.GRANTED
        if is_smooth:
            act.afterwards.append(lambda: _join_at_once(act))
        else:
            act.tell("desk", "bundle_to_join")


def _join_at_once(act: Act) -> None:
    worker = system_viewer("worker", district_id=act.case.district_id)
    case_act(case=act.case, action="join", actor=worker, data={}, now=act.now)


def _part_revoked(act: Act) -> None:
    """A permit withdrawn after the end: the package that names it no longer holds, and who asked is told."""
    certificates_end(act, f"{act.data.title}已撤销")
    tell_asker(act, "bundle_part_refused", part=act.data.title, status=act.data.status, unit=act.data.unit)
    act.count("packages_revoked")


def joined(act: Act) -> None:
    """One package of all results; what was refused or never opened is named in it."""
    plan, known = plan_of(act), BundleExtras.of(act.case)
    ended, _ = _outcomes(act)
    outcome = rules.joint_outcome(ended, plan["parts"])
    act.stop("certificate", "take")
    act.set(outcome=outcome)
    words = {"granted": "准予", "refused": "不予", "not_accepted": "不予受理", "withdrawn": "撤回"}
    told = {
        p["name"]: words.get(ended.get(p["code"], ""), "没有办" if p["code"] in known.lost else "已结束")
        for p in plan["parts"]
    }
    if outcome != "refused":
        fields = {"一件事": act.case.title, **told}
        certify(act, "approval_package", fields, plan["unit_id"], enterprise=founding.founded_in(act.case))
    act.count(outcome)
    count_in_time(act, "whole")
    if known.escort:
        began = act.case.received_on
        act.count("escorted")
        act.count("days_saved", limits.saved_days(known.escort["usual_days"], began, act.today, act.calendar))
    tell_asker(act, "bundle_done", outcome=act.procedure.outcomes[outcome])


def material_given(act: Act) -> None:
    material.give(act, "submitted")
    act.tell("desk", "bundle_new")


def material_asked(act: Act) -> None:
    material.request(act)
    tell_asker(act, "approval_material", items=act.data.items)


def ask_more(act: Act) -> None:
    asking.ask(act, "joint_days", days=act.data.days)


def more_days(act: Act, approval: Approval) -> None:
    """The government prolongs by fifteen workdays at most (行政许可法第四十二条第二款)."""
    for kind in ("whole", "law"):
        if (clock := act.clock(kind)) is not None and clock.limit_unit != "hour":
            act.clock_extend(clock, approval.days or 0)
    tell_asker(act, "approval_prolonged", days=approval.days, reason=approval.reason)


def check_more(act: Act) -> Iterable[tuple[str, str]]:
    most = int(act.parameter("approval.joint_more"))
    used = sum(a.days or 0 for a in act.approvals if a.decision == "approved")
    if used + act.data.days > most:
        yield "days", f"一共最多延长 {most} 个工作日，已经延了 {used} 个"


# --- the joint visit --------------------------------------------------------------------


def _needed(context: CaseContext) -> list[str]:
    """Return who has to say which day suits: who asked, and each unit that looks at the place."""
    units = [f"u:{p['unit_id']}" for p in plan_of(context)["parts"] if p.get("visit")]
    return [ASKER, *dict.fromkeys(units)]


def visit_proposed(act: Act) -> None:
    """Days are proposed to all at once; where one day was fixed nobody has to answer."""
    days = sorted({d.isoformat() for d in (act.data.first, act.data.second, act.data.third) if d})
    fixed = days[0] if act.data.is_fixed else ""
    waits = {} if fixed else dict.fromkeys(_needed(act), 1)
    told = {"options": days, "said": {}, "on": fixed, "place": act.data.place, "done": "", "waits": waits}
    act.set_extras(visit=told)
    _tell_visit(act, "bundle_visit_on" if fixed else "bundle_visit", fixed or "、".join(days))


def _tell_visit(act: Act, template: str, days: str) -> None:
    tell_asker(act, template, days=days)
    for key in _needed(act)[1:]:
        act.notify(template, key, days=days)


def check_days(act: Act) -> Iterable[tuple[str, str]]:
    for name in ("first", "second", "third"):
        day = getattr(act.data, name)
        if day is not None and (day <= act.today or not act.calendar.is_workday(day)):
            yield name, "请选今天以后的工作日"


def visit_days(context: CaseContext) -> Choices:
    """Return the proposed days, as the form of who answers offers them."""
    days = (context.case.extras.get("visit") or {}).get("options", [])
    return [(d, day_dated_words(date.fromisoformat(d), context.today)) for d in days]


def visit_waits(context: CaseContext) -> str | None:
    """One answers while a day is sought, and only who is needed there."""
    visit = BundleExtras.of(context.case).visit
    if not visit or visit["on"]:
        return "现在没有要定的踏勘日子"
    mine = {ASKER} if ASKER in context.standings else {f"u:{u}" for u in context.viewer.unit_ids}
    return None if mine & set(_needed(context)) else "这次踏勘没有您单位的事"


def check_said(act: Act) -> Iterable[tuple[str, str]]:
    options = BundleExtras.of(act.case).visit["options"]
    if set(act.data.days) - set(options):
        yield "days", "请在提出的日子里选"


def visit_answered(act: Act) -> None:
    """Once everybody has spoken the first day that suits all stands; where none does, others are proposed."""
    visit = BundleExtras.of(act.case).visit
    who = ASKER if act.acting_party == ASKER else act.acting_key
    said = {**visit["said"], who: sorted(set(act.data.days))}
    as_days = {k: [date.fromisoformat(d) for d in v] for k, v in said.items()}
    options, needed = [date.fromisoformat(d) for d in visit["options"]], _needed(act)
    day = limits.day_for_all(options, as_days, needed)
    waits = {} if day else {k: 1 for k in needed if k not in said}
    act.set_extras(visit={**visit, "said": said, "on": day.isoformat() if day else "", "waits": waits})
    if day is not None:
        _tell_visit(act, "bundle_visit_on", day.isoformat())
    elif limits.nobody_fits(options, as_days, needed):
        act.tell("desk", "bundle_visit_none")


def visit_is_set(context: CaseContext) -> str | None:
    visit = BundleExtras.of(context.case).visit
    return None if visit.get("on") else "踏勘的日子还没定"


def visit_recorded(act: Act) -> None:
    visit = BundleExtras.of(act.case).visit
    act.set_extras(visit={**visit, "done": act.today.isoformat()})
    act.count("joint_visits")


# --- the escort --------------------------------------------------------------------------


def escort_people(context: CaseContext) -> Choices:
    """Return who may escort: people of the desk and of the units that take part."""
    units = [int(p.key[2:]) for p in context.parties if p.key[0] == "u" and p.role in {"desk", "member"}]
    rows = Person.objects.filter(memberships__unit_id__in=units, memberships__valid_to=None, is_active=True)
    return list(rows.distinct().order_by("name").values_list("pk", "name"))


def escort_named(act: Act) -> None:
    """One officer goes with it through all windows; the days it usually takes are noted, to compare with."""
    known: Mapping[str, object] = BundleExtras.of(act.case).escort
    if known:
        act.party_end(f"p:{known['person_id']}", "escort")
    usual = act.data.usual_days or plan_of(act).get("usual_days") or 0
    name = dict(escort_people(act)).get(act.data.person_id, "")
    act.set_extras(escort={"person_id": act.data.person_id, "name": name, "usual_days": usual})
    act.party_add(f"p:{act.data.person_id}", "escort")
    act.notify("bundle_escort", f"p:{act.data.person_id}", name=name)
    tell_asker(act, "bundle_escort", name=name)


def check_escort(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.person_id not in dict(escort_people(act)):
        yield "person_id", "请选综合窗口或者参与部门的人"


def withdrawn_too(act: Act) -> None:
    children.withdraw_too(act)


def voided(act: Act) -> None:
    act.set(outcome="voided")
    act.count("voided")
    children.void_too(act)
