"""A mediation begins: asked by a firm, referred by a court or brought from the pool; both parties consent first."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.db import transaction
from pydantic import field_validator

from qiying.capabilities.mediation.models import Body, Matter
from qiying.capabilities.mediation.rules.law import (
    BODY_KINDS,
    RULES,
    SUBJECTS,
    WAYS,
    body_faults,
    mediation_fee,
    subject_fault,
)
from qiying.capabilities.mediation.selectors import COURT, PROCEDURE, bodies_on, mediators_on
from qiying.capabilities.mediation.services.common import (
    BOTH,
    STAFF,
    Pair,
    known,
    refused_by,
    row_in,
    said,
    told,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import Fact
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.phones import reachable
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer

ARREARS_SINCE = date(2025, 6, 1)
OFFICES = ("handler", "liaison", "leader", "desk")


class Opening(ActionInput):
    enterprise_id: int | None = entry(
        "申请企业", default=None, source="enterprises", help="只有一家就不用选；法院转来的选原告或申请人"
    )
    respondent_id: int | None = entry(
        "对方企业", default=None, source="mediation_firms", help="输入名称里的四个字或者统一社会信用代码"
    )
    respondent_name: str = entry(
        "对方名称", default="", max_length=80, help="上面找不到的（外地企业、个人）写在这里"
    )
    respondent_phone: str = entry("对方电话", default="", widget="tel", personal=True, max_length=30)
    kind: str = entry("什么纠纷", choices=SUBJECTS)
    body_id: int = entry("请哪里调解", source="mediation_bodies")
    claim: Decimal = entry("争议金额（元）", default=Decimal(0), ge=0, lt=10**11, help="没有金额的填 0")
    delivered_on: date | None = entry(
        "哪天交付的", default=None, widget="date", help="拖欠账款的填，系统算该哪天付"
    )
    text: str = entry(
        "经过和要求", widget="textarea", personal=True, min_length=8, max_length=3000, help="对方看得到"
    )
    way: Literal["", "delegated", "entrusted", "summary"] = entry(
        "法院怎么转来的", default="", choices=WAYS, asked_of=OFFICES, help="只有法院填"
    )
    court_number: str = entry("法院案号", default="", max_length=60, asked_of=OFFICES)
    origin: str = entry(
        "从哪一件来", default="", max_length=32, asked_of=OFFICES, help="诉求转调解的写办件号"
    )
    documents: list[int] = entry("证据和材料", default=(), widget="documents", max_length=20)

    _reachable = field_validator("respondent_phone")(reachable)


@transaction.atomic
def mediation_open(
    *, actor: Viewer, district_id: int, data: Opening, now: datetime, session_key: str | None = None
) -> Case:
    """Open a mediation with a body that may take the matter; raise `GuardFailed` with every reason by field."""
    today, fields = local_date(now), {}
    court = _unit_of(actor, COURT)
    asker = _asker(actor, data, district_id, is_court=court is not None)
    other = Enterprise.objects.filter(pk=data.respondent_id or 0, district_id=district_id).first()
    name = other.name if other else data.respondent_name.strip()
    body = bodies_on(district_id, today).filter(pk=data.body_id).first()
    if asker is None:
        fields["enterprise_id"] = ["请选您的哪家企业" if actor.enterprise_ids else "请选申请调解的企业"]
    if data.respondent_id and other is None:
        fields["respondent_id"] = ["本区没有这家企业，请在下面写对方名称"]
    elif not name:
        fields["respondent_id"] = ["请选对方企业，或者写对方名称"]
    elif asker is not None and name in (asker.name, asker.short_name):
        fields["respondent_id"] = ["自己和自己没有纠纷：对方要是另一方"]
    if body is None:
        fields["body_id"] = ["没有这个调解组织，或者它现在不办，请重选"]
    else:
        fields |= {k: [v] for k, v in _body_words(body, data.kind, now).items()}
    if court is None and (data.way or data.court_number):
        fields["way"] = ["只有法院填；企业申请的不填"]
    elif court is not None and not (data.way and data.court_number):
        fields["way"] = ["请写怎么转来的和案号"]
    origin = data.origin.strip()
    if origin and not cases_visible_to(actor).filter(number=origin).exists():
        fields["origin"] = ["没有这一件，或者您看不到它"]
    elif not origin and not (court or actor.enterprise_ids or (body and body.unit_id in actor.unit_ids)):
        fields["origin"] = ["不是法院、调解组织的，要从您在办的一件诉求转来，请写办件号"]
    if data.delivered_on and not ARREARS_SINCE <= data.delivered_on <= today:
        fields["delivered_on"] = ["要在 2025-06-01（条例施行）到今天之间"]
    refuse(fields)
    assert asker is not None and body is not None
    case = case_open(
        procedure=PROCEDURE, actor=actor, now=now, district_id=district_id, session_key=session_key,
        data={**data.model_dump(exclude_unset=True), "enterprise_id": asker.pk},
        extras={"referrer": court.pk if court else 0},
    )  # fmt: skip
    return case


def _unit_of(viewer: Viewer, kind: str) -> Unit | None:
    return Unit.objects.filter(pk__in=viewer.unit_ids, kind=kind).first()


def _asker(viewer: Viewer, data: Opening, district_id: int, *, is_court: bool) -> Enterprise | None:
    """Return the firm that asks: one's own, or the one an office brings."""
    own = sorted(viewer.enterprise_ids)
    rows = Enterprise.objects.all() if is_court else enterprises_visible_to(viewer)
    return rows.filter(
        district_id=district_id, pk=data.enterprise_id or (own[0] if len(own) == 1 else 0)
    ).first()


def _body_words(body: Body, kind: str, now: datetime) -> dict[str, str]:
    """Say by field why a body does not take a matter; what it may not take is offered elsewhere by name."""
    today = local_date(now)
    if kind not in SUBJECTS:
        return {"kind": "没有这一种，请重选"}
    if fault := subject_fault(body.kind, kind):
        instead = RULES[body.kind].instead
        others = [b.name for b in bodies_on(body.district_id, today) if b.kind == instead]
        offer = f"可以请{'、'.join(others)}调解，不收费" if others else f"请找{BODY_KINDS[instead]}，不收费"
        return {"body_id": f"{fault}。{offer}。"}
    lacks = body_faults(
        kind=body.kind, name=body.name, assets=body.assets, full_time=body.full_time, licence=body.licence,
        standard=body.fee_standard, charges=body.fee_percent > 0, members=len(mediators_on(body.pk, today)),
    )  # fmt: skip
    return {"body_id": f"{body.name}现在不能受理：{'；'.join(lacks.values())}"} if lacks else {}


def opened(act: Act) -> None:
    """The body has it; the other party is asked, of a court's referral both."""
    data, extras = act.data, known(act)
    asker = Enterprise.objects.get(pk=data.enterprise_id)
    other = Enterprise.objects.filter(pk=data.respondent_id or 0).first()
    body = Body.objects.get(pk=data.body_id)
    name = other.name if other else data.respondent_name.strip()
    title = f"{asker.label}与{other.label if other else name}：{SUBJECTS[data.kind]}"
    act.set(
        title=title[:120],
        enterprise_id=asker.pk,
        lead_unit_id=body.unit_id,
        kind=body.kind,
        category=data.kind,
    )
    act.set(confidentiality="restricted")
    act.enterprise = asker
    act.party_add(asker.key, "asker")
    if other is not None:
        act.party_add(other.key, "respondent")
    act.party_add(f"u:{body.unit_id}", "body")
    if extras.referrer:
        act.party_add(f"u:{extras.referrer}", "court")
        act.on_behalf = f"u:{extras.referrer}"
    elif not act.viewer.enterprise_ids & {asker.pk}:
        act.on_behalf = next((f"u:{u}" for u in sorted(act.viewer.unit_ids)), "")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{asker.name}\n{name}\n{data.court_number}"
    act.count("received")
    if extras.referrer:
        act.count("from_court")
    elif data.origin:
        act.count("from_pool")
    act.clock_start("consent", words="请双方说同不同意调解")
    fee = mediation_fee(body.kind, Decimal(body.fee_percent), data.claim)
    is_own = asker.pk in act.viewer.enterprise_ids
    row = Matter(
        district_id=act.case.district_id, body=body, asker=asker, respondent=other, respondent_name=name,
        kind=data.kind, claim=data.claim, delivered_on=data.delivered_on, fee=fee, way=data.way,
        court_number=data.court_number, origin=data.origin,
    )  # fmt: skip
    act.afterwards.append(lambda: _row_made(act, row))
    if is_own:
        said(act, "start", "asker", True, "申请调解")
        act.go("asked")
        told(
            act, "请您说同不同意调解", f"{asker.name}向{body.name}申请调解，{fee_words(row)}。", "respondent"
        )
    else:
        act.go("referred")
        told(act, "请您说同不同意调解", f"{body.name}，{fee_words(row)}。", *BOTH)
    act.notify(
        "mediation_told", f"u:{body.unit_id}#{STAFF}", what="收到调解申请", title=title, words="等双方同意。"
    )


def _row_made(act: Act, row: Matter) -> None:
    row.case = act.case
    row.save()


def fee_words(row: Matter) -> str:
    """Return what mediating costs, in words."""
    if not RULES[row.body.kind].may_charge or not row.fee:
        return f"不收费（{BODY_KINDS[row.body.kind]}，{RULES[row.body.kind].law}）"
    return f"调解费 {row.fee:,} 元（收费标准：{row.body.fee_standard}）"


def terms(context: CaseContext) -> list[Fact]:
    """Return what a party has in view before it consents."""
    row = row_in(context)
    return [
        ("调解组织", f"{row.body.name}（{BODY_KINDS[row.body.kind]}）"),
        ("费用", fee_words(row)),
        ("争议金额", f"{row.claim:,} 元"),
        ("规则", "自愿；不公开；谈的让步以后不作证据；随时可以不谈，不影响起诉。"),
    ]


def started(act: Act) -> None:
    """Both consent: the mediator is chosen."""
    act.stop("consent")
    act.count("consented")
    act.clock_start("choose", words="双方各选一位调解员，选同一位就定了")
    act.go("choosing")
    told(
        act,
        "双方同意调解，请选调解员",
        "两家选同一位就定了，选不到一起由调解组织指定。",
        "asker",
        "respondent",
        "body",
    )


def declined(act: Act) -> None:
    """One clear refusal ends it (art. 15)."""
    act.set(outcome="declined")
    act.count("declined")
    act.go("declined")
    told(
        act, "没有开始调解", f"{refused_by(act)}。可以起诉或者仲裁。", "asker", "respondent", "body", "court"
    )


START = Pair("start", ("referred", "asked"), started, declined)


def unanswered_long_enough(context: CaseContext) -> str | None:
    clock = context.clock("consent")
    if clock is not None and context.today <= clock.due_by:
        return f"等到 {clock.due_by:%-m月%-d日} 还没有回音再结束"
    return None


def unanswered(act: Act) -> None:
    """No word is no consent."""
    act.set(outcome="declined")
    act.count("unanswered")
    told(act, "没有开始调解", f"一直没有回音：{act.data.reason}", *BOTH, "court")


def mediation_start(
    *,
    actor: Viewer,
    enterprise_id: int,
    body_id: int,
    respondent: str,
    kind: str,
    claim: Decimal,
    text: str,
    origin: str,
    now: datetime,
) -> Case:
    """Open a mediation for a firm from elsewhere; the other party is known by its full name or its code."""
    other = Enterprise.objects.filter(district_id=actor.district_id or 0)
    found = other.filter(name=respondent).first() or other.filter(credit_code=respondent.upper()).first()
    named = {"respondent_id": found.pk} if found else {"respondent_name": respondent}
    told_ = {"enterprise_id": enterprise_id, "body_id": body_id, "kind": kind, "claim": claim, "text": text}
    return case_start(procedure=PROCEDURE, actor=actor, data={**told_, **named, "origin": origin}, now=now)
