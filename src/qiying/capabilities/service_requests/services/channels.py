"""Channels and categories as data an administrator keeps: changed with their reason on record, never deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, F, Max, Q

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.rules.catalogue import GROUPS
from qiying.capabilities.service_requests.selectors import forget
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Channel, Intake
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import refuse
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
    "name", "group", "owner_unit_id", "hand_in", "hand_in_workdays", "silent_after_days", "reply_via", "is_active",
)  # fmt: skip


@transaction.atomic
def channel_save(*, channel: Channel | None, actor: Viewer, values: dict[str, Any], now: datetime) -> Channel:
    """Change what a channel owes and how it is answered, or add one; raise `GuardFailed` with every reason."""
    require(actor, "service_requests.channels")
    row = channel or Channel(district_id=actor.district_id or 0, position=_last(Channel, actor))
    values = {**values, "group": values.get("group") or row.group}
    fields = _name_problems(Channel, row, values.get("name", ""), "渠道")
    owner = values.get("owner_unit_id")
    if owner and not Unit.objects.filter(pk=owner, district_id=row.district_id, is_active=True).exists():
        fields["owner_unit_id"] = ["选的单位不在本区或已停用，请重选"]
    if values["group"] not in GROUPS:
        fields["group"] = [f"分组写 {'、'.join(GROUPS)} 之一"]
    if values.get("reply_via") not in Channel.ReplyVia.values:
        fields["reply_via"] = ["请选怎么回复"]
    _within(values, "hand_in_workdays", 0, 60, "工作日", fields)
    _within(values, "silent_after_days", 1, 730, "天数", fields)
    refuse(fields)
    saved = _written(row, values, CHANNEL_FIELDS, "channel", actor, now)
    forget()
    return saved


CATEGORY_FIELDS = ("name", "group", "usual_unit_id", "keywords", "is_active")


@transaction.atomic
def category_save(
    *, category: Category | None, actor: Viewer, values: dict[str, Any], now: datetime
) -> Category:
    """Change a category's name, usual unit and keywords, or add one; its code stays, because cases name it."""
    require(actor, "service_requests.categories")
    row = category or Category(
        district_id=actor.district_id or 0, position=_last(Category, actor), source="本区添加"
    )
    fields = _name_problems(Category, row, values.get("name", ""), "类别")
    if not str(values.get("group", "")).strip():
        fields["group"] = ["请写属于哪一组"]
    unit = values.get("usual_unit_id")
    if unit and not Unit.objects.filter(pk=unit, district_id=row.district_id, is_active=True).exists():
        fields["usual_unit_id"] = ["选的单位不在本区或已停用，请重选"]
    keywords = list(dict.fromkeys(k.strip() for k in map(str, values.get("keywords", [])) if k.strip()))
    if any(len(k) < 2 for k in keywords):
        fields["keywords"] = ["关键词至少两个字，一个字会到处碰上"]
    refuse(fields)
    _written(row, {**values, "keywords": keywords}, CATEGORY_FIELDS, "category", actor, now)
    forget()
    return row


R = TypeVar("R", Channel, Category)


def _last(kind: type[Channel] | type[Category], actor: Viewer) -> int:
    found = kind._default_manager.filter(district_id=actor.district_id or 0).aggregate(last=Max("position"))[
        "last"
    ]
    return int(found or 0) + 1


def _name_problems(
    kind: type[Channel] | type[Category], row: Channel | Category, name: object, noun: str
) -> dict[str, list[str]]:
    text = str(name).strip()
    if not text:
        return {"name": [f"请写{noun}名称"]}
    same = kind._default_manager.filter(district_id=row.district_id, name=text).exclude(pk=row.pk)
    return {"name": [f"已经有叫“{text}”的{noun}"]} if same.exists() else {}


def _written(
    row: R, values: dict[str, Any], names: Sequence[str], noun: str, actor: Viewer, now: datetime
) -> R:
    """Write a row and note what changed; a new one gets a code from its name."""
    before = {f: getattr(row, f) if row.pk else None for f in names}
    for f in names:
        if f in values:
            setattr(row, f, values[f] if not f.endswith("_id") else values[f] or None)
    row.code = row.code or _code(type(row), row.district_id, row.name)
    row.save()
    after = {f: getattr(row, f) for f in names}
    changed = [f for f in names if before[f] != after[f]]
    if changed:
        record_act(
            actor=actor,
            action=f"{noun}_saved",
            subject=f"{noun}:{row.pk}",
            data={
                "code": row.code,
                "before": {f: before[f] for f in changed},
                "after": {f: after[f] for f in changed},
            },
            at=now,
            district_id=row.district_id,
        )
    return row


def _code(kind: type[Channel] | type[Category], district_id: int, name: str) -> str:
    """Return a code that programs can name, from the name's sounds, unlike those of the district so far."""
    from pypinyin import lazy_pinyin  # here: its dictionary is for a new code and nothing else

    sounds = "_".join(re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(name)).lower()))[:30] or "new"
    taken = set(kind._default_manager.filter(district_id=district_id).values_list("code", flat=True))
    taken |= {"new", "view", "imports"}  # steps of the pages' addresses
    return next(c for c in (sounds, *(f"{sounds}_{n}" for n in range(2, 1000))) if c not in taken)


def _within(
    values: dict[str, Any], name: str, least: int, most: int, label: str, fields: dict[str, list[str]]
) -> None:
    value = values.get(name)
    if not isinstance(value, int) or not least <= value <= most:
        fields[name] = [f"{label}要在 {least} 到 {most} 之间"]
