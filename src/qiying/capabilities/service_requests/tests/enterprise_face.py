"""Browsers of the asker's pages: signed in, with a link, from outside."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image

from qiying.capabilities.service_requests.tests.world import TEXT, World
from qiying.capabilities.service_requests.views.enterprise.say import token_of
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Person


def browser(person: Person | None = None, **extra: str) -> Any:
    client = Client(headers={"user-agent": extra["agent"]} if extra else None)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def clerk(world: World) -> Any:
    return browser(world.people["clerk"])


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (30, 20), (20, 90, 80)).save(file, "JPEG")
    file.seek(0)
    file.name = "门口.jpg"
    return file


def upload(client: Any, token: str = "say") -> int:
    answer = client.post("/documents/upload/", {"kind": "photo", "token": token, "file": picture()})
    assert answer.status_code == 200, answer.content.decode()
    return int(found(r'name="documents" value="(\d+)"', answer.content.decode())[1])


def found(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text)
    assert match is not None, f"{pattern} not in the page"
    return match


def posted(world: World, **changes: object) -> dict[str, object]:
    own = {
        "person": world.people["clerk"].pk,
        "text": TEXT,
        "kind": "problem",
        "enterprise_id": world.enterprise.pk,
        "contact_name": "陈雨",
        "contact_phone": "13800001111",
    }
    return {k: v for k, v in {**own, **changes}.items() if v is not None}


def page_of(case: Case) -> str:
    return f"/my/{case.number}/"


def link_of(case: Case) -> str:
    return f"/l/{token_of(case)}/"


def statements(spent) -> list[str]:
    """Return what was asked of the database, transaction control left out."""
    return [q["sql"] for q in spent if not re.match(r"(SAVEPOINT|RELEASE|BEGIN|COMMIT)", q["sql"])]
