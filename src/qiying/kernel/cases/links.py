"""Signed, expiring links for one intake of one case: whoever holds the SMS may judge and read, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from qiying.kernel.permissions.viewer import MembershipInfo, StandIn

SALT = "qiying.case-link"
VALID = timedelta(days=60)


@dataclass(frozen=True)
class LinkViewer:
    """The holder of a link: party by his intake alone."""

    intake_id: int
    district_id: int | None
    name: str = "企业（短信链接）"
    person_id: None = None
    memberships: tuple[MembershipInfo, ...] = ()
    enterprise_ids: frozenset[int] = frozenset()
    identity_level: str = "link"
    stands_in: tuple[StandIn, ...] = ()
    keeps_views: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    is_authenticated: bool = False
    is_system: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return (f"i:{self.intake_id}",)

    def has(self, permission: str) -> bool:
        """A link carries no permission."""
        return False

    def has_role(self, role: str, unit_id: int | None = None) -> bool:
        """A link carries no role."""
        return False


def link_make(*, case_number: str, intake_id: int, district_id: int) -> str:
    """Return the token of a link for one intake of one case."""
    return signing.dumps([case_number, intake_id, district_id], salt=SALT, compress=True)


def link_read(token: str) -> tuple[str, LinkViewer] | None:
    """Return the case number and viewer of a token; None when it is forged or older than `VALID`."""
    try:
        number, intake_id, district_id = signing.loads(token, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(number), LinkViewer(intake_id=int(intake_id), district_id=int(district_id))
