"""What waits for a person (nobody's home may lie): one answer for homes, counts, the bell, digests and the phone.

Each app declares its sources in its `offers.py`. All are counted in one statement, and each that holds something is
read in one more, whatever the load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.offers import discover
from qiying.kernel.permissions.kept import Kept, Statement, asking_again, settled, statement_of
from qiying.kernel.permissions.viewer import Viewer

SHOWN = 8
"""Items of a source that a home shows; the rest stands behind its address."""
SPARE = 4
"""Rows read beyond them where several may stand for one thing."""
CAP = 1000
"""Counts are exact up to here."""
BELL_CAP = 100


@dataclass(frozen=True)
class Item:
    """One thing that waits: what, until which workday, where it is done, whom it concerns, since when."""

    title: str
    url: str
    who: str = ""
    words: str = ""
    day: date | None = None
    since: date | None = None
    status: str = ""
    status_words: str = ""


@dataclass(frozen=True)
class Source:
    """Rows of one kind that wait for a viewer.

    `each` names the field of the thing where several rows may stand for one: it counts once, and as late if one is;
    `shown` are its rows with what their lines read. `day` names the field of the day they are due (none: without
    day); where `runs` is not true the clock stands still and nothing is late. `order` sorts what is shown; `url` is
    where all of them stand.
    """

    rows: QuerySet[Any]
    item: Callable[[Any], Item]
    url: str = ""
    day: str = ""
    runs: Q | None = None
    order: tuple[str, ...] = ()
    each: str = ""
    shown: QuerySet[Any] | None = None

    cover: Callable[[list[Any]], None] | None = None
    """Takes out of the rows that are shown what the viewer may not read of them."""

    def due(self, **condition: Any) -> QuerySet[Any]:
        """Return the rows whose running day fulfils a condition (`lt=today`)."""
        wanted = Q(**{f"{self.day}__{name}": value for name, value in condition.items()})
        return self.once(self.rows.filter(wanted & self.runs if self.runs else wanted))

    def once(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is counted of rows; plus nothing, or SQLite walks all parts ever had in the order of cases."""
        return rows.order_by().values(one=F(self.each) + 0).distinct() if self.each else rows


@dataclass(frozen=True)
class Pile:
    """What one source holds for a viewer."""

    code: str
    label: str
    url: str
    items: list[Item]
    count: int
    late: int
    today: int


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for a viewer, the piles in their order; an empty one is left out."""

    piles: list[Pile]

    @property
    def count(self) -> int:
        return sum(p.count for p in self.piles)

    @property
    def late(self) -> int:
        return sum(p.late for p in self.piles)

    @property
    def today(self) -> int:
        return sum(p.today for p in self.piles)

    def pile(self, code: str) -> Pile | None:
        """Return one pile by its source, None when nothing of the kind waits."""
        return next((p for p in self.piles if p.code == code), None)


Read = Callable[[Viewer, date], Source | None]
Build = Callable[[Viewer, date], QuerySet[Any]]
_sources: dict[str, tuple[int, str, Read]] = {}


def declare_waiting(code: str, label: str, read: Read, *, order: int = 50) -> None:
    """Declare a kind of work; `read(viewer, today)` returns None for viewers it never concerns and asks no database."""
    if _sources.setdefault(code, (order, label, read)) != (order, label, read):
        raise ValueError(f"“{code}”这一类等办的事登记了两次")


def waiting_for(viewer: Viewer, now: datetime, *, shown: int = SHOWN) -> Waiting:
    """Return what waits for a person now: one statement to count, one for each kind that holds something."""
    today = local_date(now)
    if viewer.person_id is None:
        return Waiting([])
    counts = first_row(_counted, viewer, today)
    ordered = sorted((order, code, label, read) for code, (order, label, read) in _sources.items())
    held = [(code, label, read) for _, code, label, read in ordered if counts.get(f"all_{code}")]
    return Waiting(
        [_pile(code, label, _shown(read, viewer, today, shown), counts, today) for code, label, read in held]
    )


def bell(viewer: Viewer, today: date) -> Combinable:
    """Return how many things wait as one expression for the frame's single statement, each kind to a hundred."""
    return total([CountOf(source.once(source.rows), BELL_CAP) for _, _, source in _found(viewer, today)])


def total(parts: Sequence[Combinable]) -> Combinable:
    """Return the sum of expressions, paired like a tree: SQLite reads no more than a hundred brackets in brackets."""
    if len(parts) < 2:
        return parts[0] if parts else Value(0)
    half = len(parts) // 2
    return total(parts[:half]) + total(parts[half:])


def first_row(build: Build, viewer: Viewer, today: date) -> dict[str, Any]:
    """Return the first row of a query by column; its SQL is made once a viewer and day, for it stands on every page."""
    discover()
    (kept,) = settled((viewer,))  # a value: people of the same standing on the same day get the same SQL
    statement, names = _compiled(build, kept, today, len(_sources))
    if statement is None:
        return {}
    with asking_again() as cursor:
        cursor.execute(*statement)
        row = cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


@lru_cache(maxsize=4096)
def _compiled(
    build: Build, viewer: Viewer, today: date, _declared: int
) -> tuple[Statement | None, list[str]]:
    rows = build(viewer, today)
    return statement_of(rows), list(rows.query.values_select) + list(rows.query.annotation_select)


def _counted(viewer: Viewer, today: date) -> QuerySet[Any]:
    wanted: dict[str, Combinable] = {"person": Value(1)}
    for code, _, source in _found(viewer, today):
        wanted[f"all_{code}"] = CountOf(source.once(source.rows), CAP)
        if source.day:
            wanted[f"late_{code}"] = CountOf(source.due(lt=today), CAP)
            wanted[f"today_{code}"] = CountOf(source.due(exact=today), CAP)
    rows: QuerySet[Any] = Person.objects.filter(pk=viewer.person_id or 0).order_by()
    rows = rows.annotate(**wanted)
    return rows.values(*wanted)


class _Shown:
    """A source as a viewer's home shows it: its first rows, their SQL made once; every use asks the database anew."""

    def __init__(self, source: Source, shown: int) -> None:
        self.source = source
        # What has no address of its own stands here as a whole.
        self.most = shown if source.url or shown < SHOWN else BELL_CAP
        rows = source.rows if source.shown is None else source.shown
        self.rows = rows.order_by(*_ordered(source)) if source.order or source.day else rows
        self.upto = self.most + (SPARE if source.each else 0)
        self.first: Kept[Any] = Kept(self.rows[: self.upto])

    def read(self) -> list[Any]:
        """Return the first row of each thing: doubles are rare, and the database would look for them at every row."""
        if not self.most:
            return []
        read, upto = self.first.read(), self.upto
        if not self.source.each:
            return read
        while True:
            found: dict[Any, Any] = {}
            for row in read:
                found.setdefault(getattr(row, self.source.each), row)
            if len(found) >= self.most or len(read) < upto:
                return list(found.values())[: self.most]
            upto *= 4
            read = list(self.rows[:upto])


def _shown(read: Read, viewer: Viewer, today: date, shown: int) -> _Shown:
    (kept,) = settled((viewer,))
    return _kept_shown(read, kept, today, shown)


@lru_cache(maxsize=512)
def _kept_shown(read: Read, viewer: Viewer, today: date, shown: int) -> _Shown:
    source = read(viewer, today)
    assert source is not None, "a kind that holds something concerns the viewer"
    return _Shown(source, shown)


def _pile(code: str, label: str, shown: _Shown, counts: dict[str, int], today: date) -> Pile:
    source, found = shown.source, shown.read()
    if source.cover and found:
        source.cover(found)
    return Pile(
        code=code,
        label=label,
        url=source.url,
        items=[_told_late(source, source.item(row), today) for row in found],
        count=counts[f"all_{code}"],
        late=counts.get(f"late_{code}", 0),
        today=counts.get(f"today_{code}", 0),
    )


def _told_late(source: Source, item: Item, today: date) -> Item:
    """Say of what is counted as late that it is, where the item itself says nothing of its state."""
    if not source.day or source.runs or item.status or item.day is None or item.day >= today:
        return item
    return replace(item, status="overdue", status_words="已过期限")


def _ordered(source: Source) -> Iterable[Any]:
    return source.order or (F(source.day).asc(nulls_last=True), "pk")


def _found(viewer: Viewer, today: date) -> list[tuple[str, str, Source]]:
    """Return the sources that concern a viewer, in their order."""
    discover()
    ordered = sorted((order, code, label, read) for code, (order, label, read) in _sources.items())
    found = ((code, label, read(viewer, today)) for _, code, label, read in ordered)
    return [(code, label, source) for code, label, source in found if source is not None]


class CountOf(Subquery):
    """How many rows a query has, up to a cap."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any], cap: int, **extra: Any) -> None:
        plain = rows.order_by() if rows.query.has_select_fields else rows.order_by().values("pk")
        super().__init__(plain[:cap], **extra)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        """A kind that cannot have rows counts nothing: Django would take a whole sum with it for nothing."""
        try:
            return super().as_sql(*args, **kwargs)
        except EmptyResultSet:
            return "0", ()
