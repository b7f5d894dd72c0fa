"""Personal values: stored once, mentioned by commitment, erasable without breaking a chain."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db import connection, transaction

from qiying.kernel.audit.actor import Actor
from qiying.kernel.audit.digest import ALGORITHM, digest
from qiying.kernel.audit.errors import GuardFailed
from qiying.kernel.audit.models import PersonalData
from qiying.kernel.audit.services import record_act
from qiying.kernel.audit.statements import rows_insert

_CHUNK = 500
"""Refs per query: SQLite built before 3.32 takes 999 parameters."""

_TOKEN = re.compile(r'\\*"\$personal\\*":\\*"([0-9a-f]{32})\\*",\\*"commitment\\*":\\*"([0-9a-f]{64})\\*"')
"""A token in canonical text, also where that text is quoted inside another text."""

PersonalToken = TypedDict("PersonalToken", {"$personal": str, "commitment": str})


class PersonalRef(str):
    """The reference of a value just stored; it carries the commitment, so its token costs no query."""

    __slots__ = ("commitment",)
    commitment: str

    def __new__(cls, ref: str, commitment: str) -> "PersonalRef":
        self = super().__new__(cls, ref)
        self.commitment = commitment
        return self


def commit(salt: str, value: str, algorithm: str = ALGORITHM) -> str:
    """Return the commitment to a value: digest of its 16-byte salt (as hex) followed by the value."""
    return digest(salt + value, algorithm)


def personal_put(values: Sequence[str], *, at: datetime) -> list[str]:
    """Store values at once and return their refs in order."""
    rows = []
    for value in values:
        # Time first, so that new refs fall on the same index pages; 80 random bits make them unguessable.
        ref = f"{int(at.timestamp() * 1000) & (1 << 48) - 1:012x}{secrets.token_hex(10)}"
        salt = secrets.token_hex(16)
        rows.append(
            PersonalData(
                ref=ref,
                salt=salt,
                value=value,
                commitment=commit(salt, value),
                algorithm=ALGORITHM,
                stored_at=at,
            )
        )
    rows_insert(rows)
    return [PersonalRef(r.ref, r.commitment) for r in rows]


def personal_get(refs: Sequence[str]) -> dict[str, str | None]:
    """Return the value of each known ref, `None` where it was erased; one query per 500 refs."""
    found: dict[str, str | None] = {}
    unique = list(dict.fromkeys(refs))
    for i in range(0, len(unique), _CHUNK):
        rows = PersonalData.objects.filter(ref__in=unique[i : i + _CHUNK])
        found.update(rows.values_list("ref", "value"))
    return found


def personal_token(ref: str) -> PersonalToken:
    """Return what stands for the value in JSON data.

    Costs no query right after `personal_put`, one otherwise; raises `PersonalData.DoesNotExist`.
    """
    if isinstance(ref, PersonalRef):
        return {"$personal": str(ref), "commitment": ref.commitment}
    commitment = PersonalData.objects.values_list("commitment", flat=True).get(ref=ref)
    return {"$personal": ref, "commitment": commitment}


def refs_in(data: Any) -> Iterator[str]:
    """Yield the ref of every token in JSON data."""
    if isinstance(data, Mapping):
        if "$personal" in data:
            yield str(data["$personal"])
        else:
            for item in data.values():
                yield from refs_in(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from refs_in(item)


def filled(data: Any, values: Mapping[str, str | None], *, erased: str = "（已依法删除）") -> Any:
    """Return JSON data with each token replaced by its value from `personal_get`, or by `erased`."""
    if isinstance(data, Mapping):
        if "$personal" in data:
            value = values.get(str(data["$personal"]))
            return erased if value is None else value
        return {key: filled(item, values, erased=erased) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [filled(item, values, erased=erased) for item in data]
    return data


def tokens_in_text(text: str) -> list[tuple[str, str]]:
    """Return (ref, commitment) of every token in a canonical text."""
    return _TOKEN.findall(text) if "$personal" in text else []


@transaction.atomic
def personal_erase(
    *, refs: Sequence[str], actor: Actor, reason: str, at: datetime, district_id: int | None = None
) -> int:
    """Delete values and salts, keep the commitments, record the act; return how many were still there.

    Raises `GuardFailed` without a reason. Backups made earlier still hold the values: docs/operations.md.
    """
    if not reason.strip():
        raise GuardFailed(["请写明删除的依据，例如：本人申请，个人信息保护法第47条。"])
    unique = list(dict.fromkeys(str(r) for r in refs))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA secure_delete=ON"
            )  # overwrite the freed bytes in the file, not only unlink them
    erased: list[str] = []
    for i in range(0, len(unique), _CHUNK):
        rows = PersonalData.objects.filter(ref__in=unique[i : i + _CHUNK], erased_at__isnull=True)
        erased.extend(rows.select_for_update().values_list("ref", flat=True))
        rows.update(value=None, salt=None, erased_at=at)
    if erased:
        record_act(
            actor=actor,
            action="personal_erased",
            subject="personal",
            data={"refs": erased, "reason": reason.strip()},
            at=at,
            district_id=district_id,
        )
    return len(erased)
