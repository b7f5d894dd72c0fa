"""What the calculator leaves behind: minutes at the counter, results shared without identity, facts that were told."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from qiying.capabilities.policies.models import CounterSession, SharedResult
from qiying.decision.indicators import standard_registry
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.services import documents_attach
from qiying.kernel.enterprises.decision_facts import OWN_ROW, facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import require
from qiying.kernel.permissions.viewer import Viewer

LONGEST = Decimal("600")
"""Minutes counted at most: a page left open over night is not work."""


@transaction.atomic
def counter_start(
    *, actor: Viewer, enterprise: Enterprise | None, at: datetime, unit_id: int | None = None
) -> CounterSession:
    """Begin a run for an enterprise, or for a caller who has none yet."""
    require(actor, "policies.counter")
    district_id = actor.district_id
    if actor.person_id is None or district_id is None:
        raise NotPermitted("登录后才能在窗口算")
    if enterprise is not None and enterprise.district_id != district_id:
        raise NotPermitted("这家企业不在您的区县")
    return CounterSession.objects.create(
        district_id=district_id,
        unit_id=unit_id,
        officer_id=actor.person_id,
        enterprise=enterprise,
        started_at=at,
        month=local_date(at).replace(day=1),
    )


@transaction.atomic
def counter_end(
    *, actor: Viewer, session: CounterSession, questions: int, eligible: int, fen: int, at: datetime
) -> CounterSession:
    """End one's own run: minutes, questions asked, what the enterprise may get; ending twice is refused."""
    require(actor, "policies.counter")
    locked = CounterSession.objects.select_for_update().get(pk=session.pk)
    if locked.officer_id != actor.person_id:
        raise NotPermitted("这是别人在算的，请他自己结束")
    if locked.ended_at is not None:
        raise ActionNotAvailable("这一次已经结束了")
    minutes = Decimal(int((at - locked.started_at).total_seconds())) / 60
    locked.ended_at = at
    locked.minutes = min(max(minutes, Decimal(0)), LONGEST).quantize(Decimal("0.1"))
    locked.questions, locked.eligible, locked.amount_fen = questions, eligible, fen
    locked.save()
    record_act(
        actor=actor,
        action="policies.counter_end",
        subject=f"enterprise:{locked.enterprise_id}" if locked.enterprise_id else "policies:counter",
        data={"minutes": str(locked.minutes), "questions": questions, "eligible": eligible},
        at=at,
        district_id=locked.district_id,
    )
    return locked


KEPT_DAYS = 30
SWEPT = 200
"""Expired rows one sweep deletes, so that no write is long."""


@transaction.atomic
def result_share(
    *,
    district_id: int,
    answers: Mapping[str, str],
    at: datetime,
    themes: Sequence[str] = (),
) -> SharedResult:
    """Keep answers behind a new token; nothing else of whoever gave them is kept.

    Raises GuardFailed when there is nothing to share.
    """
    known = standard_registry()
    facts = {name: value for name, value in answers.items() if name in known}
    if not facts:
        raise GuardFailed(["还没有回答问题，没有结果可以分享"])
    shared_expire(at=at)
    today = local_date(at)
    return SharedResult.objects.create(
        token=secrets.token_urlsafe(18),
        district_id=district_id,
        facts={"facts": facts, "themes": list(themes)},
        as_of=today,
        made_at=at,
        expires_on=today + timedelta(days=KEPT_DAYS),
    )


def shared_expire(*, at: datetime) -> int:
    """Delete some results whose time is over; return how many."""
    gone = SharedResult.objects.filter(expires_on__lt=local_date(at)).values_list("pk", flat=True)[:SWEPT]
    ids = list(gone)
    if ids:
        SharedResult.objects.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def facts_carry(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    facts: Mapping[str, str],
    known: Collection[str],
    at: datetime,
    on: date,
) -> list[str]:
    """Record what somebody told the calculator before he signed in; return the names recorded.

    What is known already stays: a quick answer does not overwrite a declared or an official figure.
    """
    fresh = {name: value for name, value in facts.items() if name not in known and name not in OWN_ROW}
    if fresh:
        facts_declare(
            actor=actor, enterprise=enterprise, values=fresh, at=at, on=on, note="登录前在政策计算器里答的"
        )
    return list(fresh)


@transaction.atomic
def fact_tell(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    name: str,
    value: str,
    at: datetime,
    on: date,
    documents: Sequence[int] = (),
    session_key: str | None = None,
) -> None:
    """Record one fact under the engine's name; drafts become papers of the enterprise, the first is its evidence.

    Raises GuardFailed with the reason at the indicator, or at `documents`.
    """
    papers = documents_attach(
        ids=documents,
        subject=f"enterprise:{enterprise.pk}",
        actor=actor,
        at=at,
        session_key=session_key,
        district_id=enterprise.district_id,
        enterprise_id=enterprise.pk,
    )
    facts_declare(
        actor=actor,
        enterprise=enterprise,
        values={name: value},
        at=at,
        on=on,
        note="企业在政策页填报" if actor.enterprise_ids else "窗口问企业后登记",
        document_id=papers[0].pk if papers else None,
    )
