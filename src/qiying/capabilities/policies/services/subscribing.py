"""Following a policy or a theme: whoever follows hears when it changes, ends or comes new."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import Policy, Subscription, Theme
from qiying.capabilities.policies.services.noting import refuse
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
