"""From outbox rows to inboxes and queued deliveries: one transaction for a batch, a bad row alone."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from qiying.kernel.audit.clock import local_date
from qiying.kernel.notices.backoff import MAX_ATTEMPTS, wait_before
from qiying.kernel.notices.channels import person_channels
from qiying.kernel.notices.models import (
    ChannelEndpoint,
    ChannelPreference,
    Delivery,
    InboxItem,
    Notice,
)
from qiying.kernel.notices.recipients import Recipient, kept_out, recipients
from qiying.kernel.notices.services import DONE
from qiying.kernel.notices.wording import Words, render

BATCH = 100
ROBOT = "robot"  # templates may have a variant for group chats and programs of others


def fan_out(now: datetime, limit: int = BATCH) -> int:
    """Fan out what is due; return how many notices were done."""
    try:
        return _batch(now, limit, None)
    except DatabaseError:
        # One row the database refuses must not hold up the others: take them singly.
        due = list(_due(now).values_list("pk", flat=True)[:limit])
        return sum(_single(now, pk) for pk in due)


def _due(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(next_try_at__lte=now).order_by("next_try_at", "id")


def _single(now: datetime, pk: int) -> int:
    try:
        return _batch(now, 1, pk)
    except DatabaseError as error:
        notice = Notice.objects.get(pk=pk)
        _failed(notice, error, now)
        notice.save(update_fields=["attempts", "last_error", "next_try_at", "given_up_at"])
        return 0


@transaction.atomic
def _batch(now: datetime, limit: int, pk: int | None) -> int:
    due = _due(now) if pk is None else _due(now).filter(pk=pk)
    # Two workers take different rows; SQLite has one writer at a time anyway.
    skip = connection.features.has_select_for_update_skip_locked
    notices = list(due.select_for_update(skip_locked=skip)[:limit])
    if not notices:
        return 0
    people = recipients({n.to_key for n in notices if n.template != DONE}, local_date(now))
    out = kept_out({n.subject for n in notices})
    endpoints = list(
        ChannelEndpoint.objects.filter(district_id__in={n.district_id for n in notices}, is_active=True)
    )
    wishes = _wishes([r for found in people.values() for r in found])
    items: list[InboxItem] = []
    deliveries: list[Delivery] = []
    done = 0
    for notice in notices:
        if notice.template == DONE:
            _settle(notice, items)
            continue
        try:
            told = [r for r in people[notice.to_key] if r.person.pk not in out.get(notice.subject, ())]
            made = _items_of(notice, told, now)
            sent = _to_people(notice, told, made, wishes, now)
            sent += _to_endpoints(notice, endpoints, now)
        except Exception as error:
            _failed(notice, error, now)
            continue
        items += made
        deliveries += sent
        notice.fanned_out_at, notice.next_try_at, notice.last_error = now, None, ""
        done += 1
    settled = [n.pk for n in notices if n.template == DONE]
    if settled:
        Notice.objects.filter(pk__in=settled).delete()
        notices = [n for n in notices if n.template != DONE]
    InboxItem.objects.bulk_create(items, ignore_conflicts=True)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    fields = ["fanned_out_at", "next_try_at", "attempts", "last_error", "given_up_at"]
    Notice.objects.bulk_update(notices, fields)
    return done


def _settle(notice: Notice, items: Sequence[InboxItem]) -> None:
    """Mark as read what was asked before, in the inboxes and among what this batch puts there."""
    keys, is_over = notice.context["keys"], notice.context["is_over"]

    def is_settled(key: str) -> bool:
        return (is_over and key.startswith("u:")) or key.partition("#")[0] in keys

    wanted = Q(notice__to_key__startswith="u:") if is_over else Q(pk__in=())
    for key in keys:
        wanted |= Q(notice__to_key=key) | Q(notice__to_key__startswith=f"{key}#")
    unread = InboxItem.objects.filter(wanted, subject=notice.subject, read_at__isnull=True)
    unread.update(read_at=notice.queued_at)
    for item in items:
        if item.notice and item.subject == notice.subject and is_settled(item.notice.to_key):
            item.read_at = notice.queued_at


def _items_of(notice: Notice, found: Sequence[Recipient], now: datetime) -> list[InboxItem]:
    words: dict[str, Words] = {}
    items = []
    for recipient in found:
        if recipient.role not in words:
            words[recipient.role] = render(notice.template, recipient.role, _context(notice, recipient.role))
        title, body = words[recipient.role]
        items.append(
            InboxItem(
                person=recipient.person,
                notice=notice,
                template=notice.template,
                title=title,
                body=body,
                url=notice.url,
                subject=notice.subject,
                created_at=notice.queued_at,
            )
        )
    return items


def _context(notice: Notice, role: str) -> dict[str, object]:
    return {**notice.context, "role": role, "url": notice.url, "subject": notice.subject}


def _wishes(found: Sequence[Recipient]) -> dict[tuple[int, str], bool]:
    people = {r.person.pk for r in found}
    rows = ChannelPreference.objects.filter(person_id__in=people) if people else ()
    return {(row.person_id, row.channel): row.is_on and not row.is_daily for row in rows}


def _to_people(
    notice: Notice,
    found: Sequence[Recipient],
    items: Sequence[InboxItem],
    wishes: dict[tuple[int, str], bool],
    now: datetime,
) -> list[Delivery]:
    deliveries = []
    for recipient, item in zip(found, items, strict=True):
        for code, channel in person_channels().items():
            is_on = wishes.get((recipient.person.pk, code), channel.is_on_by_default(recipient.role))
            if is_on and channel.address_of(recipient.person):
                key = f"n{notice.pk}:{code}:p{recipient.person.pk}"
                words = Words(item.title, item.body)
                deliveries.append(_delivery(notice, code, words, key, now, person=recipient.person))
    return deliveries


def _to_endpoints(notice: Notice, endpoints: Sequence[ChannelEndpoint], now: datetime) -> list[Delivery]:
    wanted = [
        e
        for e in endpoints
        if e.district_id == notice.district_id and not e.is_daily and e.wants(notice.template)
    ]
    if not wanted:
        return []
    words = robot_words(notice)
    # One act tells several parties; the outside is told once.
    act = f"{notice.template}|{notice.subject}|{notice.queued_at.isoformat()}"
    digest = hashlib.sha256(act.encode()).hexdigest()[:24]
    return [_delivery(notice, e.kind, words, f"e{e.pk}:{digest}", now, endpoint=e) for e in wanted]


def robot_words(notice: Notice) -> Words:
    """Return a notice in the words for group chats and programs of others."""
    return render(notice.template, ROBOT, _context(notice, ROBOT))


def _delivery(
    notice: Notice, channel: str, words: Words, key: str, now: datetime, **target: object
) -> Delivery:
    return Delivery(
        district_id=notice.district_id,
        notice=notice,
        channel=channel,
        dedupe_key=key,
        title=words.title,
        body=words.body,
        url=notice.url,
        queued_at=now,
        next_try_at=now,
        **target,
    )


def _failed(notice: Notice, error: Exception, now: datetime) -> None:
    notice.attempts += 1
    notice.last_error = f"{type(error).__name__}: {error}"[:400]
    if notice.attempts >= MAX_ATTEMPTS:
        notice.given_up_at, notice.next_try_at = now, None
    else:
        notice.next_try_at = now + wait_before(notice.attempts)
