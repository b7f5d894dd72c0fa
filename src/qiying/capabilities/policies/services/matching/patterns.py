"""What is missing of unknown pairs: their few patterns are worked out once a process, then handed to all rows.

Does what `decision.batch.patterns` does, for the one set a home page asks for, and remembers it from part to part: a
register of which little is known has many unknown pairs and few patterns.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from qiying.decision.batch.patterns import bit_at
from qiying.decision.planes.columns import Columns
from qiying.decision.planes.result import Block, bits
from qiying.decision.policy.book import PolicyBook
from qiying.decision.scalar.evaluate import ScalarEngine

Ints = npt.NDArray[np.int64]
MOST_KEPT = 200_000
"""Patterns remembered of one book."""
MOST_MISSING = 2
"""More missing facts than this are not asked for: such a pair is listed nowhere, only counted."""


class Patterns:
    """The missing sets of one book's policies by pattern; sets are numbered texts, 0 none that is asked for."""

    def __init__(self, engine: ScalarEngine) -> None:
        self.engine = engine
        self.texts: list[str] = [""]
        self.sizes: list[int] = [0]
        self.numbers: dict[str, int] = {"": 0}
        self.known: dict[tuple[int, bytes], int] = {}

    def missing(self, policy: int, rows: Ints, blocks: dict[int, Block], columns: Columns) -> Ints:
        """Return the number of the text of each unknown row of a policy."""
        used, names = self._reads(policy)
        flags = [bit_at(blocks[number][half], rows) for number in used for half in (0, 1)]
        flags += [_is_known(columns, name, rows) for name in names]
        words = [_packed(flags[start : start + 64], len(rows)) for start in range(0, max(1, len(flags)), 64)]
        if len(words) == 1:
            found, first, index = np.unique(words[0], return_index=True, return_inverse=True)
            keys = [key.tobytes() for key in found]
        else:
            joined = np.stack(words, axis=1)
            found, first, index = np.unique(joined, axis=0, return_index=True, return_inverse=True)
            keys = [key.tobytes() for key in found]
        numbers = np.empty(len(keys), np.int64)
        for place, (key, row) in enumerate(zip(keys, first.tolist(), strict=True)):
            number = self.known.get((policy, key))
            if number is None:
                number = self._number(policy, used, names, [bool(flag[row]) for flag in flags])
                if len(self.known) < MOST_KEPT:
                    self.known[policy, key] = number
            numbers[place] = number
        found_numbers: Ints = numbers[index.reshape(-1)]
        return found_numbers

    def _reads(self, policy: int) -> tuple[list[int], list[str]]:
        """Conditions of a policy, and the indicators whose being known matters beside them: those in sums."""
        book = self.engine.book
        masks = book.policies[policy].masks
        used = sorted({number for component in masks for mask in component for number in bits(mask)})
        terms = (book.atoms[number].term for number in used)
        return used, sorted({name for term in terms if not term.is_indicator for name in term.names})

    def _number(self, policy: int, used: list[int], names: list[str], flags: list[bool]) -> int:
        certain = possible = 0
        for slot, number in enumerate(used):
            certain |= int(flags[2 * slot]) << number
            possible |= int(flags[2 * slot + 1]) << number
        known = {name: 0 for slot, name in enumerate(names) if flags[2 * len(used) + slot]}
        sets = self.engine.missing_sets(self.engine.book.policies[policy].masks, certain, possible, known)
        names_missing = sets[0] if sets and len(sets[0]) <= MOST_MISSING else ()
        text = "、".join(names_missing)
        if text not in self.numbers:
            self.numbers[text] = len(self.texts)
            self.texts.append(text)
            self.sizes.append(len(names_missing))
        return self.numbers[text]


_kept: WeakKeyDictionary[PolicyBook, Patterns] = WeakKeyDictionary()


def patterns_of(engine: ScalarEngine) -> Patterns:
    """Return what is remembered of an engine's book."""
    found = _kept.get(engine.book)
    if found is None:
        found = _kept[engine.book] = Patterns(engine)
    return found


def _is_known(columns: Columns, name: str, rows: Ints) -> npt.NDArray[np.bool_]:
    column = columns.columns.get(name)
    if column is None:
        return np.zeros(len(rows), np.bool_)
    return np.ones(len(rows), np.bool_) if column.valid is None else bit_at(column.valid, rows)


def _packed(flags: list[npt.NDArray[np.bool_]], rows: int) -> npt.NDArray[np.uint64]:
    found = np.zeros(rows, np.uint64)
    for place, flag in enumerate(flags):
        found |= flag.astype(np.uint64) << np.uint64(place)
    return found
