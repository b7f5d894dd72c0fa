"""Writing differences in short transactions: COPY and unnest on PostgreSQL, `executemany` on SQLite.

A step is resized by how long the one before held the database, so that no other writer waits long on any machine.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from qiying.capabilities.policies.services.matching.finding import NO_AMOUNT, STATES, Finding, Ints
from qiying.capabilities.policies.services.matching.stored import Differences, Standing

AIM_SECONDS = {"sqlite": 0.011, "postgresql": 0.4}
SMALLEST, FIRST = 50, 500
DISK_SECONDS = 0.003
LARGEST = {"sqlite": 6_000, "postgresql": 40_000}
COLUMNS = ("enterprise_id", "policy_id", "state", "amount_fen", "row", "missing", "since_on", "mark")
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
PUSH_COLUMNS = (
    "district_id, policy_id, version_no, enterprise_id, amount_fen, state, queued_at, why_held, message"
)


@dataclass
class Telling:
    """Whom a run tells: newly eligible pairs are queued to be pushed, with the version they met."""

    district_id: int
    at: datetime
    versions: Mapping[int, int]


@dataclass
class Written:
    """What a run wrote, and the longest it held the database, in seconds."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    longest: float = 0.0
    steps: int = 0


class Writer:
    """Writes one run's differences."""

    def __init__(self, on: date, telling: Telling | None) -> None:
        self.on, self.telling = on.isoformat(), telling
        self.is_sqlite = connection.vendor == "sqlite"
        self.done = Written()
        self.sizes: dict[str, int] = {}  # each kind of step costs another time

    def steps(
        self, finding: Finding, stored: Standing, found: Differences, *, counts: bool
    ) -> Iterator[None]:
        """Write gone, changed and new pairs; yields after every transaction.

        Args:
            counts: keep the policies' counts with every step (a run over some enterprises).
        """
        self.pairs, self.texts, self.stored = finding.pairs, finding.texts, stored
        for kind, places, beside in (
            ("gone", found.gone, found.gone),
            ("changed", found.changed, found.before),
            ("new", found.new, found.new),
        ):
            start = 0
            while start < len(places):
                size = self.sizes.get(kind, FIRST)
                part = places[start : start + size]
                self._step(kind, part, beside[start : start + size], counts)
                start += len(part)
                yield

    def _step(self, kind: str, places: Ints, beside: Ints, counts: bool) -> None:
        rows = [] if kind == "gone" else self._rows(places)
        pushes = self._pushes(kind, places, beside) if self.telling else []
        moved = self._moved(kind, places, beside) if counts else []
        with short_write():
            started, cpu = time.perf_counter(), time.thread_time()
            self._write(kind, rows, places)
            self._push(pushes)
            self._count(moved)
        self._note(kind, len(places), time.perf_counter() - started, time.thread_time() - cpu)

    def _note(self, kind: str, size: int, held: float, cpu: float) -> None:
        done = self.done
        done.added += size if kind == "new" else 0
        done.changed += size if kind == "changed" else 0
        done.removed += size if kind == "gone" else 0
        done.longest, done.steps = max(done.longest, held), done.steps + 1
        if self.is_sqlite and done.steps % 20 == 0:
            _checkpoint()
        if size < self.sizes.get(kind, FIRST):
            return  # the last of a part says little
        if self.is_sqlite:  # time another process had the processor is no reason for smaller steps
            held = min(held, 1.5 * cpu + DISK_SECONDS)
        aim = AIM_SECONDS[connection.vendor] / max(held, 1e-6)
        wanted = int(size * min(1.5, max(0.3, aim)))
        self.sizes[kind] = min(LARGEST[connection.vendor], max(SMALLEST, wanted))

    def _rows(self, places: Ints) -> list[tuple[Any, ...]]:
        part = self.pairs.take(places)
        state = [STATES[code] for code in part.state.tolist()]
        amount = [None if fen == NO_AMOUNT else fen for fen in part.amount.tolist()]
        missing = [self.texts[number] for number in part.missing.tolist()]
        since = [self.on] * len(places)
        return list(
            zip(
                part.enterprise.tolist(), part.policy.tolist(), state, amount, part.tier.tolist(), missing, since,
                part.mark.tolist(), strict=True,
            )
        )  # fmt: skip

    def _write(self, kind: str, rows: list[tuple[Any, ...]], places: Ints) -> None:
        connection.ensure_connection()
        if kind == "gone":
            ids = [self.stored.enterprise[places].tolist(), self.stored.policy[places].tolist()]
            self._remove(ids)
        elif self.is_sqlite:
            connection.connection.executemany(_INSERT if kind == "new" else _UPDATE, rows)
        elif kind == "new":
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY policies_match ({NAMES}) FROM STDIN") as copy,
            ):
                copy.write(
                    "".join([_COPY_ROW % (*r[:3], "\\N" if r[3] is None else r[3], *r[4:]) for r in rows])
                )
        else:
            with connection.cursor() as cursor:
                cursor.execute(_UPDATE_MANY, [list(column) for column in zip(*rows, strict=True)])

    def _remove(self, ids: list[list[int]]) -> None:
        if self.is_sqlite:
            connection.connection.executemany(
                "DELETE FROM policies_match WHERE enterprise_id = ? AND policy_id = ?", zip(*ids, strict=True)
            )
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM policies_match m USING unnest(%s::bigint[], %s::bigint[]) AS u(e, p) "
                "WHERE m.enterprise_id = u.e AND m.policy_id = u.p",
                ids,
            )

    def _pushes(self, kind: str, places: Ints, beside: Ints) -> list[tuple[Any, ...]]:
        """Pairs that become eligible; a row without a mark was not written by a run and is not told anew."""
        assert self.telling is not None
        if kind == "gone":
            return []
        became = self.pairs.state[places] == 1
        if kind == "changed":
            before = self.stored.mark[beside]
            became &= (before != 0) & ((before & 3) != 1)
        part = self.pairs.take(places[became])
        at = _time_text(self.telling.at, self.is_sqlite)
        return [
            (
                self.telling.district_id,
                p,
                self.telling.versions[p],
                e,
                None if fen == NO_AMOUNT else fen,
                "queued",
                at,
            )
            for p, e, fen in zip(
                part.policy.tolist(), part.enterprise.tolist(), part.amount.tolist(), strict=True
            )
        ]

    def _push(self, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        if self.is_sqlite:
            connection.connection.executemany(
                f"INSERT OR IGNORE INTO policies_push ({PUSH_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, '', '')",  # noqa: S608
                rows,
            )
            return
        kinds = ("bigint", "bigint", "smallint", "bigint", "bigint", "text", "timestamptz")
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO policies_push ({PUSH_COLUMNS}) SELECT u.*, '', '' FROM unnest({arrays}) AS u "  # noqa: S608
                "ON CONFLICT DO NOTHING",
                [list(column) for column in zip(*rows, strict=True)],
            )

    def _moved(self, kind: str, places: Ints, beside: Ints) -> list[tuple[int, int, int, int]]:
        """Return how many more eligible, near and unknown enterprises each policy has by a step."""
        found: dict[int, list[int]] = {}
        if kind != "new":
            codes = (self.stored.mark[beside] & 3).tolist()
            for policy, code in zip(self.stored.policy[beside].tolist(), codes, strict=True):
                found.setdefault(policy, [0, 0, 0, 0])[code] -= 1
        if kind != "gone":
            part = self.pairs.take(places)
            for policy, code in zip(part.policy.tolist(), part.state.tolist(), strict=True):
                found.setdefault(policy, [0, 0, 0, 0])[code] += 1
        return [(*n[1:], policy) for policy, n in sorted(found.items()) if any(n[1:])]  # type: ignore[misc]

    def _count(self, moved: list[tuple[int, int, int, int]]) -> None:
        if not moved:
            return
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE policies_matchcount SET eligible = eligible + %s, near = near + %s, unknown = unknown + %s "
                "WHERE policy_id = %s",
                moved,
            )


@contextmanager
def short_write() -> Iterator[None]:
    """A transaction in which no garbage is collected: among many policies that takes longer than the write."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        with transaction.atomic():
            yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def own_checkpoints() -> Iterator[None]:
    """SQLite folds its log inside whichever commit makes it long; in a run that happens between the steps."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        (before,) = cursor.fetchone()
        cursor.execute("PRAGMA wal_autocheckpoint = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA wal_autocheckpoint = {int(before)}")
        _checkpoint()


def _checkpoint() -> None:
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            cursor.fetchall()


def _time_text(at: datetime, is_sqlite: bool) -> Any:
    return connection.ops.adapt_datetimefield_value(at) if is_sqlite else at


_INSERT = f"INSERT INTO policies_match ({NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_UPDATE = (
    "UPDATE policies_match SET since_on = CASE WHEN state = ?3 THEN since_on ELSE ?7 END, "
    'state = ?3, amount_fen = ?4, "row" = ?5, missing = ?6, mark = ?8 WHERE enterprise_id = ?1 AND policy_id = ?2'
)
_UPDATE_MANY = (
    "UPDATE policies_match m SET since_on = CASE WHEN m.state = u.s THEN m.since_on ELSE u.d END, "
    'state = u.s, amount_fen = u.a, "row" = u.r, missing = u.t, mark = u.k FROM unnest(%s::bigint[], %s::bigint[], '
    "%s::text[], %s::bigint[], %s::smallint[], %s::text[], %s::date[], %s::bigint[]) AS u(e, p, s, a, r, t, d, k) "
    "WHERE m.enterprise_id = u.e AND m.policy_id = u.p"
)
_COPY_ROW = "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n"
