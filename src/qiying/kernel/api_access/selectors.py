"""Finding tokens."""

from datetime import datetime

from django.db.models import Q, QuerySet

from qiying.kernel.api_access.models import ApiToken
from qiying.kernel.api_access.services import token_digest


def token_by_secret(secret: str, now: datetime) -> ApiToken | None:
    """Return the living token of an active person, or None; one query."""
    return (
        ApiToken.objects.select_related("person")
        .filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            token_hash=token_digest(secret),
            revoked_at=None,
            person__is_active=True,
        )
        .first()
    )


def tokens_of(login: str) -> QuerySet[ApiToken]:
    """Return a person's tokens, newest first, ended ones too."""
    return ApiToken.objects.filter(person__login=login).order_by("-created_at")
