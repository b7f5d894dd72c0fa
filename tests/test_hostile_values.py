"""No address answers 500, whatever stands where a number or a day is expected: every address, every parameter it reads.

Which parameters an address reads is not listed anywhere: they are overheard while it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from qiying.capabilities.policies.tests import world as policies
from qiying.capabilities.service_requests.tests import world as requests
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.tests.walking import both_ways, frameless
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.tests.factories import make_membership, make_person
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_empty_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    frameless(monkeypatch)


VALUES = [
    *("²", "٣", "9" * 5000, "9" * 19, "-1", "NaN", "1e999", "0", "\x00"),
    *("0001-01-01", "9999-12-31", "2026-13-45", "9999-12", "0001-01"),
]
NO_ROW = ("9" * 19, "9" * 40, "9" * 5000)
NOT_PAGES = ("api/", "static/", "metrics", "healthz", "sign-out/", "accounts/")


def views(patterns: Any = None, before: str = "") -> Iterator[tuple[str, bool]]:
    """Every address, and whether its page is of policies."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern) and not (before + str(one.pattern)).startswith(NOT_PAGES):
            yield before + str(one.pattern), ".policies." in one.callback.__module__


def addresses() -> list[str]:
    return [address for address, _ in views()]


def told_apart(kind: str) -> list[str]:
    """The addresses whose pages find something in a world; `make prove` asks all of them in both."""
    found = [address for address, of_policies in views() if of_policies == (kind == "policies")]
    assert len(found) > 60
    return found


def filled(route: str, known: dict[str, Any], number: str = "1") -> str:
    def value(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        return str(known.get(name, number if kind == "int" else "x"))

    return "/" + re.sub(r"<([^>]+)>", value, route)


@contextmanager
def overheard(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names asked of a request's parameters meanwhile."""
    names: set[str] = set()
    with monkeypatch.context() as patch:
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            original = getattr(QueryDict, method)

            def ask(self: QueryDict, key: Any, *more: Any, _original: Any = original, **also: Any) -> Any:
                names.add(str(key))
                return _original(self, key, *more, **also)

            patch.setattr(QueryDict, method, ask)
        yield names


def answer(client: Client, method: str, address: str, params: dict[str, str]) -> int:
    """Ask and undo; return the status."""
    with transaction.atomic():
        try:
            return client.generic_ask(method, address, params)  # type: ignore[attr-defined, no-any-return]
        finally:
            transaction.set_rollback(True)


class Asking(Client):
    def generic_ask(self, method: str, address: str, params: dict[str, str]) -> int:
        do = self.get if method == "GET" else self.post
        return int(do(address, params).status_code)


def asking(person: Person | None) -> Asking:
    client = Asking(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def everything(unit: Any) -> Person:
    """Somebody in every role of the office, so that no page stops him before it reads."""
    person = make_person("都管", unit)
    for role in sorted({role.code for role in all_roles()} - SYSTEM_ROLES - {"clerk"}):
        make_membership(person, unit, role)
    return person


def cast(kind: str) -> tuple[dict[str, Person | None], dict[str, Any]]:
    if kind == "requests":
        world: Any = requests.make_world()
        world.now = utc_now()
        known = {"number": world.answered().number, "code": "note"}
        unit = world.units["desk"]
    else:
        world = policies.make_world()
        world.now = utc_now()
        known = {"code": world.published().code}
        unit = world.units["bureau"]
    known |= {"enterprise_id": world.enterprise.pk, "unit_id": unit.pk, "person_id": world.people["clerk"].pk}
    return {"office": everything(unit), "clerk": world.people["clerk"], "nobody": None}, known


def broken(
    person: Person | None,
    known: dict[str, Any],
    values: list[str],
    monkeypatch: Any,
    routes: list[str],
    one_by_one: bool = False,
) -> list[str]:
    """Ask each route each value, or, without `one_by_one`, the one whose turn it is in all parameters together."""
    found = []
    client = asking(person)
    for turn, route in enumerate(routes):
        address = filled(route, known)
        for method in ("GET", "POST"):
            with overheard(monkeypatch) as names:
                if answer(client, method, address, {}) in {404, 405}:
                    continue
                for value in values if one_by_one else [values[turn % len(values)]]:
                    groups = [dict.fromkeys(names, value)]
                    if one_by_one:
                        groups += [{name: value} for name in sorted(names)]
                    found += [
                        f"{method} {route} {value[:20]!r} {sorted(params)[:9]}"
                        for params in groups
                        if answer(client, method, address, params) >= 500
                    ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["requests", "policies"])
def test_no_address_breaks_on_a_value_that_is_no_number(kind, monkeypatch):
    people, known = cast(kind)
    assert broken(people["office"], known, ["²", "9" * 5000], monkeypatch, told_apart(kind)) == []


@pytest.mark.prove
@pytest.mark.parametrize("who", ["office", "clerk", "nobody"])
@pytest.mark.parametrize("kind", ["requests", "policies"])
def test_no_address_breaks_on_any_hostile_value_in_any_parameter(kind, who, monkeypatch):
    people, known = cast(kind)
    assert broken(people[who], known, VALUES, monkeypatch, addresses(), one_by_one=True) == []


@both_ways
def test_no_address_breaks_on_a_number_that_no_row_has(every: bool):
    """Each address is asked for one such number, for all of them in `make prove`."""
    people, known = cast("requests")
    client = asking(people["office"])
    numbered = [route for route in addresses() if "<int:" in route]
    assert len(numbered) > 30
    plain = {k: v for k, v in known.items() if k in {"number", "code"}}
    asked = [
        (method, filled(route, plain, number))
        for turn, route in enumerate(numbered)
        for number in (NO_ROW if every else NO_ROW[turn % 3 : turn % 3 + 1])
        for method in ("GET", "POST")
    ]
    assert [(m, a[:80]) for m, a in asked if answer(client, m, a, {}) >= 500] == []
