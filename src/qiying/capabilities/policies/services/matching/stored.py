"""What stands in the table, as arrays, and what differs from what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from qiying.capabilities.policies.services.matching.finding import Ints, Pairs
from qiying.kernel.enterprises.columns import Part

FEW = 20
"""So many policies are picked by the database; more are picked from what it returns."""
TABLE = "policies_match"
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("l1", ">i4"),
        ("enterprise", ">i8"),
        ("l2", ">i4"),
        ("policy", ">i8"),
        ("l3", ">i4"),
        ("mark", ">i8"),
    ]
)
"""A row of three bigints in PostgreSQL's binary COPY."""


@dataclass(frozen=True)
class Standing:
    """Stored pairs in the order of both ids."""

    enterprise: Ints
    policy: Ints
    mark: Ints


@dataclass(frozen=True)
class Differences:
    """Places: new in the found pairs; changed in the found ones (with the stored place beside); gone in the stored."""

    new: Ints
    changed: Ints
    before: Ints
    gone: Ints

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)


def standing(part: Part, policy_ids: Sequence[int]) -> Standing:
    """Return the stored pairs of some enterprises and some policies."""
    if not policy_ids:
        return _ordered(np.empty((0, 3), np.int64))
    where = f"enterprise_id > {part.after:d} AND enterprise_id <= {part.upto:d}"
    if part.ids is not None:
        where += f" AND enterprise_id IN ({','.join(str(int(one)) for one in part.ids)})"
    if len(policy_ids) <= FEW:
        where += f" AND policy_id IN ({','.join(str(int(one)) for one in policy_ids)})"
    found = _copied(where) if connection.vendor == "postgresql" else _selected(where)
    return _ordered(found[np.isin(found[:, 1], np.array(policy_ids, np.int64))])


def _selected(where: str) -> npt.NDArray[np.int64]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT enterprise_id, policy_id, mark FROM {TABLE} WHERE {where}")  # noqa: S608
        rows: Any = cursor.fetchall()
    return np.array(rows, np.int64).reshape(-1, 3)


def _copied(where: str) -> npt.NDArray[np.int64]:
    sql = f"COPY (SELECT enterprise_id, policy_id, mark FROM {TABLE} WHERE {where}) TO STDOUT (FORMAT BINARY)"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        data = b"".join(bytes(block) for block in copy)
    count = (len(data) - 19 - 2) // _ROW.itemsize  # a header before, an end mark behind
    rows = np.frombuffer(data, _ROW, count, offset=19)
    return np.stack([rows[name].astype(np.int64) for name in ("enterprise", "policy", "mark")], axis=1)


def _ordered(rows: npt.NDArray[np.int64]) -> Standing:
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    found = rows[order]
    return Standing(found[:, 0].copy(), found[:, 1].copy(), found[:, 2].copy())


def differences(stored: Standing, found: Pairs) -> Differences:
    """Return what has to be written so that what is stored becomes what was found."""
    policies = np.unique(np.concatenate([stored.policy, found.policy]))
    before, now = _keys(stored, policies), _keys(found, policies)
    place = np.searchsorted(before, now)
    place[place == len(before)] = 0
    known = before[place] == now if len(before) else np.zeros(len(now), np.bool_)
    changed = (
        np.flatnonzero(known & (stored.mark[place] != found.mark)) if len(before) else np.empty(0, np.int64)
    )
    kept = np.zeros(len(before), np.bool_)
    kept[place[known]] = True
    return Differences(np.flatnonzero(~known), changed, place[changed], np.flatnonzero(~kept))


def _keys(pairs: Pairs | Standing, policies: Ints) -> Ints:
    """One number a pair, rising with enterprise and policy."""
    found: Ints = pairs.enterprise * (len(policies) + 1) + np.searchsorted(policies, pairs.policy)
    return found
