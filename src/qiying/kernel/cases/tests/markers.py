"""Marked words in everything a case may hide, and a scan of every response of every reader for them.

A capability registers a seed in its `tests/markers.py`: a function that makes cases in several states through its
services and says of each marked word from whom it is hidden. Routes come from the URL conf and from the API's own
description, their arguments from the rows that the seed made.
"""

from __future__ import annotations

import inspect
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.enterprises.tests.factories import viewer
from qiying.kernel.organisations.models import Person

NOBODY = "nobody"


@dataclass(frozen=True)
class Marker:
    """A marked word, whom it is hidden from, and the paths where it is no secret (a register of enterprises)."""

    word: str
    hidden_from: frozenset[str]
    free_under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A case that must not be found by a word of its asker, or by his enterprise, by these readers."""

    number: str
    text: str
    enterprise_id: int
    hidden_from: frozenset[str]


@dataclass
class Story:
    """What a seed made: readers by name, marked words, per case and in general arguments by the name in a route.

    `links` are paths that their holders read without signing in, by reader.
    """

    capability: str
    people: dict[str, Person]
    markers: list[Marker] = field(default_factory=list)
    cases: list[dict[str, list[Any]]] = field(default_factory=list)
    arguments: dict[str, list[Any]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    asks: list[Asked] = field(default_factory=list)
    posts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """(reader, path of the API, body) of writes whose answers are scanned as well."""


SEEDS: dict[str, Callable[[], Story]] = {}


def seed(make: Callable[[], Story]) -> Callable[[], Story]:
    """Register a seed under its function's name."""
    SEEDS[make.__name__] = make
    return make


def all_seeds() -> dict[str, Callable[[], Story]]:
    """Return every seed of every app's `tests/markers.py`."""
    autodiscover_modules("tests.markers")
    return SEEDS


# --- routes -------------------------------------------------------------------------------

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_API = "api/v1/"


@cache
def routes() -> Mapping[str, str]:
    """Return every route of ours as a template (`cases/<str:number>/`) with the app whose page it is."""
    found = _walk(get_resolver().url_patterns, "", "")
    return {r: m for r, m in found if m.startswith(("qiying.", "ninja.")) and "sign-out" not in r}


def _walk(patterns: Sequence[Any], before: str, app: str) -> Iterator[tuple[str, str]]:
    for found in patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield route, app or inspect.unwrap(found.callback).__module__
        else:
            owner = apps.app_configs.get(
                found.namespace or ""
            )  # registers' pages are the kernel's, wherever they stand
            yield from _walk(found.url_patterns, route, owner.name if owner else app)


_POST_ONLY: set[str] = set()
"""Routes that answered a GET with 405; they are asked once, not by every reader."""


class Path(NamedTuple):
    """A route with arguments in it; real ones, or one made up because the story has no row of what it is named after.

    A foreign one is a page of another capability than the story's.
    """

    route: str
    path: str
    is_real: bool = True
    is_foreign: bool = False


def paths(story: Story) -> Iterator[Path]:
    """Yield every route with a path of real arguments; a number gets every case, an id the rows of what it is named after."""
    for route, module in routes().items():
        names = _PARAMETER.findall(route)
        is_foreign = ".capabilities." in module and f".{story.capability}." not in f"{module}."
        for case in story.cases[: 1 if is_foreign or "number" not in route else None]:
            given = {**story.arguments, **case}
            choices = [given.get(name) or _ids(name, kind) for kind, name in names]
            made_up = [["x"] if kind != "int" else [1] for kind, _ in names]
            for chosen in product(*(real or none for real, none in zip(choices, made_up, strict=True))):
                path = route
                for (kind, name), value in zip(names, chosen, strict=True):
                    path = path.replace(f"<{kind}:{name}>" if kind else f"<{name}>", str(value), 1)
                yield Path(route, f"/{path}", all(choices), is_foreign)


@cache
def _models() -> Mapping[str, Any]:
    return {m._meta.model_name or "": m for m in apps.get_models()}


def _ids(name: str, kind: str) -> list[Any]:
    """Return the ids of the rows a parameter is named after (`document_id`), at most 30; none where there are none."""
    model = _models().get(name.removesuffix("_id").replace("_", ""))
    if kind == "int" and model is not None:
        return list(model.objects.order_by("-pk").values_list("pk", flat=True)[:30])
    return []


# --- readers and what they are told -------------------------------------------------------


def browser(person: Person | None) -> Client:
    """Return a browser, signed in unless it is nobody's."""
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def program(person: Person) -> Client:
    """Return a program with the person's token."""
    _, secret = api_token_create(person=person, name="测试", days=30, actor=viewer(person), at=utc_now())
    return Client(headers={"authorization": f"Bearer {secret}"})


def told(response: Any) -> str:
    """Return everything a response says: its text, the texts inside workbooks and letters, its headers."""
    body = response.getvalue() if response.streaming else response.content
    head = " ".join(f"{k}: {v}" for k, v in response.headers.items())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    text = body.decode("utf-8", "replace")
    if response.headers.get("Content-Type", "").startswith("application/json"):
        text = text.replace('": ', '":')
    return f"{head}\n{text}"


def in_turns(found: Iterable[Path], turn: int) -> Iterator[Path]:
    """Yield a reader's turn.

    That is every route of the story's capability and the kernel once, a third of their further rows and of foreign pages, a
    twelfth of what is not there.
    """
    asked = Counter[str]()
    for n, one in enumerate(found):
        asked[one.route] += 1
        is_first = one.is_real and not one.is_foreign and asked[one.route] == 1
        if is_first or (n + turn) % (3 if one.is_real else 12) == 0:
            yield one


def leaks(story: Story, reader: str, turn: int | None = None) -> list[str]:
    """Return every marked word that a reader is told and must not be, with where; a turn leaves two paths of three out."""
    hidden = [m for m in story.markers if reader in m.hidden_from]
    found: list[str] = []

    def scan(path: str, response: Any) -> None:
        if response.status_code in {404, 405}:
            return
        text = told(response)
        read = (m for m in hidden if m.word in text and not path.startswith(m.free_under))
        found.extend(f"{reader} reads {m.word} at {path}" for m in read)

    person = story.people.get(reader)
    page, api = browser(person), program(person) if person else None
    asked = paths(story) if turn is None else in_turns(paths(story), turn)
    links = (Path("", link) for link in story.links.get(reader, []))
    for n, (route, path, *_) in enumerate([*asked, *links]):
        if route in _POST_ONLY:
            continue
        if path.startswith(f"/{_API}"):
            if api is not None:
                scan(path, api.get(path))
            continue
        response = page.get(path)
        if response.status_code == 405:
            _POST_ONLY.add(route)
        scan(path, response)
        is_turn = turn is None or (n + turn) % 3 == 0
        if is_turn and response.status_code == 200 and b"export=xlsx" in response.content:
            scan(path, page.get(path, {"export": "xlsx"}))
    for who, path, body in story.posts:
        if who == reader and api is not None:
            scan(path, api.post(path, body, content_type="application/json"))
    return found
