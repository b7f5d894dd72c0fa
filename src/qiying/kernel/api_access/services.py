"""Making, using and revoking the tokens of other programs."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.kernel.api_access.models import ApiToken, IdempotencyRecord
from qiying.kernel.audit.actor import Actor
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import GuardFailed

PREFIX = "qy_"  # so that a leaked token is recognised in logs and repositories
LONGEST_DAYS = 731


def token_digest(token: str) -> str:
    """Return the SHA-256 by which a token is found; tokens carry 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def api_token_create(
    *, person: Any, name: str, days: int, actor: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token for the person; return the row and the token itself, which is shown once and not kept."""
    if not 1 <= days <= LONGEST_DAYS:
        raise GuardFailed([f"令牌有效期要在 1 到 {LONGEST_DAYS} 天之间"], fields={"days": ["有效期超出范围"]})
    if not person.is_active:
        raise GuardFailed(["这个账号已停用，不能发令牌"])
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=person,
        name=name,
        token_hash=token_digest(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record_act(
        actor=actor,
        action="api_token_created",
        subject=f"api_token:{row.pk}",
        data={"person_id": person.pk, "name": name, "days": days},
        at=at,
    )
    return row, token


@transaction.atomic
def api_token_revoke(*, token: ApiToken, actor: Actor, at: datetime) -> ApiToken:
    """End a token now; ending it twice keeps the first instant."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    if changed:
        record_act(
            actor=actor,
            action="api_token_revoked",
            subject=f"api_token:{token.pk}",
            data={"person_id": token.person_id},
            at=at,
        )
    token.refresh_from_db()
    return token


def api_tokens_end(person: Any, actor: Actor, at: datetime) -> None:
    """End every token of a person whose password was set anew."""
    for token in ApiToken.objects.filter(person=person, revoked_at=None):
        api_token_revoke(token=token, actor=actor, at=at)


def api_token_used(*, token: ApiToken, on: date) -> None:
    """Note the day a token was last used: at most one write a day, so that reads stay reads."""
    if token.last_used_on != on:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=on)


def idempotency_forget(*, before: datetime) -> int:
    """Delete answers given before the instant; return how many. Clients repeat within hours, not months."""
    return IdempotencyRecord.objects.filter(created_at__lt=before).delete()[0]
