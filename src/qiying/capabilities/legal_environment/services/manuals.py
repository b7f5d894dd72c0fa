"""The handbook's readers: counted once a person; a firm may say once that it helped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.legal_environment.models import Manual, Reading
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer


def read(*, viewer: Viewer, manual: Manual, now: datetime) -> Reading | None:
    """Count a reader of an edition once, with the firm he speaks for; who keeps it does not count."""
    if viewer.person_id is None or manual.unit_id in viewer.unit_ids:
        return None
    told = {"enterprise_id": min(viewer.enterprise_ids, default=None), "read_at": now}
    return Reading.objects.get_or_create(manual=manual, person_id=viewer.person_id, defaults=told)[0]


@transaction.atomic
def helped(*, actor: Viewer, manual: Manual, text: str, now: datetime) -> Reading:
    """Record that an edition helped a firm, in its own words."""
    if not actor.enterprise_ids:
        raise NotPermitted("企业才能说手册帮上了")
    if not 4 <= len(text.strip()) <= 200:
        refuse({"text": ["写一句帮了什么，4 到 200 个字"]})
    row = read(viewer=actor, manual=manual, now=now)
    assert row is not None
    row.helped = text.strip()
    row.enterprise_id = row.enterprise_id or min(actor.enterprise_ids)
    row.save(update_fields=["helped", "enterprise"])
    row_noted(actor, "legal.helped", manual, now, text=row.helped)
    return row
