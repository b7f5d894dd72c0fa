"""What a wording would do over the whole register before it is published: who, how much, who gains or loses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from qiying.decision.batch.matcher import Matcher, Paid
from qiying.decision.indicators import Registry, standard_registry
from qiying.decision.planes.result import unpack
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import CompiledPolicy
from qiying.kernel.audit.keeping import on_forget
from qiying.kernel.enterprises.columns import Register, register
from qiying.kernel.enterprises.models import Enterprise, EnterpriseFact
from qiying.kernel.organisations.models import Unit
from qiying.statutes.industries import split_code
from qiying.ui.humanize import money_words

NAMED = 50
"""Enterprises listed by name in each list of who gains or loses."""
GROUPED = 8
"""Bars of one breakdown; the rest goes together."""
SIZES = ("大型", "中型", "小型", "微型")
UNSAID = "未填写"
DOORS = {
    "A": "农林牧渔", "B": "采矿", "C": "制造业", "D": "电热燃水", "E": "建筑业", "F": "批发零售", "G": "交通仓储",
    "H": "住宿餐饮", "I": "信息软件", "J": "金融业", "K": "房地产", "L": "租赁商务", "M": "科研技术", "N": "水利环境",
    "O": "居民服务", "P": "教育", "Q": "卫生社会", "R": "文体娱乐", "S": "社会组织", "T": "国际组织",
}  # fmt: skip

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """One wording over the register: enterprises, and fen of a year if all of them claimed it."""

    eligible: int = 0
    unknown: int = 0
    not_eligible: int = 0
    fen: int = 0
    unpriced: int = 0


@dataclass(frozen=True)
class Bar:
    """One group: enterprises and fen now and before."""

    label: str
    count: int
    fen: int
    before_count: int
    before_fen: int


@dataclass(frozen=True)
class Named:
    """An enterprise that gains or loses; amounts in fen, None when not known or not eligible."""

    pk: int
    name: str
    before_fen: int | None
    after_fen: int | None
    was_eligible: bool
    is_eligible: bool

    @property
    def was(self) -> str:
        return _given(self.was_eligible, self.before_fen)

    @property
    def now(self) -> str:
        return _given(self.is_eligible, self.after_fen)


def _given(is_eligible: bool, fen: int | None) -> str:
    return "不符合" if not is_eligible else "待算" if fen is None else money_words(fen)


@dataclass(frozen=True)
class Simulated:
    """The effect of a wording; `before` is None without a published version to compare with."""

    total: int
    after: Side
    before: Side | None = None
    by_row: tuple[int, ...] = ()
    groups: tuple[tuple[str, tuple[Bar, ...]], ...] = ()
    gained: int = 0
    lost: int = 0
    more: int = 0
    less: int = 0
    winners: tuple[Named, ...] = ()
    losers: tuple[Named, ...] = ()
    missing: tuple[tuple[str, int], ...] = field(default=())

    @property
    def fen_change(self) -> int:
        return self.after.fen - (self.before.fen if self.before else 0)


@dataclass
class _Held:
    """A register kept between two keystrokes, with each row's groups."""

    stamp: tuple[int, int]
    names: frozenset[str]
    rows: Register
    codes: dict[str, tuple[Any, list[str]]]


_held: dict[int, _Held] = {}
_lock = Lock()


@on_forget
def forget() -> None:
    """Forget what is kept (tests)."""
    _held.clear()


def simulate(
    district_id: int, after: CompiledPolicy, before: CompiledPolicy | None, registry: Registry | None = None
) -> Simulated:
    """Return what a wording does over the district's register, beside the wording in force.

    Nobody's earlier grants count: it is the cost of a year in which everybody eligible claims.
    """
    known = registry or standard_registry()
    names = {*after.indicators, *(before.indicators if before else ())}
    held = _register(district_id, known, names)
    new = Matcher(PolicyBook([after], known, after.as_of), held.rows.columns)
    old = Matcher(PolicyBook([before], known, after.as_of), held.rows.columns) if before else None
    total = held.rows.columns.rows
    found = Simulated(
        total,
        _side(new),
        _side(old) if old else None,
        _by_row(new, len(after.rows)),
        tuple((name, _bars(codes, labels, new, old)) for name, (codes, labels) in held.codes.items()),
        missing=_missing(new, after),
    )
    return _compared(found, held.rows.ids, new, old) if old else found


def _register(district_id: int, registry: Registry, names: Iterable[str]) -> _Held:
    """The register with at least these columns; read anew when a fact was added."""
    last_fact = EnterpriseFact.objects.aggregate(n=Max("pk"))["n"] or 0
    stamp = (last_fact, Enterprise.objects.filter(district_id=district_id).count())
    wanted = frozenset(names)
    with _lock:
        held = _held.get(district_id)
        if held is not None and held.stamp == stamp and wanted <= held.names:
            return held
        if held is not None and held.stamp == stamp:
            wanted |= held.names
        rows = register(district_id, registry, sorted({*wanted, "企业规模", "行业代码"}))
        _held[district_id] = _Held(stamp, wanted, rows, _groups(district_id, rows))
        return _held[district_id]


def _groups(district_id: int, rows: Register) -> dict[str, tuple[Any, list[str]]]:
    """Each row's size, industry and town as a number into labels."""
    found = Enterprise.objects.filter(district_id=district_id).order_by("pk")
    towns = dict(Unit.objects.filter(district_id=district_id).values_list("pk", "name"))
    words = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
    by_pk = {
        pk: (words.get(size, UNSAID), DOORS.get(split_code(industry)[0], UNSAID), towns.get(town, UNSAID))
        for pk, size, industry, town in found.values_list("pk", "size_class", "industry", "region_unit_id")
    }
    listed = [by_pk[int(pk)] for pk in rows.ids]
    return {
        name: _coded([one[index] for one in listed], SIZES if index == 0 else ())
        for index, name in enumerate(("规模", "行业", "镇街"))
    }


def _coded(values: list[str], first: tuple[str, ...]) -> tuple[Any, list[str]]:
    labels = [one for one in first if one in values]
    labels += sorted(set(values) - set(labels) - {UNSAID}) + ([UNSAID] if UNSAID in values else [])
    place = {label: index for index, label in enumerate(labels)}
    return np.array([place[value] for value in values], np.int64), labels


def _side(matcher: Matcher) -> Side:
    eligible, unknown, out = matcher.planes.counts()[0].tolist()
    paid = matcher.paid(0)
    return Side(eligible, unknown, out, int(paid.fen.sum()), int((~paid.known).sum()))


def _by_row(matcher: Matcher, rows: int) -> tuple[int, ...]:
    tiers = matcher.paid(0).tiers
    return tuple(int((tiers == number).sum()) for number in range(1, rows + 1))


def _bars(codes: Whole, labels: list[str], new: Matcher, old: Matcher | None) -> tuple[Bar, ...]:
    """Groups that have anybody now or before, the largest first where they have no order of their own."""
    now, fen = _summed(codes, len(labels), new.paid(0))
    was, was_fen = _summed(codes, len(labels), old.paid(0)) if old else (now, fen)
    found = [
        Bar(label, int(now[i]), int(fen[i]), int(was[i]), int(was_fen[i]))
        for i, label in enumerate(labels)
        if now[i] or was[i]
    ]
    if not any(label in SIZES for label in labels):
        found.sort(key=lambda bar: -bar.count)
    if len(found) <= GROUPED:
        return tuple(found)
    rest = found[GROUPED - 1 :]
    sums = [sum(getattr(b, key) for b in rest) for key in ("count", "fen", "before_count", "before_fen")]
    return (*found[: GROUPED - 1], Bar(f"其他 {len(rest)} 类", *sums))


def _summed(codes: Whole, size: int, paid: Paid) -> tuple[Whole, Whole]:
    fen = np.zeros(size, np.int64)
    np.add.at(fen, codes[paid.rows], paid.fen)
    return np.bincount(codes[paid.rows], minlength=size), fen


def _missing(matcher: Matcher, compiled: CompiledPolicy) -> tuple[tuple[str, int], ...]:
    """Which facts the undecided ones lack most often."""
    rows = matcher.planes.listed(0, unknown=True)
    if not len(rows):
        return ()
    found = []
    for name in compiled.indicators:
        column = matcher.columns.columns.get(name)
        if column is None:
            found.append((name, len(rows)))
        elif column.valid is not None:
            known = np.unpackbits(column.valid.view(np.uint8), count=matcher.columns.rows, bitorder="little")
            found.append((name, int((known[rows] == 0).sum())))
    return tuple(sorted([one for one in found if one[1]], key=lambda one: -one[1])[:3])


def _compared(found: Simulated, ids: Whole, new: Matcher, old: Matcher) -> Simulated:
    """Who gains and who loses against the wording in force."""
    was, now = old.planes.words[0, 0], new.planes.words[0, 0]
    gained, lost = unpack(now & ~was, found.total), unpack(was & ~now, found.total)
    before, after = _fen_by_row(old), _fen_by_row(new)
    both = [
        r for r in unpack(now & was, found.total).tolist() if before[r] is not None and after[r] is not None
    ]
    more = [r for r in both if (after[r] or 0) > (before[r] or 0)]
    less = [r for r in both if (after[r] or 0) < (before[r] or 0)]
    less.sort(key=lambda r: (after[r] or 0) - (before[r] or 0))
    winners = _named(ids, [*gained.tolist(), *more], before, after)
    losers = _named(ids, [*lost.tolist(), *less], before, after)
    return Simulated(
        found.total, found.after, found.before, found.by_row, found.groups,
        len(gained), len(lost), len(more), len(less), winners, losers, found.missing,
    )  # fmt: skip


def _fen_by_row(matcher: Matcher) -> dict[int, int | None]:
    paid = matcher.paid(0)
    listed = zip(paid.rows.tolist(), paid.fen.tolist(), paid.known.tolist(), strict=True)
    return {row: fen if known else None for row, fen, known in listed}


def _named(
    ids: Whole, rows: list[int], before: dict[int, int | None], after: dict[int, int | None]
) -> tuple[Named, ...]:
    shown = rows[:NAMED]
    names = dict(Enterprise.objects.filter(pk__in=[int(ids[r]) for r in shown]).values_list("pk", "name"))
    return tuple(
        Named(int(ids[r]), names[int(ids[r])], before.get(r), after.get(r), r in before, r in after)
        for r in shown
    )
