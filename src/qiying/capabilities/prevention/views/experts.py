"""The register of experts."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from qiying.capabilities.prevention.models import Expert
from qiying.capabilities.prevention.services.experts import expert_end, expert_save
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls

GUIDE = ("prevention.guide",)


def _units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return unit_choices(viewer.district_id or 0)


def _accounts(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    rows = Membership.objects.filter(in_force(today), unit__district_id=viewer.district_id or 0)
    found = rows.select_related("person", "unit").order_by("person__name")
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in found}.values())


def _end(actor: Viewer, row: Expert, on: date, reason: str, now: datetime) -> None:
    expert_end(row=row, actor=actor, on=on, reason=reason, now=now)


EXPERTS: Register[Expert] = declare_register(
    Register(
        name="compliance_experts", title="合规专家", noun="合规专家", sees=("prevention.view",), edits=GUIDE,
        listing=Listing(
            name="compliance_experts", caption="合规专家", tabs=TERM_TABS,
            columns=[
                Column("姓名", lambda r: r.name, "name", ("name",), url=lambda r: EXPERTS.row_url(r)),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("领域", lambda r: r.sectors),
                Column("专长", lambda r: r.title),
                *TERM_COLUMNS,
            ],
            filters=[Filter("q", "姓名、领域", lambda rows, v: rows.filter(
                Q(name__icontains=v) | Q(sectors__icontains=v) | Q(title__icontains=v)))],
            empty_title="还没有专家", empty_text="协会、部门、律所的专家，企业可以约上门。",
        ),
        rows=lambda viewer, today: Expert.objects.select_related("unit").filter(district_id=viewer.district_id or 0),
        url="prevention:experts", subject=lambda r: f"compliance_expert:{r.pk}", unique="name", label=str,
        form=row_form(Expert, "name", "unit", "person", "sectors", "title", "valid_from",
                      offers={"unit": _units, "person": _accounts}),
        save=lambda actor, row, data, now: expert_save(row=row, actor=actor, values=data, now=now),
        acts=(end_act(_end),), links=(("bookings.offer", "bookings:places", "可以预约的时间"),),
    )
)  # fmt: skip
urlpatterns = register_urls(EXPERTS, "guidance/experts/")
