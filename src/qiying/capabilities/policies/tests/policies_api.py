"""A client of the API with one person's token."""

from __future__ import annotations

from typing import Any

from django.test import Client

from qiying.capabilities.policies.models import Policy
from qiying.capabilities.policies.tests.world import AWARD, World
from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now


class Api:
    """A client with one person's token."""

    def __init__(self, world: World, who: str) -> None:
        _, secret = api_token_create(
            person=world.people[who], name="测试", days=30, actor=world.viewer(who), at=utc_now()
        )
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def other_policy(world: World, code: str, **details: Any) -> Policy:
    text = AWARD.replace("sample-hnte", code).replace("高新技术企业奖励", f"{code} 奖励")
    return world.published(text, **details)
