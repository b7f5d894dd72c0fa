"""One request, one result: a repeated key gets the first answer again, however often and however parallel."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from ninja import Header
from ninja.responses import Status

from qiying.kernel.api_access.auth import ApiRequest
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

Key = Annotated[
    str | None, Header(None, alias="Idempotency-Key", max_length=200, description="重发得到同一个答复")
]
"""Parameter of every route that writes: `idempotency_key: Key = None`."""


def once(
    calling: ApiRequest,
    key: str | None,
    body: Any,
    produce: Callable[[], dict[str, Any]],
    *,
    status: int = 200,
    unlinked: bool = False,
) -> Status[Any]:
    """Answer a write of the caller once for each key; see `idempotent`.

    `unlinked` keeps an answer so that nobody can tell whose it was: for what is said without a name.
    """
    person_id = calling.viewer.person_id
    assert person_id is not None
    if key is not None and unlinked:
        key = salted_hmac("qiying unlinked", f"{person_id}:{key}", algorithm="sha256").hexdigest()
        person_id, body = 0, salted_hmac("qiying unlinked", body_digest(body), algorithm="sha256").hexdigest()
    return idempotent(
        person_id=person_id,
        key=key,
        route=f"{calling.method} {calling.path.removeprefix('/api/v1')}"[:200],
        body=body,
        now=calling.now,
        produce=lambda: (status, produce()),
    )


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
