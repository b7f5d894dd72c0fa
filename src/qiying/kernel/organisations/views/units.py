"""Units as a register: a tree, who acts in each, where it hangs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path

from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.forms import (
    DatedReasonForm,
    UnitChoiceForm,
    UnitForm,
)
from qiying.kernel.organisations.functions import function_choices, function_label
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice, search
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import (
    people_of,
    tree_order,
    units_visible_to,
    units_with_head_count,
)
from qiying.kernel.organisations.services import (
    unit_close,
    unit_create,
    unit_move,
    unit_update,
)
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.registry import role_label
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls

Posted = Mapping[str, Any] | None
SEES, MANAGES = ("organisations.view",), ("organisations.manage",)
UNIT_FIELDS = tuple(n for n in UnitForm.base_fields if n != "parent")


def _functions(unit: Unit) -> str:
    return "、".join(function_label(code) for code in unit.functions)


def _unit_form(data: Posted, *, viewer: Viewer, today: date, row: Unit | None) -> UnitForm:
    given = {n: getattr(row, n) for n in UNIT_FIELDS} if row else {"sort_order": 100}
    return UnitForm(data, district_id=viewer.district_id or 0, with_parent=row is None, initial=given)


def _unit_save(actor: Viewer, row: Unit | None, data: dict[str, Any], now: datetime) -> Unit:
    parent_id = data.pop("parent", None)
    if row is not None:
        return unit_update(actor=actor, unit=row, at=now, **data)
    parent = fetch_or_404(units_visible_to(actor), pk=parent_id) if parent_id else None
    return unit_create(actor=actor, district_id=actor.district_id or 0, parent=parent, at=now, **data)


def _unit_undo(actor: Viewer, row: Unit, now: datetime) -> None:
    unit_close(actor=actor, unit=row, on=local_date(now), reason="撤回导入", at=now)


def _move_form(data: Posted, *, viewer: Viewer, today: date, row: Unit) -> UnitChoiceForm:
    return UnitChoiceForm(data, district_id=row.district_id, unit=row, initial={"parent": row.parent_id})


def _move(actor: Viewer, row: Unit, data: dict[str, Any], now: datetime) -> str:
    parent = fetch_or_404(units_visible_to(actor), pk=data["parent"]) if data["parent"] else None
    unit_move(actor=actor, unit=row, parent=parent, at=now)
    return "移好了"


def _close_form(data: Posted, *, viewer: Viewer, today: date, row: Unit) -> DatedReasonForm:
    return DatedReasonForm(data, today=today, label="撤销日期")


def _close(actor: Viewer, row: Unit, data: dict[str, Any], now: datetime) -> str:
    unit_close(actor=actor, unit=row, at=now, **data)
    return "单位撤销了"


def _members(request: ViewerRequest, row: Unit) -> dict[str, Any]:
    found = people_of(row.pk, request.today)
    return {"members": [{"membership": m, "person": m.person, "role": role_label(m.role)} for m in found]}


def _around(request: ViewerRequest, row: Unit) -> dict[str, Any] | None:
    here = units_visible_to(request.viewer)
    above, below = (
        here.filter(pk__in=row.ancestor_ids).order_by("path"),
        here.filter(parent=row, is_active=True),
    )
    may_add = row.is_active and any(request.viewer.has(code) for code in MANAGES)
    return {"unit": row, "ancestors": above, "below": below, "may_add": may_add}


def _in_use(viewer: Viewer, row: Unit) -> bool:
    return row.is_active


UNITS: Register[Unit] = declare_register(
    Register(
        name="units",
        title="单位",
        noun="单位",
        listing=Listing(
            caption="单位名单",
            columns=[
                Column(
                    "单位",
                    lambda u: u.name,
                    "name",
                    ("name",),
                    url=lambda u: unit_url(u),
                    sub=lambda u: u.short_name,
                ),
                Column("类别", lambda u: u.get_kind_display(), "kind", ("kind", "sort_order")),
                Column("上级单位", lambda u: u.parent.label if u.parent else "", "parent", ("path",)),
                Column("职能", _functions),
                Column(
                    "人数", lambda u: getattr(u, "head_count", 0), "people", ("head_count",), numeric=True
                ),
                Column("办公电话", lambda u: u.phone, in_page=False),
                Column("办公地址", lambda u: u.address, in_page=False),
                Column("对外办公", lambda u: u.hours, in_page=False),
                Column("发文字号用字", lambda u: u.letter_word, in_page=False),
                Column("单位编码", lambda u: u.code, in_page=False),
                Column("统一社会信用代码", lambda u: u.credit_code, in_page=False),
                Column("在用", lambda u: u.is_active, in_page=False),
                Column("撤销日期", lambda u: u.closed_on, in_page=False),
            ],
            filters=[
                search("名称", "name"),
                choice("kind", "类别", UnitKind.choices),
                Filter(
                    "state",
                    "状态",
                    lambda rows, state: rows.filter(is_active=state == "active"),
                    [("active", "在用"), ("closed", "已撤销")],
                ),
            ],
            empty_text="还没有建单位。",
        ),
        rows=lambda viewer, today: units_with_head_count(viewer, today).select_related("parent"),
        sees=SEES,
        edits=MANAGES,
        opens=SEES,
        url="organisations:units",
        subject=lambda u: f"unit:{u.pk}",
        label=lambda u: u.name,
        row_lead=lambda request, u: " · ".join(w for w in (u.get_kind_display(), _functions(u)) if w),
        links=(
            ("organisations.view", "organisations:unit_tree", "看成一棵树"),
            ("organisations.view", "organisations:people", "人员"),
        ),
        form=_unit_form,
        save=_unit_save,
        end=_unit_undo,
        unique="name",
        may_touch=_in_use,
        edits_apart=True,
        new_label="建单位",
        saved="单位存好了",
        acts=(
            Act(
                "move", "移动", _move, form=_move_form, sentence="它下面的单位会一起移过去。", submit="移过去"
            ),
            Act(
                "close",
                "撤销",
                _close,
                form=_close_form,
                sentence="撤销后不能再交办给它，办过的件和留痕都在。",
                submit="撤销单位",
                is_serious=True,
            ),
        ),
        panels=(
            Panel("organisations/_members.html", _members),
            Panel("organisations/_unit_around.html", _around, beside=True),
        ),
    )
)


def unit_url(unit: Unit) -> str:
    """Return a unit's page."""
    return UNITS.row_url(unit)


@visible_with(*SEES)
def unit_tree(request: ViewerRequest) -> HttpResponse:
    """Show the whole tree on one page; two hundred units fit."""
    rows = tree_order(units_with_head_count(request.viewer, request.today).filter(is_active=True))
    context = {
        "units": [{"unit": u, "depth": u.depth, "functions": _functions(u)} for u in rows],
        "can_manage": any(request.viewer.has(code) for code in MANAGES),
        "function_choices": function_choices(),
    }
    return page(request, "organisations/unit_tree.html", context)


urlpatterns = [path("units/tree/", unit_tree, name="unit_tree"), *register_urls(UNITS, "units/")]
