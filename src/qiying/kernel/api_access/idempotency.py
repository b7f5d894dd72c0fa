"""One request, one result: a repeated key gets the first answer again, however often and however parallel."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from ninja.responses import Status

from qiying.kernel.api_access.models import IdempotencyRecord
from qiying.kernel.permissions.errors import GuardFailed

# Insert or wait: PostgreSQL waits for a rival's commit here, SQLite for its write lock. Django's
# bulk_create(ignore_conflicts=True) says the same but not whether the row is ours.
_CLAIM = """
    INSERT INTO {table} (person_id, key, route, body_hash, status, response, created_at)
    VALUES (%s, %s, %s, %s, 0, '', %s)
    ON CONFLICT (person_id, key) DO NOTHING RETURNING id
"""

Answer = tuple[int, dict[str, Any]]


def body_digest(body: Any) -> str:
    """Return a hash of the request that does not depend on spaces or the order of keys."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def idempotent(
    *, person_id: int, key: str | None, route: str, body: Any, now: datetime, produce: Callable[[], Answer]
) -> Status[Any]:
    """Return what `produce` answers, or, for a key seen before, what it answered then.

    `produce` runs inside the transaction that keeps its answer, so there is never a result without an answer;
    when it raises, nothing is kept and the key may be used again. Raises `GuardFailed` (422) when the key
    came with another body or on another route.
    """
    if key is None:
        return Status(*produce())
    digest = body_digest(body)
    with transaction.atomic():
        row_id = _claim(person_id, key, route, digest, now)
        if row_id is None:
            return _replay(person_id, key, route, digest)
        status, answer = produce()
        text = json.dumps(answer, ensure_ascii=False, cls=DjangoJSONEncoder)
        IdempotencyRecord.objects.filter(pk=row_id).update(status=status, response=text)
    return Status(status, json.loads(text))


def _claim(person_id: int, key: str, route: str, digest: str, now: datetime) -> int | None:
    """Return the id of the row made for this key, or None when the key was there."""
    at = connection.ops.adapt_datetimefield_value(now)
    sql = _CLAIM.format(table=connection.ops.quote_name(IdempotencyRecord._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(sql, [person_id, key, route, digest, at])
        row = cursor.fetchone()
    return row[0] if row else None


def _replay(person_id: int, key: str, route: str, digest: str) -> Status[Any]:
    kept = IdempotencyRecord.objects.get(person_id=person_id, key=key)
    if (kept.route, kept.body_hash) != (route, digest):
        raise GuardFailed(
            ["这个 Idempotency-Key 已用于另一份内容：换一个键，或原样重发"],
            fields={"Idempotency-Key": ["已用于另一份内容"]},
        )
    return Status(kept.status, json.loads(kept.response))
