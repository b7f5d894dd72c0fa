"""Deputies' proposals: handed in, accepted and assigned, talked over, answered with a code, judged by who proposed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from qiying.capabilities.deputies.rules import CODES, REFUSALS, SEVERAL, months_as_days, opening_faults
from qiying.capabilities.deputies.services.common import cited, months_start, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.models import Approval, Case, Channel
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import add_days_rolled

PROCEDURE, CONGRESS = "deputy_proposal", "oversight"
CHANNEL = {"name": "代表建议", "group": "移交"}
VERDICTS = {"satisfied": "满意", "fair": "基本满意", "dissatisfied": "不满意"}
WAYS = {"face": "当面", "phone": "电话", "online": "线上"}


class ProposalExtras(Extras):
    """What belongs to a proposal alone; `judged` is what each mover said of the current answer, by person.

    `interested` are those who moved it and gain by it.
    """

    mover: int = 0
    firm: str = ""
    conflict: str = ""
    interested: list[int] = []
    is_complex: bool = False
    code: str = ""
    plan_on: str = ""
    talks: int = 0
    rounds: int = 0
    judged: dict[str, str] = {}
    refusal: str = ""


class Opening(ActionInput):
    mover_id: int | None = entry(
        "哪位代表", default=None, source="deputies", help="代表自己提的不用选；人大机关代登纸质建议时选"
    )
    title: str = entry("建议什么", min_length=4, max_length=80, help="一件建议只写一件事")
    text: str = entry("情况和建议", widget="textarea", personal=True, min_length=10, max_length=5000)
    co_mover_ids: list[int] = entry(
        "和谁一起提", default=(), source="deputies", widget="multiselect", max_length=60
    )
    firm_id: int | None = entry("涉及哪家企业", default=None, source="enterprises", help="不涉及就不选")
    conflict: str = entry(
        "和您有什么利害关系", default="", widget="textarea", max_length=300, help="涉及自己的企业必须写"
    )
    article_ids: list[int] = entry(
        "依据哪几条", default=(), source="articles", widget="multiselect", max_length=20
    )
    documents: list[int] = entry("附件", default=(), widget="documents", max_length=10)


class Assign(ActionInput):
    unit_id: int = entry("谁承办", source="units")
    co_unit_ids: list[int] = entry("谁会办", default=(), source="units", widget="multiselect", max_length=10)
    is_complex: bool = entry("复杂，6 个月内答复", default=False, widget="checkbox")
    note: str = entry("交办意见", default="", widget="textarea", max_length=600)


class Refuse(ActionInput):
    refusal: str = entry("为什么不作为建议", choices=REFUSALS, pattern="^(" + "|".join(REFUSALS) + ")$")
    reason: str = entry("写给代表的理由", widget="textarea", min_length=4, max_length=600)


class Talk(ActionInput):
    way: Literal["face", "phone", "online"] = entry("怎么沟通", default="face", choices=WAYS)
    on: date = entry("哪天", widget="date")
    text: str = entry("代表怎么说", widget="textarea", min_length=4, max_length=1000)


class Reply(ActionInput):
    code: Literal["A", "B", "C", "D"] = entry("办理结果", choices=CODES, widget="radio")
    text: str = entry("答复", widget="textarea", min_length=10, max_length=5000, help="每位联名代表都收到")
    plan_on: date | None = entry("列入计划的，哪天落实", default=None, widget="date")
    documents: list[int] = entry("附件", default=(), widget="documents", max_length=10)


class Judge(ActionInput):
    verdict: Literal["satisfied", "fair", "dissatisfied"] = entry("您觉得", choices=VERDICTS, widget="radio")
    comment: str = entry("哪里满意、哪里不满意", default="", widget="textarea", max_length=600)


def known(context: CaseContext) -> ProposalExtras:
    return ProposalExtras.of(context.case)


# --- handed in -----------------------------------------------------------------------------------


@transaction.atomic
def proposal_submit(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Open a proposal for the deputy who moves it; raise `GuardFailed` with every reason by field."""
    mover = actor.person_id if actor.has_role("deputy") else data.mover_id
    person = Person.objects.filter(pk=mover or 0, district_id=district_id).first()
    if person is None:
        refuse({"mover_id": ["请选是哪位代表提的"]})
    firm = Enterprise.objects.filter(pk=data.firm_id or 0, district_id=district_id).first()
    assert person is not None
    movers = Person.objects.filter(pk__in={person.pk, *data.co_mover_ids})
    on = local_date(now)
    owners = [p.pk for p in movers if firm and firm.pk in viewer_for(p, on).enterprise_ids]
    fields: dict[str, list[str]] = {}
    for name, why in opening_faults(data.title, is_own_firm=bool(owners), conflict=data.conflict):
        fields.setdefault(name, []).append(why)
    refuse(fields)
    channel, _ = Channel.objects.get_or_create(
        district_id=district_id, code="deputy_proposal", defaults=CHANNEL
    )
    extras = {"mover": person.pk, "person_id": person.pk, "firm": firm.name if firm else ""}
    extras["conflict"] = data.conflict
    extras["interested"] = owners or ([person.pk] if data.conflict else [])
    given = {"data": data.model_dump(exclude_unset=True), "channel": channel, "session_key": session_key}
    return case_open(
        procedure=PROCEDURE, actor=actor, now=now, district_id=district_id, extras=extras, **given
    )


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """There is a congress to hand it in to, and joint movers are deputies of the district."""
    if not units_with(act.case.district_id, CONGRESS):
        yield "title", "本区还没有登记人大机关，请运维在单位里设“人大监督”职能"
    wanted = set(act.data.co_mover_ids)
    if Person.objects.filter(pk__in=wanted, district_id=act.case.district_id).count() < len(wanted):
        yield "co_mover_ids", "有的联名代表不是本区的，请重选"


def opened(act: Act) -> None:
    """The congress has it; everybody who moves it reads and judges."""
    extras, congress = known(act), units_with(act.case.district_id, CONGRESS)[0]
    act.set(title=act.data.title, kind="proposal", lead_unit_id=congress)
    for person in dict.fromkeys([extras.mover, *act.data.co_mover_ids]):
        act.party_add(f"p:{person}", "asker")
    act.party_add(f"u:{congress}", "congress")
    act.index_text = f"{act.case.number}\n{act.data.title}\n{act.data.text}"
    act.clock_start("accept", words="收到建议后要告知受理情况")
    act.count("received")
    if act.data.co_mover_ids:
        act.count("joint")
    if extras.interested:
        act.count("conflicts")
    told(act, "收到代表建议", "请审查并交办。", "congress")
    cited(act)


def refused(act: Act) -> None:
    """It is no proposal: the deputy reads why, and what to do instead."""
    act.stop("accept")
    act.set(outcome="refused")
    act.set_extras(refusal=act.data.refusal)
    act.count("refused")
    act.count(f"refused_{act.data.refusal}")
    instead = {
        "own_interest": "企业自己的事，请以企业身份提诉求。",
        "letter": "信访和举报请直接向信访、纪检机关提。",
        SEVERAL: "请一件事写一件，分开再提。",
    }.get(act.data.refusal, "")
    told(act, "没有作为建议受理", f"{REFUSALS[act.data.refusal]}：{act.data.reason}。{instead}", "asker")


# --- assigned ------------------------------------------------------------------------------------


def check_assignment(act: Act) -> Iterable[tuple[str, str]]:
    """Who answers is a working unit of this district, not the congress itself, and no helper of itself."""
    for name, units in (("unit_id", [act.data.unit_id]), ("co_unit_ids", act.data.co_unit_ids)):
        if not all(act.is_own_unit(unit) for unit in units):
            yield name, "没有这个单位，请重选"
        elif set(units) & set(act.units_of("congress")):
            yield name, "人大机关交办和审查，不承办建议"
    if act.data.unit_id in act.data.co_unit_ids:
        yield "co_unit_ids", "承办单位不用再选会办"


def assigned(act: Act) -> None:
    """A unit answers in three months, six for a complex one; helpers tell it what they think in two."""
    data = act.data
    if act.clock("accept") is not None:
        act.count("accepted")
        act.count("accepted_in_time" if act.in_time("accept") else "accepted_late")
    act.stop("accept")
    act.set(lead_unit_id=data.unit_id, accepted_on=act.today)
    act.set_extras(is_complex=data.is_complex)
    act.party_add(f"u:{data.unit_id}", "lead")
    months = "proposal.complex_months" if data.is_complex else "proposal.months"
    months_start(act, "answer", months, "从交办那天算起")
    for unit in data.co_unit_ids:
        act.party_add(f"u:{unit}", "co")
        months_start(act, "co", "proposal.co_months", "会办意见从交办那天算起", party_key=f"u:{unit}")
    act.count("assigned", unit_id=data.unit_id)
    if data.is_complex:
        act.count("complex", unit_id=data.unit_id)
    told(act, "请承办代表建议", data.note or "先和代表沟通，再答复。", "lead")
    told(act, "请会办代表建议", data.note or "会办意见请交承办单位。", "co")
    told(act, "您的建议受理了", f"交给了承办单位，{act.case.promised_by:%-m月%-d日}以前答复。", "asker")


def is_simple(context: CaseContext) -> str | None:
    """Only the first answer of a proposal that has three months can get six."""
    if known(context).is_complex:
        return "已经是 6 个月的了"
    return None if context.clock("answer") is not None else "现在没有 3 个月的答复期限在走"


def lengthened(act: Act, approval: Approval) -> None:
    """Six months from the assignment instead of three: the deputy reads why and until when."""
    clock, months = act.clock("answer"), int(act.parameter("proposal.complex_months"))
    assert clock is not None
    act.clock_extend(clock, months_as_days(clock.started_on, months) - clock.limit)
    act.set_extras(is_complex=True)
    act.count("complex", unit_id=act.case.lead_unit_id)
    words = f"{approval.reason}。从交办那天算 {months} 个月，{clock.due_by:%Y年%-m月%-d日}以前答复。"
    told(act, "答复期限延长了", words, "asker", "lead")


def within_return_days(context: CaseContext) -> str | None:
    """A wrong addressee returns it within ten days."""
    days = int(parameter("proposal.return", district_id=context.case.district_id, on=context.today))
    since = context.case.accepted_on or context.today
    if context.today > add_days_rolled(since, days, context.calendar).on:
        return f"过了 {days} 天，不能再退"
    return "答复过的不能再退" if context.answers else None


def returned(act: Act, approval: Approval) -> None:
    """With the congress's consent it comes back and another unit is found."""
    for party in list(act.parties):
        if party.role in {"lead", "co"} and party.until is None:
            act.party_end(party.key, party.role)
    act.stop("answer", "co", result="cancelled")
    act.set(lead_unit_id=act.units_of("congress")[0])
    act.clock_start("accept", words="退回以后要再交办")
    act.count("returned")


def co_opinion(act: Act) -> None:
    """A helper tells the unit that answers."""
    key = act.acting_key
    act.count("co_in_time" if act.in_time("co", key) else "co_late", unit_id=int(key[2:]))
    for clock in act.clocks:
        if clock.kind == "co" and clock.party_key == key:
            act.clock_stop(clock)
    told(act, "会办意见来了", act.data.text, "lead")


def not_later(act: Act) -> Iterable[tuple[str, str]]:
    """What is written down has happened."""
    if act.data.on > act.today:
        yield "on", "还没到这一天"


def talked(act: Act) -> None:
    act.set_extras(talks=known(act).talks + 1)
    act.count("talks")


def has_talked(context: CaseContext) -> str | None:
    """Nobody answers a deputy without having spoken with him, anew in every round."""
    extras = known(context)
    return None if extras.talks > extras.rounds else "还没有记和代表的沟通，先沟通再答复"


def check_reply(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.code == "B" and (act.data.plan_on is None or act.data.plan_on <= act.today):
        yield "plan_on", "列入计划的，请写哪天落实"


def answered(act: Act) -> None:
    """The answer with its code goes to everybody who moved it."""
    data = act.data
    act.count("answered")
    act.count("answered_in_time" if act.in_time("answer") and act.in_time("again") else "answered_late")
    act.stop("answer", "again")
    act.set(answered_on=act.today)
    act.set_extras(code=data.code, plan_on=data.plan_on.isoformat() if data.plan_on else "", judged={})
    act.answer("final", data.text)
    act.clock_start("judge", words="收到答复以后请评价")
    told(act, "代表建议答复了", f"{CODES[data.code]}。请没有利害关系的代表评价。", "asker", "congress")


# --- judged --------------------------------------------------------------------------------------


def _able(context: CaseContext) -> set[str]:
    """Return who may judge: who moved it and gains nothing by it."""
    people = {p.key[2:] for p in context.parties if p.role == "asker" and p.key[0] == "p"}
    return people - {str(pk) for pk in known(context).interested}


def may_judge(context: CaseContext) -> str | None:
    """Who moved it judges, once an answer; the congress where everybody who moved it gains by it."""
    able, person = _able(context), str(context.viewer.person_id)
    if person in able:
        return "您评价过这次答复了" if person in known(context).judged else None
    if not able and "congress:congress" in context.standings:
        return None
    return "由提建议、没有利害关系的代表评价；都有利害关系的，由人大机关评价"


def check_verdict(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.verdict == "dissatisfied" and len(act.data.comment) < 4:
        yield "comment", "不满意的请写哪里没办好（至少 4 个字）"


def judged(act: Act) -> None:
    """One who is dissatisfied sends it back for a month; when everybody is content it ends."""
    verdict = act.data.verdict
    said = {**known(act).judged, str(act.viewer.person_id): verdict}
    act.set_extras(judged=said)
    act.count(verdict)
    if verdict == "dissatisfied":
        _again(act, act.data.comment)
    elif _able(act) <= set(said):
        _closed(act, "fair" if "fair" in said.values() else "satisfied")
    else:
        act.go("answered")


def sent_back(act: Act) -> None:
    """The congress reads an answer that answers nothing, and sends it back."""
    act.count("sent_back")
    _again(act, act.data.reason)


def _again(act: Act, why: str) -> None:
    act.stop("judge")
    act.set_extras(rounds=known(act).talks)
    months_start(act, "again", "proposal.again_months", "不满意以后要再答复")
    act.count("again")
    act.go("handling")
    told(act, "请重新办理、再书面答复", why, "lead")


def _closed(act: Act, outcome: str) -> None:
    act.stop("judge")
    act.set(outcome=outcome)
    act.emit("case_closed", outcome=outcome, procedure=PROCEDURE)
    act.count("closed")
    act.count(f"code_{known(act).code.lower()}")
    act.go("closed")
    told(act, "代表建议办结了", VERDICTS.get(outcome, "代表没有表态"), "lead", "congress")


def silent_long_enough(context: CaseContext) -> str | None:
    """Silence is never consent: it is counted as no answer, after the days and by two people."""
    clock = context.clock("judge")
    if clock is None or context.today <= clock.due_by:
        return "代表评价的时间还没过"
    return None


def unconfirmed(act: Act, approval: Approval) -> None:
    act.count("unconfirmed")
    _closed(act, "unconfirmed")
