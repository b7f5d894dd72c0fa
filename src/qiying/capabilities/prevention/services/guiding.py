"""Compliance guidance: a scored self-assessment by sector, experts by appointment, advice re-checked, a talk on record.

Nobody is forced (中小企业促进法 art. 52), and nothing of it is an inspection or counts as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from qiying.capabilities.prevention.models import Expert
from qiying.capabilities.prevention.selectors import experts_on
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.served import service_ended
from qiying.kernel.cases.sheets import CaseSheet
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import Form, FormVersion, Response
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.forms.services import form_publish, form_save
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, system_viewer

PROCEDURE = "guidance"
KINDS = {"assessment": "预防性合规评估", "visit": "专家上门指导", "talk": "行政约谈"}
POINTS = {"是": 10, "部分": 5}


class GuidanceExtras(Extras):
    """What belongs to a guidance alone."""

    sector: str = ""
    response: int = 0
    points: str = ""
    grade: str = ""
    expert: int = 0
    expert_name: str = ""
    meets_on: str = ""
    advice: str = ""
    recheck_on: str = ""
    talk: str = ""
    commitment: str = ""
    committed: str = ""
    result: str = ""


def extras_of(context: CaseContext) -> GuidanceExtras:
    return GuidanceExtras.of(context.case)


@cache
def sectors() -> dict[str, dict[str, Any]]:
    """Return the sectors that have an assessment: label and layout, its table of points filled in."""
    text = Path(__file__).parents[1].joinpath("data/sectors.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    for one in found.values():
        score = one["layout"]["score"]
        size = len(score["inputs"])
        score["rows"] = [
            {"when": [f'"{word}"' if n == place else "-" for n in range(size)], "points": points}
            for place in range(size)
            for word, points in POINTS.items()
        ]
    return found


def sector_choices() -> dict[str, str]:
    return {code: one["label"] for code, one in sectors().items()}


def assessment_version(district_id: int, sector: str, now: datetime) -> FormVersion:
    """Return the assessment of a sector, made when first asked; afterwards its office changes it in the builder."""
    code = f"compliance-{sector}"
    form = Form.objects.filter(district_id=district_id, code=code).first()
    version = current_version(form) if form is not None else None
    if version is not None:
        return version
    unit = Unit.objects.filter(pk__in=units_with(district_id, "law_watch")).first()
    if unit is None:
        raise GuardFailed(["本区还没有设行政执法监督机构，没有人管评估表"])
    maker = system_viewer("worker", district_id=district_id)
    layout = deepcopy(sectors()[sector]["layout"])
    form = form or form_save(actor=maker, unit=unit, code=code, layout=layout, at=now)
    return form_publish(actor=maker, form=form, at=now)


# --- asked for, or a talk begun -----------------------------------------------------------------------
@transaction.atomic
def guidance_open(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Ask for guidance as the enterprise, or begin a talk as an office that gives it."""
    is_firm = bool(actor.enterprise_ids) and not actor.memberships
    own = next(iter(actor.enterprise_ids), None) if len(actor.enterprise_ids) == 1 and is_firm else None
    firm = Enterprise.objects.filter(pk=data.enterprise_id or own or 0, district_id=district_id).first()
    fields: dict[str, list[str]] = {}
    if firm is None:
        fields["enterprise_id"] = ["请选企业"]
    elif is_firm and firm.pk not in actor.enterprise_ids:
        raise NotPermitted("只能替自己的企业约")
    if is_firm and data.kind == "talk":
        fields["kind"] = ["约谈由部门发起；企业可以自评，也可以约专家"]
    if not is_firm and data.kind != "talk":
        fields["kind"] = ["评估和专家上门由企业自己提，不能强制"]
    refuse(fields)
    assert firm is not None
    given = {**data.model_dump(), "enterprise_id": firm.pk}
    return case_open(
        procedure=PROCEDURE, actor=actor, data=given, now=now, district_id=district_id,
        extras={"sector": data.sector}, session_key=session_key,
    )  # fmt: skip


def opened(act: Act) -> None:
    """It goes to the office that guides: 司法局, or the office that began the talk."""
    firm = Enterprise.objects.get(pk=act.data.enterprise_id)
    own = next(iter(sorted(act.viewer.unit_ids)), None)
    lead = own or next(iter(units_with(act.case.district_id, "law_watch")), None)
    if lead is None:
        raise GuardFailed(["本区还没有设合规指导的单位，请打 12345"])
    title = f"{KINDS[act.data.kind]}：{firm.label}"[:120]
    act.set(title=title, kind=act.data.kind, enterprise_id=firm.pk, lead_unit_id=lead)
    act.party_add(firm.key, "guided")
    act.party_add(f"u:{lead}", "lead")
    act.on_behalf = f"u:{own}" if own else ""
    act.index_text = f"{act.case.number}\n{title}\n{firm.name}\n{act.data.text}"
    act.count("asked")
    act.clock_start("guide", words="收到后安排指导")
    if act.data.kind == "talk":
        act.notify("guidance_talk", firm.key, why=act.data.text)
    else:
        act.notify("guidance_asked", f"u:{lead}", firm=firm.label, what=KINDS[act.data.kind])


def sheets(case: Case, viewer: Viewer, now: datetime) -> list[CaseSheet]:
    """Return the assessment of the case's sector, for the enterprise and the expert beside."""
    known = GuidanceExtras.of(case)
    if known.sector not in sectors():
        return []
    version = assessment_version(case.district_id, known.sector, now)
    return [CaseSheet("assessment", sectors()[known.sector]["label"], version, bool(known.response))]


def assessment_kept(case: Case, sheet: CaseSheet, response: Response, actor: Viewer, now: datetime) -> None:
    """Note the points and grade of an assessment, once."""
    if GuidanceExtras.of(case).response != response.pk:
        told = {"response_id": response.pk, "points": str(response.points or 0), "grade": response.grade}
        case_act(case=case, action="assess", actor=actor, data=told, now=now, part_of="guidance.assess")


def assessed(act: Act) -> None:
    act.set_extras(response=act.data.response_id, points=act.data.points, grade=act.data.grade)
    act.count("assessed")
    act.tell("lead", "guidance_assessed", grade=act.data.grade, points=act.data.points)


def is_sectoral(context: CaseContext) -> str | None:
    """Only an assessment of a sector has a form."""
    return None if context.case.kind != "talk" and extras_of(context).sector else "没有选行业，不用填自评表"


def check_arranged(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.expert_id not in set(
        experts_on(act.case.district_id, act.today).values_list("pk", flat=True)
    ):
        yield "expert_id", "请选在名单里的专家"
    if act.data.meets_on < act.today:
        yield "meets_on", "不能早于今天"
    elif not act.calendar.is_workday(act.data.meets_on):
        yield "meets_on", "这一天不是工作日"


def arranged(act: Act) -> None:
    """An expert takes part by himself, and the enterprise knows who comes when."""
    expert = Expert.objects.select_related("unit").get(pk=act.data.expert_id)
    on = act.data.meets_on
    act.set_extras(expert=expert.pk, expert_name=str(expert), meets_on=on.isoformat())
    if expert.person_id is not None:
        act.party_add(f"p:{expert.person_id}", "expert")
        act.notify("guidance_arranged", f"p:{expert.person_id}", who=str(expert), on=on.isoformat())
    act.count("expert_visits")
    for key in _guided(act):
        act.notify("guidance_arranged", key, who=str(expert), on=on.isoformat())


def _guided(act: Act) -> list[str]:
    return [p.key for p in act.parties if p.role == "guided"]


def talked(act: Act) -> None:
    """The talk stands on record with what the enterprise promises; it says itself whether it does."""
    act.set_extras(talk=act.data.text, commitment=act.data.commitment)
    act.count("talks")


def is_talk(context: CaseContext) -> str | None:
    return None if context.case.kind == "talk" else "这一件不是约谈"


def is_uncommitted(context: CaseContext) -> str | None:
    known = extras_of(context)
    if not known.commitment:
        return "还没有约谈记录"
    return "已经承诺了" if known.committed else None


def committed(act: Act) -> None:
    act.set_extras(committed=f"{act.viewer.name} {act.today:%Y-%m-%d}")
    act.count("committed")


def check_advice(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.recheck_on <= act.today:
        yield "recheck_on", "要在今天以后"
    elif not act.calendar.is_workday(act.data.recheck_on):
        yield "recheck_on", "这一天不是工作日，请换一天"
    if act.case.kind == "talk" and not extras_of(act).talk:
        yield "text", "先记约谈，再出建议"


def advised(act: Act) -> None:
    """Give advice with the day on which it is looked at again."""
    act.stop("guide")
    act.set_extras(advice=act.data.text, recheck_on=act.data.recheck_on.isoformat())
    act.count("advised")
    limit = (act.data.recheck_on - act.today).days
    act.clock_start("recheck", limit=limit, words="按建议复查")
    for key in _guided(act):
        act.notify("guidance_advised", key, text=act.data.text, on=act.data.recheck_on.isoformat())


def rechecked(act: Act) -> None:
    """Look again: done, or more advice; it ends as advice and never as a penalty."""
    act.stop("recheck")
    act.set_extras(result=act.data.text)
    act.count(f"recheck_{act.data.result}")
    if act.data.result == "again":
        act.clock_start("guide", words="复查以后接着指导")
        act.go("asked")
        return
    act.go("closed")
    act.set(outcome="done")
    _ended(act)


def _ended(act: Act) -> None:
    for key in _guided(act):
        service_ended(
            subject=f"case:{act.case.number}", matter=act.case.title, unit_id=act.case.lead_unit_id or 0,
            district_id=act.case.district_id, at=act.now, party_key=key,
        )  # fmt: skip


def taken_back(act: Act) -> None:
    act.end_clocks()
    act.set(outcome="withdrawn")
    act.count("withdrawn")
