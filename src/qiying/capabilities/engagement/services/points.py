"""Writes of points: kinds as data, points with terms, activities, problems into the pool, receptions, own notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.engagement.models import DeputyNote, Point, PointActivity, PointKind, PointProblem
from qiying.capabilities.engagement.selectors.points import may_keep, notes_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.services.offering import bookable_save
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.opening import case_start
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.selectors import gatherings_visible_to
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.rows import row_faults, row_filled

NOTES_CHANNEL = "liaison_station"
POINT = ("kind", "name", "unit", "enterprise", "sector", "address", "hours", "phone", "valid_from")


def _noted(actor: Viewer, action: str, subject: str, district_id: int, now: datetime, **data: Any) -> None:
    record_act(actor=actor, action=action, subject=subject, data=data, at=now, district_id=district_id)


@transaction.atomic
def kind_save(
    *, actor: Viewer, kind: PointKind | None, values: Mapping[str, Any], now: datetime
) -> PointKind:
    """Say of a kind of points who owns them, who sees them and by which channel their problems come in."""
    require(actor, "engagement.points_district")
    row = kind or PointKind(district_id=actor.district_id or 0)
    row_filled(row, values, "name", "owner_kind", "visibility", "channel", "is_active")
    fields = row_faults(row)
    channel = Channel.objects.filter(district_id=row.district_id, code=row.channel).first()
    if channel is None:
        fields["channel"] = ["没有这个渠道"]
    refuse(fields)
    row.save()
    told = {
        "name": row.name,
        "visibility": row.get_visibility_display(),
        "channel": channel.name if channel else "",
    }
    _noted(actor, "point_kind_save", f"point_kind:{row.pk}", row.district_id, now, **told)
    return row


@transaction.atomic
def point_save(*, actor: Viewer, point: Point | None, values: Mapping[str, Any], now: datetime) -> Point:
    """Set up a point of one's own unit, or change it; its kind decides which kind of unit may own it."""
    require(actor, "engagement.points")
    row = row_filled(point or Point(district_id=actor.district_id or 0), values, *POINT)
    fields = row_faults(row)
    if "kind" not in fields and "unit" not in fields and row.kind_id and row.unit_id:
        if row.unit.kind != row.kind.owner_kind:
            fields["unit"] = [f"这一类站点由{row.kind.get_owner_kind_display()}主管"]
        elif not may_keep(actor, row):
            fields["unit"] = ["只能设自己单位的站点"]
    elif not fields:
        fields["unit"] = ["请选类别和主管单位"]
    refuse(fields)
    row.save()
    if "members" in values:
        row.members.set(Person.objects.filter(pk__in=values["members"], district_id=row.district_id))
    _noted(actor, "point_save", row.subject, row.district_id, now, name=row.name, unit=row.unit.label)
    return row


@transaction.atomic
def point_end(*, actor: Viewer, point: Point, on: date, reason: str, now: datetime) -> Point:
    """Close a point on a day; what it contributed stays."""
    _keep(actor, point)
    if on < point.valid_from:
        refuse({"on": ["不能早于设立那天"]})
    point.valid_to, point.ended_reason = on, reason[:200]
    point.save(update_fields=["valid_to", "ended_reason"])
    _noted(actor, "point_end", point.subject, point.district_id, now, on=on.isoformat(), reason=reason[:200])
    return point


def _keep(actor: Viewer, point: Point) -> None:
    require(actor, "engagement.points")
    if not may_keep(actor, point):
        raise NotPermitted("只能管自己单位的站点")


@transaction.atomic
def activity_note(*, actor: Viewer, point: Point, values: Mapping[str, Any], now: datetime) -> PointActivity:
    """Note something held at a point."""
    _keep(actor, point)
    if values["on"] > local_date(now) and not values.get("gathering"):
        refuse({"on": ["还没到那天；要先办的，在会议活动里办一次，再记在这里"]})
    row = PointActivity(point=point, noted_by_id=actor.person_id)
    row_filled(row, values, "gathering", "on", "title", "people", "text")
    if row.gathering is not None:
        fetch_or_404(gatherings_visible_to(actor), pk=row.gathering_id)
        if PointActivity.objects.filter(gathering=row.gathering).exists():
            refuse({"gathering": ["这次活动已经记在一个站点上"]})
    row.save()
    _noted(actor, "point_activity", point.subject, point.district_id, now, title=row.title, people=row.people)
    return row


@transaction.atomic
def problem_raise(
    *,
    actor: Viewer,
    point: Point,
    text: str,
    now: datetime,
    enterprise: Enterprise | None = None,
    name: str = "",
) -> Case:
    """Hand in a problem heard at a point: a case of the pool by the channel of the point's kind."""
    _keep(actor, point)
    if len(text.strip()) < 5:
        refuse({"text": ["至少写 5 个字"]})
    number = PointProblem.objects.filter(point=point).count() + 1
    case = case_start(
        procedure="service_request", actor=system_viewer("worker", district_id=point.district_id), now=now,
        data={
            "channel": point.kind.channel, "text": text.strip(), "title": text.strip()[:60], "contact_name": name,
            "enterprise_id": enterprise.pk if enterprise else None, "place": point.name,
            "source_id": f"point-{point.pk}-{number}",
        },
    )  # fmt: skip
    PointProblem.objects.create(point=point, case=case)
    _noted(actor, "point_problem", point.subject, point.district_id, now, number=case.number)
    return case


@transaction.atomic
def reception_offer(*, actor: Viewer, point: Point, values: Mapping[str, Any], now: datetime) -> Bookable:
    """Offer a reception by somebody of one's own unit at a point; enterprises book it like any other time."""
    offered = {**values, "subject": point.subject, "kind": "reception", "place": point.address or point.name}
    return bookable_save(bookable=None, actor=actor, values=offered, now=now)


# --- a deputy's own notes ------------------------------------------------------------------------
@transaction.atomic
def note_save(
    *, actor: Viewer, key: str, text: str, on: date, now: datetime, enterprise: Enterprise | None = None
) -> DeputyNote:
    """Keep a note of one's own; the same key again is the same note. What it says stands in no record of acts."""
    require(actor, "engagement.notes")
    if len(text.strip()) < 2 or not 8 <= len(key) <= 40:
        refuse({"text": ["写一句记什么"]})
    values = {"text": text.strip()[:2000], "on": on, "enterprise": enterprise}
    row, _ = DeputyNote.objects.get_or_create(person_id=actor.person_id or 0, key=key, defaults=values)
    return row


@transaction.atomic
def note_raise(*, actor: Viewer, note: DeputyNote, now: datetime) -> Case:
    """Make a problem of one's own note; twice is the same case, and only the problem leaves the note."""
    require(actor, "engagement.notes")
    row = fetch_or_404(notes_of(actor).select_for_update(of=("self",)), pk=note.pk)
    if row.case is not None:
        return row.case
    if len(row.text) < 5:
        raise ActionNotAvailable("这条太短，先写清楚是什么问题")
    row.case = case_start(
        procedure="service_request", actor=system_viewer("worker", district_id=actor.district_id), now=now,
        data={
            "channel": NOTES_CHANNEL, "text": row.text, "title": row.text[:60], "enterprise_id": row.enterprise_id,
            "source_id": f"deputy-{row.pk}", "handed_in_on": row.on,
        },
    )  # fmt: skip
    row.save(update_fields=["case"])
    _noted(
        actor, "note_raise", f"case:{row.case.number}", actor.district_id or 0, now, number=row.case.number
    )
    return row.case
