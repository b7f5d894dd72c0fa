"""Law-duty reports (述法): given to leaders for a year, written by them, passed by another, read in their unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.study.models import LawReport
from qiying.capabilities.study.selectors.reports import leaders_without
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require

PROCEDURE, NOTICE = "law_report", "study_told"
told = tells(NOTICE)
FARTHEST = timedelta(days=366)
PARTS = {"studied": "学法", "decided": "依法决策", "handled": "依法办事、服务企业", "lacks": "不足和下一步"}


class ReportExtras(Extras):
    year: int = 0
    studied: str = ""
    decided: str = ""
    handled: str = ""
    lacks: str = ""


class Given(ActionInput):
    person: int = entry("谁述法", source="leaders_of_units")
    unit: int = entry("单位", source="units")
    review: int = entry("谁审核", source="units")
    year: int = entry("哪一年", ge=2000, le=2100)
    due_on: date = entry("哪天前交", widget="date")


class Written(ActionInput):
    studied: str = entry(
        "学法", widget="textarea", min_length=10, max_length=2000, help="学了哪些法，怎么带头学"
    )
    decided: str = entry(
        "依法决策", widget="textarea", min_length=10, max_length=2000, help="重大决策怎么走程序、听意见"
    )
    handled: str = entry("依法办事、服务企业", widget="textarea", min_length=10, max_length=2000)
    lacks: str = entry("不足和下一步", widget="textarea", min_length=10, max_length=2000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Said(ActionInput):
    text: str = entry("审核意见", widget="textarea", min_length=4, max_length=600, help="述法人看得到")


def check_given(act: Act) -> Iterable[tuple[str, str]]:
    """The leader leads that unit today, has no report for the year, and the day is still to come."""
    data = act.data
    here = {"person_id": data.person, "unit_id": data.unit, "unit__district_id": act.case.district_id}
    leads = Membership.objects.filter(in_force(act.today), role__in=("leader", "district_leader"), **here)
    if not leads.exists():
        yield "person", "这个人现在不是这个单位的领导"
    if LawReport.objects.filter(person_id=data.person, year=data.year, is_void=False).exists():
        yield "person", f"{data.year} 年的述法已经布置过"
    if not act.today < data.due_on <= act.today + FARTHEST:
        yield "due_on", "期限要在今天以后、一年以内"


def given(act: Act) -> None:
    """The leader has it, the law office reviews it; the unit reads it once it is published."""
    data = act.data
    row = (
        Membership.objects.filter(person_id=data.person, unit_id=data.unit)
        .select_related("person", "unit")
        .first()
    )
    assert row is not None
    act.set(
        title=f"{row.person.name} {data.year} 年述法",
        kind="year",
        lead_unit_id=data.unit,
        handler_id=data.person,
    )
    act.set_extras(year=data.year)
    act.party_add(f"p:{data.person}", "author")
    act.party_add(f"u:{data.review}", "review")
    act.clock_start("report", limit=(data.due_on - act.today).days, words="布置时定的日子")
    act.count("received", unit_id=data.unit)
    about = {
        "person_id": data.person,
        "unit_id": data.unit,
        "year": data.year,
        "district_id": act.case.district_id,
    }
    act.afterwards.append(lambda: LawReport.objects.create(case=act.case, **about))
    told(act, "请写年度述法", f"{data.due_on:%-m月%-d日}前交", "author")


def submitted(act: Act) -> None:
    """The report goes to review; what is late is counted as late."""
    act.set_extras(**{name: getattr(act.data, name) for name in PARTS})
    act.document_audience = "internal"
    running = [c for c in act.clocks if c.kind in ("report", "again") and c.state != Clock.State.STOPPED]
    act.count("in_time" if all(act.today <= c.due_by for c in running) else "late")
    act.stop("report")
    act.stop("again")
    act.clock_start("review", words="交审以后算起")
    told(act, "请审核述法报告", act.case.title, "review")


def not_own(context: CaseContext) -> str | None:
    return "自己的述法由另一个人审核" if context.case.handler_id == context.viewer.person_id else None


def returned(act: Act) -> None:
    act.stop("review")
    act.clock_start("again", words="退改以后算起")
    act.count("sent_back")
    told(act, "述法报告退改", act.data.text[:200], "author")


def published(act: Act) -> None:
    """The unit reads it from now on."""
    act.stop("review")
    act.count("published")
    act.set(outcome="published")
    act.party_add(f"u:{act.case.lead_unit_id}", "body")
    told(act, "述法报告审核通过，在本单位公开", act.data.text[:200], "author")
    told(act, "本单位领导的述法报告公开了，可以看", act.case.title, "body")
    extras = ReportExtras.of(act.case)
    text = "\n".join(f"# {label}\n{getattr(extras, name)}" for name, label in PARTS.items())
    rows, today = LawReport.objects.filter(case=act.case), act.today
    act.afterwards.append(lambda: rows.update(text=text, published_on=today))


def urged(act: Act) -> None:
    """Remind the leader himself: what he has not written yet nobody of his unit may see, so no card goes there."""
    act.count("urging")
    told(act, "催交年度述法", act.data.text[:200], "author")


def voided(act: Act) -> None:
    """Given by mistake, or the leader has changed: the year is free for who leads now."""
    act.end_clocks()
    act.set(outcome="voided")
    act.set_extras(voided_because=act.data.text)
    act.count("voided")
    told(act, "不用述法了", act.data.text[:200], "author")
    rows = LawReport.objects.filter(case=act.case)
    act.afterwards.append(lambda: rows.update(is_void=True))


@transaction.atomic
def reports_give(
    *, actor: Viewer, year: int, due_on: date, units: Sequence[int], now: datetime
) -> list[Case]:
    """Give the year's report to every leader of some units who has none yet."""
    require(actor, "study.keep")
    own = (
        Unit.objects.filter(pk__in=actor.unit_ids, district_id=actor.district_id or 0).order_by("pk").first()
    )
    if own is None:
        raise GuardFailed(["您不在本区的单位里，布置不了"])
    rows = leaders_without(own.district_id, year, local_date(now)).filter(unit_id__in=units)
    people = list({m.person_id: m for m in rows}.values())
    if not people:
        refuse({"units": ["这些单位的领导都布置过了，或者没有领导"]})
    made = []
    for one in people:
        data: dict[str, Any] = {"person": one.person_id, "unit": one.unit_id, "review": own.pk}
        data |= {"year": year, "due_on": due_on}
        made.append(
            case_open(procedure=PROCEDURE, actor=actor, data=data, now=now, district_id=own.district_id)
        )
    return made
