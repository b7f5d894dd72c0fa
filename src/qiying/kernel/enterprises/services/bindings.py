"""Who may speak for an enterprise: asked for, decided by another person, ended when they leave."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.enterprises.models import BindingRequest, BindingState, BindingWay, Clerk, Enterprise
from qiying.kernel.enterprises.selectors import clerks_who_consent
from qiying.kernel.enterprises.services.scope import is_own
from qiying.kernel.organisations.models import IdentityLevel, Person
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import desk_of, units_with
from qiying.kernel.organisations.services import identity_confirm
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer

_noted = noting("enterprises")


@transaction.atomic
def binding_request(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    way: str,
    at: datetime,
    note: str = "",
    document_id: int | None = None,
) -> BindingRequest:
    """Ask to speak for an enterprise, by its clerk's consent or by the desk's check of an authorisation."""
    if actor.person_id is None:
        raise NotPermitted("请先登录，再申请。")
    reasons = []
    if _open_clerk(actor.person_id, enterprise).exists():
        reasons.append("您已经是这家企业的专员")
    if BindingRequest.objects.filter(
        person_id=actor.person_id, enterprise=enterprise, state=BindingState.REQUESTED
    ).exists():
        reasons.append("您的申请还在等确认，不用再提")
    if way not in (BindingWay.CONSENT, BindingWay.DESK):
        reasons.append("请选由谁确认：企业现任专员，或服务中心窗口")
    clerks = (
        clerks_who_consent(local_date(at)).filter(enterprise=enterprise).exclude(person_id=actor.person_id)
    )
    if way == BindingWay.CONSENT and not clerks.exists():
        reasons.append("这家企业还没有核实过身份的专员，没有人能同意，请选由窗口核对授权书")
    if reasons:
        raise GuardFailed(reasons)
    row = BindingRequest.objects.create(
        district_id=enterprise.district_id,
        person_id=actor.person_id,
        enterprise=enterprise,
        way=way,
        note=note.strip(),
        document_id=document_id,
        requested_at=at,
    )
    _noted(actor, "binding_request", row.enterprise, at, request=row.pk, way=way)
    _tell_of_request(row, actor.name)
    return row


def _tell_of_request(row: BindingRequest, name: str) -> None:
    """Tell who decides, and the asker that it was handed on."""
    url = reverse("enterprises:decide", args=[row.pk])
    words = {"person": name, "enterprise": row.enterprise.label}
    by_clerk = row.way == BindingWay.CONSENT
    if by_clerk:
        told = [("binding_asked", f"e:{row.enterprise_id}", url, words)]
    else:
        desks = units_with(row.district_id, "desk")
        told = [("binding_to_check", f"u:{unit_id}#desk", url, words) for unit_id in desks]
    mine = {**words, "who": "由企业现任专员" if by_clerk else "由窗口核对授权书"}
    told.append(("binding_sent", f"p:{row.person_id}", reverse("enterprises:mine"), mine))
    _tell(row, told, "asked", row.requested_at)


def _tell(
    row: BindingRequest,
    told: list[tuple[str, str, str, dict[str, Any]]],
    key: str,
    at: datetime,
    done: tuple[str, ...] | None = None,
) -> None:
    """Send through the app above, if it is there."""
    if tell := provided("tell"):
        tell(told, subject=f"binding:{row.pk}", key=key, district_id=row.district_id, at=at, done=done)


@transaction.atomic
def binding_decide(
    *,
    actor: Viewer,
    request: BindingRequest,
    is_approved: bool,
    at: datetime,
    reason: str = "",
    evidence: str = "",
) -> BindingRequest:
    """Approve or refuse; a refusal and a desk check say why and what was seen.

    The desk's approval also verifies the identity; a clerk's consent does not. A person never decides on
    himself (`NotPermitted`), and a decided request is not decided again (`ActionNotAvailable`).
    """
    locked = (
        BindingRequest.objects.select_for_update().select_related("enterprise", "person").get(pk=request.pk)
    )
    is_desk = _require_decider(actor, locked)
    if locked.state != BindingState.REQUESTED:
        raise ActionNotAvailable("这个申请已经有人处理了，刷新看看结果。")
    _refuse_without_words(is_approved, is_desk, reason, evidence)
    locked.state = BindingState.APPROVED if is_approved else BindingState.REFUSED
    locked.reason = (reason or evidence).strip()
    locked.decided_at, locked.decided_by_id = at, actor.person_id
    locked.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    data = {
        "request": locked.pk,
        "person": locked.person_id,
        "is_approved": is_approved,
        "reason": locked.reason,
    }
    _noted(actor, "binding_decide", locked.enterprise, at, **data)
    if is_approved:
        _bind(actor, locked, is_desk, evidence, at)
    _tell_of_decision(locked, is_desk, at)
    return locked


def _tell_of_decision(row: BindingRequest, is_desk: bool, at: datetime) -> None:
    """Tell the asker the outcome and what is still missing; nobody else has to read the request any more."""
    desk = desk_of(row.district_id)
    place = [p for p in (desk.name, desk.address, desk.hours) if p] if desk else ["服务中心窗口"]
    checked = is_desk or row.person.identity_level != IdentityLevel.UNVERIFIED
    words = {
        "enterprise": row.enterprise.label, "is_checked": checked, "window": "，".join(place), "reason": row.reason,
    }  # fmt: skip
    template = "binding_approved" if row.state == BindingState.APPROVED else "binding_refused"
    told = [(template, f"p:{row.person_id}", reverse("enterprises:mine"), words)]
    desks = tuple(f"u:{unit_id}" for unit_id in units_with(row.district_id, "desk"))
    _tell(row, told, "decided", at, (f"e:{row.enterprise_id}", *desks))


def _refuse_without_words(is_approved: bool, is_desk: bool, reason: str, evidence: str) -> None:
    reasons = []
    if not is_approved and not reason.strip():
        reasons.append("不同意要写明理由，申请人会看到")
    if is_approved and is_desk and not evidence.strip():
        reasons.append("请写明核对了哪些材料，如：授权书、身份证原件")
    if reasons:
        raise GuardFailed(reasons)


@transaction.atomic
def clerk_founding(*, actor: Viewer, enterprise: Enterprise, person: Person, at: datetime) -> Clerk:
    """Let who founded a body speak for it; his identity is what it was, and once is enough."""
    require_in_district(actor, "bindings.decide", enterprise.district_id)
    if (known := _open_clerk(person.pk, enterprise).first()) is not None:
        return known
    made = Clerk.objects.create(
        person=person,
        enterprise=enterprise,
        identity_level=person.identity_level,
        way=BindingWay.FOUNDED,
        bound_by_id=actor.person_id,
        valid_from=local_date(at),
    )
    _noted(actor, "clerk_founding", enterprise, at, clerk=made.pk, person=person.pk)
    return made


@transaction.atomic
def binding_withdraw(*, actor: Viewer, request: BindingRequest, at: datetime) -> BindingRequest:
    """Take back one's own request."""
    if request.person_id != actor.person_id:
        raise NotPermitted("只有申请人自己能撤回。")
    if request.state != BindingState.REQUESTED:
        raise ActionNotAvailable("这个申请已经有结果，不能撤回。")
    request.state, request.decided_at = BindingState.WITHDRAWN, at
    request.save(update_fields=["state", "decided_at"])
    desks = tuple(f"u:{unit_id}" for unit_id in units_with(request.district_id, "desk"))
    _tell(request, [], "withdrawn", at, (f"e:{request.enterprise_id}", *desks))
    _noted(actor, "binding_withdraw", request.enterprise, at, request=request.pk)
    return request


@transaction.atomic
def binding_end(*, actor: Viewer, clerk: Clerk, reason: str, at: datetime) -> Clerk:
    """End a clerk's standing from this instant: by himself, another clerk of the enterprise, or the desk."""
    enterprise = clerk.enterprise
    if clerk.person_id != actor.person_id and not is_own(actor, enterprise):
        require_in_district(actor, "bindings.decide", enterprise.district_id)
    reasons = []
    if clerk.valid_to is not None:
        reasons.append("已经解除过了")
    if not reason.strip():
        reasons.append("请写明解除的原因，如：已离职")
    if reasons:
        raise GuardFailed(reasons)
    # He must not see the enterprise for the rest of the day, so the last day is yesterday where it can be.
    today = local_date(at)
    if clerk.valid_from >= today:
        clerk.valid_from = _day_before(today)
    clerk.valid_to = _day_before(today)
    clerk.ended_by_id, clerk.ended_reason = actor.person_id, reason.strip()
    clerk.save(update_fields=["valid_from", "valid_to", "ended_by", "ended_reason"])
    data = {"clerk": clerk.pk, "person": clerk.person_id, "reason": clerk.ended_reason}
    _noted(actor, "binding_end", enterprise, at, **data)
    return clerk


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _require_decider(actor: Viewer, request: BindingRequest) -> bool:
    """Return whether the desk decides; raise `NotPermitted` for anybody who may not."""
    if actor.person_id == request.person_id:
        raise NotPermitted("不能给自己确认，请另一位专员或窗口来做。")
    if request.way == BindingWay.CONSENT and is_own(actor, request.enterprise):
        return False
    require_in_district(actor, "bindings.decide", request.district_id)
    return True


def _bind(actor: Viewer, request: BindingRequest, is_desk: bool, evidence: str, at: datetime) -> None:
    person: Person = request.person
    if is_desk:
        identity_confirm(actor=actor, person=person, provider="desk", evidence=evidence, at=at)
    if _open_clerk(person.pk, request.enterprise).exists():
        raise ActionNotAvailable("这个人已经是这家企业的专员。")
    Clerk.objects.create(
        person=person,
        enterprise=request.enterprise,
        identity_level=IdentityLevel.DESK_VERIFIED if is_desk else person.identity_level,
        way=BindingWay.DESK if is_desk else BindingWay.CONSENT,
        bound_by_id=actor.person_id,
        valid_from=local_date(at),
    )


def _open_clerk(person_id: int, enterprise: Enterprise) -> QuerySet[Clerk]:
    return Clerk.objects.filter(person_id=person_id, enterprise=enterprise, valid_to__isnull=True)
