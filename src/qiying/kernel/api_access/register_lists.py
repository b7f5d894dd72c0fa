"""Every register over HTTP: the rows its page shows, under the same headings, for the same people."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.registers.register import Register, all_registers

router = Router(tags=["台账"])


class RegisterOut(Schema):
    """A register the caller may read."""

    name: str
    title: str
    columns: list[str]


class RegisterRowOut(Schema):
    """One row; `values` are keyed by the headings of the page."""

    id: int
    label: str
    values: dict[str, str]


class RegisterRowsOut(PageOut):
    items: list[RegisterRowOut]


@router.get("/registers", response={200: list[RegisterOut], **ERRORS}, summary="有哪些台账")
def registers_list(request: HttpRequest) -> list[RegisterOut]:
    """Return the registers the caller may read, with their columns."""
    viewer = cast(ApiRequest, request).viewer
    return [
        RegisterOut(name=r.name, title=r.title, columns=[c.label for c in r.listing.columns])
        for r in all_registers()
        if r.may_see(viewer)
    ]


@router.get("/registers/{name}", response={200: RegisterRowsOut, **ERRORS}, summary="台账的各行")
def register_rows(
    request: HttpRequest, name: str, cursor: str | None = None, limit: int = 25
) -> RegisterRowsOut:
    """Return the rows of a register that the caller may see, oldest first."""
    calling = cast(ApiRequest, request)
    found: Register[Any] | None = next((r for r in all_registers() if r.name == name), None)
    if found is None or not found.may_see(calling.viewer):
        raise Http404("没有这个台账，或者您看不到它")
    page = cursor_page(found.rows(calling.viewer, calling.today), order=("pk",), cursor=cursor, limit=limit)
    if found.listing.prepare is not None:
        found.listing.prepare(calling, page.rows)
    items = [
        RegisterRowOut(
            id=row.pk,
            label=found.label(row),
            values={heading: str(value) for heading, value in found.listing.facts(row)},
        )
        for row in page.rows
    ]
    return RegisterRowsOut(items=items, next_cursor=page.next_cursor)
