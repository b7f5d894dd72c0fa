"""Applications over HTTP: which bundles there are, what each asks, and handing one in; cases go on by `/cases`."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.capabilities.approvals.rules.bundles import limit_words, materials_of
from qiying.capabilities.approvals.services.applying import Target, application_form, application_submit
from qiying.capabilities.approvals.services.plans import bundle_files, bundle_in_force
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.service_items import service_item
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

router = Router(tags=["审批办事"])


class BundleOut(Schema):
    """A bundle one may apply for."""

    code: str
    name: str
    about: str
    limit: str
    parts: int


class BundlePartOut(Schema):
    """One part: who handles it, how long it takes, what it waits for by law."""

    code: str
    name: str
    unit: str
    limit: str
    after: list[str]


class BundleDetailOut(BundleOut):
    version: int
    items: list[BundlePartOut]
    materials: list[str]
    answers: dict[str, Any] = Field(description="要填的，JSON Schema；照片和文件填传好的附件编号")


class ApplicationIn(Body):
    """What is applied for: a bundle or an item of the catalogue, and the answers to its form."""

    bundle: str = Field("", max_length=40)
    item: str = Field("", max_length=31)
    enterprise_id: int | None = None
    answers: dict[str, Any] = Field(default_factory=dict)
    key: str = Field(min_length=8, max_length=40, description="自己定一个；同一个再交一次还是同一件")


class ApplicationOut(Schema):
    number: str
    state: str


@router.get("/bundles", response={200: list[BundleOut], **ERRORS}, summary="能一次办的事")
def bundle_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Return every bundle."""
    return [_told(raw) for raw in bundle_files().values()]


def _told(raw: dict[str, Any]) -> dict[str, Any]:
    limit = limit_words(raw["promise"], raw.get("promise_unit", "workday"))
    return {
        "code": raw["code"],
        "name": raw["name"],
        "about": raw["about"],
        "limit": limit,
        "parts": len(raw["parts"]),
    }


@router.get("/bundles/{code}", response={200: BundleDetailOut, **ERRORS}, summary="一件事包括什么、要填什么")
def bundle_detail(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return a bundle's parts as this district handles them, and the schema of its form."""
    calling = cast(ApiRequest, request)
    target = Target(_district(calling), bundle=bundle_in_force(code, calling.now))
    plan = target.plan(calling.now)
    return {
        **_told(bundle_files()[code]),
        "version": plan["version"],
        "items": plan["parts"],
        "materials": [m["name"] for m in materials_of(plan, plan["parts"])],
        "answers": application_form(target, calling.now).schema,
    }


def _district(calling: ApiRequest) -> int:
    if calling.viewer.district_id is None:
        raise GuardFailed(["您的账号还没有归属区县，请先绑定企业或单位"])
    return calling.viewer.district_id


@router.post(
    "/service-applications", response={201: ApplicationOut, **ERRORS}, summary="申请一件事或一个事项"
)
def application_create(request: HttpRequest, body: ApplicationIn, idempotency_key: Key = None) -> Status[Any]:
    """Hand in an application; the same key gives the same case."""
    calling = cast(ApiRequest, request)

    def produce() -> dict[str, Any]:
        return _submit(calling, body)

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce, status=201)


def _submit(calling: ApiRequest, body: ApplicationIn) -> dict[str, Any]:
    district_id, viewer = _district(calling), calling.viewer
    if bool(body.bundle) == bool(body.item):
        raise GuardFailed(["bundle 和 item 填一个"], {"bundle": ["bundle 和 item 填一个"]})
    if body.bundle:
        target = Target(district_id, bundle=bundle_in_force(body.bundle, calling.now))
    else:
        item = service_item(district_id, body.item, calling.today)
        if item is None or item.unit_id is None:
            raise Http404("没有这个事项，或者它不由本区县的单位办")
        target = Target(district_id, item=item)
    firm = None
    if body.enterprise_id is not None:
        firm = fetch_or_404(enterprises_visible_to(viewer), pk=body.enterprise_id)
    case = application_submit(
        target=target,
        actor=viewer,
        answers=body.answers,
        key=body.key,
        now=calling.now,
        enterprise=firm,
        version=application_form(target, calling.now),
        way="window" if viewer.has("approvals.take_in") else "online",
    )
    case.refresh_from_db()
    return {"number": case.number, "state": case.state}
