"""Loading a set: so many finished cases over the last years and the open ones of the last days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from qiying.config.loading import stencil
from qiying.config.loading.ground import Ground, People, district_for, is_plain, read_ground
from qiying.config.loading.indexes import indexes_later, large_cache
from qiying.config.loading.lives import Life, lives
from qiying.config.loading.processes import in_processes
from qiying.config.loading.recording import KINDS, Wording, record
from qiying.config.loading.stamping import stamp, suffix_of
from qiying.config.loading.stencil import Blanks, Kinds, Stencil
from qiying.config.loading.two import BESIDE, refuse_unfinished, two_connections
from qiying.config.loading.writing import (
    Writer,
    analyze,
    figures_summed,
    highest_id,
    ids_taken,
    raw_connection,
    taken,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.cases.texts import title_of
from qiying.kernel.cases.world import Matter
from qiying.kernel.figures.compaction import figures_compact
from qiying.kernel.search.index import bulk_loading
from qiying.kernel.search.models import SearchEntry
from qiying.statutes.workdays import Calendar, nth_workday_before

SPREAD_OVER = 480
"""Workdays before today in which finished cases came in: about two years."""
OPEN_OVER = 4
AT_ONCE = 2_000
LARGE = 20_000
"""From so many cases on it is quicker to make the indexes anew, and to stamp in processes of their own."""
STAMPING = 2
TABLES = tuple(model._meta.db_table for model in KINDS)
APART, PLACES = 7, 300
"""Copies of one life on one day come in at one of so many moments, so many seconds apart."""
CONTACT = "陈经理"
PHONE = 13_700_000_000
SEED = 20_260_418


@dataclass(frozen=True)
class Copy:
    """What one loaded case was made of: enough to make the same case by the services."""

    life: Life
    matter: Matter
    instants: tuple[datetime, ...]
    seconds: int
    people: People
    words: Wording
    case_id: int
    intake_id: int


@dataclass
class Loaded:
    """What was loaded; `copies` only when asked for."""

    district_id: int
    cases: int = 0
    rows: int = 0
    lives: int = 0
    copies: list[Copy] = field(default_factory=list)


@dataclass(frozen=True)
class _Batch:
    life: Life
    first: date
    count: int
    matter: Matter


@dataclass(frozen=True)
class _Chunk:
    """Copies of one batch that are written together, and how many are loaded before them."""

    batch: _Batch
    made: Stencil
    start: int
    count: int
    before: int


def load_cases(
    *,
    total: int,
    open_cases: int,
    now: datetime,
    district: str = "",
    days: int = 60,
    keep: bool = False,
    indexes_last: bool | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Loaded:
    """Load finished and open cases into a district and return what was made; all or nothing.

    Into a database without cases even an interrupted process may leave an unusable file: nothing is lost there.

    Args:
        total: all cases, open ones included.
        days: on how many different workdays finished cases come in.
        keep: remember what each case was made of (for the proof of equality).
        indexes_last: make indexes anew at the end; by default when many are loaded.
    """
    refuse_unfinished()
    is_empty = not connection.in_atomic_block and not Case.objects.exists()
    is_large = total >= LARGE if indexes_last is None else indexes_last
    is_on_two = is_empty and is_large and not keep and connection.vendor == "postgresql"
    kinds = [kind for kind in KINDS if not is_on_two or kind not in BESIDE]
    shares = [kinds, BESIDE] if is_on_two else [kinds]
    with large_cache(unsafe=is_empty):
        with transaction.atomic():
            found = district_for(district, now)
            ground = read_ground(found, local_date(now))
            loader = _Loader(ground, highest_id(Case), highest_id(Intake), highest_id(SearchEntry), keep)
            calendar = calendar_for(found.pk)
            plan = _batches(total - open_cases, open_cases, local_date(now), days, calendar)
            chunks = list(_chunks([(batch, loader.learn(batch, calendar, shares)) for batch in plan]))
        say(f"{loader.made.lives} lives")
        with (
            two_connections(TABLES) if is_on_two else nullcontext() as second,
            transaction.atomic(),
            second.transaction() if second else nullcontext(),
            bulk_loading(),
            figures_summed(now),
            indexes_later([k._meta.db_table for k in kinds], keys=not is_on_two)
            if is_large
            else nullcontext(),
            in_processes(loader.filled, chunks, STAMPING)
            if is_large and not keep
            else nullcontext(loader.filled(chunks)) as filled,
            closing(Writer(raw_connection())) as writer,
        ):
            writers = [writer, second.writer] if second else [writer]
            for chunk, parts in zip(chunks, filled, strict=True):
                for each, share, rows in zip(writers, chunk.made.shares, parts, strict=True):
                    each.write(share, rows)
                loader.made.rows += chunk.count * chunk.made.rows
                loader.made.cases += chunk.count
                say(f"{loader.made.cases} / {total}")
            if second:
                second.index()
            writer.wait()
            ids_taken()
    figures_compact(now)
    analyze(without=TABLES if is_on_two else ())
    return loader.made


def _batches(finished: int, open_cases: int, today: date, days: int, calendar: Calendar) -> Iterator[_Batch]:
    """Yield what to copy, oldest first; the open cases come last and do not depend on the finished ones."""
    step = SPREAD_OVER / days
    backs = [round(SPREAD_OVER - i * step) for i in range(days)]
    for kind, amount, when in (
        ("finished", finished, backs),
        ("open", open_cases, range(OPEN_OVER, 0, -1)),
    ):
        told = lives(kind)
        plan = [(life, back) for back in when for life in told]
        shares = [life.share for life, _ in plan]
        for n, ((life, back), count) in enumerate(zip(plan, _dealt(amount, shares), strict=True)):
            first = nth_workday_before(today, back + life.days, calendar)
            if count:
                yield _Batch(life, first, count, life.of.matters[n % len(life.of.matters)])


def _chunks(learned: Sequence[tuple[_Batch, Stencil]]) -> Iterator[_Chunk]:
    before = 0
    for batch, made in learned:
        for start in range(0, batch.count, AT_ONCE):
            count = min(AT_ONCE, batch.count - start)
            yield _Chunk(batch, made, start, count, before)
            before += count


def _dealt(amount: int, shares: Sequence[int]) -> list[int]:
    """Deal an amount by shares so that the parts sum up to it exactly."""
    whole, done, gone = sum(shares), 0, 0
    parts = []
    for share in shares:
        gone += share
        upto = amount * gone // whole
        parts.append(upto - done)
        done = upto
    return parts


class _Loader:
    """Stamps chunk after chunk; each knows its ids and its draws without those before."""

    def __init__(self, ground: Ground, case_id: int, intake_id: int, search_id: int, keep: bool) -> None:
        self.ground = ground
        self.case_id, self.intake_id, self.search_id = case_id, intake_id, search_id
        self.keep = keep
        self.made = Loaded(ground.district_id)
        self._askers = [
            stencil.asker_blanks(a) | stencil.contact_blanks(CONTACT, str(PHONE + n))
            for n, a in enumerate(ground.askers)
        ]
        self._leads = [stencil.team_blanks(t, "lead") for t in ground.teams]
        self._cos = [stencil.team_blanks(t, "co") for t in ground.teams]

    def learn(self, batch: _Batch, calendar: Calendar, shares: Sequence[Kinds]) -> Stencil:
        """Live a batch's life once, while the tables still have their indexes."""
        instants = batch.life.instants(batch.first, calendar)
        recording = record(batch.life, ground=self.ground, matter=batch.matter, instants=instants)
        self.made.lives += 1
        return Stencil(recording, shares)

    def filled(self, chunks: Sequence[_Chunk]) -> Iterator[list[Any]]:
        """Yield the copies of each chunk as the columns its stencil's statements take, a share after the other."""
        for chunk in chunks:
            wordings = [
                (title, text, stencil.words_blanks(title, text))
                for title, text in _wordings(chunk.batch.matter)
            ]
            kept_instants: dict[int, Blanks] = {}
            columns = [itemgetter(*share.columns) for share in chunk.made.shares]
            # the first id is part of it: a second load of the same days must not draw the same numbers
            seed = f"{SEED} {self.case_id} {chunk.batch.life.code} {chunk.batch.first} {chunk.start}"
            draw = random.Random(seed)  # noqa: S311
            numbers = range(chunk.before + 1, chunk.before + chunk.count + 1)
            copies = [self._copy(chunk, n, wordings, kept_instants, draw) for n in numbers]
            yield [taken(list(map(column, copies))) for column in columns]

    def _copy(
        self,
        chunk: _Chunk,
        number: int,
        wordings: list[tuple[str, str, Blanks]],
        kept: dict[int, Blanks],
        draw: random.Random,
    ) -> Blanks:
        made, batch = chunk.made, chunk.batch
        asker, lead = draw.randrange(len(self._askers)), draw.randrange(len(self._leads))
        co = (lead + 1 + draw.randrange(len(self._cos) - 1)) % len(self._cos)
        (title, text, said), seconds = draw.choice(wordings), draw.randrange(PLACES) * APART
        case_id, intake_id = self.case_id + number, self.intake_id + number
        suffix = suffix_of(case_id)
        if seconds not in kept:
            kept[seconds] = stencil.instant_blanks(made.instants, seconds)
        shared = {
            **self._askers[asker],
            **self._leads[lead],
            **self._cos[co],
            **kept[seconds],
            **said,
        }
        if self.keep:
            g = self.ground
            words = Wording(suffix, title, text, CONTACT, str(PHONE + asker))
            people = People(g.askers[asker], g.teams[lead], g.teams[co])
            what = (batch.life, batch.matter, made.instants, seconds, people, words)
            self.made.copies.append(Copy(*what, case_id, intake_id))
        return stamp(
            made, shared=shared, case_id=case_id, intake_id=intake_id, search_id=self.search_id + number,
            suffix=suffix, draw=draw,
        )  # fmt: skip


def _wordings(matter: Matter) -> Iterator[tuple[str, str]]:
    """Yield titles and texts one matter is said in."""
    for text in matter.texts:
        if is_plain(text):
            yield title_of(text), text
