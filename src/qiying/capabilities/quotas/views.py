"""The registers of environmental quota: pools with their balances and movements, reservations of projects."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.quotas import services
from qiying.capabilities.quotas.models import POLLUTANTS, Pool, Reservation, tonnes
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.views import register_urls

SHOWN = 40
VIEW, KEEP = ("quotas.view",), ("quotas.keep",)


def _tonnes_field(**more: Any) -> forms.DecimalField:
    least, most = Decimal("0.001"), Decimal(10**9)
    limits: dict[str, Any] = {"min_value": least, "max_value": most, "decimal_places": 3, "max_digits": 12}
    return forms.DecimalField(label="多少吨", **limits, **more)


class TakeInForm(forms.Form):
    amount = _tonnes_field()
    document = forms.CharField(
        label="文号", min_length=2, max_length=60, help_text="凭什么收储：下达、关停、改造削减"
    )
    memo = forms.CharField(label="从哪里来", min_length=2, max_length=200)


class ReserveForm(forms.Form):
    number = forms.CharField(
        label="项目的办件号", min_length=4, max_length=32, help_text="您单位参与的在办项目"
    )
    amount = _tonnes_field()


class UseForm(forms.Form):
    amount = _tonnes_field(help_text="按批文；少于预留的，多的自动退回库存")
    document = forms.CharField(label="批文文号", min_length=2, max_length=60)


class ReleaseForm(forms.Form):
    reason = forms.CharField(label="为什么退回", min_length=4, max_length=200)


def _take_in(actor: Viewer, row: Pool, data: dict[str, Any], now: datetime) -> str:
    services.quota_take_in(actor=actor, pool=row, now=now, **data)
    return f"收储了 {data['amount']} 吨。"


_reserve = does(
    services.quota_reserve,
    "pool",
    lambda made: f"给“{made.case.title}”留了 {tonnes(made.kg)}，留到 {made.until}。",
)


def _use(actor: Viewer, row: Reservation, data: dict[str, Any], now: datetime) -> str:
    return f"用了 {tonnes(services.quota_use(actor=actor, reservation=row, now=now, **data).kg)}。"


_release = does(services.quota_release, "reservation", "退回库存了。")


def _is_mine(viewer: Viewer, row: Pool) -> bool:
    return row.unit_id in viewer.unit_ids


def _movements(request: ViewerRequest, row: Pool) -> dict[str, Any] | None:
    """Return where a pool stands and how it came there, for who keeps it and who watches: entries name projects."""
    if not (_is_mine(request.viewer, row) or request.viewer.has("quotas.watch")):
        return None
    entries = row.entries.prefetch_related("postings")[:SHOWN]
    moved = [(e, services.KINDS[e.kind], tonnes(max(p.amount for p in e.postings.all()))) for e in entries]
    return {"row": row, "moved": moved, "stands": [(words, tonnes(kg)) for words, kg in _balances(row)]}


def _balances(row: Pool) -> list[tuple[str, int]]:
    return [("收储", row.given_kg), ("库存", row.stock_kg), ("预留", row.reserved_kg), ("已用", row.used_kg)]


def _amount(label: str, name: str) -> Column[Any]:
    return Column(label, lambda r: getattr(r, name) / 1000, name, (name,), numeric=True)


POOLS: Register[Pool] = kept_register(
    "quotas", "pools", "环境指标蓄水池", Pool,
    ("pollutant", _amount("库存（吨）", "stock_kg"), _amount("预留（吨）", "reserved_kg"),
     _amount("已用（吨）", "used_kg"), _amount("收储（吨）", "given_kg"), "unit", "source"),
    fields=("pollutant", "unit", "source"), related=("unit",), noun="指标池", keep=services.pool_keep,
    unique="pollutant", may_touch=_is_mine, sees=VIEW, edits=KEEP, opens=VIEW, imports=False, edits_apart=True,
    listing={"empty_title": "还没有指标池", "empty_text": "管理单位先登记指标池，再收储，才能给项目留。"},
    hint="收储等于库存加预留加已用，哪一个都不会成负数。",
    links=(("quotas.view", "quotas:reservations", "留给了谁"),),
    panels=(Panel("quotas/_pool.html", _movements),),
    acts=(
        Act("take_in", "收储", _take_in, TakeInForm),
        Act("reserve", "给项目留", _reserve, ReserveForm),
    ),
)  # fmt: skip
RESERVATIONS: Register[Reservation] = declare_register(
    Register(
        name="quotas_reservations",
        title="指标预留和使用",
        noun="预留",
        listing=Listing(
            columns=[
                Column("指标", lambda r: r.pool.get_pollutant_display(), "pool", ("pool__pollutant",),
                       url=lambda r: RESERVATIONS.row_url(r)),
                Column("项目", lambda r: r.case.title, "case", ("case__title",), sub=lambda r: r.case.number),
                _amount("多少吨", "kg"),
                Column("到了哪一步", lambda r: r.get_state_display()),
                Column("哪天留的", lambda r: r.reserved_on, "on", ("reserved_on",), kind="date"),
                Column("留到", lambda r: r.until, "until", ("until",), kind="date"),
                Column("哪天用的或退的", lambda r: r.ended_on, kind="date"),
                Column("文号", lambda r: r.document),
                Column("谁留的", lambda r: r.by_name, in_page=False),
            ],
            filters=[
                search("项目、办件号", "case__title", "case__number"),
                Filter("pollutant", "指标", lambda rows, v: rows.filter(pool__pollutant=v),
                       choices=list(POLLUTANTS.items())),
            ],
            tabs=[
                Tab("reserved", "预留", Q(state="reserved"), "没有预留的", "从指标池里给项目留。"),
                Tab("late", "留过了头", lambda request: Q(state="reserved", until__lt=request.today), "没有留过头的"),
                Tab("used", "已用", Q(state="used"), "没有用掉的"),
                Tab("released", "退回", Q(state="released"), "没有退回的"),
            ],
        ),
        rows=lambda viewer, today: services.reservations_visible_to(viewer),
        sees=VIEW,
        edits=(),
        opens=VIEW,
        url="quotas:reservations",
        imports=False,
        may_touch=lambda viewer, row: _is_mine(viewer, row.pool),
        row_lead=lambda request, row: f"{row.case.title}（{row.case.number}）",
        links=(("quotas.view", "quotas:pools", "指标池"),),
        acts=(
            Act("use", "使用", _use, UseForm, needs=KEEP, applies=lambda viewer, row: row.state == "reserved"),
            Act("release", "退回", _release, ReleaseForm, needs=KEEP, is_serious=True,
                applies=lambda viewer, row: row.state != "released"),
        ),
    )
)  # fmt: skip
urlpatterns = [
    *register_urls(POOLS, "quotas/"),
    *register_urls(RESERVATIONS, "quotas/reservations/"),
]


def reservation_url(row: Reservation) -> str:
    """Return the address of a reservation's page."""
    return reverse("quotas:reservations_row", args=[row.pk])
