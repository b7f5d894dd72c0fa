"""What moves in a pool: taken in, reserved for a project, used by a document, released; never more than there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from qiying.capabilities.quotas.models import Entry, Pool, Posting, Reservation, tonnes
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.ledger.arithmetic import moved
from qiying.kernel.ledger.declaring import Ledger
from qiying.kernel.ledger.services import entry_write, next_key
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.keeping import Faults, row_keep

_noted = noting("quotas")

QUOTA = Ledger(
    code="quotas",
    title="环境指标",
    book=Pool,
    entry=Entry,
    posting=Posting,
    outside=("source",),
    balances={"stock": "stock_kg", "reserved": "reserved_kg", "used": "used_kg"},
    given="given_kg",
    labels={"source": "来源", "stock": "库存", "reserved": "预留", "used": "已用"},
    words=tonnes,
    book_name="pool",
)
KINDS = {"take_in": "收储", "reserve": "预留", "use": "使用", "release": "退回", "give_back": "收回已用"}


def kilograms(amount: Decimal) -> int:
    """Return tonnes as whole kilograms."""
    return int(amount * 1000)


def _mine(actor: Viewer, pool: Pool) -> None:
    require(actor, "quotas.keep")
    if pool.unit_id not in actor.unit_ids:
        raise NotPermitted(f"{pool}由{pool.unit.label}管理")


def _pool(row: Pool, actor: Viewer) -> Faults:
    if row.unit_id not in actor.unit_ids:
        return {"unit": ["只能登记本单位管理的指标池"]}
    if row.unit_id not in units_with(row.district_id, "quota_keeper"):
        return {"unit": ["这个单位没有“环境指标管理”的职能，由管指标的单位登记；要加请运维在单位里设"]}
    return {}


def pool_keep(*, actor: Viewer, **given: Any) -> Pool:
    """Enter a pool of one's own unit, or change what is said of it; amounts move by entries alone."""
    told: dict[str, Any] = {"needs": "quotas.keep", "action": "quotas.keep"}
    made: Pool = row_keep(actor=actor, check=lambda row, values, now: _pool(row, actor), **told, **given)
    return made


@transaction.atomic
def quota_take_in(
    *, actor: Viewer, pool: Pool, amount: Decimal, document: str, memo: str, now: datetime
) -> Entry:
    """Take quota into stock: given from above, or saved by who closed or improved; the same document once."""
    _mine(actor, pool)
    key = f"take_in:{pool.pk}:{document}"
    if Entry.objects.filter(key=key).exists():
        refuse({"document": [f"{document}已经收储过"]})
    entry = entry_write(
        QUOTA, book=pool, kind="take_in", moves=moved("source", "stock", kilograms(amount)), key=key, actor=actor,
        at=now, memo=memo, document=document,
    )  # fmt: skip
    assert entry is not None
    _noted(actor, "take_in", pool, now, amount=str(amount), document=document)
    return entry


@transaction.atomic
def quota_reserve(*, actor: Viewer, pool: Pool, number: str, amount: Decimal, now: datetime) -> Reservation:
    """Reserve for a project that the actor's unit takes part in; twice for the same project is refused."""
    _mine(actor, pool)
    book = Pool.objects.select_for_update().get(pk=pool.pk)
    today, kg = local_date(now), kilograms(amount)
    case = (
        cases_visible_to(actor)
        .filter(number=number.strip(), district_id=book.district_id, is_open=True)
        .first()
    )
    if case is None:
        refuse({"number": ["没有找到在办的这一件，或者您单位没有参与"]})
    assert case is not None
    held = book.reservations.filter(case=case).exclude(state=Reservation.State.RELEASED).first()
    if held is not None:
        refuse({"number": [f"这个项目已经{held.get_state_display()}了 {tonnes(held.kg)}，不能留两次"]})
    days = int(parameter("quota.held_days", district_id=book.district_id, on=today))
    row = Reservation.objects.create(
        pool=book, case=case, kg=kg, reserved_on=today, until=today + timedelta(days=days), by_name=actor.name
    )
    if not _move(row, "reserve", "stock", "reserved", kg, actor, now):
        refuse({"amount": [f"库存只有 {tonnes(book.stock_kg)}，留不了 {tonnes(kg)}"]})
    _noted(actor, "reserve", row, now, amount=str(amount), case=case.number)
    return row


def _move(
    row: Reservation,
    kind: str,
    source: str,
    target: str,
    kg: int,
    actor: Viewer,
    now: datetime,
    document: str = "",
) -> Entry | None:
    key = next_key(QUOTA, kind, reservation_id=row.pk)
    return entry_write(
        QUOTA, book=row.pool, kind=kind, moves=moved(source, target, kg), key=key, actor=actor, at=now,
        memo=f"{row.case.number} {row.case.title}", document=document, reservation=row,
    )  # fmt: skip


def _locked(actor: Viewer, reservation: Reservation, *states: str) -> Reservation:
    """Lock the pool, then read the reservation anew: two who end it come one after the other."""
    _mine(actor, reservation.pool)
    return _anew(reservation, *states)


def _anew(reservation: Reservation, *states: str) -> Reservation:
    Pool.objects.select_for_update().get(pk=reservation.pool_id)
    row = Reservation.objects.select_related("pool", "case").get(pk=reservation.pk)
    if row.state not in states:
        raise ActionNotAvailable(f"这一笔现在是“{row.get_state_display()}”，请刷新后再看")
    return row


@transaction.atomic
def quota_use(
    *, actor: Viewer, reservation: Reservation, amount: Decimal, document: str, now: datetime
) -> Reservation:
    """Use what was reserved, as the approval says; what is not needed goes back to stock."""
    row, kg = _locked(actor, reservation, Reservation.State.RESERVED), kilograms(amount)
    if kg > row.kg:
        refuse({"amount": [f"只留了 {tonnes(row.kg)}，多的先退回再重新留"]})
    _move(row, "use", "reserved", "used", kg, actor, now, document)
    if kg < row.kg:
        _move(row, "release", "reserved", "stock", row.kg - kg, actor, now, document)
    row.kg, row.state, row.document, row.ended_on = kg, Reservation.State.USED, document, local_date(now)
    row.save()
    _noted(actor, "use", row, now, amount=str(amount), document=document)
    return row


@transaction.atomic
def quota_release(*, actor: Viewer, reservation: Reservation, reason: str, now: datetime) -> Reservation:
    """Give back to stock what was reserved or used: the project is off, closed, or needs less."""
    row = _locked(actor, reservation, Reservation.State.RESERVED, Reservation.State.USED)
    return _released(row, actor, reason, now)


def _released(row: Reservation, actor: Viewer, reason: str, now: datetime) -> Reservation:
    kind = "give_back" if row.state == Reservation.State.USED else "release"
    _move(row, kind, row.state, "stock", row.kg, actor, now)
    row.state, row.ended_on = Reservation.State.RELEASED, local_date(now)
    row.save()
    _noted(actor, "release", row, now, reason=reason)
    return row


def project_stopped(payload: Mapping[str, Any], now: datetime) -> None:
    """A project was given up: what is reserved for it, and not used, goes back to stock."""
    held = Reservation.objects.filter(case__number=payload["case"], state=Reservation.State.RESERVED)
    for reservation in held.select_related("pool"):
        with transaction.atomic():
            row = _anew(reservation, *Reservation.State.values)
            if row.state == Reservation.State.RESERVED:
                worker = system_viewer("worker", district_id=row.pool.district_id)
                _released(row, worker, "项目终止", now)


def reservations_visible_to(viewer: Viewer) -> QuerySet[Reservation]:
    """Return what was reserved of the pools of the viewer's units, of all for who watches; the soonest first."""
    rows = Reservation.objects.filter(pool__district_id=viewer.district_id or 0).select_related(
        "pool__unit", "case"
    )
    mine = rows if viewer.has("quotas.watch") else rows.filter(pool__unit_id__in=viewer.unit_ids)
    return mine.order_by("until", "pk")


def reservations_of(case: Case) -> list[Reservation]:
    """Return what a project holds, released ones left out."""
    rows = Reservation.objects.filter(case_id=case.pk).exclude(state=Reservation.State.RELEASED)
    return list(rows.select_related("pool").order_by("pool__pollutant"))


def running_out(viewer: Viewer, today: date) -> QuerySet[Reservation]:
    """Return what was reserved by the viewer's units and is due to be used or released within two weeks."""
    rows = Reservation.objects.filter(state=Reservation.State.RESERVED, pool__unit_id__in=viewer.unit_ids)
    return rows.filter(until__lte=today + timedelta(days=14)).select_related("pool", "case")
