"""Applications over HTTP: one call applies; what became of it, its evaluation, its money, its publicity."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest
from ninja import Query, Router
from ninja.responses import Status

from qiying.capabilities.policies.api.application_shapes import (
    ApplicationDetailOut,
    ApplicationFilter,
    ApplicationIn,
    ApplicationOut,
    ApplicationPageOut,
    ConflictOut,
    RefusedOut,
)
from qiying.capabilities.policies.api.common import calling_of, enterprise_of
from qiying.capabilities.policies.models import Application, Policy
from qiying.capabilities.policies.selectors.applying import applications_visible_to
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.services.money.entries import held_by
from qiying.capabilities.policies.services.money.ledger import queue_place
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import cursor_page
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router()

NAMES = {"state": "case__state", "policy": "policy__code", "is_open": "case__is_open"}
RELATED = ("case", "policy", "version", "enterprise")


@router.post(
    "/applications",
    response={**ERRORS, 201: ApplicationDetailOut, 409: ConflictOut, 422: RefusedOut},
    summary="申报一项政策",
)
def application_create(request: HttpRequest, body: ApplicationIn, idempotency_key: Key = None) -> Status[Any]:
    """Evaluate exactly, then open the case; a repeated key gives the first answer again."""
    calling = calling_of(request)
    enterprise = enterprise_of(calling, body.enterprise_id)
    given = body.model_dump(mode="json")
    try:
        return once(calling, idempotency_key, given, lambda: _submit(calling, enterprise, body), status=201)
    except GuardFailed as refused:
        return _refusal(refused, enterprise, body.policy)


def _submit(calling: ApiRequest, enterprise: Enterprise, body: ApplicationIn) -> dict[str, Any]:
    case = application_submit(
        enterprise=enterprise,
        code=body.policy,
        actor=calling.viewer,
        data=body.model_dump(exclude={"policy", "enterprise_id", "way"}),
        now=calling.now,
        way=body.way,
    )
    made = _detail(Application.objects.select_related(*DETAIL).get(case=case))
    return ApplicationDetailOut.model_validate(made).model_dump(mode="json")


def _refusal(refused: GuardFailed, enterprise: Enterprise, code: str) -> Status[Any]:
    """Say a refusal in the shape that names what to do instead."""
    data = refused.data
    if data.get("unknown"):
        raise Http404("没有这项政策，或者还没发布") from refused
    told: dict[str, Any] = {"message": refused.message}
    other = data.get("replaced_by")
    if other:
        name = Policy.objects.filter(district_id=enterprise.district_id, code=other).values_list(
            "name", flat=True
        )
        return Status(
            409, {**told, "code": "policy_replaced", "replaced_by": other, "replaced_by_name": name.first()}
        )
    if data.get("earlier"):
        return Status(409, {**told, "code": "already_applied", "earlier": data["earlier"]})
    policy = Policy.objects.filter(district_id=enterprise.district_id, code=code).first()
    if policy is not None and policy.state in ("expired", "withdrawn", "replaced"):
        return Status(409, {**told, "code": "policy_ended"})
    fields = {
        k.replace("fact_", "facts.", 1) if k.startswith("fact_") else k: v for k, v in refused.fields.items()
    }
    told |= {"code": refused.code, "reasons": refused.reasons, "fields": fields}
    return Status(422, {**told, "missing": data.get("missing", []), "nearest": data.get("nearest", [])})


@router.get("/applications", response={200: ApplicationPageOut, **ERRORS}, summary="看得到的申请，分页")
def application_list(request: HttpRequest, query: Query[ApplicationFilter]) -> dict[str, Any]:
    """Return applications the caller takes part in, newest first."""
    calling = calling_of(request)
    given = query.model_dump(exclude_none=True, exclude={"cursor", "limit"})
    rows = applications_visible_to(calling.viewer).filter(**{NAMES.get(k, k): v for k, v in given.items()})
    page = cursor_page(rows.select_related(*RELATED), order=("-id",), cursor=query.cursor, limit=query.limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


DETAIL = (*RELATED, "evaluation", "delivery__unit")


@router.get(
    "/applications/{number}", response={200: ApplicationDetailOut, **ERRORS}, summary="一件申请的详情"
)
def application_detail(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return an application with its evaluation, its money, its publicity and its payments."""
    rows = applications_visible_to(calling_of(request).viewer).select_related(*DETAIL)
    found: Application = fetch_or_404(rows, case__number=number.upper()[:32])
    return _detail(found)


def _detail(one: Application) -> dict[str, Any]:
    money = dict.fromkeys(("reserved", "committed", "paid"), 0) | held_by(one.pk)
    known = ApplicationExtras.of(one.case)
    return {
        **ApplicationOut.from_orm(one).model_dump(),
        "evaluation": one.evaluation,
        "money": {**money, "queue_place": queue_place(one)},
        "publicity": {
            "public_from": one.public_from,
            "public_to": one.public_to,
            "objections": one.objections.aggregate(n=Count("pk"))["n"],
        },
        "payments": list(one.payments.order_by("pk")),
        "delivery": getattr(one, "delivery", None),
        "refusal_kind": known.refusal_kind,
        "refusal_words": known.refusal_words,
    }
