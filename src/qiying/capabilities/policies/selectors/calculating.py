"""How one set of facts stands to every policy of a shelf: outcome, amount, groups settled; no words, no database.

Lighter than `explain`: reasons and nearest changes are worked out only for the few policies a page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock
from typing import NamedTuple

from qiying.capabilities.policies.rules.amount_kinds import PAID
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.decision.batch.nearly import MOVABLE, nearer_book
from qiying.decision.indicators.registry import Indicator, Registry
from qiying.decision.scalar import explain
from qiying.decision.scalar.amounts import History, Payment, grouped, has_money, past_of, payment
from qiying.decision.scalar.evaluate import ELIGIBLE, NOT_ELIGIBLE, UNKNOWN, ScalarEngine, Sets, holds
from qiying.decision.scalar.explain import Explanation, highest
from qiying.decision.scalar.nearest import NearMiss, near_misses
from qiying.decision.words.results import miss_text

Stored = Mapping[str, int | str]
NOTHING: dict[str, History] = {}
NEAR_SHARE = Fraction(1, 5)
"""How much of a threshold may be missing, where no parameter says otherwise."""
KEPT = 2000
"""Shelves of one policy, or of some themes, a process keeps."""


class Standing(NamedTuple):
    """How the facts stand to one policy; `at` is its place in the book.

    `superseded_by` is the policy taken instead (就高不重复). `is_moot`: whatever the missing facts are, nothing more
    is paid. `is_received`: it is given once, and was.
    """

    at: int
    one: Published
    outcome: str
    rows: tuple[int, ...] = ()
    missing: Sets = ()
    payment: Payment | None = None
    superseded_by: str = ""
    is_moot: bool = False
    is_received: bool = False

    @property
    def is_eligible(self) -> bool:
        """Met, and not given up for a better one of its group."""
        return self.outcome == ELIGIBLE and not self.superseded_by

    @property
    def is_open(self) -> bool:
        """A missing fact could still change what is got."""
        return self.outcome == UNKNOWN and not self.is_moot

    @property
    def fen(self) -> int | None:
        """The amount when it is met and known."""
        return self.payment.amount if self.is_eligible and self.payment else None


@dataclass(frozen=True, slots=True)
class Sum:
    """What may be got altogether: fen that are known, and how many policies pay money of unknown amount."""

    count: int
    fen: int
    uncounted: int


class Miss(NamedTuple):
    """A policy nearly met: the change that would meet it, as one number in its unit."""

    standing: Standing
    miss: NearMiss
    words: str
    percent: int | None
    indicator: Indicator


def standings(shelf: Shelf, stored: Stored, history: Mapping[str, History] = NOTHING) -> list[Standing]:
    """Return how the facts stand to every policy, in the shelf's order; groups are settled."""
    engine = shelf.engine
    groups = _groups(shelf)
    in_groups = {at for members in groups for at in members}
    _, possible = masks = engine.masks(stored)
    known, found = grouped(history, engine.book.groups), []
    for at, (verdict, one) in enumerate(zip(engine.verdicts(masks, stored), shelf.published, strict=True)):
        outcome, paid = verdict.outcome, None
        past = past_of(engine.book.compiled[at], known)
        if one.wording.first_time_only and past.received:
            found.append(Standing(at, one, NOT_ELIGIBLE, is_received=True))
            continue
        if outcome == ELIGIBLE or (outcome == UNKNOWN and at in in_groups):
            numbered = engine.book.policies[at]
            # A row that decides first leaves no other possible, so there is nothing to look for.
            alone = len(verdict.rows) == 1 and one.wording.table.hit in ("F", "U")
            rows = verdict.rows if alone else engine.possible_rows(numbered, possible)
            paid = payment(numbered.compiled, verdict.rows, rows, stored, past)
        found.append(Standing(at, one, outcome, verdict.rows, verdict.missing, paid))
    return _settled(found, groups)


def _groups(shelf: Shelf) -> list[list[int]]:
    """Return the places of policies of which only the highest is paid, by group; worked out once a book."""
    kept: list[list[int]] | None = getattr(shelf.book, "_calculating_groups", None)
    if kept is None:
        by_name: dict[str, list[int]] = {}
        for at, one in enumerate(shelf.published):
            if one.wording.group:
                by_name.setdefault(one.wording.group.name, []).append(at)
        kept = list(by_name.values())
        shelf.book._calculating_groups = kept  # type: ignore[attr-defined]
    return kept


def _settled(found: list[Standing], groups: list[list[int]]) -> list[Standing]:
    """Settle 就高不重复: the largest known amount is taken, and who cannot beat it any more is moot."""
    for members in groups:
        taken = highest({at: (found[at].outcome, found[at].payment) for at in members})
        if taken is None:
            continue
        best, open_ = taken
        for at in members:
            one = found[at]
            if at != best and at not in open_ and one.outcome != NOT_ELIGIBLE and one.payment is not None:
                found[at] = one._replace(superseded_by=found[best].one.code, is_moot=True)
    return found


def summed(found: Iterable[Standing]) -> Sum:
    """Return how many are eligible, and what those this district pays out add up to.

    Tax saved and bases are no money that arrives: they count, but are not added.
    """
    count = fen = uncounted = 0
    for one in found:
        if not one.is_eligible or one.fen == 0:
            continue
        count += 1
        if one.one.is_paid_here and one.one.kind == PAID:
            fen += one.fen or 0
            uncounted += one.payment is not None and one.payment.amount is None
    return Sum(count, fen, uncounted)


def decided(found: Sequence[Standing]) -> int:
    """Return for how many policies the answer is certain."""
    return sum(not one.is_open for one in found)


def most(
    shelf: Shelf, standing: Standing, stored: Stored, history: Mapping[str, History] = NOTHING
) -> int | None:
    """Return the most an open policy could pay in fen; None where no bound is known or no money arrives."""
    compiled = shelf.book.compiled[standing.at]
    if not has_money(compiled) or standing.one.kind != PAID:
        return None
    numbered = shelf.book.policies[standing.at]
    rows = shelf.engine.possible_rows(numbered, shelf.engine.masks(stored)[1])
    paid = payment(compiled, (), rows, stored, past_of(compiled, grouped(history, shelf.book.groups)))
    return paid.high if paid else None


def nearly(
    shelf: Shelf, stored: Stored, found: Iterable[Standing], limit: int = 20, share: Fraction = NEAR_SHARE
) -> list[Miss]:
    """Return the policies whose numbers are missed by little, the closest first."""
    near = []
    engine = _nearer(shelf, share)
    possible = engine.masks(stored)[1]
    for standing in found:
        if standing.outcome != NOT_ELIGIBLE or standing.is_received:
            continue
        if not holds(engine.book.policies[standing.at].masks, possible):
            continue  # not even met by thresholds that much nearer
        misses = near_misses(shelf.engine, standing.at, stored, 3)
        first = next((m for m in misses if is_close(shelf.registry, m, share)), None)
        if first is not None:
            near.append(miss_of(shelf, standing, first))
    near.sort(key=lambda m: m.miss.rank)
    return near[:limit]


def _nearer(shelf: Shelf, share: Fraction) -> ScalarEngine:
    """Return an engine of thresholds lying nearer by a share, made once a book."""
    kept: dict[Fraction, ScalarEngine] | None = getattr(shelf.book, "_calculating_nearer", None)
    if kept is None:
        kept = {}
        shelf.book._calculating_nearer = kept  # type: ignore[attr-defined]
    if share not in kept:
        kept[share] = ScalarEngine(nearer_book(shelf.book, share))
    return kept[share]


def is_close(registry: Registry, miss: NearMiss, share: Fraction = NEAR_SHARE) -> bool:
    """Tell whether only numbers are to change, each by no more than `share` of what is wanted, a count by one.

    The rule by which the nightly run calls a pair near.
    """
    for change in miss.changes:
        one = registry[change.indicator]
        if isinstance(change.before, str) or isinstance(change.after, str) or one.type not in MOVABLE:
            return False
        gap = abs(change.after - change.before)
        if gap > share * abs(change.after) and not (one.type == "count" and gap <= 1):
            return False
    return True


def miss_of(shelf: Shelf, standing: Standing, miss: NearMiss) -> Miss:
    """Return a near miss with its sentence and how far along it is, in per cent."""
    change = miss.changes[0]
    indicator = shelf.registry[change.indicator]
    percent = None
    if len(miss.changes) == 1 and indicator.type in MOVABLE:
        before, after = int(change.before), int(change.after)
        if 0 <= before < after:
            percent = before * 100 // after
    return Miss(standing, miss, miss_text(miss.changes, shelf.registry), percent, indicator)


_parts: dict[tuple[int, int, object, tuple[str, ...]], Shelf] = {}
_lock = Lock()


def part_of(shelf: Shelf, codes: tuple[str, ...]) -> Shelf:
    """Return a shelf of some of the policies, kept for the next time."""
    key = (shelf.district_id, shelf.stamp, shelf.on, codes)
    found = _parts.get(key)
    # The same district and stamp may come back in another test database with other policies.
    if found is not None and all(shelf.by_code.get(p.code) is p for p in found.published):
        return found
    made = shelf.only(*codes)
    with _lock:
        if len(_parts) >= KEPT:
            _parts.clear()
        _parts[key] = made
    return made


def of_themes(shelf: Shelf, themes: Sequence[str]) -> Shelf:
    """Return the policies of these themes; of all when none is named or none of the named has any."""
    codes = tuple(p.code for p in shelf.published if p.theme in themes)
    return part_of(shelf, codes) if codes else shelf


def explained_one(
    shelf: Shelf, code: str, stored: Stored, history: Mapping[str, History] = NOTHING, *, nearest: bool = True
) -> Explanation:
    """Return the engine's whole answer to one policy: reasons, what is missing, nearest changes."""
    (answer,) = explain(part_of(shelf, (code,)).engine, stored, history, nearest)
    return answer
