"""Certificates as results of cases: shown beside the case, and their holder told when one ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from qiying.kernel.cases.models import Case
from qiying.kernel.documents.certificates import Change, on_certificate_change, standing
from qiying.kernel.documents.models import Certificate
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

SHOWN = 20


def issued(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what a case that ended was answered with; an open one has none and costs no query."""
    if case.is_open:
        return None
    found = [(row, standing(row, today)) for row in kept(_newest_first, case_id=case.pk)[:SHOWN]]
    return Tile("cases/_certificates.html", {"certificates": found}) if found else None


def _newest_first() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("replaced_by").order_by("-id")


def tell_holder(row: Certificate, change: Change, now: datetime) -> None:
    """Tell the enterprise that holds a certificate that it was revoked or replaced."""
    if row.enterprise_id is None:
        return
    spec = NoticeSpec(
        f"certificate_{change}",
        f"e:{row.enterprise_id}",
        f"certificate:{row.pk}",
        f"certificate:{row.pk}:{change}",
        {"title": row.title, "number": row.number, "reason": row.revoked_reason, "issuer": row.issuer},
        reverse("documents:my_certificates"),
    )
    notices_queue([spec], district_id=row.district_id, at=now)


def register() -> None:
    """Have holders told; called when the app is ready."""
    on_certificate_change(tell_holder)
