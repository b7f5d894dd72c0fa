"""Pages of the tree of units."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from qiying.kernel.organisations.forms import DatedReasonForm, UnitChoiceForm, UnitForm
from qiying.kernel.organisations.functions import function_choices, function_label
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import (
    people_of,
    tree_order,
    units_visible_to,
    units_with_head_count,
)
from qiying.kernel.organisations.services import unit_close, unit_create, unit_move, unit_update
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.registry import role_label
from qiying.kernel.registers.register import Register, declare_register


def unit_url(unit: Unit) -> str:
    """Return a unit's page."""
    return reverse("organisations:unit", args=[unit.pk])


def _functions(unit: Unit) -> str:
    return "、".join(function_label(code) for code in unit.functions)


UNITS: Listing[Unit] = Listing(
    name="units",
    caption="单位名单",
    columns=[
        Column("单位", lambda u: u.name, "name", ("name",), url=unit_url, sub=lambda u: u.short_name),
        Column("类别", lambda u: u.get_kind_display(), "kind", ("kind", "sort_order")),
        Column("上级单位", lambda u: u.parent.label if u.parent else "", "parent", ("path",)),
        Column("职能", _functions),
        Column("人数", lambda u: getattr(u, "head_count", 0), "people", ("head_count",), numeric=True),
        Column("发文字号用字", lambda u: u.letter_word, in_page=False),
        Column("统一社会信用代码", lambda u: u.credit_code, in_page=False),
        Column("办公电话", lambda u: u.phone, in_page=False),
        Column("在用", lambda u: u.is_active, in_page=False),
    ],
    filters=[
        Filter("q", "名称", lambda rows, text: rows.filter(name__icontains=text)),
        Filter("kind", "类别", lambda rows, kind: rows.filter(kind=kind), UnitKind.choices),
        Filter(
            "state",
            "状态",
            lambda rows, state: rows.filter(is_active=state == "active"),
            [("active", "在用"), ("closed", "已撤销")],
        ),
    ],
    empty_text="还没有建单位。",
)


UNIT_REGISTER: Register[Unit] = declare_register(
    Register(
        name="units",
        title="单位",
        noun="单位",
        listing=UNITS,
        rows=lambda viewer, today: units_with_head_count(viewer, today).select_related("parent"),
        sees=("organisations.view",),
        edits=("organisations.manage",),
        url="organisations:units",
        subject=lambda u: f"unit:{u.pk}",
        label=lambda u: u.name,
        links=(
            ("organisations.view", "organisations:unit_tree", "看成一棵树"),
            ("organisations.view", "organisations:people", "人员"),
            ("organisations.manage", "organisations:unit_new", "建单位"),
        ),
    )
)


@visible_with("organisations.view")
def unit_tree(request: ViewerRequest) -> HttpResponse:
    """Show the whole tree on one page; two hundred units fit."""
    rows = tree_order(units_with_head_count(request.viewer, request.today).filter(is_active=True))
    context = {
        "units": [{"unit": u, "depth": u.depth, "functions": _functions(u)} for u in rows],
        "can_manage": request.viewer.has("organisations.manage"),
        "function_choices": function_choices(),
    }
    return page(request, "organisations/unit_tree.html", context)


@visible_with("organisations.view")
def unit(request: ViewerRequest, unit_id: int) -> HttpResponse:
    """Show one unit: what it does, who acts in it, what is below it."""
    row = fetch_or_404(units_visible_to(request.viewer).select_related("parent"), pk=unit_id)
    here = units_visible_to(request.viewer)
    members = [
        {"membership": m, "person": m.person, "role": role_label(m.role)}
        for m in people_of(row.pk, request.today)
    ]
    context = {
        "unit": row,
        "functions": _functions(row),
        "ancestors": here.filter(pk__in=row.ancestor_ids).order_by("path"),
        "below": here.filter(parent=row, is_active=True),
        "members": members,
        "can_manage": request.viewer.has("organisations.manage"),
        "back_url": reverse("organisations:units"),
    }
    return page(request, "organisations/unit.html", context)


def _district_id(request: ViewerRequest) -> int:
    if request.viewer.district_id is None:
        raise Http404("您还不属于任何区县")
    return request.viewer.district_id


@visible_with("organisations.manage")
def unit_new(request: ViewerRequest) -> HttpResponse:
    """Create a unit."""
    district_id = _district_id(request)
    start = {"parent": request.GET.get("parent", ""), "sort_order": 100}
    form = UnitForm(request.POST or None, district_id=district_id, initial=start)

    def run(data: dict[str, Any]) -> str:
        parent_id = data.pop("parent")
        here = units_visible_to(request.viewer)
        parent = fetch_or_404(here, pk=parent_id) if parent_id else None
        row = unit_create(
            actor=request.viewer, district_id=district_id, parent=parent, at=request.now, **data
        )
        return unit_url(row)

    return act_page(
        request,
        form,
        title="建单位",
        submit="建单位",
        back_url=reverse("organisations:units"),
        run=run,
        done="单位建好了",
    )


@visible_with("organisations.manage")
def unit_edit(request: ViewerRequest, unit_id: int) -> HttpResponse:
    """Change a unit's fields."""
    row = fetch_or_404(units_visible_to(request.viewer), pk=unit_id)
    names = [n for n in UnitForm.base_fields if n != "parent"]
    form = UnitForm(
        request.POST or None,
        district_id=row.district_id,
        with_parent=False,
        initial={n: getattr(row, n) for n in names},
    )

    return act_page(
        request,
        form,
        title=f"改「{row.name}」",
        submit="存好",
        back_url=unit_url(row),
        run=lambda data: unit_update(actor=request.viewer, unit=row, at=request.now, **data),
        done="存好了",
        is_edit=True,
    )


@visible_with("organisations.manage")
def unit_move_page(request: ViewerRequest, unit_id: int) -> HttpResponse:
    """Hang a unit elsewhere in the tree."""
    row = fetch_or_404(units_visible_to(request.viewer), pk=unit_id)
    form = UnitChoiceForm(
        request.POST or None, district_id=row.district_id, unit=row, initial={"parent": row.parent_id}
    )

    def run(data: dict[str, Any]) -> str:
        here = units_visible_to(request.viewer)
        parent = fetch_or_404(here, pk=data["parent"]) if data["parent"] else None
        unit_move(actor=request.viewer, unit=row, parent=parent, at=request.now)
        return ""

    return act_page(
        request,
        form,
        title=f"移动「{row.name}」",
        sentence="它下面的单位会一起移过去。",
        submit="移过去",
        back_url=unit_url(row),
        run=run,
        done="移好了",
    )


@visible_with("organisations.manage")
def unit_close_page(request: ViewerRequest, unit_id: int) -> HttpResponse:
    """Take a unit out of use."""
    row = fetch_or_404(units_visible_to(request.viewer), pk=unit_id)
    form = DatedReasonForm(request.POST or None, today=request.today, label="撤销日期")

    return act_page(
        request,
        form,
        title=f"撤销「{row.name}」",
        sentence="撤销后不能再交办给它，办过的件和留痕都在。",
        submit="撤销单位",
        back_url=unit_url(row),
        run=lambda data: unit_close(
            actor=request.viewer, unit=row, on=data["on"], reason=data["reason"], at=request.now
        ),
        done="单位撤销了",
        is_serious=True,
    )
