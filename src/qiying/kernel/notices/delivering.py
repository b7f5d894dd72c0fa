"""Sending what is due: claimed by compare-and-set with a lease, tried again with back-off, given up visibly."""

import time
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from qiying.kernel.notices.backoff import LEASE, MAX_ATTEMPTS, wait_before
from qiying.kernel.notices.channels import ChannelFailed, Message, endpoint_channel, person_channels
from qiying.kernel.notices.models import Delivery, DeliveryState

BATCH = 50
SECONDS = 10.0  # a slow gateway must not keep the worker from its clocks
REST = timedelta(minutes=1)  # for a channel that failed three times in one go
_TIRED_AFTER = 3
_OPEN = (DeliveryState.QUEUED, DeliveryState.FAILED)


def deliver(now: datetime, limit: int = BATCH, seconds: float = SECONDS) -> int:
    """Send what is due within `seconds` of wall time; return how many messages went out."""
    began, sent, failures = time.monotonic(), 0, Counter[str]()
    due = Delivery.objects.filter(next_try_at__lte=now, state__in=_OPEN)
    due = due.select_related("notice", "person", "endpoint").order_by("next_try_at", "id")
    for delivery in list(due[:limit]):
        if time.monotonic() - began > seconds:
            break
        if not _claim(delivery, now):
            continue
        if _send(delivery, now):
            sent += 1
        elif delivery.endpoint_id is None:
            failures[delivery.channel] += 1
            if failures[delivery.channel] == _TIRED_AFTER:
                _waiting(now).filter(channel=delivery.channel).update(next_try_at=now + REST)
    return sent


def _claim(delivery: Delivery, now: datetime) -> bool:
    """Take the row for the length of a lease; a worker that dies leaves it to be taken again."""
    rows = Delivery.objects.filter(pk=delivery.pk, next_try_at=delivery.next_try_at, state__in=_OPEN)
    if not rows.update(next_try_at=now + LEASE, attempts=F("attempts") + 1):
        return False
    delivery.attempts += 1
    return True


def _send(delivery: Delivery, now: datetime) -> bool:
    try:
        _hand_over(delivery)
    except ChannelFailed as error:
        _failed(delivery, str(error), now)
        return False
    except Exception as error:
        _failed(delivery, f"{type(error).__name__}: {error}", now)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.SENT, sent_at=now, next_try_at=None, last_error=""
    )
    return True


def _hand_over(delivery: Delivery) -> None:
    message = _message(delivery)
    if delivery.endpoint is not None:
        if not delivery.endpoint.is_active:
            raise ChannelFailed("这个外发地址已停用")
        endpoint_channel(delivery.endpoint.kind).send(delivery.endpoint, message)
        return
    channel = person_channels().get(delivery.channel)
    # The address as it is now: a corrected number helps the next try.
    address = channel.address_of(delivery.person) if channel and delivery.person else ""
    if channel is None or not address:
        raise ChannelFailed("没有这个人的号码或邮箱，或者渠道没接通")
    channel.send(address, message)


def _message(delivery: Delivery) -> Message:
    url = delivery.url
    if url.startswith("/"):
        url = settings.QIYING_ENV.base_url.rstrip("/") + url
    return Message(
        delivery_id=delivery.pk,
        title=delivery.title,
        body=delivery.body,
        url=url,
        template=delivery.notice.template,
        subject=delivery.notice.subject,
        at=delivery.notice.queued_at,
        context=delivery.notice.context,
    )


def _failed(delivery: Delivery, reason: str, now: datetime) -> None:
    row = Delivery.objects.filter(pk=delivery.pk)
    if delivery.attempts >= MAX_ATTEMPTS:
        row.update(state=DeliveryState.GIVEN_UP, next_try_at=None, last_error=reason[:400])
        return
    later = now + wait_before(delivery.attempts)
    row.update(state=DeliveryState.FAILED, next_try_at=later, last_error=reason[:400])
    if delivery.endpoint_id is not None:
        # The same address will fail again now: let the others wait without counting it against them.
        _waiting(now).filter(endpoint_id=delivery.endpoint_id).update(next_try_at=later)


def _waiting(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state__in=_OPEN, next_try_at__lte=now)
