"""What people want to hear of: a policy or a theme they follow, and what their enterprise is told unasked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import Policy, PushChoice, Subscription, Theme
from qiying.capabilities.policies.services.noting import noted, refuse
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def policy_follow(*, actor: Viewer, policy: Policy, at: datetime) -> Subscription:
    """Follow a policy; following it twice is once."""
    person = _person(actor)
    row, _ = Subscription.objects.get_or_create(
        person_id=person, policy=policy, defaults={"district_id": policy.district_id, "made_at": at}
    )
    return row


@transaction.atomic
def theme_follow(*, actor: Viewer, theme: str, district_id: int, at: datetime) -> Subscription:
    """Follow a theme of a district; raise GuardFailed when there is no such theme."""
    if theme not in Theme.values:
        refuse({"theme": "没有这个主题，请从列表里选"})
    row, _ = Subscription.objects.get_or_create(
        person_id=_person(actor),
        theme=theme,
        policy=None,
        defaults={"district_id": district_id, "made_at": at},
    )
    return row


@transaction.atomic
def subscription_end(*, actor: Viewer, subscription: Subscription, at: datetime) -> None:
    """Stop following; only one's own."""
    if subscription.person_id != _person(actor):
        raise NotPermitted("这是别人的订阅")
    subscription.delete()


def _person(actor: Viewer) -> int:
    if actor.person_id is None:
        raise NotPermitted("登录后才能订阅")
    return actor.person_id


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
