"""Unknown pairs share few patterns: each pattern's missing sets are worked out once, then handed to all its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from qiying.decision.planes.columns import Columns, Words
from qiying.decision.planes.result import Block, bits
from qiying.decision.scalar.evaluate import ScalarEngine, Sets

Rows = npt.NDArray[np.integer[Any]]


def bit_at(words: Words, rows: Rows) -> npt.NDArray[np.bool_]:
    """The bits of some rows."""
    found: npt.NDArray[np.bool_] = (words[rows >> 6] >> (rows & 63).astype(np.uint64)) & np.uint64(1) != 0
    return found


def missing_patterns(
    engine: ScalarEngine, policy: int, rows: Rows, blocks: dict[int, Block], columns: Columns
) -> tuple[list[Sets], npt.NDArray[np.int64]]:
    """Distinct missing sets of one policy's unknown rows, and for each row which of them it has."""
    masks = engine.book.policies[policy].masks
    used = sorted({number for component in masks for mask in component for number in bits(mask)})
    names = sorted({name for number in used for name in engine.book.atoms[number].term.names})
    flags = [bit_at(blocks[number][half], rows) for number in used for half in (0, 1)]
    for name in names:
        column = columns.columns.get(name)
        if column is None:
            flags.append(np.zeros(len(rows), np.bool_))
        elif column.valid is None:
            flags.append(np.ones(len(rows), np.bool_))
        else:
            flags.append(bit_at(column.valid, rows))
    packed = np.packbits(np.stack(flags, axis=1), axis=1)
    patterns, index = np.unique(packed, axis=0, return_inverse=True)
    first = np.full(len(patterns), -1, np.int64)
    first[index.reshape(-1)[::-1]] = np.arange(len(rows))[::-1]
    found = []
    for place in first.tolist():
        certain = possible = 0
        for slot, number in enumerate(used):
            certain |= int(flags[2 * slot][place]) << number
            possible |= int(flags[2 * slot + 1][place]) << number
        known = {name: 0 for slot, name in enumerate(names) if flags[2 * len(used) + slot][place]}
        found.append(engine.missing_sets(masks, certain, possible, known))
    return found, index.reshape(-1).astype(np.int64)
