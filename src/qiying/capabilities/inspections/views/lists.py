"""Registers of who may inspect what and how often: bodies, officers, items, caps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.inspections import forms
from qiying.capabilities.inspections.models import Body, CapRule, Dated, Item, Officer
from qiying.capabilities.inspections.rules.inspecting import unused_since
from qiying.capabilities.inspections.services.keeping import row_end, row_save
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls

VIEW, WATCH, INSPECT = "inspections.view", "inspections.watch", "inspections.inspect"
LEAD = "inspections.lead"


def searched(*fields: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """Return what narrows rows to those with typed words in one of some fields."""
    return lambda rows, text: rows.filter(reduce(or_, (Q(**{f"{f}__icontains": text}) for f in fields)))


def _end(actor: Viewer, row: Dated, on: date, reason: str, now: datetime) -> None:
    row_end(row=row, actor=actor, on=on, reason=reason, now=now)


def _undo(actor: Viewer, row: Dated, now: datetime) -> None:
    row_end(row=row, actor=actor, on=row.valid_from, reason="撤回导入", now=now)


def _kept(
    kind: type[Any], code: str, form: Any, *columns: Column[Any], related: Sequence[str], found: Sequence[str],
    empty: str, edits: str = WATCH, lead: str = "", prepare: Any = None, **more: Any,
) -> Register[Any]:  # fmt: skip
    """Declare a register of dated rows that one office keeps and everybody concerned reads; `code` is the audit's."""
    plural = "bodies" if code == "body" else f"{code}s"
    title = str(kind._meta.verbose_name)

    def rows(viewer: Viewer, today: date) -> QuerySet[Any]:
        every: QuerySet[Any] = kind.objects.select_related(*related)
        return every.filter(district_id=viewer.district_id or 0)

    def save(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> Any:
        return row_save(kind=kind, row=row, actor=actor, values=data, now=now)

    listing: Listing[Any] = Listing(
        name=f"inspection_{plural}", caption=title, columns=[*columns, *TERM_COLUMNS], prepare=prepare, tabs=TERM_TABS,
        filters=[Filter("q", columns[0].label, searched(*found))], empty_title=f"还没有{title}", empty_text=empty,
    )  # fmt: skip
    return declare_register(
        Register(
            name=listing.name, title=title, noun=title, listing=listing, rows=rows, sees=(VIEW,), edits=(edits,),
            url=f"inspections:{plural}", subject=lambda row: f"inspection_{code}:{row.pk}", form=form, save=save,
            end=_undo, label=str, lead=(lambda request, listed: lead) if lead else None, acts=(end_act(_end),), **more,
        )
    )  # fmt: skip


def _unused(request: ViewerRequest, rows: Sequence[Item]) -> None:
    for row in rows:
        row.is_old = unused_since(row.last_used_on, row.valid_from, request.today)


BODIES: Register[Any] = _kept(
    Body, "body", forms.BODY,
    Column("单位", lambda r: r.unit.label, "unit", ("unit__path",), url=lambda r: BODIES.row_url(r)),
    Column("主体资格", lambda r: r.get_standing_display()),
    Column("依据", lambda r: r.basis),
    Column("公布", lambda r: r.published_on, kind="date"),
    related=("unit",), found=("unit__name",), empty="名录里没有的单位不能检查企业。", unique="unit",
    lead="只有公布了的主体能检查；协会、机构、第三方、协辅人员不能。",
    links=(
        (VIEW, "inspections:officers", "执法人员"), (VIEW, "inspections:items", "检查事项"),
        (VIEW, "inspections:caps", "频次上限"),
    ),
)  # fmt: skip
OFFICERS: Register[Any] = _kept(
    Officer, "officer", forms.OFFICER,
    Column("谁", lambda r: r.person.name, "who", ("person__name",), url=lambda r: OFFICERS.row_url(r)),
    Column("单位", lambda r: r.body.unit.label, "unit", ("body__unit__path",)),
    Column("执法证", lambda r: r.certificate, "no", ("certificate",)),
    related=("person", "body__unit"), found=("person__name", "certificate"), empty="没有有效执法证的人不能检查。",
    unique="certificate",
)  # fmt: skip
ITEMS: Register[Any] = _kept(
    Item, "item", forms.ITEM,
    Column("事项", lambda r: r.name, "name", ("name",), url=lambda r: ITEMS.row_url(r), sub=lambda r: r.code),
    Column("编码", lambda r: r.code, in_page=False),
    Column("单位", lambda r: r.body.unit.label, "unit", ("body__unit__path",)),
    Column("依据", lambda r: r.basis),
    Column("占上限", lambda r: "不占（特殊重点）" if r.is_key else "占"),
    Column("最近用", lambda r: r.last_used_on, "used", ("last_used_on",), kind="date",
           status=lambda r: "overdue" if r.is_old else "",
           shown=lambda r: "五年没用，要清理" if r.is_old else (r.last_used_on or "还没用过")),
    related=("body__unit",), found=("name", "code"), empty="没有公布的事项不能检查。", unique="code", prepare=_unused,
)  # fmt: skip
CAPS: Register[Any] = _kept(
    CapRule, "cap", forms.CAP,
    Column("单位", lambda r: r.body.unit.label if r.body else "各单位", url=lambda r: CAPS.row_url(r)),
    Column("一年最多", lambda r: r.most, numeric=True),
    Column("个案检查", lambda r: "占次数" if r.counts_case else "不占，照样计数"),
    Column("来源", lambda r: r.source),
    related=("body__unit",), found=("body__unit__name", "source"), empty="没登记的按参数里的数（样例 2 次）。",
    lead="日常、个案、专项都计数，按种类判断；上级部署的专项、特殊重点领域不占次数。", imports=False,
)  # fmt: skip
urlpatterns = [
    *register_urls(BODIES, "inspections/bodies/"),
    *register_urls(OFFICERS, "inspections/officers/"),
    *register_urls(ITEMS, "inspections/items/"),
    *register_urls(CAPS, "inspections/caps/"),
]
