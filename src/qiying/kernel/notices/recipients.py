"""Whom a party key means on a day, and in which role each of them is spoken to."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from qiying.kernel.enterprises.models import Clerk
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.permissions.registry import acting_as

_TO_KEY = re.compile(r"(?:[pe]:\d+|u:\d+(?:#[a-z_]+(?:\+[a-z_]+)*)?)")
# Whoever just hears of a unit's matter: those who move it, not everybody who may look at it.
DEFAULT_ROLES = frozenset({"liaison", "handler", "desk", "supervisor", "callback", "policy", "admin"})

_kept_out: list[Callable[[set[str]], Mapping[str, set[int]]]] = []


def register_kept_out(find: Callable[[set[str]], Mapping[str, set[int]]]) -> None:
    """Say who is told nothing of some subjects though his unit is: `find(subjects)` gives person ids by subject."""
    if find not in _kept_out:
        _kept_out.append(find)


def kept_out(subjects: set[str]) -> dict[str, set[int]]:
    """Return the ids of people who are told nothing, by subject."""
    found: dict[str, set[int]] = {}
    for find in _kept_out:
        for subject, people in find(subjects).items():
            found.setdefault(subject, set()).update(people)
    return found


class Recipient(NamedTuple):
    """A person to be told, in the words for `role` (empty for a person addressed by himself)."""

    person: Person
    role: str


def to_key_valid(key: str) -> bool:
    """Tell whether a recipient key is well-formed."""
    return _TO_KEY.fullmatch(key) is not None


def recipients(keys: Iterable[str], on: date) -> dict[str, list[Recipient]]:
    """Return the people behind each key on the local date `on`, each once per key; at most three queries.

    A unit without anybody in the wanted role is told through its liaison, so that nothing falls into a void.
    """
    wanted = {key: _parse(key) for key in set(keys)}
    by_person = _people({number for kind, number, _ in wanted.values() if kind == "p"})
    by_unit = _members({number for kind, number, _ in wanted.values() if kind == "u"}, on)
    by_enterprise = _clerks({number for kind, number, _ in wanted.values() if kind == "e"}, on)
    result = {}
    for key, (kind, number, roles) in wanted.items():
        if kind == "p":
            found = by_person.get(number, [])
        elif kind == "e":
            found = by_enterprise.get(number, [])
        else:
            found = _in_roles(by_unit.get(number, []), roles)
        result[key] = list({r.person.pk: r for r in reversed(found)}.values())[::-1]
    return result


def _parse(key: str) -> tuple[str, int, frozenset[str]]:
    party, _, roles = key.partition("#")
    kind, _, number = party.partition(":")
    return kind, int(number), frozenset(roles.split("+")) if roles else frozenset()


def _in_roles(members: list[Recipient], roles: frozenset[str]) -> list[Recipient]:
    chosen = [m for m in members if m.role in acting_as(roles or DEFAULT_ROLES)]
    return chosen or [m for m in members if m.role in acting_as(("liaison",))] or ([] if roles else members)


def _people(ids: set[int]) -> dict[int, list[Recipient]]:
    if not ids:
        return {}
    return {p.pk: [Recipient(p, "")] for p in Person.objects.filter(pk__in=ids, is_active=True)}


def _members(unit_ids: set[int], on: date) -> dict[int, list[Recipient]]:
    if not unit_ids:
        return {}
    rows = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        unit_id__in=unit_ids,
        valid_from__lte=on,
        person__is_active=True,
    )
    found: dict[int, list[Recipient]] = defaultdict(list)
    for row in rows.select_related("person").order_by("id"):
        found[row.unit_id].append(Recipient(row.person, row.role))
    return found


def _clerks(enterprise_ids: set[int], on: date) -> dict[int, list[Recipient]]:
    if not enterprise_ids:
        return {}
    rows = Clerk.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        enterprise_id__in=enterprise_ids,
        valid_from__lte=on,
        person__is_active=True,
    )
    found: dict[int, list[Recipient]] = defaultdict(list)
    for row in rows.select_related("person").order_by("id"):
        found[row.enterprise_id].append(Recipient(row.person, "clerk"))
    return found
