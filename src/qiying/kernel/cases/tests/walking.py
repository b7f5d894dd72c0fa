"""Every page of an app as every role: who gets in, what nobody's typing breaks. Used by the capabilities' page tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, resolve

from qiying.kernel.organisations.models import Person

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


def let_in(people: People, addresses: Mapping[str, Any]) -> dict[str, str]:
    """Return for each address who sees something there; whoever is sent to sign in does not."""
    found = {}
    for address in addresses:
        seen = []
        for who, person in people.items():
            answer = browser(person).get(address)
            assert answer.status_code < 500, (address, who)
            if answer.status_code == 200:
                seen.append(who)
        found[address] = " ".join(seen)
    return found


def broken(people: People, typed: Mapping[str, tuple[str, Typed]]) -> list[str]:
    """Send each form with a hostile value in each field, the rest as it should be; return what answered 500.

    First it is sent as it should be, so that the hostile value meets the service and not the first missing field;
    a field that is None is left out then.
    """
    found = []
    for address, (who, values) in typed.items():
        client = browser(people[who])
        well = _sent(client, address, values)
        assert well in (200, 302), (address, who, well)
        for name, words in _variants(values):
            if (status := _sent(client, address, {**values, name: words})) >= 500:
                found.append(f"{status} {address} {name}={words[:12]!r}")
    return found


def _variants(values: Typed) -> Iterator[tuple[str, str]]:
    for name in values:
        yield from ((name, words) for words in HOSTILE)


def _sent(client: Client, address: str, values: Typed) -> int:
    """Send and undo."""
    with transaction.atomic():
        try:
            return client.post(address, {k: v for k, v in values.items() if v is not None}).status_code
        finally:
            transaction.set_rollback(True)


def broken_by_query(people: People, asked: Mapping[str, tuple[str, tuple[str, ...]]]) -> list[str]:
    """Open each page with hostile values in its address; return what answered 500."""
    return [
        f"{address} ?{name}={words[:12]!r}"
        for address, (who, names) in asked.items()
        for name in names
        for words in HOSTILE
        if browser(people[who]).get(address, {name: words[:4000]}).status_code >= 500
    ]
