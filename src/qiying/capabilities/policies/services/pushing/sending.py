"""Telling enterprises of new policies for them: few at once, seldom, in working hours, and only what still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from qiying.capabilities.policies.models import (
    Application,
    Match,
    MatchState,
    PolicyState,
    Push,
    PushChoice,
    Theme,
)
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Clerk
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.ui.humanize import money_words

AT_ONCE = 100
"""Enterprises told in one transaction; the worker comes again in a minute."""
WEEK = timedelta(days=7)
OFF, MUTED, GONE = "企业选了不要推送", "企业不要这个主题的推送", "轮到时政策已经停用"
NOT_ANY_MORE, APPLIED = "轮到时已经不符合", "企业已经申报"


@dataclass(frozen=True)
class Limits:
    """The caps on disturbance, on a day."""

    at_once: int
    a_week: int
    from_hour: int
    to_hour: int

    @classmethod
    def of(cls, district_id: int, now: datetime) -> Limits:
        on = local_date(now)
        names = ("policy.push_at_once", "policy.push_a_week", "policy.push_from", "policy.push_to")
        return cls(*(int(parameter(name, district_id=district_id, on=on)) for name in names))


def pushes_send(now: datetime) -> int:
    """Tell the next enterprises of every district and return how many messages went out; nothing outside hours."""
    districts = Push.objects.filter(state=Push.State.QUEUED).order_by().values_list("district_id", flat=True)
    return sum(_send(district_id, now) for district_id in sorted(set(districts.distinct())))


def is_open(district_id: int, now: datetime, limits: Limits) -> bool:
    """Tell whether people may be disturbed now: a workday, in working hours, Shanghai time."""
    here = local_time(now)
    return limits.from_hour <= here.hour < limits.to_hour and calendar_for(district_id).is_workday(
        here.date()
    )


def _send(district_id: int, now: datetime) -> int:
    limits = Limits.of(district_id, now)
    if not is_open(district_id, now, limits):
        return 0
    enterprise_ids = _next(district_id, now, limits)
    return _tell(district_id, enterprise_ids, now, limits) if enterprise_ids else 0


def _next(district_id: int, now: datetime, limits: Limits) -> list[int]:
    """Return enterprises whose turn it is: somebody speaks for them, and this week is not full."""
    today = local_date(now)
    clerks = Clerk.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        valid_from__lte=today,
        person__is_active=True,
        enterprise__district_id=district_id,
    )
    told = (
        Push.objects.filter(district_id=district_id, state=Push.State.SENT, sent_at__gt=now - WEEK)
        .order_by()
        .values("enterprise_id")
        .annotate(messages=Count("message", distinct=True))
        .filter(messages__gte=limits.a_week)
    )
    turn = (
        Push.objects.filter(
            district_id=district_id,
            state=Push.State.QUEUED,
            enterprise_id__in=clerks.order_by().values("enterprise_id"),
        )
        .exclude(enterprise_id__in=told.values("enterprise_id"))
        .order_by()
        .values("enterprise_id")
        .annotate(first=Min("queued_at"))
        .order_by("first", "enterprise_id")
    )
    return [row["enterprise_id"] for row in turn[:AT_ONCE]]


@transaction.atomic
def _tell(district_id: int, enterprise_ids: list[int], now: datetime, limits: Limits) -> int:
    waiting: dict[int, list[Push]] = defaultdict(list)
    rows = Push.objects.select_for_update(of=("self",)).filter(
        enterprise_id__in=enterprise_ids, state=Push.State.QUEUED
    )
    for push in rows.select_related("policy").order_by("pk"):
        waiting[push.enterprise_id].append(push)
    reasons = _reasons(waiting)
    held, sent, specs = defaultdict(list), [], []
    for enterprise_id in enterprise_ids:
        good = []
        for push in waiting[enterprise_id]:
            if why := reasons.why_not(push):
                held[why].append(push.pk)
            else:
                good.append(push)
        good.sort(key=lambda p: (-(p.amount_fen or 0), p.pk))
        if chosen := good[: limits.at_once]:
            message = f"policy_push:{enterprise_id}:{chosen[0].pk}"
            specs.append(_spec(enterprise_id, chosen, len(good) - len(chosen), message))
            sent += [(push.pk, message) for push in chosen]
    for why, ids in held.items():
        Push.objects.filter(pk__in=ids).update(state=Push.State.HELD, why_held=why)
    _mark_sent(sent, now)
    notices_queue(specs, district_id=district_id, at=now)
    return len(specs)


def _mark_sent(sent: list[tuple[int, str]], now: datetime) -> None:
    rows = [Push(pk=pk, state=Push.State.SENT, sent_at=now, message=message) for pk, message in sent]
    Push.objects.bulk_update(rows, ["state", "sent_at", "message"], batch_size=200)


def _spec(enterprise_id: int, chosen: list[Push], more: int, message: str) -> NoticeSpec:
    told: list[dict[str, Any]] = [
        {
            "name": p.policy.name,
            "amount": money_words(p.amount_fen) if p.amount_fen else "",
            "code": p.policy.code,
        }
        for p in chosen
    ]
    url = f"/policies/p/{told[0]['code']}/" if len(told) == 1 and not more else "/policies/mine/"
    return NoticeSpec(
        template="policy_push",
        to=f"e:{enterprise_id}",
        subject=f"enterprise:{enterprise_id}",
        dedupe_key=message,
        context={"policies": told, "count": len(told), "more": more},
        url=url,
    )


class _Reasons:
    """Why a push is not sent after all, of some enterprises; four queries."""

    def __init__(self, enterprise_ids: Iterable[int], policy_ids: Iterable[int]) -> None:
        ids, policies = list(enterprise_ids), list(policy_ids)
        self.choices = {c.pk: c for c in PushChoice.objects.filter(pk__in=ids)}
        pairs = Match.objects.filter(enterprise_id__in=ids, policy_id__in=policies, state=MatchState.ELIGIBLE)
        self.eligible = _pairs(pairs)
        applied = Application.objects.filter(enterprise_id__in=ids, policy_id__in=policies)
        self.applied = _pairs(applied.exclude(case__outcome__in=("refused", "withdrawn")))

    def why_not(self, push: Push) -> str:
        """Return why, or nothing when it may go."""
        choice = self.choices.get(push.enterprise_id)
        pair = (push.policy_id, push.enterprise_id)
        if choice is not None and choice.is_off:
            return OFF
        if choice is not None and push.policy.theme in choice.muted_themes:
            return f"{MUTED}（{Theme(push.policy.theme).label}）"
        if push.policy.state != PolicyState.PUBLISHED:
            return GONE
        if pair not in self.eligible:
            return NOT_ANY_MORE
        return APPLIED if pair in self.applied else ""


def _pairs(rows: QuerySet[Any]) -> set[tuple[int, int]]:
    return set(rows.order_by().values_list("policy_id", "enterprise_id"))


def _reasons(waiting: dict[int, list[Push]]) -> _Reasons:
    return _Reasons(waiting, {push.policy_id for pushes in waiting.values() for push in pushes})
