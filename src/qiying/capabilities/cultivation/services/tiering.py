"""Every night the whole register against the ladder: who meets a tier, nearly does and by how much, who fell out.

Columns in, the engine's planes over them, only differences written. A run stops after every short step, so that the
worker's other tasks go on beside it, and may be broken off anywhere: the next one compares with what stands.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import Q

from qiying.capabilities.cultivation.models import PlatformScore, Standing, TierRun, Title
from qiying.capabilities.cultivation.rules.gaps import gaps
from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK, SCORE, Tables, ladder, tables
from qiying.decision.batch.nearly import nearer_book
from qiying.decision.batch.patterns import bit_at, missing_patterns
from qiying.decision.planes.columns import Column, Columns, pack
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.policy.book import PolicyBook
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.columns import MOST, Part, Register, parts, register
from qiying.kernel.enterprises.profiles import profiles_missing, profiles_rebuild

NIGHT = clock_time(2, 45)
PART_ROWS = 20_000
LEASE = timedelta(minutes=10)
AT_ONCE_SECONDS, LOOK_SECONDS = 1.0, 60
WRITTEN_AT_ONCE, BUILT_AT_ONCE = 400, 50
LOST_FOR = timedelta(days=365)
"""So long it is told that a firm fell out; then it stands as any other."""
State = Standing.State
CODES = {State.MEMBER: 1, State.NEAR: 2, State.MANUAL: 3, State.UNKNOWN: 4, State.LOST: 5}
STATES = {code: state for state, code in CODES.items()}
Ints = npt.NDArray[np.int64]


# --- what is known beside the profiles -----------------------------------------------------------------
@dataclass(frozen=True)
class Beside:
    """Titles and platform scores of a district on a day: they are this capability's own and beat any fact."""

    holders: Mapping[str, Ints]  # the tier's fact → enterprises with a valid title
    ending: Mapping[str, Ints]  # tier → enterprises whose title ends this year: their re-check
    scores: Mapping[int, int]  # enterprise → the latest score, as stored

    @classmethod
    def of(cls, district_id: int, on: date, ids: Sequence[int] | None = None) -> Beside:
        """Read them; two queries."""
        titles = Title.objects.filter(
            district_id=district_id, state__in=["valid", "doubted"], granted_on__lte=on, valid_to__gte=on
        )
        scores = PlatformScore.objects.filter(district_id=district_id)
        if ids is not None:
            titles, scores = titles.filter(enterprise_id__in=ids), scores.filter(enterprise_id__in=ids)
        held: dict[str, list[int]] = {tier.fact: [] for tier in ladder().tiers.values()}
        ending: dict[str, list[int]] = {code: [] for code in ladder().tiers}
        for tier, firm, valid_to in titles.values_list("tier", "enterprise_id", "valid_to"):
            held[ladder().tiers[tier].fact].append(firm)
            if valid_to.year == on.year:
                ending[tier].append(firm)
        latest = dict(scores.order_by("year").values_list("enterprise_id", "score"))
        return cls(
            {fact: np.array(firms, np.int64) for fact, firms in held.items()},
            {tier: np.array(firms, np.int64) for tier, firms in ending.items()},
            {firm: int(score * 100) for firm, score in latest.items()},
        )

    def laid_over(self, rows: Register) -> Columns:
        """Return the columns with titles and scores in the place of facts; of 科技型 a shared fact counts too."""
        columns = dict(rows.columns.columns)
        for fact, firms in self.holders.items():
            has = np.isin(rows.ids, firms)
            known = columns.get(fact)
            if fact == ladder().tiers["tech"].fact and known is not None:
                has |= (known.values == 1) & (known.valid is None or bit_at(known.valid, np.arange(len(has))))
            columns[fact] = Column(has.astype(np.int8), None)
        scored = np.array([firm in self.scores for firm in rows.ids.tolist()], np.bool_)
        values = np.array([self.scores.get(firm, 0) for firm in rows.ids.tolist()], np.int64)
        columns[SCORE] = Column(values, pack(scored))
        return replace(rows.columns, columns=columns)


def columns_of(district_id: int, on: date, part: Part, chosen: Tables) -> tuple[Register, Columns, Beside]:
    """Return some enterprises as columns, with what stands beside the facts."""
    names = {*chosen.book.indicators, SCORE, *(t.fact for t in ladder().tiers.values())}
    rows = register(district_id, chosen.book.registry, sorted(names), part)
    beside = Beside.of(district_id, on, part.ids)
    return rows, beside.laid_over(rows), beside


# --- what is found ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """One tier over some enterprises: the state's code of each row (0: far), what is missing, marks of the facts."""

    codes: Ints
    missing: dict[int, str]
    marks: Ints


@lru_cache(maxsize=8)
def _nearer(book: PolicyBook, share: Fraction) -> PlaneEngine:
    return PlaneEngine(nearer_book(book, share))


def found_in(chosen: Tables, columns: Columns, share: Fraction) -> list[Found]:
    """Evaluate every table of a day; what a row lacks is told where it is one fact."""
    exact = PlaneEngine(chosen.book)
    planes, nearer = exact.run(columns), _nearer(chosen.book, share).run(columns)
    blocks = {number: block.copy() for number, block in exact.conditions.compute(columns).items()}
    found = []
    for index, one in enumerate(chosen.book.compiled):
        codes, missing = np.zeros(columns.rows, np.int64), dict[int, str]()
        near = nearer.listed(index)
        codes[near[~bit_at(planes.words[index, 1], near)]] = CODES[State.NEAR]
        codes[planes.listed(index)] = CODES[State.MEMBER]
        unknown = planes.listed(index, unknown=True)
        if len(unknown):
            sets, which = missing_patterns(chosen.engine, index, unknown, blocks, columns)
            lacks = [some[0][0] if some and len(some[0]) == 1 else "" for some in sets]
            kinds = [
                0 if not name else CODES[State.MANUAL if name == SCORE else State.UNKNOWN] for name in lacks
            ]
            codes[unknown] = np.array(kinds, np.int64)[which]
            told = unknown[codes[unknown] > 0]
            words = np.array(lacks, object)[which[codes[unknown] > 0]]
            missing = dict(zip(told.tolist(), words.tolist(), strict=True))
        marks = _marks(columns, one.indicators)
        found.append(Found(codes, missing, marks))
    return found


def _marks(columns: Columns, names: Sequence[str]) -> Ints:
    """Return a number a row that changes with any number the words would tell."""
    mixed = np.full(columns.rows, 0x9E3779B97F4A7C15, np.uint64)
    every = np.arange(columns.rows)
    for name in names:
        column = columns.columns.get(name)
        if column is None or column.texts:
            continue
        value = column.values.astype(np.int64)
        if column.valid is not None:
            value = np.where(bit_at(column.valid, every), value, -(2**62))
        mixed = (mixed ^ value.view(np.uint64)) * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)


# --- a run ------------------------------------------------------------------------------------------------
def tiers_run(*, district_id: int, at: datetime, enterprise_ids: Sequence[int] | None = None) -> int:
    """Do a run over everything, or over some enterprises, to its end; return how many rows were written."""
    return next(
        iter(deque(run_steps(district_id=district_id, at=at, enterprise_ids=enterprise_ids), maxlen=1)), 0
    )


def run_steps(
    *, district_id: int, at: datetime, enterprise_ids: Sequence[int] | None = None
) -> Iterator[int]:
    """Yield after every short step how many rows were written so far; nothing when another run is at it."""
    on = local_date(at)
    ids = None if enterprise_ids is None else list(enterprise_ids)
    if ids is None and not _claimed(district_id, on, at):
        return
    share = Fraction(str(parameter("cultivation.near_share", district_id=district_id, on=on))) / 100
    lacking = profiles_missing(district_id, ids)
    for start in range(0, len(lacking), BUILT_AT_ONCE):
        profiles_rebuild(lacking[start : start + BUILT_AT_ONCE], at)
        yield 0
    written = seen = 0
    for part in [Part(0, MOST, ids)] if ids is not None else parts(district_id, PART_ROWS):
        for purpose in (APPLY, RECHECK):
            chosen = tables(on, purpose)
            rows, columns, beside = columns_of(
                district_id, on, _among(part, purpose, district_id, on), chosen
            )
            seen += len(rows.ids) if purpose == APPLY else 0
            yield written
            found = found_in(chosen, columns, share) if len(rows.ids) else []
            yield written
            for index, one in enumerate(found):
                step = _Step(district_id, on, purpose, chosen, index, part)
                for done in step.write(rows, columns, one, beside):
                    written += done
                    yield written
    if ids is None:
        told = {"finished_at": at, "enterprises": seen, "written": written}
        TierRun.objects.filter(district_id=district_id, as_of=on).update(**told)
    yield written


def _among(part: Part, purpose: str, district_id: int, on: date) -> Part:
    """Return whom a purpose looks at: everybody, or those whose title ends this year."""
    if purpose == APPLY:
        return part
    rows = Title.objects.filter(
        district_id=district_id, state__in=["valid", "doubted"], valid_to__year=on.year
    )
    rows = rows.filter(enterprise_id__gt=part.after, enterprise_id__lte=part.upto)
    if part.ids is not None:
        rows = rows.filter(enterprise_id__in=part.ids)
    return part._replace(ids=sorted(set(rows.values_list("enterprise_id", flat=True))))


@dataclass(frozen=True)
class _Step:
    """The differences of one tier and purpose in one part of the register."""

    district_id: int
    on: date
    purpose: str
    chosen: Tables
    index: int
    part: Part

    @property
    def tier(self) -> str:
        return self.chosen.tiers[self.index].code

    def write(self, rows: Register, columns: Columns, found: Found, beside: Beside) -> Iterator[int]:
        stored = self._stored()
        codes = found.codes.copy()
        if self.purpose == RECHECK:
            holds = np.isin(rows.ids, beside.ending[self.tier])
            codes = np.where(holds, np.where(codes == 0, CODES[State.LOST], codes), 0)
        at = dict(zip(stored, rows.rows_of(np.array(list(stored), np.int64)).tolist(), strict=True))
        for firm, (state, _, since) in stored.items():
            was_in = state in (State.MEMBER, State.LOST) and self.purpose == APPLY
            is_over = state == State.LOST and self.on - since > LOST_FOR
            if at[firm] >= 0 and was_in and codes[at[firm]] != CODES[State.MEMBER] and not is_over:
                codes[at[firm]] = CODES[State.LOST]
        gone = [firm for firm, place in at.items() if place < 0 or not codes[place]]
        yield from self._removed(gone)
        made: list[Standing] = []
        for place in np.flatnonzero(codes).tolist():
            firm, state = int(rows.ids[place]), STATES[int(codes[place])]
            mark = 0 if state == State.MEMBER else int(found.marks[place])
            known = stored.get(firm)
            if known is not None and known[:2] == (state, mark):
                continue
            since = known[2] if known is not None and known[0] == state else self.on
            gap = "" if state == State.MEMBER else self._gap(place, columns, found)
            made.append(self._row(firm, state, gap, mark, since))
            if len(made) >= WRITTEN_AT_ONCE:
                yield self._kept(made)
                made.clear()
        yield self._kept(made)

    def _gap(self, place: int, columns: Columns, found: Found) -> str:
        if place in found.missing:
            return f"还不知道：{found.missing[place]}"
        one = self.chosen.book.compiled[self.index]
        return "；".join(gaps(one, columns.facts(place), self.chosen.book.registry))[:1000]

    def _row(self, firm: int, state: State, gap: str, mark: int, since: date) -> Standing:
        return Standing(
            district_id=self.district_id, enterprise_id=firm, tier=self.tier, purpose=self.purpose, state=state,
            gap=gap, mark=mark, since_on=since,
        )  # fmt: skip

    def _stored(self) -> dict[int, tuple[str, int, date]]:
        rows = Standing.objects.filter(district_id=self.district_id, tier=self.tier, purpose=self.purpose)
        rows = rows.filter(enterprise_id__gt=self.part.after, enterprise_id__lte=self.part.upto)
        if self.part.ids is not None:
            rows = rows.filter(enterprise_id__in=self.part.ids)
        found = rows.values_list("enterprise_id", "state", "mark", "since_on")
        return {firm: (state, mark, since) for firm, state, mark, since in found}

    def _removed(self, gone: list[int]) -> Iterator[int]:
        for start in range(0, len(gone), WRITTEN_AT_ONCE):
            some = gone[start : start + WRITTEN_AT_ONCE]
            Standing.objects.filter(tier=self.tier, purpose=self.purpose, enterprise_id__in=some).delete()
            yield len(some)

    def _kept(self, made: list[Standing]) -> int:
        """Write some rows in one short transaction and return how many."""
        with transaction.atomic():
            Standing.objects.bulk_create(
                made,
                update_conflicts=True,
                unique_fields=["enterprise", "tier", "purpose"],
                update_fields=["state", "gap", "mark", "since_on"],
            )
        return len(made)


def _claimed(district_id: int, on: date, at: datetime) -> bool:
    """Take the day's run; a finished one is not done again, one that stood still is taken over."""
    row, is_new = TierRun.objects.get_or_create(
        district_id=district_id, as_of=on, defaults={"started_at": at}
    )
    stood = Q(pk=row.pk, finished_at=None, started_at__lt=at - LEASE)
    return is_new or bool(TierRun.objects.filter(stood).update(started_at=at))


# --- the worker's task ------------------------------------------------------------------------------------
_current: Iterator[int] | None = None
_looked_at: datetime | None = None


def tiers_tick(now: datetime) -> str:
    """Go on with the run under way for a second, or look for a district whose night has come."""
    global _current, _looked_at
    if _current is None:
        if _looked_at is not None and 0 <= (now - _looked_at).total_seconds() < LOOK_SECONDS:
            return ""
        _looked_at = now
        if (district_id := _due(now)) is None:
            return ""
        _current = run_steps(district_id=district_id, at=now)
    steps, until, done = _current, time.monotonic() + AT_ONCE_SECONDS, 0
    _current = None  # a step that fails ends the run
    while (step := next(steps, None)) is not None:
        done = step
        if time.monotonic() >= until:
            _current = steps
            break
    return f"tiers {done}"


@on_forget
def forget() -> None:
    """Give up the run under way (tests)."""
    global _current, _looked_at
    _current = _looked_at = None


def _due(now: datetime) -> int | None:
    """Return a district that keeps titles and has not been run today."""
    if local_time(now).time() < NIGHT:
        return None
    on = local_date(now)
    done = TierRun.objects.filter(as_of=on).filter(
        Q(finished_at__isnull=False) | Q(started_at__gt=now - LEASE)
    )
    rows: Any = Title.objects.exclude(district_id__in=done.values("district_id")).order_by("district_id")
    return next(iter(rows.values_list("district_id", flat=True)[:1]), None)
