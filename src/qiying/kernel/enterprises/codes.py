"""The enterprise code (企业码): signed figures that say which enterprise stands here, for a minute and one act.

Figures alone, so that a scanner that types them cannot be garbled by a Chinese keyboard; the QR code wraps them in the
address of the scan page.
"""

from __future__ import annotations

import hmac
import re
import secrets
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.crypto import salted_hmac
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Clerk, CodeLook, Enterprise, EnterpriseCode
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer, require

GOOD_FOR = timedelta(seconds=60)
SCANNED = timedelta(minutes=10)
SKEW = timedelta(seconds=5)  # between web processes of one installation
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_FORM = struct.Struct(">IIIH")  # enterprise, person, seconds since the epoch, by lot
_SIGNATURE = 8  # bytes: one guess in a minute hits once in 2^64
_DIGITS = len(str(256 ** (_FORM.size + _SIGNATURE) - 1))
LOOK = "look"


class CodeRefused(GuardFailed):
    """A code that is not taken; `why` is forged, expired, replayed, ended or elsewhere."""

    def __init__(self, why: str, words: str) -> None:
        super().__init__([words], {"text": [words]})
        self.why = why


# --- what a code is used for ---------------------------------------------------------


@dataclass(frozen=True)
class CodeUse:
    """Something an officer goes on to after scanning: `url` gives its address for an enterprise."""

    code: str
    label: str
    url: Callable[[Enterprise], str] | None
    needs: tuple[str, ...] = ()

    def may(self, viewer: Viewer) -> bool:
        """Tell whether it is offered to somebody."""
        return self.url is not None and (not self.needs or any(viewer.has(code) for code in self.needs))


_uses: dict[str, CodeUse] = {LOOK: CodeUse(LOOK, "查看", None)}


def code_use(
    code: str, label: str, url: Callable[[Enterprise], str] | None = None, *, needs: tuple[str, ...] = ()
) -> None:
    """Name a use; without `url` it is only what the log calls a look. Called in an app's `code_uses.py`."""
    if code in _uses and _uses[code].label != label:
        raise ValueError(f"企业码的用途 {code} 登记了两次")
    _uses[code] = CodeUse(code, label, url, needs)


@cache
def _discover() -> None:
    autodiscover_modules("code_uses")


def code_uses() -> dict[str, CodeUse]:
    """Return every use by its code."""
    _discover()
    return _uses


# --- showing --------------------------------------------------------------------------


def show_code(viewer: Viewer, enterprise: Enterprise, now: datetime) -> str:
    """Return a fresh code of one's own enterprise; it lasts a minute and is read once."""
    if enterprise.pk not in viewer.enterprise_ids or viewer.person_id is None:
        raise NotPermitted("只有这家企业的专员能出示它的企业码。")
    seconds = int((now - _EPOCH).total_seconds())
    head = _FORM.pack(enterprise.pk, viewer.person_id, seconds, secrets.randbelow(1 << 16))
    return f"{int.from_bytes(head + _signature(head)):0{_DIGITS}d}"


def code_activate(viewer: Viewer, enterprise: Enterprise, now: datetime) -> bool:
    """Note that an enterprise has its code from now on; False when it had it before."""
    if EnterpriseCode.objects.filter(pk=enterprise.pk).exists():
        return False
    with transaction.atomic():
        values = {"activated_at": now, "activated_by_id": viewer.person_id}
        _, is_new = EnterpriseCode.objects.get_or_create(pk=enterprise.pk, defaults=values)
        if is_new:
            _note(viewer, "enterprises.code_activate", enterprise.pk, {}, enterprise.district_id, now)
    return is_new


def _signature(head: bytes) -> bytes:
    return salted_hmac("qiying.enterprise_code", head.hex(), algorithm="sha256").digest()[:_SIGNATURE]


# --- reading --------------------------------------------------------------------------


def read_code(text: str, *, viewer: Viewer, now: datetime, use: str = LOOK) -> Enterprise:
    """Return whose code this is and note the look; the same reading sent twice by one scanner counts once.

    `text` is what a camera, a scanner or a hand gave, an address around it or not. Raises `CodeRefused`.
    Two queries.
    """
    require(viewer, "enterprises.scan")
    head = _genuine(text)
    if head is None:
        _note(viewer, "enterprises.code_refused", 0, {"why": "forged", "use": use}, viewer.district_id, now)
        raise CodeRefused(
            "forged", "这不是系统发的企业码，可能是假的或没输全。请企业打开手机上的企业码再扫。"
        )
    enterprise_id, person_id, seconds, _ = _FORM.unpack(head)
    age = now - (_EPOCH + timedelta(seconds=seconds))
    if age > GOOD_FOR or age < -SKEW:
        raise CodeRefused("expired", "这个码过时了，可能是截图。企业码一分钟换一次，请扫手机上现在的。")
    clerk = _clerk(person_id, enterprise_id, head.hex(), now)
    if clerk is None:
        raise CodeRefused("ended", "出示的人已经不是这家企业的专员了。")
    same: Enterprise = clerk.enterprise
    if same.district_id != viewer.district_id:
        raise CodeRefused("elsewhere", "这家企业不在本区的名册里，不能在这里扫。")
    if clerk.read_for is not None:
        # a machine has no person: what it read once is read
        if viewer.person_id is not None and (clerk.read_by, clerk.read_for) == (viewer.person_id, use):
            return same
        why = {"why": "replayed", "use": use}
        _note(viewer, "enterprises.code_refused", enterprise_id, why, viewer.district_id, now)
        raise CodeRefused("replayed", "这个码刚才用过了，一个码只用一次。请企业刷新后再扫。")
    _look(clerk, head.hex(), viewer, use, now)
    return same


def _genuine(text: str) -> bytes | None:
    """Return the signed part of the code in a text, or None; blanks and full-width figures do not matter."""
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:400]))
    found = re.search(rf"(?<![0-9])[0-9]{{{_DIGITS}}}(?![0-9])", digits)
    if found is None:
        return None
    try:
        whole = int(found[0]).to_bytes(_FORM.size + _SIGNATURE)
    except OverflowError:
        return None
    head, signature = whole[: _FORM.size], whole[_FORM.size :]
    return head if hmac.compare_digest(signature, _signature(head)) else None


def _clerk(person_id: int, enterprise_id: int, code: str, now: datetime) -> Any:
    """Return the binding of who shows the code, with the look it was used for if there was one."""
    on, look = local_date(now), CodeLook.objects.filter(code=code, enterprise_id=OuterRef("enterprise_id"))
    return (
        Clerk.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
        .filter(person_id=person_id, enterprise_id=enterprise_id, person__is_active=True)
        .select_related("person", "enterprise__region_unit")
        .annotate(read_by=Subquery(look.values("scanner_id")[:1]), read_for=Subquery(look.values("use")[:1]))
        .first()
    )


def _look(clerk: Clerk, code: str, viewer: Viewer, use: str, now: datetime) -> None:
    unit = viewer.memberships[0].unit_name if viewer.memberships else ""
    try:
        # No savepoint: who lost the race takes his whole act back, as he does when he is refused before.
        with transaction.atomic(savepoint=False):
            CodeLook.objects.create(
                enterprise_id=clerk.enterprise_id, code=code, shown_by_id=clerk.person_id,
                scanner_id=viewer.person_id, scanner_name=viewer.name, unit_name=unit, use=use, at=now,
            )  # fmt: skip
    except IntegrityError:
        raise CodeRefused("replayed", "这个码刚才用过了，一个码只用一次。请企业刷新后再扫。") from None


def _note(
    viewer: Viewer,
    action: str,
    enterprise_id: int,
    data: dict[str, str],
    district_id: int | None,
    now: datetime,
) -> None:
    subject = f"enterprise:{enterprise_id}" if enterprise_id else f"person:{viewer.person_id}"
    record_act(actor=viewer, action=action, subject=subject, data=data, at=now, district_id=district_id)


def was_scanned(enterprise: Enterprise | None, viewer: Viewer, now: datetime) -> bool:
    """Tell whether this officer has just scanned the enterprise's code."""
    looks = CodeLook.objects.filter(enterprise=enterprise, scanner_id=viewer.person_id, at__gte=now - SCANNED)
    return enterprise is not None and viewer.person_id is not None and looks.exists()


def just_scanned(viewer: Viewer, enterprise_id: int, now: datetime) -> Enterprise:
    """Return an enterprise whose code the officer has just scanned; 404 for any other."""
    looks = CodeLook.objects.filter(scanner_id=viewer.person_id or 0, at__gte=now - SCANNED)
    rows = Enterprise.objects.filter(pk__in=looks.values("enterprise"), district_id=viewer.district_id or 0)
    return fetch_or_404(rows, pk=enterprise_id)


def code_activation(district_id: int) -> tuple[int, int]:
    """Return how many of a district's active enterprises have their code, and of how many."""
    rows = Enterprise.objects.filter(district_id=district_id, status="active")
    found = rows.aggregate(have=Count("code"), all=Count("pk"))
    return found["have"], found["all"]
