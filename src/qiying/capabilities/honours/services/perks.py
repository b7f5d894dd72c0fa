"""Perks for good entrepreneurs: places given and delivered on a ledger that never goes below zero."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.honours.models import Perk, PerkBook, PerkEntry, PerkGrant, PerkPosting
from qiying.capabilities.honours.services.common import noted, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.arithmetic import moved
from qiying.kernel.ledger.declaring import Ledger
from qiying.kernel.ledger.services import entry_write
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import row_keep, row_locked
from qiying.statutes.workdays import nth_workday

QUOTA = Ledger(
    code="perks",
    title="优享名额",
    book=PerkBook,
    entry=PerkEntry,
    posting=PerkPosting,
    outside=("source",),
    balances={"stock": "stock", "reserved": "reserved", "used": "used"},
    given="given",
    labels={"source": "下达", "stock": "还有", "reserved": "给了没兑现", "used": "兑现了"},
    words=lambda amount: f"{amount} 个",
)
State = PerkGrant.State
FIELDS = ("name", "about", "unit", "source", "valid_from", "valid_to")


def perk_keep(*, actor: Viewer, row: Perk | None, values: Mapping[str, Any], now: datetime) -> Perk:
    """Enter or change a perk; raise `GuardFailed` with every reason by field."""
    told: dict[str, Any] = {"needs": "honours.perks", "action": "honours.perk", "unique": "name"}
    made: Perk = row_keep(actor=actor, model=Perk, row=row, values=values, names=FIELDS, now=now, **told)
    return made


@transaction.atomic
def quota_give(
    *, actor: Viewer, perk: Perk, year: int, places: int, document: str, now: datetime
) -> PerkBook:
    """Give places to a perk for a year; by the same document once."""
    require(actor, "honours.perks")
    if places <= 0:
        refuse({"places": ["至少 1 个"]})
    if not perk.valid_from.year <= year <= local_date(now).year + 1:
        refuse({"year": ["这一年还没有这个项目，或者太远了"]})
    book, _ = PerkBook.objects.get_or_create(perk=perk, year=year)
    moves = moved("source", "stock", places)
    key = f"perk-give-{book.pk}-{document}"[:80]
    entry_write(QUOTA, book=book, kind="give", moves=moves, key=key, actor=actor, at=now, document=document)
    noted(actor, "quota", perk, now, places=places, year=year, document=document)
    book.refresh_from_db()
    return book


@transaction.atomic
def perk_grant(
    *,
    actor: Viewer,
    perk: Perk,
    enterprise: Enterprise,
    holder: str,
    why: str,
    now: datetime,
    year: int | None = None,
) -> PerkGrant:
    """Give a place to an entrepreneur; refused when no place is left. The same person again is the same place."""
    require(actor, "honours.perks")
    today = local_date(now)
    if enterprise.district_id != perk.district_id or perk.district_id != actor.district_id:
        refuse({"enterprise": ["本区没有这家企业"]})
    if perk.valid_to is not None and perk.valid_to < today:
        refuse({"perk": [f"这个项目 {perk.valid_to} 到期了"]})
    book = PerkBook.objects.select_for_update().filter(perk=perk, year=year or today.year).first()
    if book is None:
        raise GuardFailed(["今年还没有下达名额"], {"holder": ["今年还没有下达名额"]})
    known = book.grants.filter(enterprise=enterprise, holder=holder).exclude(state=State.RELEASED).first()
    if known is not None:
        return known
    days = int(parameter("honours.perk_workdays", district_id=perk.district_id, on=today))
    row = PerkGrant.objects.create(
        district_id=perk.district_id,
        made_by_id=actor.person_id,
        made_at=now,
        book=book,
        enterprise=enterprise,
        holder=holder,
        why=why,
        due_on=nth_workday(today, days, calendar_for(perk.district_id)),
    )
    moves, key = moved("stock", "reserved", 1), f"perk-reserve-{row.pk}"
    if (
        entry_write(QUOTA, book=book, kind="reserve", moves=moves, key=key, actor=actor, at=now, grant=row)
        is None
    ):
        refuse({"holder": [f"名额用完了：{book.year} 年共 {book.given} 个，都给出去了"]})
    noted(actor, "grant", row, now, firm=enterprise.name)
    told(
        enterprise,
        row.subject,
        f"给{holder}：{perk.name}",
        "/growth/",
        now,
        once=f"perk:{row.pk}",
        day=row.due_on,
    )
    return row


@transaction.atomic
def perk_deliver(*, actor: Viewer, grant: PerkGrant, on: date, note: str, now: datetime) -> PerkGrant:
    """Record that a perk was delivered, by the unit it was given to."""
    row = _own(actor, grant)
    if not local_date(row.made_at) <= on <= local_date(now):
        refuse({"on": ["兑现日期要在给出以后、今天以前"]})
    moves, key = moved("reserved", "used", 1), f"perk-use-{row.pk}"
    entry_write(QUOTA, book=row.book, kind="use", moves=moves, key=key, actor=actor, at=now, grant=row)
    row.state, row.delivered_on, row.note = State.DELIVERED, on, note
    row.save()
    noted(actor, "deliver", row, now)
    told(
        row.enterprise,
        row.subject,
        f"{row.book.perk.name}兑现了：{note}"[:200],
        "/growth/",
        now,
        once=f"used:{row.pk}",
    )
    return row


@transaction.atomic
def perk_release(*, actor: Viewer, grant: PerkGrant, reason: str, now: datetime) -> PerkGrant:
    """Take a place back that nobody used."""
    require(actor, "honours.perks")
    row = row_locked(grant, State.RESERVED)
    moves, key = moved("reserved", "stock", 1), f"perk-release-{row.pk}"
    entry_write(QUOTA, book=row.book, kind="release", moves=moves, key=key, actor=actor, at=now, grant=row)
    row.state, row.note = State.RELEASED, reason
    row.save()
    noted(actor, "release", row, now, reason=reason)
    return row


def _own(actor: Viewer, grant: PerkGrant) -> PerkGrant:
    require(actor, "honours.deliver")
    row = row_locked(grant, State.RESERVED)
    if row.book.perk.unit_id not in actor.unit_ids:
        raise NotPermitted("由负责兑现的单位来登记")
    return row
