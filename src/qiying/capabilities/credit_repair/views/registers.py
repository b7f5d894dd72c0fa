"""The registers of records and of enterprises in restructuring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.capabilities.credit_repair.forms import RecordForm, RestructuringForm, StopForm
from qiying.capabilities.credit_repair.models import CreditRecord, Publication, Restructuring
from qiying.capabilities.credit_repair.rules import law
from qiying.capabilities.credit_repair.selectors import (
    Shown,
    applications_of,
    records_visible_to,
    restructurings_of,
    shown,
)
from qiying.capabilities.credit_repair.services.records import (
    place_stop,
    record_remove,
    record_save,
    restructuring_save,
)
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, choice, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, saves
from qiying.kernel.registers.views import register_urls


def _prepare(request: ViewerRequest, rows: Sequence[CreditRecord]) -> None:
    courts = restructurings_of(r.enterprise_id for r in rows)
    for row in rows:
        row.now_is = row.standing(courts.get(row.enterprise_id), request.today)


def _end(actor: Viewer, row: CreditRecord, now: datetime) -> None:
    record_remove(actor=actor, record=row, now=now)


def _stop(actor: Viewer, row: CreditRecord, data: dict[str, Any], now: datetime) -> str:
    place = place_stop(
        actor=actor, record=row, place_id=int(data["place_id"]), receipt=data["receipt"], now=now
    )
    return f"{place.place}撤下了，回执记下了。"


def _over(viewer: Viewer, row: CreditRecord) -> bool:
    """Tell whether a place may be taken down outside a case: publicity is over, nothing is under way."""
    is_free = row.case is None or not row.case.is_open
    is_over = row.state != CreditRecord.State.PUBLISHED or row.now_is.code == "ended"
    return is_free and is_over and row.places.filter(stopped_on__isnull=True).exists()


def _found(rows: QuerySet[CreditRecord], text: str) -> QuerySet[CreditRecord]:
    return rows.filter(
        Q(number__icontains=text)
        | Q(enterprise__name__icontains=text)
        | Q(enterprise__credit_code=text.upper())
    )


def _touches(viewer: Viewer, row: CreditRecord) -> bool:
    return viewer.has("credit.district") or row.unit_id in viewer.unit_ids


def _about(request: ViewerRequest, row: CreditRecord) -> dict[str, Any]:
    one: Shown = shown([row], request.today)[0]
    return {
        "one": one,
        "row": row,
        "earlier": applications_of(row),
        "may_apply": request.viewer.has("credit.counter"),
    }


LIVE = Q(state="published")
SHOWS = Exists(Publication.objects.filter(record_id=OuterRef("pk"), stopped_on=None))
RECORDS: Register[CreditRecord] = declare_register(
    Register(
        name="credit_records",
        title="失信记录",
        noun="失信记录",
        listing=Listing(
            columns=[
                Column(
                    "企业",
                    lambda r: r.enterprise.name,
                    "name",
                    ("enterprise__name",),
                    url=lambda r: RECORDS.row_url(r),
                    sub=lambda r: r.number,
                ),
                Column("文书号", lambda r: r.number, in_page=False),
                Column("代码", lambda r: r.enterprise.credit_code or "", in_page=False),
                Column("什么事", lambda r: r.title),
                Column("类别", lambda r: r.get_grade_display() or "还没定", "grade", ("grade",)),
                Column("认定单位", lambda r: r.who, "unit", ("unit__name",)),
                Column("公示", lambda r: r.published_on, "published", ("published_on",), kind="date"),
                Column("可以修复", lambda r: r.repairable_on, "on", ("repairable_on",), kind="date"),
                Column("公示期满", lambda r: r.ends_on, in_page=False),
                Column("现在", lambda r: r.now_is.label, status=lambda r: r.now_is.shape),
                Column("为什么", lambda r: r.now_is.why, in_page=False),
            ],
            filters=[
                Filter("q", "企业、文书号", _found),
                choice("grade", "类别", list(law.GRADES.items())),
                choice("kind", "种类", list(law.KINDS.items())),
            ],
            prepare=_prepare,
            tabs=[
                Tab(
                    "live",
                    "公示中",
                    LIVE,
                    "没有公示中的失信记录",
                    "导入认定单位的表格，系统算出每条哪天可以修复。",
                ),
                Tab(
                    "now",
                    "可以修复",
                    lambda r: LIVE & Q(repairable_on__lte=r.today, ends_on__gt=r.today, barred_by=""),
                ),
                Tab("unknown", "还没分类", LIVE & Q(repairable_on=None)),
                Tab("over", "期满没撤", lambda r: LIVE & Q(ends_on__lte=r.today) & Q(SHOWS)),
                Tab("settled", "已修复、已更正", ~LIVE),
            ],
        ),
        rows=lambda viewer, today: records_visible_to(viewer).exclude(
            enterprise_id__in=viewer.enterprise_ids
        ),
        sees=("credit.view", "credit.district"),
        edits=("credit.records",),
        opens=("credit.view", "credit.district", "credit.records"),
        url="credit:records",
        subject=lambda r: f"credit_record:{r.pk}",
        may_touch=_touches,
        form=RecordForm,
        save=saves(record_save, "record"),
        end=_end,
        unique="number",
        within=(("enterprise", ("enterprise__name", "enterprise__credit_code")),),
        label=lambda r: f"{r.enterprise.name} {r.number}",
        row_title=lambda r: r.enterprise.name,
        row_lead=lambda request, r: f"{r.number} · {r.title}",
        lead=lambda request, listed: "谁认定、谁修复。到了日子系统告诉企业一次；材料齐了一个工作日办结。",
        edits_apart=True,
        panels=(Panel("credit/_about.html", _about),),
        acts=(Act("stop", "登记撤下", _stop, form=StopForm, applies=_over),),
        links=(("credit.district", "credit:restructurings", "重整企业"),),
        new_label="登记一条",
    )
)


def _courts(viewer: Viewer, today: date) -> QuerySet[Restructuring]:
    return Restructuring.objects.select_related("enterprise").filter(district_id=viewer.district_id or 0)


RESTRUCTURINGS: Register[Restructuring] = declare_register(
    Register(
        name="credit_restructurings",
        title="重整企业",
        noun="重整",
        listing=Listing(
            columns=[
                Column(
                    "企业",
                    lambda r: r.enterprise.name,
                    "name",
                    ("enterprise__name",),
                    url=lambda r: RESTRUCTURINGS.row_url(r),
                ),
                Column("法院", lambda r: r.court),
                Column("裁定书", lambda r: r.ruling),
                Column("裁定批准", lambda r: r.approved_on, "from", ("approved_on",), kind="date"),
                Column("执行完毕", lambda r: r.completed_on, kind="date"),
                Column("终止执行", lambda r: r.failed_on, kind="date"),
            ],
            filters=[search("企业", "enterprise__name")],
            empty_title="没有重整企业",
            empty_text="登记法院批准重整计划的裁定，执行期间失信记录先不展示。",
        ),
        rows=_courts,
        sees=("credit.district",),
        edits=("credit.counter",),
        url="credit:restructurings",
        subject=lambda r: f"enterprise:{r.enterprise_id}",
        noted=("credit.restructuring_save",),
        form=RestructuringForm,
        save=saves(restructuring_save),
        unique="ruling",
        label=lambda r: r.enterprise.name,
        lead=lambda request, listed: "凭法院裁定：执行期间暂时屏蔽，执行完毕全部修复。",
        imports=False,
    )
)
urlpatterns = [
    *register_urls(RECORDS, "credit/records/"),
    *register_urls(RESTRUCTURINGS, "credit/restructurings/"),
]
