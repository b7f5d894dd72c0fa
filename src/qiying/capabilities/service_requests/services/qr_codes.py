"""Addresses that open something without signing in: QR codes that hang in a place."""

from __future__ import annotations

from typing import NamedTuple

from django.core import signing

SALT = "qiying.qr-place"


class QrPlace(NamedTuple):
    """Where a printed code hangs: in which district, and at which place in words."""

    district_id: int
    place: str


def qr_code_make(*, district_id: int, place: str) -> str:
    """Return the code of a poster; it does not expire, because paper hangs for years."""
    return signing.dumps([district_id, place.strip()[:60]], salt=SALT, compress=True)


def qr_code_read(code: str) -> QrPlace | None:
    """Return where a code hangs; None when we did not make it."""
    try:
        district_id, place = signing.loads(code, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return QrPlace(int(district_id), str(place))
