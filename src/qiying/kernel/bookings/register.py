"""What can be booked, as a register of the units that offer it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from qiying.kernel.bookings.forms import DayForm, ReasonForm, bookable_form
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.selectors import bookable_kinds, bookables_managed_by
from qiying.kernel.bookings.services.offering import bookable_end, bookable_save, day_set
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, saves
from qiying.kernel.registers.views import register_urls


def _found(rows: QuerySet[Bookable], text: str) -> QuerySet[Bookable]:
    return rows.filter(Q(name__icontains=text) | Q(place__icontains=text) | Q(unit__name__icontains=text))


def _state(rows: QuerySet[Bookable], value: str) -> QuerySet[Bookable]:
    return rows.filter(valid_to__isnull=value == "on")


def _end(actor: Viewer, row: Bookable, now: datetime) -> None:
    bookable_end(bookable=row, actor=actor, reason="登记有误，整批撤回", now=now)


def _day(actor: Viewer, row: Bookable, data: dict[str, Any], now: datetime) -> str:
    count = day_set(bookable=row, actor=actor, now=now, **data)
    told = f"，{count} 个预约取消了，已经告诉他们" if count else ""
    return f"{data['day']:%-m月%-d日}的时间改好了{told}。"


def _stop(actor: Viewer, row: Bookable, data: dict[str, Any], now: datetime) -> str:
    count = bookable_end(bookable=row, actor=actor, reason=data["reason"] or "不再提供预约", now=now)
    return f"停用了，{count} 个预约取消了，已经告诉他们。" if count else "停用了。"


def _is_on(viewer: Viewer, row: Bookable) -> bool:
    return row.valid_to is None


def _kind(row: Bookable) -> str:
    return bookable_kinds().get(row.kind, row.kind)


def _until(row: Bookable) -> date | str:
    return row.valid_to or ""


PLACES: Register[Bookable] = declare_register(
    Register(
        name="bookables",
        title="可预约时间",
        noun="可预约",
        listing=Listing(
            columns=[
                Column(
                    "名称", lambda r: r.name, "name", ("name",), url=lambda r: PLACES.row_url(r), sub=lambda r: r.place
                ),
                Column("类别", _kind, "kind", ("kind",)),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__name",)),
                Column("接待人", lambda r: r.receiver.name if r.receiver else ""),
                Column("每周时间", lambda r: r.hours.replace("\n", "；")),
                Column("一次", lambda r: f"{r.slot_minutes} 分钟"),
                Column("同时", lambda r: r.capacity, numeric=True),
                Column("企业自己约", lambda r: r.is_public),
                Column("停用", _until, "to", ("valid_to",)),
            ],
            filters=[
                Filter("q", "名称、地点、单位", _found),
                Filter("state", "现在", _state, (("on", "在用"), ("off", "已停用"))),
            ],
            empty_title="还没有可以约的时间",
            empty_text="加一条：谁在哪里、每周什么时间、一次多久，企业就能在手机上约。",
        ),
        rows=lambda viewer, today: bookables_managed_by(viewer),
        sees=("bookings.district",),
        edits=("bookings.offer",),
        url="bookings:places",
        subject=lambda r: f"bookable:{r.pk}",
        form=bookable_form,
        save=saves(bookable_save, "bookable"),
        end=_end,
        unique="name",
        lead=lambda request, listed: "领导接待、窗口、场地什么时间可以约，写在这里；企业在手机上自己约、改、取消。",
        acts=(
            Act("day", "改某一天", _day, DayForm, "这一天不开，或者换个时间。", _is_on),
            Act(
                "end", "停用", _stop, ReasonForm,
                "停用后不能再约，已经约好以后时间的会取消并通知。", _is_on, is_serious=True,
            ),
        ),
        links=(("bookings.receive", "bookings:day", "看谁要来"),),
        new_label="加可预约时间",
    )
)  # fmt: skip
urlpatterns = register_urls(PLACES, "bookings/places/")
