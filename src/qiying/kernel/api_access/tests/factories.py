"""People and tokens for tests of the API."""

from datetime import UTC, datetime
from typing import Any

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import PersonViewer

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OPERATOR = PersonViewer(name="服务器命令行")


def person_make(login: str = "caller", **fields: Any) -> Person:
    """Return a saved person who may sign in."""
    return Person.objects.create(login=login, name=fields.pop("name", "接口账号"), created_at=NOW, **fields)


def token_make(person: Person, *, days: int = 30, at: datetime = NOW) -> str:
    """Return a new token of the person."""
    return api_token_create(person=person, name="测试", days=days, actor=OPERATOR, at=at)[1]
