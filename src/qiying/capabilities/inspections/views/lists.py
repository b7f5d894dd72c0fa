"""Registers of who may inspect what: bodies, officers, items, caps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from qiying.capabilities.inspections import forms
from qiying.capabilities.inspections.models import Body, CapRule, Item, Officer
from qiying.capabilities.inspections.rules.inspecting import unused_since
from qiying.capabilities.inspections.services.keeping import row_save, row_stop
from qiying.kernel.organisations.listing import Column
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.kept import column, kept_register
from qiying.kernel.registers.register import Register
from qiying.kernel.registers.views import register_urls

VIEW, WATCH, INSPECT = "inspections.view", "inspections.watch", "inspections.inspect"
LEAD = "inspections.lead"
listed = partial(
    kept_register,
    "inspections",
    keep=row_save,
    ends=row_stop,
    sees=(VIEW,),
    edits=(WATCH,),
)
"""A register of dated rows that 司法局 keeps and everybody concerned reads."""
UNIT: Column[Any] = Column(
    "单位", lambda r: r.body.unit.label if r.body else "各单位", "unit", ("body__unit__path",)
)


def _unused(request: ViewerRequest, rows: Sequence[Item]) -> None:
    for row in rows:
        row.is_old = unused_since(row.last_used_on, row.valid_from, request.today)


BODIES = listed(
    "bodies", "检查主体", Body, ("unit", "standing", "basis", "published_on"),
    code="inspection_bodies", form=forms.BODY, related=("unit",), found=("unit__name",), unique="unit",
    listing={"empty_title": "还没有检查主体", "empty_text": "名录里没有的单位不能检查企业。"},
    lead=lambda request, listed: "只有公布了的主体能检查；协会、机构、第三方、协辅人员不能。",
    links=(
        (VIEW, "inspections:officers", "执法人员"), (VIEW, "inspections:items", "检查事项"),
        (VIEW, "inspections:caps", "频次上限"),
    ),
)  # fmt: skip
OFFICERS = listed(
    "officers", "执法人员", Officer, ("person", UNIT, "certificate"), form=forms.OFFICER,
    code="inspection_officers", unique="certificate",
    related=("person", "body__unit"), found=("person__name", "certificate"),
    listing={"empty_title": "还没有执法人员", "empty_text": "没有有效执法证的人不能检查。"},
)  # fmt: skip
ITEMS: Register[Any] = listed(
    "items", "检查事项", Item,
    (
        column(Item, "name", sub=lambda r: r.code, url=lambda r: ITEMS.row_url(r)),
        column(Item, "code", in_page=False), UNIT, "basis",
        Column[Any]("占上限", lambda r: "不占（特殊重点）" if r.is_key else "占"),
        Column[Any]("最近用", lambda r: r.last_used_on, "used", ("last_used_on",), kind="date",
               status=lambda r: "overdue" if r.is_old else "",
               shown=lambda r: "五年没用，要清理" if r.is_old else (r.last_used_on or "还没用过")),
    ),
    code="inspection_items", form=forms.ITEM, related=("body__unit",), found=("name", "code"), unique="code",
    listing={"empty_title": "还没有检查事项", "empty_text": "没有公布的事项不能检查。", "prepare": _unused},
)  # fmt: skip
CAPS: Register[Any] = listed(
    "caps", "频次上限", CapRule,
    (
        Column("单位", UNIT.value, "unit", ("body__unit__path",), url=lambda r: CAPS.row_url(r)), "most",
        Column[Any]("个案检查", lambda r: "占次数" if r.counts_case else "不占，照样计数"), "source",
    ),
    code="inspection_caps", form=forms.CAP, related=("body__unit",), found=("body__unit__name", "source"),
    imports=False,
    listing={"empty_title": "还没有频次上限", "empty_text": "没登记的按参数里的数（样例 2 次）。"},
    lead=lambda request, listed: "日常、个案、专项都计数，按种类判断；上级部署的专项、特殊重点领域不占次数。",
)  # fmt: skip
urlpatterns = [
    *register_urls(BODIES, "inspections/bodies/"),
    *register_urls(OFFICERS, "inspections/officers/"),
    *register_urls(ITEMS, "inspections/items/"),
    *register_urls(CAPS, "inspections/caps/"),
]
