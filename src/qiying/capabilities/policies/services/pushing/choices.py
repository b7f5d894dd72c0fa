"""What an enterprise wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import PushChoice, Theme
from qiying.capabilities.policies.services.noting import noted, refuse
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def push_choice_save(
    *, actor: Viewer, enterprise: Enterprise, is_off: bool, muted_themes: Iterable[str], at: datetime
) -> PushChoice:
    """Keep what an enterprise chose; only those who speak for it may choose."""
    if enterprise.pk not in actor.enterprise_ids:
        raise NotPermitted("只有本企业的专员能改推送设置")
    muted = sorted(set(muted_themes))
    if set(muted) - set(Theme.values):
        refuse({"muted_themes": "没有这个主题，请从列表里选"})
    row, _ = PushChoice.objects.update_or_create(
        enterprise=enterprise,
        defaults={
            "is_off": is_off,
            "muted_themes": muted,
            "chosen_at": at,
            "chosen_by_id": actor.person_id,
        },
    )
    noted(actor, "policies.push_choice_save", enterprise, at, off=is_off, muted=muted)
    return row
