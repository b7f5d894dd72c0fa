"""Law-enforcement checks: who may go, the checklist by article, what was found, where it went, the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.oversight.models import CheckGroup, Finding, LawCheck
from qiying.capabilities.oversight.selectors.basis import citations_of
from qiying.capabilities.oversight.services.keeping import CHECKS, cite
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.tasks import has_tasks
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.letters import Letter
from qiying.kernel.forms.models import FormVersion
from qiying.kernel.forms.services import form_answer, form_publish, form_save
from qiying.kernel.organisations.linked import links_of
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.keeping import Faults, Values
from qiying.statutes.workdays import add_months

WAYS = {"pool": "送进诉求池，由企业评价", "task": "作为任务，人大核销", "matter": "作为监督事项督办"}
KEPT = {"落实": "", "部分落实": "部分落实", "没有落实": "没有落实", "不适用": ""}


def _law_check(row: LawCheck, values: Values, now: datetime) -> Faults:
    """The plan reaches the body checked a month before (浙江省监督条例 2008 art. 29)."""
    if row.ends_on < row.starts_on:
        return {"ends_on": ["结束不会早于开始"]}
    if add_months(row.planned_on, 1) > row.starts_on:
        return {"planned_on": ["方案要在检查开始一个月以前送达"]}
    return {} if values.get("checked") else {"checked": ["请选检查哪些单位"]}


def _group(row: CheckGroup, values: Values, now: datetime) -> Faults:
    """Nobody of the body checked sits in a group (art. 28)."""
    same = CheckGroup.objects.filter(check_of_id=row.check_of_id, no=row.no)
    if same.exclude(pk=row.pk or 0).exists():
        return {"no": [f"第{row.no}组已经有了"]}
    held = Membership.objects.filter(in_force(row.check_of.starts_on), unit__in=row.check_of.checked.all())
    own = dict(held.values_list("person_id", "person__name"))
    if row.leader_id in own:
        return {"leader": [f"{own[row.leader_id]}是被检查单位的人，不能进检查组"]}
    wrong = [own[pk] for pk in values.get("members") or [] if pk in own]
    return {"members": [f"{'、'.join(wrong)}是被检查单位的人，不能进检查组"]} if wrong else {}


def _finding(row: Finding, values: Values, now: datetime) -> Faults:
    if row.article.basis_id != row.check_of.basis_id:
        return {"article": [f"请选{row.check_of.basis.name}的条款"]}
    if row.group is not None and row.group.check_of_id != row.check_of_id:
        return {"group": ["这一组不是这次检查的"]}
    if not row.check_of.starts_on <= row.found_on <= row.check_of.ends_on:
        return {"found_on": [f"检查在{row.check_of.starts_on}到{row.check_of.ends_on}之间"]}
    return {"text": ["有结果的不能再改"]} if row.state == Finding.State.CLOSED else {}


CHECKS.update({LawCheck: _law_check, CheckGroup: _group, Finding: _finding})


@transaction.atomic
def finding_cite(row: Finding, actor: Viewer, now: datetime) -> None:
    """Let a finding cite its article."""
    cite(actor=actor, articles=[row.article_id], subject=row.subject, label=row.text, now=now)


@transaction.atomic
def tool_add(*, actor: Viewer, row: LawCheck, subject: str, label: str, now: datetime) -> None:
    """Link a visit, symposium or survey the actor may read, by which the check looked; linked twice it stands once."""
    require(actor, "oversight.keep")
    kind, _, key = subject.strip().partition(":")
    if kind not in TOOLS or not key.isascii() or not key.isdigit() or len(key) > 12:
        refuse({"subject": ["写种类和编号，如 visit:12（走访）、gathering:5（座谈）、survey:3（问卷）"]})
    linked = f"{kind}:{int(key)}"
    there = links_of(actor, [linked]).get(linked)
    if there is None:
        refuse({"subject": [f"没有这次{TOOLS[kind]}，或者您看不到它，请核对编号（它的网址里有）"]})
    assert there is not None
    label = label.strip()[:120] or there[0][:120]
    locked = LawCheck.objects.select_for_update().get(pk=row.pk)
    known = {t["subject"]: t for t in locked.tools}
    known[linked] = {"subject": linked, "label": label}
    locked.tools = list(known.values())
    locked.save(update_fields=["tools"])
    row_noted(actor, "oversight.keep", row, now, what=f"{TOOLS[kind]} {label}")


TOOLS = {"visit": "走访", "gathering": "座谈", "survey": "问卷", "booking": "约谈"}


# --- the checklist ---------------------------------------------------------------------------------


@transaction.atomic
def checklist_make(*, actor: Viewer, row: LawCheck, unit: Unit, now: datetime) -> FormVersion:
    """Make the checklist of a check: each article in force is a question, and what is wrong one more."""
    require(actor, "oversight.keep")
    if row.checklist is not None:
        raise ActionNotAvailable("检查表已经做好了")
    articles = list(row.basis.articles.filter(in_force(row.starts_on)))
    if not articles:
        raise ActionNotAvailable(f"{row.basis.name}还没有登记条款，先登记再做检查表")
    questions: list[dict[str, Any]] = []
    for one in articles:
        title, code = f"第{one.no}条：{one.duty}", f"第{one.no}条"
        questions.append(
            {"code": code, "kind": "one", "title": title, "options": list(KEPT), "required": True}
        )
        shown = f'{code} = "部分落实" or {code} = "没有落实"'
        more = {"kind": "long", "title": f"第{one.no}条有什么问题", "shown_when": shown, "required": True}
        questions.append({"code": f"{code}问题", **more})
    layout = {"title": f"{row.name}检查表"[:60], "screens": "all", "sections": [{"questions": questions}]}
    program = system_viewer("import_service", district_id=row.district_id)
    form = form_save(actor=program, unit=unit, code=f"law_check_{row.pk}", layout=layout, at=now)
    row.checklist = form_publish(actor=program, form=form, at=now)
    row.save(update_fields=["checklist"])
    row_noted(actor, "oversight.keep", row, now, what=f"检查表 {len(articles)} 条")
    return row.checklist


def is_in(group: CheckGroup, viewer: Viewer) -> bool:
    """Tell whether somebody goes with a group."""
    person = viewer.person_id or 0
    return person == group.leader_id or group.members.filter(pk=person).exists()


@transaction.atomic
def checklist_hand_in(
    *, actor: Viewer, group: CheckGroup, answers: Mapping[str, Any], key: str, now: datetime
) -> int:
    """Keep a group's checklist and make a finding of each article that is not kept; return how many are new."""
    check = group.check_of
    if not is_in(group, actor):
        raise NotPermitted("检查表由检查组的人填")
    assert check.checklist is not None
    form_answer(version=check.checklist, subject=group.subject, answers=answers, actor=actor, at=now, key=key)
    made = 0
    for article in check.basis.articles.filter(in_force(check.starts_on)):
        how = KEPT.get(str(answers.get(f"第{article.no}条")), "")
        text = f"{how}：{answers.get(f'第{article.no}条问题')}"[:300]
        if how and not Finding.objects.filter(group=group, article=article, text=text).exists():
            about = {"check_of": check, "group": group, "article": article, "unit_id": article.unit_id}
            on = min(max(local_date(now), check.starts_on), check.ends_on)
            row = Finding.objects.create(district_id=check.district_id, text=text, found_on=on, **about)
            finding_cite(row, actor, now)
            made += 1
    row_noted(actor, "oversight.checklist", group, now, found=made)
    return made


# --- what became of it -----------------------------------------------------------------------------


@transaction.atomic
def finding_send(*, actor: Viewer, row: Finding, values: Values, now: datetime) -> Case:
    """Send a finding where it is put right and judged: the pool, a task, or a supervised matter; twice is once."""
    require(actor, "oversight.keep")
    found = Finding.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if found.case is not None:
        return found.case
    if found.state == Finding.State.CLOSED:
        raise ActionNotAvailable("已经有结果了")
    way, due_on = values["way"], values.get("due_on")
    unit, faults = values.get("unit_id") or found.unit_id, {}
    if way != "pool" and unit is None:
        faults["unit_id"] = ["请选责任单位"]
    if way == "task" and not has_tasks():
        faults["way"] = ["这里没有装“任务”，请送进诉求池或者作为监督事项"]
    if way == "task" and (due_on is None or due_on <= local_date(now)):
        faults["due_on"] = ["请写哪天前改好"]
    refuse(faults)
    title = found.text[:60]
    if way == "pool":
        worker = system_viewer("worker", district_id=found.district_id)
        data: dict[str, Any] = {
            "channel": "enforcement_check", "text": found.text, "title": title, "enterprise_id": found.enterprise_id,
            "source_id": f"finding-{found.pk}", "handed_in_on": found.found_on,
        }  # fmt: skip
        found.case = case_start(procedure="service_request", actor=worker, data=data, now=now)
    elif way == "task":
        judge = min(actor.unit_ids)
        data = {
            "title": title, "text": found.text, "unit": unit, "judge_unit": judge, "due_on": due_on,
            "result_to_show": f"{found.article}落实：{found.article.duty}", "origin": found.subject,
            "origin_label": found.check_of.name,
        }  # fmt: skip
        found.case = case_open(
            procedure="task", actor=actor, district_id=found.district_id, now=now, data=data
        )
    else:
        data = {"list_id": values.get("list_id") or 0, "title": title, "text": found.text, "unit_id": unit}
        found.case = case_start(procedure="supervised_matter", actor=actor, data=data, now=now)
    found.state, found.unit_id = Finding.State.SENT, unit
    found.save()
    row_noted(actor, "oversight.keep", found, now, what=f"{WAYS[way]}：{found.case.number}")
    cite(actor=actor, articles=[found.article_id], subject=f"case:{found.case.number}", label=title, now=now)
    return found.case


@transaction.atomic
def finding_fixed(*, actor: Viewer, row: Finding, result: str, now: datetime) -> None:
    """Write down what was put right on the spot (即查即改), seen by whoever found it."""
    require(actor, "oversight.keep")
    found = Finding.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if found.state != Finding.State.FOUND:
        raise ActionNotAvailable("已经交办的，结果看那一件")
    found.state, found.result, found.closed_on = Finding.State.CLOSED, result.strip(), local_date(now)
    found.save()
    row_noted(actor, "oversight.keep", found, now, what=f"即查即改：{result}"[:200])


def case_ended(payload: Mapping[str, Any], now: datetime) -> None:
    """Note that the case of a finding ended, and how (subscribed to `case_closed`)."""
    for found in Finding.objects.filter(case__number=payload["case"]).select_related("case"):
        assert found.case is not None
        outcomes = PROCEDURES.get(found.case.procedure, found.case.version).outcomes
        found.result = outcomes.get(found.case.outcome, "") or str(payload.get("outcome", ""))
        found.state, found.closed_on = Finding.State.CLOSED, found.case.closed_on or local_date(now)
        found.save(update_fields=["result", "state", "closed_on"])


def case_again(payload: Mapping[str, Any], now: datetime) -> None:
    """A case that was reopened has no result (subscribed to `case_reopened`)."""
    rows = Finding.objects.filter(case__number=payload["case"])
    rows.update(state=Finding.State.SENT, closed_on=None, result="")


# --- the report ------------------------------------------------------------------------------------


def check_figures(row: LawCheck) -> dict[str, Any]:
    """Return what a check found: by article, source, group and state."""
    found = list(row.findings.select_related("article__basis", "group", "case", "unit"))
    by = {
        "article": Counter(str(f.article) for f in found),
        "source": Counter(f.get_source_display() for f in found),
        "group": Counter(str(f.group or "不分组") for f in found),
        "state": Counter(f.get_state_display() for f in found),
    }  # fmt: skip
    kinds = Counter(TOOLS[t["subject"].partition(":")[0]] for t in row.tools)
    return {
        "found": found,
        "tools": kinds.most_common(),
        **{name: counts.most_common() for name, counts in by.items()},
    }


def check_report(row: LawCheck, issuer: Unit, on: date) -> Letter:
    """Return the report of a check from its data (监督法 art. 36): assessment, problems, results, proposals."""
    told = check_figures(row)
    groups = list(row.groups.prefetch_related("towns"))
    towns = len({t.pk for g in groups for t in g.towns.all()})
    tools = "、".join(f"{kind} {n} 次" for kind, n in told["tools"]) or "实地查看"
    sources = "、".join(f"{name} {n} 条" for name, n in told["source"])
    by_article = [f"{name}：{n} 条。例：{_example(told['found'], name)}" for name, n in told["article"]]
    closed = sum(f.state == Finding.State.CLOSED for f in told["found"])
    cited = "、".join(str(c.article) for c in citations_of(row.subject))
    lines = [
        f"{row.starts_on}至{row.ends_on}，{len(groups)} 个检查组到 {towns} 个镇街检查{row.basis.name}的实施。",
        f"和{row.levels}联动。" if row.levels else "",
        f"检查的办法：{tools}。",
        "一、对法律实施的评价",
        row.assessment or "（还没有写评价）",
        f"二、存在的问题：共 {len(told['found'])} 条（{sources or '没有'}）",
        *by_article,
        f"三、结果：{closed} / {len(told['found'])} 条有结果。",
        "四、建议",
        row.proposals or "（还没有写建议）",
        f"依据：{cited}。" if cited else "",
    ]
    return Letter(
        issuer=issuer.name, number="", title=f"关于{row.name}情况的报告", addressee="区人大常委会",
        paragraphs=tuple(line for line in lines if line), signed_by=issuer.name, signed_on=on,
    )  # fmt: skip


def _example(found: list[Finding], article: str) -> str:
    return next((f.text for f in found if str(f.article) == article), "").rstrip("。") + "。"
