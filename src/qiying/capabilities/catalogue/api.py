"""The service catalogue over HTTP: items as the public guides show them, and “what do I need”."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from qiying.capabilities.catalogue.models import ServiceItem
from qiying.capabilities.catalogue.rules.items import base_of
from qiying.capabilities.catalogue.rules.needs import needs, questions
from qiying.capabilities.catalogue.selectors import item_versions, items_found, items_in_force
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page

router = Router(tags=["审批办事"])


class MaterialOut(Schema):
    """A paper; what the government has is not asked."""

    name: str
    source: str
    is_required: bool
    note: str


class ItemOut(Schema):
    """An item as a list shows it; `base` names it in every district, `code` in this one."""

    id: int
    base: str
    code: str
    version: int
    name: str
    board: str
    who: str
    kind: str
    stage: str
    provider: str
    value_added: bool
    online: bool
    visits: int
    promised: int | None
    promised_unit: str
    promised_words: str
    statutory_days: int | None
    fee_fen: int
    fee_note: str
    result: str
    outside_url: str
    valid_from: date
    valid_to: date | None

    @staticmethod
    def resolve_base(item: ServiceItem) -> str:
        return base_of(item.code)

    @staticmethod
    def resolve_board(item: ServiceItem) -> str:
        return item.board.name


class ItemWholeOut(ItemOut):
    """An item with all its guide says."""

    basis: str
    conditions: str
    materials: list[MaterialOut]
    steps: str
    window: str
    intermediary: str


class ItemsOut(PageOut):
    items: list[ItemOut]


class OpenOut(Schema):
    """An item that hangs on the answers to these questions."""

    item: ItemOut
    hangs_on: list[str]


class NeedsOut(Schema):
    """What is needed, what hangs on a further answer, and every paper once."""

    needed: list[ItemOut]
    open: list[OpenOut]
    materials: list[str]
    questions: dict[str, list[str]]


def _place(request: HttpRequest) -> tuple[int, date]:
    calling = cast(ApiRequest, request)
    return calling.viewer.district_id or 0, calling.today


@router.get("/service-items", response={200: ItemsOut, **ERRORS}, summary="服务事项")
def service_items_list(
    request: HttpRequest, q: str = "", online: bool | None = None, cursor: str = "", limit: int = 25
) -> dict[str, Any]:
    """Return the items in force today; with `q` those whose words hold it, best first, on one page."""
    district_id, today = _place(request)
    if text := q.replace("\x00", "").strip()[:40]:
        return {"items": items_found(district_id, text, today), "next_cursor": None}
    rows = items_in_force(district_id, today)
    rows = rows if online is None else rows.filter(online=online)
    found = cursor_page(rows, order=("code", "id"), cursor=cursor, limit=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get("/service-items/{base}", response={200: ItemWholeOut, **ERRORS}, summary="一个服务事项")
def service_item_get(request: HttpRequest, base: str) -> ServiceItem:
    """Return the version of an item that is in force today."""
    district_id, today = _place(request)
    item = next((v for v in item_versions(district_id, base[:40]) if v.holds_on(today)), None)
    if item is None:
        raise Http404("没有这个事项，或者现在不用了")
    return item


@router.get("/service-needs", response={200: NeedsOut, **ERRORS}, summary="我要办哪些事")
def service_needs(request: HttpRequest) -> dict[str, Any]:
    """Return what is needed; the query holds answers by the codes of the questions, which are in the answer."""
    rows = items_in_force(*_place(request)).exclude(needed_when="").order_by("board__position", "code")
    found = needs(rows, request.GET.dict())
    return {
        "needed": found.sure,
        "open": [{"item": i, "hangs_on": list(words)} for i, words in found.open],
        "materials": [m["name"] for m in found.materials if m["source"] != "government"],
        "questions": {q.code: list(q.options) for q in questions().definition},
    }
