"""Every page of an app as every role: who gets in, what nobody's typing breaks. Used by the capabilities' page tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, resolve

from qiying.kernel.organisations.models import Person

P = ParamSpec("P")
R = TypeVar("R")
People = Mapping[str, Person | None]
Typed = Mapping[str, Any]
HOSTILE = (
    "²",
    "9" * 5000,
    "9" * 19,
    "-1",
    "1e999",
    "\x00",
    "0001-01-01",
    "9999-12-31",
    "<b>'\"{{",
    "字" * 6000,
)
"""What stands where a number, a day, a choice or a few words are expected."""
both_ways = pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.prove)])
"""Two of the hostile values a field, taking turns; all of them for each field in `make prove`."""


def pages_not_there_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer 404 without a page in walks that meet hundreds; what such a page says has tests of its own."""

    def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponseNotFound()

    monkeypatch.setattr("qiying.config.urls.handler404", not_there, raising=False)


def frameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what waits, which stands on every page, reads no parameter and with every role is half of an answer."""
    monkeypatch.setattr("qiying.portal.shell.first_row", lambda build, viewer, today: {})
    pages_not_there_are_empty(monkeypatch)


def _frameless(walk: Callable[P, R]) -> Callable[P, R]:
    """Leave the frame out of a walk's pages, which has tests of its own, by every role."""

    @wraps(walk)
    def walked(*args: P.args, **kwargs: P.kwargs) -> R:
        with pytest.MonkeyPatch.context() as patch:
            frameless(patch)
            return walk(*args, **kwargs)

    return walked


def browser(person: Person | None) -> Client:
    """Return a browser in which somebody is signed in, or nobody."""
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def unvisited(urls: ModuleType, addresses: Mapping[str, Any]) -> list[str]:
    """Return the names of an app's addresses that none of these is."""
    names = {resolve(a.partition("?")[0]).url_name for a in addresses}
    return sorted(p.name or "" for p in urls.urlpatterns if isinstance(p, URLPattern) and p.name not in names)


@_frameless
def let_in(people: People, addresses: Mapping[str, Any]) -> dict[str, str]:
    """Return for each address who sees something there; whoever is sent to sign in does not."""
    found = {}
    browsers = {who: browser(person) for who, person in people.items()}
    for address in addresses:
        seen = []
        for who, client in browsers.items():
            answer = client.get(address)
            assert answer.status_code < 500, (address, who)
            if answer.status_code == 200:
                seen.append(who)
        found[address] = " ".join(seen)
    return found


@_frameless
def broken(people: People, typed: Mapping[str, tuple[str, Typed]], every: bool = True) -> list[str]:
    """Send each form with a hostile value in each field, the rest as it should be; return what answered 500.

    First it is sent as it should be, so that the hostile value meets the service and not the first missing field;
    a field that is None is left out then.
    """
    found = []
    turn = 0
    for address, (who, values) in typed.items():
        client = browser(people[who])
        well = _sent(client, address, values)
        assert well in (200, 302), (address, who, well)
        for name in values:
            tried = {words: _sent(client, address, {**values, name: words}) for words in hostile(turn, every)}
            found += [f"{s} {address} {name}={words[:12]!r}" for words, s in tried.items() if s >= 500]
            turn += 1
    return found


def hostile(turn: int, every: bool) -> tuple[str, ...]:
    """Return every hostile value, or the two whose turn it is."""
    if every:
        return HOSTILE
    return tuple(HOSTILE[(2 * turn + n) % len(HOSTILE)] for n in range(2))


def _sent(client: Client, address: str, values: Typed) -> int:
    """Send and undo."""
    with transaction.atomic():
        try:
            return client.post(address, {k: v for k, v in values.items() if v is not None}).status_code
        finally:
            transaction.set_rollback(True)


@_frameless
def broken_by_query(
    people: People, asked: Mapping[str, tuple[str, tuple[str, ...]]], every: bool = True
) -> list[str]:
    """Open each page with hostile values in its address; return what answered 500."""
    pairs = [(address, who, name) for address, (who, names) in asked.items() for name in names]
    browsers = {who: browser(people[who]) for who, _ in asked.values()}
    return [
        f"{address} ?{name}={words[:12]!r}"
        for turn, (address, who, name) in enumerate(pairs)
        for words in hostile(turn, every)
        if browsers[who].get(address, {name: words[:4000]}).status_code >= 500
    ]
