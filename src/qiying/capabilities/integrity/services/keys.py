"""The keys of a discipline body: made, locked anew, recovered; every use leaves a mark, the passphrase none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from qiying.capabilities.integrity.models import SealKey
from qiying.capabilities.integrity.rules.sealing import (
    PASSPHRASE_LEAST,
    CannotOpen,
    key_make,
    lock,
    recover,
    unlock,
)
from qiying.kernel.audit.subjects import noting
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.throttle import Limit, attempt
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer, require

_noted = noting("")

TRIES = 10
NEEDED, SHARES = 3, 5


@transaction.atomic
def key_set(*, actor: Viewer, passphrase: str, now: datetime) -> list[str]:
    """Make the district's key and return its recovery shares, which nobody can show again.

    Reports sealed to an earlier key stay readable with its passphrase. Raises `GuardFailed` by field.
    """
    require(actor, "integrity.key")
    unit = _own_unit(actor)
    _strong(passphrase)
    made = key_make(passphrase, needed=NEEDED, shares=SHARES)
    SealKey.objects.filter(district_id=unit.district_id, ended_at__isnull=True).update(ended_at=now)
    key = SealKey.objects.create(
        district_id=unit.district_id,
        unit=unit,
        public=made.public,
        locked=made.locked,
        recovery=made.recovery,
        shares=SHARES,
        needed=NEEDED,
        made_at=now,
        made_by_name=actor.name,
    )
    _noted(actor, "integrity.key_make", key, now, shares=SHARES, needed=NEEDED)
    return made.shares


def _own_unit(actor: Viewer) -> Unit:
    """Return the actor's discipline body: the unit in which he has the role."""
    ids = [m.unit_id for m in actor.memberships if m.role == "discipline"]
    unit = Unit.objects.filter(pk__in=ids, is_active=True).order_by("pk").first()
    if unit is None:
        raise GuardFailed(["您不在纪检机构里，不能设钥匙"])
    return unit


def _strong(passphrase: str) -> None:
    if len(passphrase) < PASSPHRASE_LEAST or len(set(passphrase)) < 6:
        why = f"口令至少 {PASSPHRASE_LEAST} 个字符，不能老是同几个字。可以写一句只有你们知道的话。"
        raise GuardFailed([why], {"passphrase": [why]})


def key_open(
    *, keys: Sequence[SealKey], actor: Viewer, passphrase: str, now: datetime, field: str = "passphrase"
) -> tuple[SealKey, bytes]:
    """Return the key that the passphrase opens and its private half; ten tries an hour, each wrong one on record."""
    _count_try(actor, now)
    for key in keys:
        try:
            return key, unlock(bytes(key.locked), passphrase)
        except CannotOpen:
            continue
    _noted(actor, "integrity.unlock_failed", keys[0], now)
    why = "口令不对。输错太多次要等一会儿；忘了可以用恢复码。"
    raise GuardFailed([why], {field: [why]})


def _count_try(actor: Viewer, now: datetime) -> None:
    limit = Limit("seal_open", str(actor.person_id), TRIES, timedelta(hours=1))
    if exceeded := attempt([limit], at=now):
        why = f"试得太多了，过 {exceeded.words}再试。"
        raise GuardFailed([why], {"passphrase": [why]})


def key_relock(*, key: SealKey, actor: Viewer, old: str, new: str, now: datetime) -> None:
    """Change the passphrase; what was sealed stays as it is."""
    _, private = key_open(keys=[key], actor=actor, passphrase=old, now=now, field="old")
    _relock(key, actor, private, new, now, "用原来的口令")


def key_recover(*, key: SealKey, actor: Viewer, shares: Sequence[str], new: str, now: datetime) -> None:
    """Set a new passphrase with enough recovery shares; raise `GuardFailed` when they do not fit."""
    require(actor, "integrity.key")
    _count_try(actor, now)
    try:
        private = recover(bytes(key.recovery), shares)
    except CannotOpen as wrong:
        raise GuardFailed([str(wrong)], {"shares": [str(wrong)]}) from None
    _relock(key, actor, private, new, now, "用恢复码")


@transaction.atomic
def _relock(key: SealKey, actor: Viewer, private: bytes, new: str, now: datetime, way: str) -> None:
    _strong(new)
    key.locked = lock(private, new)
    key.save(update_fields=["locked"])
    _noted(actor, "integrity.key_relock", key, now, way=way)
