"""An enterprise tells or corrects one fact, with the paper that proves it where it has one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from qiying.kernel.documents.services import documents_attach
from qiying.kernel.enterprises.decision_facts import OWN_ROW, facts_declare
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.viewer import Viewer


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
