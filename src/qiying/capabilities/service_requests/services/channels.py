"""Channels and categories as data an administrator keeps: changed with their reason on record, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.selectors import forget
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Channel, Intake
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.statutes.workdays import nth_workday

LATE_WINDOW_DAYS = 90


@dataclass(frozen=True)
class ChannelState:
    """A channel and how it does: what came this month, what was handed in late, how long it has been silent."""

    channel: Channel
    this_month: int
    last_on: date | None
    late: int
    handed_in: int
    silent_days: int | None
    unreplied: int

    @property
    def is_silent(self) -> bool:
        """A channel in use from which nothing came for longer than it may be silent."""
        if not self.channel.is_active:
            return False
        return self.silent_days is None or self.silent_days > self.channel.silent_after_days


def channel_states(viewer: Viewer, today: date) -> list[ChannelState]:
    """Return the channels of the viewer's district with their state; three queries whatever came in."""
    require(viewer, "service_requests.view_channels")
    district_id = viewer.district_id or 0
    month = Q(intakes__received_on__gte=today.replace(day=1))
    channels = (
        Channel.objects.filter(district_id=district_id)
        .select_related("owner_unit")
        .annotate(
            month=Count("intakes", filter=month),
            last=Max("intakes__received_on"),
            owed=Count("intakes", filter=Q(intakes__reply_state=Intake.Reply.PENDING)),
        )
    )
    late, handed_in = _handed_in(district_id, today)
    return [
        ChannelState(
            channel=c,
            this_month=c.month,
            last_on=c.last,
            late=late.get(c.pk, 0),
            handed_in=handed_in.get(c.pk, 0),
            silent_days=(today - c.last).days if c.last else None,
            unreplied=c.owed,
        )
        for c in channels
    ]


def _handed_in(district_id: int, today: date) -> tuple[dict[int, int], dict[int, int]]:
    """Return late and all intakes by channel over 90 days; late by the statutory calendar, not by eye."""
    calendar = calendar_for(district_id)
    rows = (
        Intake.objects.filter(
            district_id=district_id, received_on__gt=today - timedelta(days=LATE_WINDOW_DAYS)
        )
        .values("channel_id", "received_on", "handed_in_on", workdays=F("channel__hand_in_workdays"))
        .annotate(n=Count("pk"))
        .order_by()
    )
    late: dict[int, int] = {}
    handed_in: dict[int, int] = {}
    for r in rows:
        handed_in[r["channel_id"]] = handed_in.get(r["channel_id"], 0) + r["n"]
        # Where people write themselves (0 workdays) nobody hands anything in.
        if not r["workdays"] or r["handed_in_on"] <= r["received_on"]:
            continue
        if r["handed_in_on"] > nth_workday(r["received_on"], r["workdays"], calendar):
            late[r["channel_id"]] = late.get(r["channel_id"], 0) + r["n"]
    return late, handed_in


def headline(states: Sequence[ChannelState]) -> str:
    """Return in one sentence which channels hand in late and which say nothing."""
    active = [s for s in states if s.channel.is_active]
    late = [s for s in active if s.late]
    silent = [s for s in active if s.is_silent]
    parts = [f"{len(active)} 个渠道在用"]
    if late:
        worst = max(late, key=lambda s: (s.late, s.channel.name))
        parts.append(f"{len(late)} 个有迟交，最多的是{worst.channel.name}（{worst.late} 件）")
    if silent:
        names = "、".join(s.channel.name for s in silent[:3])
        parts.append(f"{len(silent)} 个没有声音：{names}{'等' if len(silent) > 3 else ''}")
    return "，".join(parts) + "。" if len(parts) > 1 else parts[0] + "，都按时交来。"


CHANNEL_FIELDS = (
    "name", "owner_unit_id", "hand_in", "hand_in_workdays", "silent_after_days", "reply_via", "is_active",
)  # fmt: skip


@transaction.atomic
def channel_save(*, channel: Channel, actor: Viewer, values: dict[str, Any], now: datetime) -> Channel:
    """Change what a channel owes and how it is answered; raise `GuardFailed` with every reason."""
    require(actor, "service_requests.channels")
    fields: dict[str, list[str]] = {}
    if not str(values.get("name", "")).strip():
        fields["name"] = ["请写渠道名称"]
    owner = values.get("owner_unit_id")
    if owner and not Unit.objects.filter(pk=owner, district_id=channel.district_id, is_active=True).exists():
        fields["owner_unit_id"] = ["选的单位不在本区或已停用，请重选"]
    if values.get("reply_via") not in Channel.ReplyVia.values:
        fields["reply_via"] = ["请选怎么回复"]
    _within(values, "hand_in_workdays", 0, 60, "工作日", fields)
    _within(values, "silent_after_days", 1, 730, "天数", fields)
    _refuse(fields)
    before = {f: getattr(channel, f) for f in CHANNEL_FIELDS}
    for f in CHANNEL_FIELDS:
        if f in values:
            setattr(channel, f, values[f] if f != "owner_unit_id" else values[f] or None)
    channel.save(update_fields=[*CHANNEL_FIELDS])
    _record(
        actor, "channel_saved", f"channel:{channel.pk}", channel.code, before, channel, CHANNEL_FIELDS, now
    )
    return channel


CATEGORY_FIELDS = ("name", "group", "usual_unit_id", "keywords", "is_active")


@transaction.atomic
def category_save(*, category: Category, actor: Viewer, values: dict[str, Any], now: datetime) -> Category:
    """Change a category's name, usual unit and keywords; its code stays, because cases name it."""
    require(actor, "service_requests.categories")
    fields: dict[str, list[str]] = {}
    for name, words in (("name", "请写类别名称"), ("group", "请写属于哪一组")):
        if not str(values.get(name, "")).strip():
            fields[name] = [words]
    unit = values.get("usual_unit_id")
    if unit and not Unit.objects.filter(pk=unit, district_id=category.district_id, is_active=True).exists():
        fields["usual_unit_id"] = ["选的单位不在本区或已停用，请重选"]
    keywords = [str(k).strip() for k in values.get("keywords", []) if str(k).strip()]
    if any(len(k) < 2 for k in keywords):
        fields["keywords"] = ["关键词至少两个字，一个字会到处碰上"]
    _refuse(fields)
    before = {f: getattr(category, f) for f in CATEGORY_FIELDS}
    for f in CATEGORY_FIELDS:
        if f in values:
            setattr(category, f, values[f] if f != "usual_unit_id" else values[f] or None)
    category.keywords = list(dict.fromkeys(keywords))
    category.save(update_fields=[*CATEGORY_FIELDS])
    forget()
    _record(
        actor,
        "category_saved",
        f"category:{category.pk}",
        category.code,
        before,
        category,
        CATEGORY_FIELDS,
        now,
    )
    return category


def _within(
    values: dict[str, Any], name: str, least: int, most: int, label: str, fields: dict[str, list[str]]
) -> None:
    value = values.get(name)
    if not isinstance(value, int) or not least <= value <= most:
        fields[name] = [f"{label}要在 {least} 到 {most} 之间"]


def _refuse(fields: dict[str, list[str]]) -> None:
    if fields:
        raise GuardFailed([w for words in fields.values() for w in words], fields)


def _record(
    actor: Viewer,
    action: str,
    subject: str,
    code: str,
    before: dict[str, Any],
    row: Channel | Category,
    names: Sequence[str],
    now: datetime,
) -> None:
    after = {f: getattr(row, f) for f in names}
    changed = [f for f in names if before[f] != after[f]]
    if not changed:
        return
    record_act(
        actor=actor,
        action=action,
        subject=subject,
        data={
            "code": code,
            "before": {f: before[f] for f in changed},
            "after": {f: after[f] for f in changed},
        },
        at=now,
        district_id=row.district_id,
    )
