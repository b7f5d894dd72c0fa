"""Who follows a policy or a theme hears when it comes out, changes or ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from qiying.capabilities.policies.models import Policy, PolicyState, Subscription, Theme
from qiying.kernel.notices.services import NoticeSpec, notices_queue


def subscribers_tell(payload: Mapping[str, Any], now: datetime) -> None:
    """Queue one notice a person for a wording that came in force, or for the end (subscribed to `policy_changed`).

    The same wording is told once: its number stands in the dedupe key.
    """
    policy = Policy.objects.select_related("current", "replaced_by").filter(pk=payload["policy"]).first()
    if policy is None or policy.current is None or policy.state == PolicyState.DRAFT:
        return
    wanted = Q(policy=policy)
    is_out = policy.state == PolicyState.PUBLISHED
    if is_out and policy.current.no == 1:
        wanted |= Q(theme=policy.theme, policy=None)
    people = Subscription.objects.filter(wanted, district_id=policy.district_id, person__is_active=True)
    what = f"v{policy.current.no}" if is_out else policy.state
    specs = [
        NoticeSpec(
            template="policy_news",
            to=f"p:{person_id}",
            subject=f"policy:{policy.pk}",
            dedupe_key=f"policy_news:{policy.pk}:{what}:{person_id}",
            context={
                "name": policy.name,
                "theme": Theme(policy.theme).label,
                "state": policy.state,
                "is_new": policy.current.no == 1,
                "instead": policy.replaced_by.name if policy.replaced_by else "",
                "change": policy.current.change_note,
            },
            url=f"/policies/p/{policy.code}/",
        )
        for person_id in sorted(set(people.values_list("person_id", flat=True)))
    ]
    notices_queue(specs, district_id=policy.district_id, at=now)
