"""One message a day in place of many: what waits and what is unread, on workday mornings, by the channels one chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import LOOK_TIME, SHANGHAI
from qiying.kernel.cases.waiting import waiting_for
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.notices.fan_out import robot_words
from qiying.kernel.notices.models import ChannelEndpoint, ChannelPreference, Delivery, Notice
from qiying.kernel.notices.selectors import matters, matters_filled, unread_count
from qiying.kernel.notices.services import digest_send
from qiying.kernel.organisations.models import Person
from qiying.ui.humanize import day_words

ITEMS = 10
MATTERS = 10


def digests_send(now: datetime) -> int:
    """Send today's digests that were not sent yet, from 8:30 on workdays; return how many."""
    if now.astimezone(SHANGHAI).time() < LOOK_TIME:
        return 0
    return _to_people(now) + _to_endpoints(now)


def _to_people(now: datetime) -> int:
    today = local_date(now)
    wishes = ChannelPreference.objects.filter(is_on=True, is_daily=True, person__is_active=True)
    done = set(
        Delivery.objects.filter(dedupe_key__startswith=f"d{today}:").values_list("dedupe_key", flat=True)
    )
    sent = 0
    for wish in wishes.select_related("person").order_by("person_id"):
        key = f"d{today}:p{wish.person_id}:{wish.channel}"
        if key not in done:
            sent += _to_person(wish.person, wish.channel, key, now)
    return sent


def _to_person(person: Person, channel: str, key: str, now: datetime) -> int:
    today = local_date(now)
    viewer = viewer_for(person, today)
    if viewer.district_id is None or not calendar_for(viewer.district_id).is_workday(today):
        return 0
    waiting = waiting_for(viewer, now, shown=ITEMS)
    unread = list(matters(person.pk, only_unread=True)[:MATTERS])
    if not waiting.count and not unread:
        return 0
    context = {
        "count": waiting.count,
        "late": waiting.late,
        "unread": unread_count(person.pk),
        "lines": [
            f"{pile.label}：{item.title}" + (f"，{day_words(item.day, today)}" if item.day else "")
            for pile in waiting.piles
            for item in pile.items
        ][: ITEMS * 2],
        "news": [m.last.title for m in matters_filled(person.pk, unread)],
    }
    return digest_send(
        district_id=viewer.district_id, channel=channel, key=key, context=context, at=now, person=person
    )


def _to_endpoints(now: datetime) -> int:
    today = local_date(now)
    sent = 0
    for endpoint in ChannelEndpoint.objects.filter(is_active=True, is_daily=True).order_by("pk"):
        if calendar_for(endpoint.district_id).is_workday(today):
            sent += _to_endpoint(endpoint, now)
    return sent


@transaction.atomic
def _to_endpoint(endpoint: ChannelEndpoint, now: datetime) -> int:
    """Tell a group robot what happened since its last digest, a week at most, each matter once."""
    key = f"d{local_date(now)}:e{endpoint.pk}"
    if Delivery.objects.filter(dedupe_key=key).exists():
        return 0
    last = (
        Delivery.objects.filter(endpoint=endpoint, dedupe_key__startswith="d").order_by("-queued_at").first()
    )
    since = max(last.queued_at if last else now - timedelta(days=1), now - timedelta(days=7))
    rows = Notice.objects.filter(district_id=endpoint.district_id, queued_at__gt=since, queued_at__lte=now)
    news = _robot_titles(
        [n for n in rows.exclude(template="digest").order_by("pk")[:2000] if endpoint.wants(n.template)]
    )
    if not news:
        return 0
    context = {"count": 0, "late": 0, "unread": len(news), "lines": [], "news": news[: MATTERS * 2]}
    return digest_send(
        district_id=endpoint.district_id,
        channel=endpoint.kind,
        key=key,
        context=context,
        at=now,
        endpoint=endpoint,
    )


def _robot_titles(notices: Sequence[Notice]) -> list[str]:
    """Return the last title of each matter in the words for robots, the newest matter first."""
    last = {n.subject: n for n in notices}
    return [robot_words(n).title for n in sorted(last.values(), key=lambda n: -n.pk)]
