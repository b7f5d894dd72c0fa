"""What a new district starts with: channels and the tree of matters, as data it may change."""

from __future__ import annotations

from django.db import transaction

from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.rules.catalogue import CATEGORIES, CHANNELS
from qiying.capabilities.service_requests.selectors import forget
from qiying.kernel.cases.models import Channel


@transaction.atomic
def district_seed(*, district_id: int, usual_units: dict[str, int] | None = None) -> None:
    """Give a district the seeded channels and categories; what exists is left alone.

    Args:
        usual_units: category group to unit id, where the district already knows who handles it.
    """
    units = usual_units or {}
    for position, c in enumerate(CHANNELS):
        Channel.objects.get_or_create(
            district_id=district_id,
            code=c.code,
            defaults={
                "name": c.name,
                "group": c.group,
                "hand_in": c.hand_in,
                "hand_in_workdays": c.workdays,
                "reply_via": c.reply_via,
                "silent_after_days": c.silent_after,
                "position": position,
            },
        )
    for position, k in enumerate(CATEGORIES):
        Category.objects.get_or_create(
            district_id=district_id,
            code=k.code,
            defaults={
                "name": k.name,
                "group": k.group,
                "keywords": list(k.keywords),
                "source": k.source,
                "position": position,
                "usual_unit_id": units.get(k.unit_group),
            },
        )
    forget()
