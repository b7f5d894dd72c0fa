"""Which fact to ask for next: the one that decides most, and never one whose answer no longer matters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from qiying.capabilities.policies.selectors.calculating import NOTHING, Standing, Stored, explained_one, most
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.decision.indicators.registry import Indicator
from qiying.decision.logic.formula import Atom
from qiying.decision.logic.sets import cells
from qiying.decision.policy.book import Masks, PolicyBook
from qiying.decision.scalar.amounts import History
from qiying.decision.scalar.evaluate import ELIGIBLE, bits, holds

MOST_CASES = 4096
"""Combinations of answers tried before a question is taken to matter."""
LOOKED = 7
"""Candidates whose answers are tried, of those that take part in most and of those that surely decide most."""


@dataclass(frozen=True)
class Ask:
    """A fact to ask for: policies it surely decides, policies it takes part in, whether only the amount hangs on it."""

    indicator: Indicator
    decides: tuple[Published, ...]
    helps: tuple[Published, ...]
    most_fen: int
    for_amount: bool = False


def best_question(
    shelf: Shelf,
    stored: Stored,
    found: Sequence[Standing],
    skipped: Collection[str] = (),
    history: Mapping[str, History] = NOTHING,
) -> Ask | None:
    """Return what to ask next, or None when no answer would change anything; `skipped` is never asked again."""
    return next(iter(questions_left(shelf, stored, found, skipped, history, 1)), None)


def questions_left(
    shelf: Shelf,
    stored: Stored,
    found: Sequence[Standing],
    skipped: Collection[str] = (),
    history: Mapping[str, History] = NOTHING,
    limit: int = 3,
) -> list[Ask]:
    """Return the best questions, outcomes before amounts."""
    masks = shelf.engine.masks(stored)
    decides: dict[str, list[int]] = {}
    helps: dict[str, list[int]] = {}
    for standing in found:
        if not standing.is_open:
            continue
        names = wanted_names(standing, skipped)
        for name in names:
            helps.setdefault(name, []).append(standing.at)
        open_ = shelf.engine.open_names(shelf.book.policies[standing.at], *masks, stored)
        if len(open_) == 1 and names:
            decides.setdefault(next(iter(open_)), []).append(standing.at)
    asks: list[Ask] = []
    for name in _ranked(shelf, helps, decides, masks):
        if len(asks) >= limit:
            return asks
        used = [i for i in helps[name] if matters(shelf.book, shelf.book.policies[i].masks, name, masks)]
        if used:
            fen = sum(most(shelf, found[i], stored, history) or 0 for i in used)
            sure = tuple(shelf.published[i] for i in decides.get(name, ()) if i in used)
            asks.append(Ask(shelf.registry[name], sure, tuple(shelf.published[i] for i in used), fen))
    return (asks + _amounts(shelf, stored, found, {*skipped, *helps}, history))[:limit]


def _ranked(
    shelf: Shelf, helps: Mapping[str, list[int]], decides: Mapping[str, list[int]], masks: tuple[int, int]
) -> list[str]:
    """Return names, first those whose answer decides most policies on average; what is hard to find out counts less."""
    rough = sorted(helps, key=lambda n: (-len(decides.get(n, ())), -len(helps[n]), n))
    used = sorted(helps, key=lambda n: (-len(helps[n]), shelf.registry[n].cost, n))
    looked = list(dict.fromkeys([*used[:LOOKED], *rough[:LOOKED]]))
    worth = {}
    for name in looked:
        average = _decided_on_average(shelf, name, helps[name], masks) or len(decides.get(name, ()))
        worth[name] = average * (6 - shelf.registry[name].cost)
    best = sorted(looked, key=lambda n: (-worth[n], -len(helps[n]), shelf.registry[n].cost, n))
    return [*best, *(n for n in rough if n not in worth)]


def _decided_on_average(shelf: Shelf, name: str, indexes: Sequence[int], masks: tuple[int, int]) -> float:
    """Return how many of the policies an answer decides, each stretch of values the conditions tell apart alike."""
    certain, possible = masks
    every = 0
    atoms = []
    for number, atom in _atoms_of(shelf.book).get(name, ()):
        if possible & ~certain & 1 << number:
            every |= 1 << number
            atoms.append((number, atom))
    if not atoms:
        return 0
    options = _cells(atoms)
    decided = 0
    for mask in options:
        sure, maybe = certain | mask, possible & ~every | mask
        for index in indexes:
            wanted = shelf.book.policies[index].masks
            decided += not holds(wanted, maybe) or holds(wanted, sure)
    return decided / len(options)


def _atoms_of(book: PolicyBook) -> dict[str, list[tuple[int, Atom]]]:
    """Return the conditions on one indicator alone, by its name; worked out once a book."""
    found: dict[str, list[tuple[int, Atom]]] | None = getattr(book, "_asking_atoms", None)
    if found is None:
        found = {}
        for number, atom in enumerate(book.atoms):
            if atom.term.is_indicator or atom.term.kind == "text":
                found.setdefault(atom.term.names[0], []).append((number, atom))
        book._asking_atoms = found  # type: ignore[attr-defined]
    return found


def wanted_names(standing: Standing, skipped: Collection[str]) -> set[str]:
    """Return the facts that would still decide a policy; none when each way needs one that was skipped."""
    ways = [names for names in standing.missing if not set(names) & set(skipped)]
    return {name for names in ways for name in names}


def matters(book: PolicyBook, wanted: Masks, name: str, masks: tuple[int, int]) -> bool:
    """Tell whether knowing an indicator could change whether a normal form holds, the other facts being as they may.

    Sums and quotients count as values of their own, as in the engine.
    """
    certain, possible = masks
    unknown = possible & ~certain
    open_: dict[str, list[tuple[int, Atom]]] = {}
    for number in bits(unknown & _union(wanted)):
        atom = book.atoms[number]
        open_.setdefault(atom.term.key, []).append((number, atom))
    own = [key for key, atoms in open_.items() if name in atoms[0][1].term.names]
    options = {key: _cells(atoms) for key, atoms in open_.items()}
    if prod(len(found) for found in options.values()) > MOST_CASES:
        return bool(own)
    for key in own:
        others = [found for other, found in options.items() if other != key]
        for rest in product(*others):
            base = certain
            for mask in rest:
                base |= mask
            if len({holds(wanted, base | mask) for mask in options[key]}) > 1:
                return True
    return False


def _union(wanted: Masks) -> int:
    found = 0
    for component in wanted:
        for mask in component:
            found |= mask
    return found


def _cells(atoms: list[tuple[int, Atom]]) -> list[int]:
    """Return which conditions of one term hold together, for every value it can have."""
    found = set()
    for cell in cells([atom.values for _, atom in atoms], atoms[0][1].term.domain):
        found.add(sum(1 << number for number, atom in atoms if cell <= atom.values))
    return sorted(found)


def _amounts(
    shelf: Shelf, stored: Stored, found: Sequence[Standing], skipped: Collection[str],
    history: Mapping[str, History],
) -> list[Ask]:  # fmt: skip
    """Return facts on which only the amount of a policy already met hangs."""
    helps: dict[str, list[int]] = {}
    for standing in found:
        paid = standing.payment
        if standing.outcome != ELIGIBLE or standing.is_moot or paid is None or paid.amount is not None:
            continue
        answer = explained_one(shelf, standing.one.code, stored, history, nearest=False)
        missing = [n for names in answer.missing for n in names]
        if set(missing) & set(skipped):
            continue
        for name in missing:
            if _moves_amount(shelf, standing, name, stored):
                helps.setdefault(name, []).append(standing.at)
    ranked = sorted(helps, key=lambda n: (-len(helps[n]), shelf.registry[n].cost, n))
    asks = []
    for name in ranked:
        ones = tuple(shelf.published[i] for i in helps[name])
        fen = sum(most(shelf, found[i], stored, history) or 0 for i in helps[name])
        asks.append(Ask(shelf.registry[name], ones, ones, fen, for_amount=True))
    return asks


def _moves_amount(shelf: Shelf, standing: Standing, name: str, stored: Stored) -> bool:
    """Tell whether an amount reads the indicator, or which tier decides still hangs on it."""
    numbered = shelf.book.policies[standing.at]
    if name in numbered.compiled.amount_names:
        return True
    masks = shelf.engine.masks(stored)
    return any(matters(shelf.book, row.masks, name, masks) for row in numbered.rows)
