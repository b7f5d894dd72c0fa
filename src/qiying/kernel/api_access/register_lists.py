"""Every register over HTTP: the rows its page shows and what the page does to them, for the same people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.idempotency import Key, once
from qiying.kernel.api_access.pagination import PageOut, cursor_page
from qiying.kernel.api_access.shapes import Body
from qiying.kernel.permissions.errors import ActionNotAvailable, refuse
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import MakeForm, Register, all_registers, made

router = Router(tags=["台账"])


class RegisterOut(Schema):
    """A register the caller may read; `fields` are those of a new row where he may enter one."""

    name: str
    title: str
    columns: list[str]
    fields: list[str] = []
    acts: dict[str, str] = {}


class RegisterRowOut(Schema):
    """One row; `values` are keyed by the headings of the page."""

    id: int
    label: str
    values: dict[str, str]


class RegisterRowsOut(PageOut):
    items: list[RegisterRowOut]


class RegisterValuesIn(Body):
    """The values of a form by its fields' names; a choice is given by its code or id, several as a list."""

    values: dict[str, str | int | float | bool | list[str | int] | None] = Field({}, max_length=100)


class RegisterDoneOut(Schema):
    """What the page would say, and the row as it stands; none where the caller sees it no longer."""

    words: str
    row: RegisterRowOut | None


def _register(viewer: Viewer, name: str) -> Register[Any]:
    found: Register[Any] | None = next((r for r in all_registers() if r.name == name), None)
    if found is None or not found.may_see(viewer):
        raise Http404("没有这个台账，或者您看不到它")
    return found


def _outs(register: Register[Any], calling: ApiRequest, rows: Sequence[Any]) -> list[RegisterRowOut]:
    if register.listing.prepare is not None:
        register.listing.prepare(calling, rows)
    return [
        RegisterRowOut(
            id=row.pk,
            label=register.label(row),
            values={heading: str(value) for heading, value in register.listing.facts(row)},
        )
        for row in rows
    ]


def _read(form: MakeForm, values: dict[str, Any], calling: ApiRequest, row: Any) -> dict[str, Any]:
    """Return what a register's form reads from values; `GuardFailed` names every fault at its field."""
    data = {n: "" if v is None else v if isinstance(v, bool | list) else str(v) for n, v in values.items()}
    read = made(form, data, calling.viewer, calling.today, row)
    unknown = {n: ["没有这一项"] for n in values if n not in read.fields}
    faults = unknown | {n: [str(w) for w in words] for n, words in read.errors.items()}
    refuse(faults)
    return read.cleaned_data


@router.get("/registers", response={200: list[RegisterOut], **ERRORS}, summary="有哪些台账")
def registers_list(request: HttpRequest) -> list[RegisterOut]:
    """Return the registers the caller may read, with their columns."""
    calling = cast(ApiRequest, request)
    viewer = calling.viewer
    return [
        RegisterOut(
            name=r.name,
            title=r.title,
            columns=[c.label for c in r.listing.columns],
            fields=list(made(r.form, None, viewer, calling.today, None).fields)
            if r.form and r.takes_rows(viewer)
            else [],
            acts={a.code: a.label for a in r.all_acts() if a.run and r.may_ask(viewer, a)},
        )
        for r in all_registers()
        if r.may_see(viewer)
    ]


@router.get("/registers/{name}", response={200: RegisterRowsOut, **ERRORS}, summary="台账的各行")
def register_rows(
    request: HttpRequest, name: str, cursor: str | None = None, limit: int = 25
) -> RegisterRowsOut:
    """Return the rows of a register that the caller may see, oldest first."""
    calling = cast(ApiRequest, request)
    found = _register(calling.viewer, name)
    page = cursor_page(found.rows(calling.viewer, calling.today), order=("pk",), cursor=cursor, limit=limit)
    return RegisterRowsOut(items=_outs(found, calling, page.rows), next_cursor=page.next_cursor)


@router.post("/registers/{name}", response={201: RegisterDoneOut, **ERRORS}, summary="台账加一行")
def register_row_new(
    request: HttpRequest, name: str, body: RegisterValuesIn, idempotency_key: Key = None
) -> Status[Any]:
    """Enter a row as the page's form does; for registers that take tables."""
    calling = cast(ApiRequest, request)
    one = _register(calling.viewer, name)
    if not one.takes_rows(calling.viewer) or one.form is None or one.save is None:
        raise Http404("这个台账不能这样加")
    form, save = one.form, one.save

    def produce() -> dict[str, Any]:
        row = save(calling.viewer, None, _read(form, body.values, calling, None), calling.now)
        return _done(one, calling, row, one.said(row) or f"{one.noun}加好了。")

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce, status=201)


@router.post(
    "/registers/{name}/{key}/{code}", response={200: RegisterDoneOut, **ERRORS}, summary="对台账一行办一步"
)
def register_row_act(
    request: HttpRequest, name: str, key: str, code: str, body: RegisterValuesIn, idempotency_key: Key = None
) -> Status[Any]:
    """Do to a row what a button of its page does; `edit` changes its fields."""
    calling = cast(ApiRequest, request)
    one = _register(calling.viewer, name)
    row = fetch_or_404(one.rows(calling.viewer, calling.today), **{one.key: key[:200]})
    act = next((a for a in one.all_acts() if a.code == code and a.run), None)
    if act is None or act.run is None or not one.may_do(calling.viewer, act, row):
        raise Http404("没有这一步，或者您不能办")
    run, form = act.run, act.form

    def produce() -> dict[str, Any]:
        if not act.applies(calling.viewer, row):
            raise ActionNotAvailable(f"{one.label(row)}现在不能{act.label}")
        data = _read(form, body.values, calling, row) if form else {}
        return _done(one, calling, row, run(calling.viewer, row, data, calling.now))

    return once(calling, idempotency_key, body.model_dump(mode="json"), produce)


def _done(register: Register[Any], calling: ApiRequest, row: Any, words: str) -> dict[str, Any]:
    left = list(register.rows(calling.viewer, calling.today).filter(pk=row.pk))
    return {"words": words, "row": next((o.model_dump() for o in _outs(register, calling, left)), None)}
