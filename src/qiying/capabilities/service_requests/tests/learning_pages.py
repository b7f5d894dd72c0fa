"""A browser per person, for tests of the pages after closing."""

from __future__ import annotations

from django.test import Client

from qiying.capabilities.service_requests.models import HotIssue
from qiying.capabilities.service_requests.services import hot_finding
from qiying.capabilities.service_requests.tests.learning_world import (
    many,
)
from qiying.capabilities.service_requests.tests.world import World
from qiying.kernel.organisations.models import Person


def browser(person: Person | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(world: World, who: str, url: str, status: int = 200, *, inline: bool = False) -> str:
    answer = browser(world.people[who]).get(url, headers={"hx-request": "true"} if inline else None)
    assert answer.status_code == status, (who, url, answer.status_code)
    return answer.content.decode()


def posted(world: World, who: str, url: str, **data: object) -> tuple[int, str]:
    answer = browser(world.people[who]).post(url, {k: str(v) for k, v in data.items()}, follow=True)
    return answer.status_code, answer.content.decode()


def hot(world: World) -> HotIssue:
    many(world, 5)
    hot_finding.hot_issues_find(world.now)
    return HotIssue.objects.get()
