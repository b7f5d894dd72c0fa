"""Runs over the register: whole, of some policies, of some enterprises; only what differs is written.

A run is a generator that stops after every short step, so that the worker's other tasks go on beside it. It may be
broken off anywhere: the next one compares with what stands and writes the rest.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Q

from qiying.capabilities.policies.models import MatchCount, MatchPlan, MatchRun, Policy
from qiying.capabilities.policies.selectors.shelf import Shelf, shelf
from qiying.capabilities.policies.services.matching.finding import Counted, find
from qiying.capabilities.policies.services.matching.granting import granted, history
from qiying.capabilities.policies.services.matching.stored import differences, standing
from qiying.capabilities.policies.services.matching.writing import (
    Telling,
    Writer,
    Written,
    own_checkpoints,
    short_write,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.columns import MOST, Part, parts, register
from qiying.kernel.enterprises.models import ProfileChange
from qiying.kernel.enterprises.profiles import profiles_missing, profiles_rebuild

LEASE = timedelta(minutes=10)
PART_ROWS = 20_000
"""Enterprises evaluated together: what a run holds in memory, and how long one step of it takes (under a second)."""
WHOLE = (MatchRun.Kind.FULL, MatchRun.Kind.NIGHTLY)
BUILT_AT_ONCE = 50
"""Profiles made in one transaction where a bulk load left them out."""
CHANGES_DELETED, COUNTS_AT_ONCE = 200, 50


class LeaseLost(RuntimeError):
    """A run stood still so long that another one took its district."""


@dataclass
class Run:
    """A run under way: its row, and what it wrote so far."""

    row: MatchRun
    written: Written = field(default_factory=Written)
    seconds: dict[str, float] = field(default_factory=dict)  # by phase


def matches_run(
    *,
    district_id: int,
    kind: str,
    at: datetime,
    policy_ids: Sequence[int] = (),
    enterprise_ids: Sequence[int] = (),
) -> Run | None:
    """Do a run to its end; None when another one is at this district."""
    steps = run_steps(
        district_id=district_id, kind=kind, at=at, policy_ids=policy_ids, enterprise_ids=enterprise_ids
    )
    return next(iter(deque(steps, maxlen=1)), None)


def run_steps(
    *,
    district_id: int,
    kind: str,
    at: datetime,
    policy_ids: Sequence[int] = (),
    enterprise_ids: Sequence[int] = (),
) -> Iterator[Run]:
    """Yield the run after every step; nothing when another one is at this district.

    Args:
        policy_ids: for a run over policies: those that changed or left the shelf.
        enterprise_ids: for a run over enterprises: those whose facts changed.
    """
    lease = _claimed(district_id, at)
    if lease is None:
        return
    row = MatchRun.objects.create(district_id=district_id, kind=kind, as_of=local_date(at), started_at=at)
    run, started = Run(row), time.monotonic()
    try:
        with own_checkpoints():
            for _ in _steps(run, at, list(policy_ids), list(enterprise_ids)):
                lease = _renewed(district_id, lease, at + timedelta(seconds=time.monotonic() - started))
                yield run
        _finish(run, at + timedelta(seconds=time.monotonic() - started))
        yield run
    except Exception as error:
        MatchRun.objects.filter(pk=row.pk).update(error=f"{type(error).__name__}: {error}"[:500])
        raise
    finally:
        MatchPlan.objects.filter(pk=district_id, lease_until=lease).update(lease_until=None)


def _steps(run: Run, at: datetime, policy_ids: list[int], enterprise_ids: list[int]) -> Iterator[None]:
    row, clock = run.row, _Clock(run)
    is_small = row.kind == MatchRun.Kind.ENTERPRISE
    # Which changes this run answers is read before the facts: what comes later stays for the next run.
    noted = ProfileChange.objects.filter(district_id=row.district_id)
    if is_small:
        noted = noted.filter(enterprise_id__in=enterprise_ids)
    changes = [] if row.kind == MatchRun.Kind.POLICY else list(noted.values_list("pk", "enterprise_id"))
    yield from _profiles_made(row.district_id, at, enterprise_ids if is_small else None)
    clock.lap("profiles")
    work = _Work.of(row, at, policy_ids)
    run.written = work.writer.done
    row.stamp, row.upto_seq = work.shelf.stamp, max((pk for pk, _ in changes), default=0)
    row.policies = len(work.shelf.published)
    wanted = [Part(0, MOST, enterprise_ids)] if is_small else parts(row.district_id, PART_ROWS)
    counts = {p.policy_id: Counted() for p in work.shelf.published}
    for part in wanted:
        yield from work.part(part, clock, counts, is_small=is_small)
    if not is_small:
        yield from _count(run, work.shelf, counts, policy_ids)
    yield from _looked(changes)
    clock.lap("written")


@dataclass
class _Work:
    """What a run needs for every part of the register."""

    row: MatchRun
    shelf: Shelf
    share: Fraction
    policy_ids: list[int]
    writer: Writer

    @classmethod
    def of(cls, row: MatchRun, at: datetime, policy_ids: list[int]) -> _Work:
        district_id = row.district_id
        full = shelf(district_id, row.as_of)
        if row.kind == MatchRun.Kind.POLICY:
            full = full.only(*(p.code for p in full.published if p.policy_id in set(policy_ids)))
        else:
            policy_ids = list(Policy.objects.filter(district_id=district_id).values_list("pk", flat=True))
        share = Fraction(str(parameter("policy.near_share", district_id=district_id, on=row.as_of))) / 100
        is_first = MatchPlan.objects.filter(pk=district_id, full_at__isnull=True).exists()
        versions = {p.policy_id: p.version_no for p in full.published}
        telling = None if is_first else Telling(district_id, at, versions)
        return cls(row, full, share, policy_ids, Writer(row.as_of, telling))

    def part(
        self, part: Part, clock: _Clock, counts: dict[int, Counted], *, is_small: bool
    ) -> Iterator[None]:
        """Evaluate one part of the register, compare it with what stands, write what differs."""
        book = self.shelf.book
        rows = register(self.row.district_id, book.registry, book.indicators, part)
        self.row.enterprises += len(rows.ids)
        past = history(granted(self.row.district_id, part), rows)
        clock.lap("loaded")
        yield
        finding = find(self.shelf, rows, past, self.share)
        for policy_id, counted in finding.counts.items():
            counts[policy_id].add(counted)
        clock.lap("evaluated")
        yield
        stored = standing(part, self.policy_ids)
        clock.lap("stored")
        found = differences(stored, finding.pairs)
        clock.lap("compared")
        yield from self.writer.steps(finding, stored, found, counts=is_small)
        clock.lap("written")


def _profiles_made(district_id: int, at: datetime, among: list[int] | None) -> Iterator[None]:
    missing = profiles_missing(district_id, among)
    for start in range(0, len(missing), BUILT_AT_ONCE):
        profiles_rebuild(missing[start : start + BUILT_AT_ONCE], at)
        yield


def _looked(changes: list[tuple[int, int]]) -> Iterator[None]:
    """Delete exactly the changes this run has answered."""
    for start in range(0, len(changes), CHANGES_DELETED):
        part = [pk for pk, _ in changes[start : start + CHANGES_DELETED]]
        with short_write():
            ProfileChange.objects.filter(pk__in=part).delete()
        yield


def _count(run: Run, full: Shelf, counts: dict[int, Counted], policy_ids: list[int]) -> Iterator[None]:
    """Keep how many stand how to each policy; one that left the shelf has none."""
    rows = [
        MatchCount(
            policy_id=p.policy_id, version_id=p.version_id, as_of=run.row.as_of, **vars(counts[p.policy_id])
        )
        for p in full.published
    ]  # fmt: skip
    kept = MatchCount.objects.filter(policy__district_id=run.row.district_id)
    if run.row.kind == MatchRun.Kind.POLICY:
        kept = kept.filter(policy_id__in=policy_ids)
    gone = set(kept.values_list("policy_id", flat=True)) - {row.policy_id for row in rows}
    if gone:
        MatchCount.objects.filter(policy_id__in=gone).delete()
    for start in range(0, len(rows), COUNTS_AT_ONCE):
        with short_write():
            MatchCount.objects.bulk_create(
                rows[start : start + COUNTS_AT_ONCE],
                update_conflicts=True,
                unique_fields=["policy"],
                update_fields=["version_id", "as_of", "eligible", "near", "unknown", "hidden", "amount_fen"],
            )
        yield


def _finish(run: Run, now: datetime) -> None:
    row, done = run.row, run.written
    row.finished_at, row.added, row.changed, row.removed = now, done.added, done.changed, done.removed
    row.save()
    if row.kind in WHOLE:
        MatchPlan.objects.filter(pk=row.district_id, full_at__isnull=True).update(full_at=now)
        MatchPlan.objects.filter(pk=row.district_id).update(nightly_on=row.as_of)


def _claimed(district_id: int, at: datetime) -> datetime | None:
    """Take the district and return until when; None when another run has it."""
    MatchPlan.objects.get_or_create(district_id=district_id)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    taken = MatchPlan.objects.filter(free, pk=district_id).update(lease_until=at + LEASE)
    return at + LEASE if taken else None


def _renewed(district_id: int, lease: datetime, now: datetime) -> datetime:
    """Keep the lease of a long run, once a minute; raise when another one has taken the district over."""
    if lease - now > LEASE - timedelta(minutes=1):
        return lease
    if not MatchPlan.objects.filter(pk=district_id, lease_until=lease).update(lease_until=now + LEASE):
        raise LeaseLost(f"district {district_id}")
    return now + LEASE


class _Clock:
    """Seconds by phase, for the benchmark and the run's note."""

    def __init__(self, run: Run) -> None:
        self.run, self.last = run, time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.run.seconds[phase] = self.run.seconds.get(phase, 0.0) + now - self.last
        self.last = now
