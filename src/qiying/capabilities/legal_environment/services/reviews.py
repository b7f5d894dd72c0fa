"""Fair-competition review: the drafter's own first, another person of it concludes, 市场监管 says its opinion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from qiying.capabilities.legal_environment.models import Measure
from qiying.capabilities.legal_environment.rules.fair import EXCEPTIONS, exception_faults, flags_of
from qiying.capabilities.legal_environment.services.common import told
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.letters import LetterWish
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

DRAFTERS = ("handler", "liaison", "leader", "policy")
HEARD = {"yes": "听取过", "no": "没有涉及", "public": "公开征求过意见"}
CONCLUDED = {"pass": "符合公平竞争审查标准", "back": "要改", "fail": "违反标准，不出台"}


class ReviewExtras(Extras):
    text: str = ""
    flagged: int = 0
    exception: str = ""
    ends: str = ""
    author_id: int = 0
    is_government: bool = False
    opinion: str = ""


class Draft(ActionInput):
    text: str = entry(
        "条款原文", widget="textarea", min_length=10, max_length=20000, help="整段贴进来，系统逐句提示"
    )
    self_review: str = entry(
        "自查说明",
        widget="textarea",
        min_length=8,
        max_length=2000,
        help="系统提示的每一句：怎么改的，或者为什么可以",
    )
    heard: Literal["yes", "no", "public"] = entry(
        "听取利害关系人意见", choices=HEARD, widget="radio", help="《公平竞争审查条例》第十六条"
    )
    exception: str = entry("适用例外", default="", choices={"": "不适用", **EXCEPTIONS})
    no_milder: str = entry("为什么没有影响更小的办法", default="", widget="textarea", max_length=600)
    ends: str = entry("到哪天止，或者终止条件", default="", max_length=200)
    documents: list[int] = entry("草案文件", default=(), widget="documents", max_length=10)


class Opening(Draft):
    title: str = entry("措施名称", min_length=4, max_length=120)
    kind: str = entry("种类", choices=dict(Measure.Kind.choices))
    is_government: bool = entry(
        "以区政府名义出台", default=False, widget="checkbox", help="这样的还要市场监管局出意见（第十四条）"
    )
    policy_code: str = entry("惠企政策代号", default="", max_length=60, help="在政策库里起草的写上")


class Conclusion(ActionInput):
    result: Literal["pass", "back", "fail"] = entry("结论", choices=CONCLUDED, widget="radio")
    text: str = entry("理由和依据", widget="textarea", min_length=4, max_length=1000)


def known(context: CaseContext) -> ReviewExtras:
    return ReviewExtras.of(context.case)


def own_unit(viewer: Viewer) -> int | None:
    """Return the unit somebody drafts for."""
    return next((m.unit_id for m in viewer.memberships if m.role in DRAFTERS), None)


def reviewer_of(district_id: int) -> int | None:
    return next(iter(units_with(district_id, "fair_competition")), None)


def check_draft(act: Act) -> Iterable[tuple[str, str]]:
    """An exception is whole; what may not be issued is answered by one, or by changing the text."""
    yield from exception_faults(act.data.model_dump(include={"exception", "no_milder", "ends"})).items()
    blocked = [f for f in flags_of(act.data.text) if f.is_block]
    if blocked and not act.data.exception:
        first = blocked[0]
        more = f"等 {len(blocked)} 处" if len(blocked) > 1 else ""
        yield (
            "text",
            f"“{first.words[:60]}”{more}：{first.label}（{first.article}）。改掉，或者写明适用哪种例外",
        )


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """Who drafts has a unit; what the government issues has somebody to give the opinion."""
    yield from check_draft(act)
    unit, reviewer = own_unit(act.viewer), reviewer_of(act.case.district_id)
    if unit is None:
        yield "title", "起草单位的人才能提"
    if act.data.kind not in Measure.Kind.values:
        yield "kind", "没有这个种类，请重选"
    if act.data.is_government and reviewer is None:
        yield "is_government", "本区还没有设公平竞争审查的单位，请运维在单位里设"


def _drafted(act: Act) -> None:
    data, flags = act.data, flags_of(act.data.text)
    author = act.viewer.person_id or 0
    act.set_extras(
        text=data.text, flagged=len(flags), exception=data.exception, ends=data.ends, author_id=author
    )
    act.document_audience = "internal"
    for flag in flags:
        act.count(f"flag_{flag.level}")
    told(
        act,
        "公平竞争自查写好了，请另一个人下结论",
        data.title if hasattr(data, "title") else act.case.title,
        "lead",
    )


def opened(act: Act) -> None:
    """The drafter's unit has it; the measure stands in the register from now on, not to be issued."""
    data, unit = act.data, own_unit(act.viewer)
    act.set(title=data.title, kind=data.kind, lead_unit_id=unit)
    act.party_add(f"u:{unit}", "lead")
    act.set_extras(is_government=data.is_government)
    act.index_text = f"{act.case.number}\n{data.title}"
    act.count("received")
    _drafted(act)
    given = {"title": data.title, "kind": data.kind, "unit_id": unit, "is_government": data.is_government}
    given |= {"policy_code": data.policy_code, "district_id": act.case.district_id}
    act.afterwards.append(lambda: Measure.objects.create(case=act.case, **given))


def revised(act: Act) -> None:
    _drafted(act)


def not_own_draft(context: CaseContext) -> str | None:
    """Who drafts does not conclude."""
    is_own = known(context).author_id == context.viewer.person_id
    return "自己写的自查要由本单位另一个人下结论" if is_own else None


def concluded(act: Act) -> None:
    """The drafter's unit concludes; what the government issues goes on to 市场监管 with it (第十四条)."""
    if act.data.result == "pass" and known(act).is_government:
        act.party_add(f"u:{reviewer_of(act.case.district_id)}", "review")
        act.clock_start("opinion", words="收到自查结论以后算起")
        act.go("opining")
        told(act, "请出公平竞争审查意见", act.data.text[:200], "review")
        return
    _ended(act)


def opined(act: Act) -> None:
    act.count("opinion_in_time" if act.in_time("opinion") else "opinion_late")
    act.stop("opinion")
    act.set_extras(opinion=act.data.text)
    act.count(f"opinion_{act.data.result}")
    _ended(act)


def _ended(act: Act) -> None:
    states = {"pass": "passed", "back": "revising", "fail": "failed"}
    target = states[act.data.result]
    act.count(target)
    told(act, f"公平竞争审查：{CONCLUDED[act.data.result]}", act.data.text[:200], "lead")
    if target != "revising":
        act.set(outcome=target)
    act.go(target)


def result_letter(file: CaseFile, wish: LetterWish) -> tuple[str, ...]:
    """Return the opinion as a letter: what was looked at, what was found, what follows."""
    case, extras = file.case, ReviewExtras.of(file.case)
    exception = EXCEPTIONS.get(extras.exception, "")
    label = {"passed": "符合公平竞争审查标准，可以出台", "failed": "违反公平竞争审查标准，不得出台"}
    return (
        f"“{case.title}”（{case.number}）的公平竞争审查已经完成。",
        f"系统逐句提示 {extras.flagged} 处，均已核对。",
        f"适用例外：{exception}；期限或者终止条件：{extras.ends}。" if exception else "",
        f"审查意见：{extras.opinion}" if extras.opinion else "",
        f"结论：{label.get(case.outcome, '尚未完成')}。未经审查或者经审查违反标准的，不得出台。",
    )


def is_concluded(context: CaseContext) -> str | None:
    return None if context.case.outcome in {"passed", "failed"} else "还没有结论"


# --- the register ----------------------------------------------------------------------------------


def _measure(actor: Viewer, row: Measure) -> Measure:
    require(actor, "legal.issue")
    if row.unit_id not in actor.unit_ids:
        raise NotPermitted("只登记本单位的")
    return Measure.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)


@transaction.atomic
def measure_issue(*, actor: Viewer, row: Measure, number: str, on: date, now: datetime) -> Measure:
    """Enter that a measure was issued; without a review that passed it may not be (第十八条)."""
    locked = _measure(actor, row)
    if locked.case.outcome != "passed":
        raise ActionNotAvailable("没有通过公平竞争审查，不能出台（《公平竞争审查条例》第十八条）")
    if locked.issued_on:
        raise ActionNotAvailable("已经登记过出台")
    if locked.case.closed_on and on < locked.case.closed_on:
        refuse({"on": ["出台不能早于审查通过"]})
    locked.number, locked.issued_on = number, on
    locked.save(update_fields=["number", "issued_on"])
    row_noted(actor, "legal.issue", locked, now, number=number, on=str(on))
    return locked


@transaction.atomic
def measure_repeal(*, actor: Viewer, row: Measure, on: date, reason: str, now: datetime) -> Measure:
    """Enter that a measure is repealed."""
    locked = _measure(actor, row)
    if not locked.issued_on or locked.repealed_on:
        raise ActionNotAvailable("没有出台，或者已经废止")
    if on < locked.issued_on:
        refuse({"on": ["废止不能早于出台"]})
    locked.repealed_on = on
    locked.save(update_fields=["repealed_on"])
    row_noted(actor, "legal.repeal", locked, now, on=str(on), reason=reason)
    return locked


def review_missing(district_id: int, policy_code: str, on: date) -> str:
    """Say why a policy may not be published yet, where the district has the system stop it; else an empty text."""
    if not parameter("fair.required", district_id=district_id, on=on):
        return ""
    rows = Measure.objects.filter(district_id=district_id, policy_code=policy_code).select_related("case")
    last = rows.exclude(case__outcome__in=("withdrawn", "voided")).order_by("-pk").first()
    if last is not None and last.case.outcome == "passed":
        return ""
    return f"“{policy_code}”没有通过公平竞争审查，不能发布。先提公平竞争审查，写上这个代号"


def flags_offered(text: str) -> list[Any]:
    """Return the flags of a text; offered by name as `fair_competition_flags`."""
    return list(flags_of(text))
