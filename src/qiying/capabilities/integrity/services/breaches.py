"""A reported breach of a clause: checked by the discipline body, answered on a clock, agreed by a second person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from qiying.capabilities.integrity.rules.lists import PROOFS, Clause
from qiying.capabilities.integrity.selectors import clauses_of
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.standard import asking
from qiying.kernel.cases.tasks import task_open
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with

OUTCOMES = {"founded": "属实，已整改交办", "unfounded": "查了，不属实", "unclear": "查了，证据不够"}
DECISIONS = {"approved": "同意，就这样答复", "refused": "不同意，接着查"}


class BreachExtras(Extras):
    clause: str = ""
    unit_id: int = 0
    source: str = ""
    ref: str = ""
    outcome: str = ""
    words: str = ""
    result_to_show: str = ""
    due_on: str = ""


class Opening(ActionInput):
    clause: str = entry("违反哪一条", source="clauses")
    unit_id: int = entry("说的是哪个单位", source="units")
    source: Literal["rating", "card", "case", "asked"] = entry("从哪里看出来", choices=PROOFS, widget="radio")
    ref: str = entry("编号", default="", max_length=40, help="办件的写办件号，卡的写卡上的码；没有就不写")
    text: str = entry("经过", widget="textarea", personal=True, min_length=10, max_length=2000,
                      help="谁、什么时候、在哪里、怎么做的；只有纪检机构看得到")  # fmt: skip
    documents: list[int] = entry("凭据", default=(), widget="documents", max_length=10)


class Conclusion(ActionInput):
    outcome: Literal["founded", "unfounded", "unclear"] = entry("结论", choices=OUTCOMES, widget="radio")
    text: str = entry("给反映人的答复", widget="textarea", min_length=8, max_length=1000)
    result_to_show: str = entry(
        "要看到怎样的整改", default="", max_length=300, help="属实的要写，交给那个单位"
    )
    due_on: date | None = entry("整改到哪天", default=None, widget="date", help="属实的要写")


class Decision(ActionInput):
    decision: Literal["approved", "refused"] = entry("审核", choices=DECISIONS, widget="radio")
    note: str = entry("意见", default="", max_length=300)


def clause_of(act: Act) -> Clause | None:
    """Return the clause that a new report names, as the lists are today."""
    found = clauses_of(act.case.district_id, act.today)
    return next((c for c in found if c.code == act.data.clause), None)


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """A clause of today, a unit that is not one's own and not the body that answers, a case that one may see."""
    data, district = act.data, act.case.district_id
    if clause_of(act) is None:
        yield "clause", "现行清单里没有这一条，请重选"
    if not Unit.objects.filter(pk=data.unit_id, district_id=district, is_active=True).exists():
        yield "unit_id", "本区没有这个单位，请重选"
    body = units_with(district, "discipline")
    if not body:
        yield "unit_id", "本区还没有设纪检机构，请打 12388"
    elif data.unit_id in body:
        yield "unit_id", "说的是纪检机构自己的，请打 12388 向上一级反映"
    if data.unit_id in act.viewer.unit_ids:
        yield "unit_id", "说的是自己单位，同事也看得到，请用密封举报"
    if data.source == "case" and not cases_visible_to(act.viewer).filter(number=data.ref.upper()).exists():
        yield "ref", "没有这个办件号，或者您看不到它"


def opened(act: Act) -> None:
    """The body that answers and who reported take part; the unit that is meant does not."""
    data, clause = act.data, clause_of(act)
    assert clause is not None
    act.set(title=f"{clause.name}：{clause.text}"[:120], kind=clause.kind, confidentiality="restricted")
    act.set_extras(clause=clause.code, unit_id=data.unit_id, source=data.source, ref=data.ref)
    body = units_with(act.case.district_id, "discipline")[0]
    act.party_add(f"u:{body}", "discipline")
    firm = min(act.viewer.enterprise_ids, default=None)
    if firm is not None:
        act.set(enterprise_id=firm)
        act.party_add(f"e:{firm}", "asker")
    elif act.viewer.unit_ids:
        act.party_add(f"u:{min(act.viewer.unit_ids)}", "reporter")
    act.clock_start("answer", words="从反映当天算起")
    act.count("received")
    act.notify("breach_told", f"u:{body}#discipline", what="有人反映违反清单", title=act.case.title)


def taken(act: Act) -> None:
    act.count("taken")


def check_conclusion(act: Act) -> Iterable[tuple[str, str]]:
    """What is true is put right by a workday."""
    data = act.data
    if data.outcome != "founded":
        return
    if len(data.result_to_show) < 2:
        yield "result_to_show", "属实的要写要看到怎样的整改"
    if data.due_on is None or data.due_on <= act.today:
        yield "due_on", "属实的要写今天以后的日子"
    elif not calendar_for(act.case.district_id).is_workday(data.due_on):
        yield "due_on", "这一天不上班，请选工作日"


def proposed(act: Act) -> None:
    data = act.data
    asking.ask(act, "answer", "", reason=f"拟定答复：{OUTCOMES[data.outcome]}")
    act.set_extras(
        outcome=data.outcome,
        words=data.text,
        result_to_show=data.result_to_show,
        due_on=data.due_on.isoformat() if data.due_on else "",
    )


def decided(act: Act) -> None:
    """A second person agrees: who reported is answered, and what was founded becomes a task of the unit."""
    approval = act.open_approval("answer")
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if act.data.decision == "refused":
        act.go("checking")
        return
    extras, clock = BreachExtras.of(act.case), act.clock("answer")
    act.count("answered")
    if clock is not None and act.today <= clock.due_by:
        act.count("answered_in_time")
    act.end_clocks("met")
    act.answer("final", extras.words)
    act.set(outcome=extras.outcome)
    act.count(extras.outcome)
    act.go("closed")
    for party in [p for p in act.parties if p.role in ("asker", "reporter") and p.until is None]:
        act.notify("breach_told", party.key, what=OUTCOMES[extras.outcome], title=act.case.title)
    if extras.outcome == "founded":
        act.afterwards.append(lambda: _task(act, extras))


def _task(act: Act, extras: BreachExtras) -> None:
    """Open a task that the actor's discipline body writes off; none where the installation has no tasks."""
    judge = next((m.unit_id for m in act.viewer.memberships if m.role == "discipline"), None)
    task_open(
        district_id=act.case.district_id, judge_unit=judge, now=act.now, unit=extras.unit_id,
        title=f"整改：{act.case.title}"[:60], text=act.case.title, result_to_show=extras.result_to_show,
        due_on=date.fromisoformat(extras.due_on), origin=f"case:{act.case.number}", origin_label="违反十必办十不准",
    )  # fmt: skip
