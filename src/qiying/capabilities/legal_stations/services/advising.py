"""Legal advice in confidence: firm and lawyer alone read it; it is passed on by the firm, in its own words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiying.capabilities.legal_stations.models import Lawyer
from qiying.capabilities.legal_stations.rules import FIRST_STEPS, KINDS, MATTERS
from qiying.capabilities.legal_stations.selectors import PROCEDURE, booked_with, lawyers_on
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.vocabulary import Fact
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.offers import provided
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer

NOTICE = "legal_stations_told"


class AdviceExtras(Extras):
    """What belongs to advice alone."""

    lawyer_id: int = 0
    passed_to: str = ""


class Asking(ActionInput):
    enterprise_id: int | None = entry(
        "哪家企业", default=None, source="enterprises", asked_of=("clerk",), help="只有一家就不用选"
    )
    lawyer_id: int | None = entry("问哪位律师", default=None, source="station_lawyers", asked_of=("clerk",))
    booking: str = entry(
        "哪次预约", default="", source="station_bookings", max_length=12, asked_of=("lawyer",)
    )
    kind: str = entry("哪一种", choices=KINDS)
    text: str = entry(
        "什么事",
        widget="textarea",
        personal=True,
        min_length=4,
        max_length=3000,
        help="只有您和这位律师看得到",
    )
    advice: str = entry(
        "给的建议", default="", widget="textarea", personal=True, max_length=3000, asked_of=("lawyer",)
    )
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class Advice(ActionInput):
    text: str = entry("建议", widget="textarea", personal=True, min_length=4, max_length=3000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=10)


class More(ActionInput):
    text: str = entry("再问什么", widget="textarea", personal=True, min_length=2, max_length=2000)


class ToPool(ActionInput):
    text: str = entry(
        "请政府部门解决什么", widget="textarea", personal=True, min_length=8, max_length=3000,
        help="这段会给办事的单位看；律师的话不带过去",
    )  # fmt: skip
    number: str = entry("转成了", default="", internal=True)


class ToMediation(ActionInput):
    body_id: int = entry("请哪里调解", source="station_mediation")
    respondent: str = entry("和谁的纠纷", min_length=4, max_length=80, help="对方的全称或者统一社会信用代码")
    claim: Decimal = entry("争议金额（元）", default=Decimal(0), ge=0, lt=10**11)
    text: str = entry(
        "经过和要求", widget="textarea", personal=True, min_length=8, max_length=3000,
        help="对方和调解组织看得到；律师的话不带过去",
    )  # fmt: skip
    number: str = entry("转成了", default="", internal=True)


def known(context: CaseContext) -> AdviceExtras:
    return AdviceExtras.of(context.case)


@transaction.atomic
def advice_open(
    *, actor: Viewer, district_id: int, data: Asking, now: datetime, session_key: str | None = None
) -> Case:
    """A firm asks a lawyer of a station, or the lawyer notes what was said at a booking."""
    today, fields = local_date(now), {}
    lawyers = {row.pk: row for row in lawyers_on(district_id, today)}
    own = next((row for row in lawyers.values() if row.person_id == actor.person_id), None)
    firm, lawyer = None, own
    if own is not None:
        made = booked_with(actor).filter(code=data.booking).first()
        firm = made.enterprise if made else None
        if firm is None:
            fields["booking"] = ["请选是哪家企业的预约"]
        if len(data.advice) < 4:
            fields["advice"] = ["写下给了什么建议"]
    else:
        lawyer = lawyers.get(data.lawyer_id or 0)
        wanted = data.enterprise_id or min(actor.enterprise_ids, default=0)
        firm = Enterprise.objects.filter(
            pk=wanted, pk__in=actor.enterprise_ids, district_id=district_id
        ).first()
        if firm is None:
            fields["enterprise_id"] = ["请选您的哪家企业"]
        if lawyer is None:
            fields["lawyer_id"] = ["请选一位值班律师"]
        if data.advice or data.booking:
            fields["advice" if data.advice else "booking"] = ["由律师填，请空着"]
    if data.kind not in KINDS:
        fields["kind"] = ["没有这一种，请重选"]
    refuse(fields)
    assert firm is not None and lawyer is not None
    given = {**data.model_dump(exclude_unset=True), "enterprise_id": firm.pk}
    return case_open(
        procedure=PROCEDURE, actor=actor, data=given, now=now, district_id=district_id, session_key=session_key,
        extras={"lawyer_id": lawyer.pk},
    )  # fmt: skip


def opened(act: Act) -> None:
    """Firm and lawyer take part, nobody else."""
    lawyer, kind = Lawyer.objects.get(pk=known(act).lawyer_id), act.data.kind
    act.enterprise = Enterprise.objects.get(pk=act.data.enterprise_id)
    act.set(title=f"法律咨询：{KINDS[kind]}", kind=kind, category=kind, confidentiality="sealed")
    act.set(enterprise_id=act.enterprise.pk, lead_unit_id=lawyer.unit_id)
    act.party_add(act.enterprise.key, "asker")
    act.party_add(f"p:{lawyer.person_id}", "lawyer")
    act.document_audience = "all"
    act.index_text = act.case.number
    act.count("received")
    act.count(f"kind_{kind}")
    if act.viewer.person_id == lawyer.person_id:
        act.on_behalf = f"u:{lawyer.unit_id}"
        act.count("advised")
        act.go("advised")
        told(act, "律师的建议记下了", "只有您和律师看得到。", "asker")
    else:
        act.clock_start("advise", words="收到以后答复")
        act.go("asked")
        told(act, "有企业问您", KINDS[kind], "lawyer")


def told(act: Act, what: str, words: str, party: str) -> None:
    for row in act.parties:
        if row.role == party and row.key[0] in "pe":
            act.notify(NOTICE, row.key, what=what, words=words)


def advised(act: Act) -> None:
    act.stop("advise")
    act.document_audience = "all"
    act.count("advised")
    told(act, "律师答复了", "打开看建议；解决不了的可以转调解或者提诉求。", "asker")


def asked_more(act: Act) -> None:
    act.clock_start("advise", words="再问以后答复")
    told(act, "企业又问了", act.case.title, "lawyer")


def first_step(context: CaseContext) -> list[Fact]:
    words = FIRST_STEPS.get(context.case.kind, "")
    return [("提醒", words)] if words else []


@transaction.atomic
def to_pool(*, case: Case, actor: Viewer, data: ToPool, now: datetime) -> Case:
    """Hand a question to the one pool, in the firm's own words."""
    told_ = {"text": data.text, "kind": "problem", "enterprise_id": case.enterprise_id}
    made = case_start(procedure="service_request", actor=actor, data=told_, now=now)
    return _passed("to_pool", case, actor, {"text": data.text, "number": made.number}, now)


@transaction.atomic
def to_mediation(*, case: Case, actor: Viewer, data: ToMediation, now: datetime) -> Case:
    """Ask a body for mediation, in the firm's own words."""
    start = provided("mediation_start")
    if start is None:
        refuse({"body_id": ["本区还没有调解组织"]})
    assert start is not None
    made = start(
        actor=actor, enterprise_id=case.enterprise_id, body_id=data.body_id, respondent=data.respondent,
        kind=MATTERS.get(case.kind, "other"), claim=data.claim, text=data.text, origin=case.number, now=now,
    )  # fmt: skip
    return _passed("to_mediation", case, actor, {**data.model_dump(), "number": made.number}, now)


def _passed(action: str, case: Case, actor: Viewer, data: dict[str, Any], now: datetime) -> Case:
    return case_act(
        case=case, action=action, actor=actor, data=data, now=now, part_of=f"legal_stations.{action}"
    )


def passed(act: Act) -> None:
    act.set(outcome=act.action.code)
    act.set_extras(passed_to=act.data.number)
    act.end_clocks()
    act.count(act.action.code)
    told(act, "企业转到下一步了", f"转成了 {act.data.number}。", "lawyer")


def finished(act: Act) -> None:
    act.set(outcome="answered")
    act.count("cleared")
