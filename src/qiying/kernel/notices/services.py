"""Queueing notices in an act's transaction, what people do with their inbox, and what operators repair."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.statements import rows_insert
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.notices.channels.base import person_channels
from qiying.kernel.notices.channels.http import url_fault
from qiying.kernel.notices.models import (
    ChannelEndpoint,
    ChannelPreference,
    Delivery,
    DeliveryState,
    EndpointKind,
    InboxItem,
    Notice,
)
from qiying.kernel.notices.recipients import to_key_valid
from qiying.kernel.notices.wording import notice_templates, render
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import ActionNotAvailable, refuse
from qiying.kernel.permissions.viewer import Viewer, require

WISHES = ("each", "daily", "none")
DONE = "done"
"""The template's name of a row that takes back instead of telling."""


@dataclass(frozen=True)
class NoticeSpec:
    """One thing to tell one party.

    `to` is a party key, for a unit optionally with a role: `p:12`, `e:99`, `u:5`, `u:5#handler`,
    `u:5#liaison+handler`. Equal `dedupe_key`s are told once.
    """

    template: str
    to: str
    subject: str
    dedupe_key: str
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Done:
    """What notices about a subject asked of parties was done; it goes through the outbox in order with them.

    `keys` are party keys without a role: whoever of the party acted, its others need not. When the matter `is_over`,
    no office has to read what came before; who asked still does.
    """

    subject: str
    keys: tuple[str, ...]
    key: str
    is_over: bool = False


def notices_queue(
    specs: Sequence[NoticeSpec], *, district_id: int, at: datetime, done: Done | None = None
) -> None:
    """Write outbox rows in the caller's transaction, in one insert; sending happens after commit."""
    rows = []
    if done is not None:
        context = {"keys": list(done.keys), "is_over": done.is_over}
        rows.append(
            Notice(template=DONE, context=context, subject=done.subject, dedupe_key=f"done:{done.key}")
        )
    for spec in specs:
        if not to_key_valid(spec.to):
            raise ValueError(f"{spec.to!r} 不是收件方：应为 p:人、e:企业、u:单位 或 u:单位#角色")
        rows.append(
            Notice(
                template=spec.template,
                to_key=spec.to,
                context=spec.context,
                subject=spec.subject,
                url=spec.url,
                dedupe_key=spec.dedupe_key,
            )
        )
    for row in rows:
        row.district_id, row.queued_at, row.next_try_at = district_id, at, at
    rows_insert(rows, ignore_conflicts=True)


@transaction.atomic
def notices_forget(*, subject: str) -> None:
    """Delete what notices about a subject said: messages, deliveries and facts, when the law wants it erased."""
    InboxItem.objects.filter(subject=subject).delete()
    Delivery.objects.filter(notice__subject=subject).delete()
    Notice.objects.filter(subject=subject).update(context={}, next_try_at=None)


def inbox_mark_read(*, person_id: int, at: datetime, item_ids: Sequence[int] | None = None) -> int:
    """Mark messages as read with all others of their matters, everything when no ids are given; return how many."""
    items = InboxItem.objects.filter(person_id=person_id, read_at__isnull=True)
    if item_ids is not None:
        named = InboxItem.objects.filter(person_id=person_id, pk__in=list(item_ids))
        items = items.filter(Q(pk__in=named) | Q(subject__in=named.exclude(subject="").values("subject")))
    return items.update(read_at=at)


def inbox_mark_unread(*, person_id: int, item_id: int) -> int:
    """Put a message back among the unread."""
    return InboxItem.objects.filter(person_id=person_id, pk=item_id).update(read_at=None)


@transaction.atomic
def preferences_set(*, person_id: int, wanted: dict[str, str]) -> None:
    """Keep how a person wants to hear by each channel: `each`, `daily` or `none`; anything else is refused."""
    if unknown := set(wanted) - set(person_channels()):
        raise ValueError(f"unknown channels {sorted(unknown)}")
    if unknown := set(wanted.values()) - set(WISHES):
        raise ValueError(f"unknown wishes {sorted(unknown)}")
    for channel, wish in wanted.items():
        values = {"is_on": wish != "none", "is_daily": wish == "daily"}
        ChannelPreference.objects.update_or_create(person_id=person_id, channel=channel, defaults=values)


@transaction.atomic
def endpoint_save(
    *,
    actor: Viewer,
    district_id: int,
    name: str,
    kind: str,
    url: str,
    secret: str | None,
    events: Sequence[str],
    is_active: bool,
    at: datetime,
    is_daily: bool = False,
    endpoint: ChannelEndpoint | None = None,
) -> ChannelEndpoint:
    """Add or change an address outside; `secret` None keeps the old one. Raise `GuardFailed`."""
    require(actor, "notices.endpoints")
    fields: dict[str, list[str]] = {}
    if not name.strip():
        fields["name"] = ["请起个名字，例如：12345 回推"]
    if kind not in EndpointKind.values:
        fields["kind"] = ["请选一种类型"]
    if fault := url_fault(url.strip()):
        fields["url"] = [fault]
    if unknown := [e for e in events if not _known_event(e)]:
        fields["events"] = [f"没有这种通知：{'、'.join(unknown)}"]
    same_name = ChannelEndpoint.objects.filter(district_id=district_id, name=name.strip())
    if same_name.exclude(pk=endpoint.pk if endpoint else 0).exists():
        fields["name"] = ["这个名字已经用了，请换一个"]
    refuse(fields)
    endpoint = endpoint or ChannelEndpoint(district_id=district_id, created_at=at)
    endpoint.name, endpoint.kind, endpoint.url = name.strip(), kind, url.strip()
    endpoint.events, endpoint.is_active, endpoint.is_daily = list(events), is_active, is_daily
    if secret is not None:
        endpoint.secret = secret.strip()
    endpoint.save()
    record_act(
        actor=actor,
        action="endpoint_save",
        subject=f"endpoint:{endpoint.pk}",
        data={"name": endpoint.name, "kind": kind, "url": endpoint.url, "active": is_active},
        at=at,
        district_id=district_id,
    )
    return endpoint


def _known_event(event: str) -> bool:
    names = notice_templates()
    return any(n.startswith(event[:-1]) for n in names) if event.endswith("*") else event in names


@transaction.atomic
def digest_send(
    *,
    district_id: int,
    channel: str,
    key: str,
    context: Mapping[str, Any],
    at: datetime,
    person: Person | None = None,
    endpoint: ChannelEndpoint | None = None,
) -> int:
    """Queue one digest for a person or an endpoint by a channel; return 0 when `key` was sent already."""
    to = f"p:{person.pk}" if person else ""
    told = Notice(
        district_id=district_id, template="digest", to_key=to, context=dict(context), subject=key, url="/inbox/",
        dedupe_key=key, queued_at=at, fanned_out_at=at,
    )  # fmt: skip
    if Notice.objects.filter(dedupe_key=key).exists():
        return 0
    told.save()
    words = render("digest", "", context)
    Delivery.objects.create(
        district_id=district_id, notice=told, channel=channel, person=person, endpoint=endpoint, dedupe_key=key,
        title=words.title, body=words.body, url=told.url, queued_at=at, next_try_at=at,
    )  # fmt: skip
    return 1


def tells_firms(place: str) -> Callable[..., None]:
    """Return `told(firm, subject, what, url, now, once=…, day=…)`: an enterprise reads `<place>_told`, once."""

    def told(
        firm: Enterprise,
        subject: str,
        what: str,
        url: str,
        now: datetime,
        *,
        once: str,
        day: date | None = None,
    ) -> None:
        context = {"what": what, "day": day.isoformat() if day else ""}
        spec = NoticeSpec(f"{place}_told", firm.key, subject, f"{place}:{once}", context, url)
        notices_queue([spec], district_id=firm.district_id, at=now)

    return told


@transaction.atomic
def delivery_retry(*, delivery: Delivery, actor: Viewer, at: datetime) -> None:
    """Send a failed message again, counting its tries anew."""
    require(actor, "notices.deliveries")
    again = Delivery.objects.filter(
        pk=delivery.pk, state__in=(DeliveryState.FAILED, DeliveryState.GIVEN_UP)
    ).update(state=DeliveryState.QUEUED, attempts=0, next_try_at=at)
    if not again:
        raise ActionNotAvailable("这一条已经发出或正等着发，不用再发。")
    record_act(
        actor=actor,
        action="delivery_retry",
        subject=f"delivery:{delivery.pk}",
        data={"channel": delivery.channel},
        at=at,
        district_id=delivery.district_id,
    )


@transaction.atomic
def notice_retry(*, notice: Notice, actor: Viewer, at: datetime) -> None:
    """Fan a given-up notice out again, after its template was repaired."""
    require(actor, "notices.deliveries")
    again = Notice.objects.filter(pk=notice.pk, given_up_at__isnull=False, fanned_out_at__isnull=True)
    if not again.update(given_up_at=None, attempts=0, next_try_at=at):
        raise ActionNotAvailable("这一条已经分发或正等着分发，不用再来。")
    record_act(
        actor=actor,
        action="notice_retry",
        subject=f"notice:{notice.pk}",
        data={"template": notice.template},
        at=at,
        district_id=notice.district_id,
    )
