"""Anonymity of small groups: no slice under five, and no arithmetic over released slices that leaves fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

LEAST = 5
_MOST_PARTS = 40


def isolates(released: Iterable[frozenset[int]], new: frozenset[int], least: int = LEAST) -> bool:
    """Tell whether figures of `new`, added to those released, tell something about fewer than `least` answers.

    Figures are sums over answers. Answers in the same slices are one part; what can be computed from the figures is
    the row space of slices × parts. It tells on a group of parts when it holds a figure of that group alone, which is
    when the rows of its null space that belong to the group depend on each other.

    >>> everybody, men = frozenset(range(10)), frozenset(range(6))
    >>> isolates([everybody], men), isolates([everybody], frozenset(range(5)))
    (True, False)
    """
    slices = list({*released, new})
    if any(0 < len(one) < least for one in slices):
        return True
    parts = Counter(tuple(answer in one for one in slices) for answer in frozenset().union(*slices))
    patterns = list(parts)
    small = [n for n, pattern in enumerate(patterns) if parts[pattern] < least]
    if len(small) > _MOST_PARTS:
        return True  # too many to look at every group of them
    null = _null_space(np.array(patterns, dtype=float).T)
    return any(_depend(null[list(group)]) for group in _groups(small, [parts[p] for p in patterns], least))


def _groups(small: Sequence[int], sizes: Sequence[int], least: int) -> Iterable[tuple[int, ...]]:
    for count in range(1, least):
        for group in combinations(small, count):
            if sum(sizes[n] for n in group) < least:
                yield group


def _null_space(matrix: np.ndarray) -> np.ndarray:
    """Return a basis of what the slices leave open, one column each."""
    _, singular, right = np.linalg.svd(matrix)
    rank = int((singular > 1e-9).sum())
    kept: np.ndarray = right[rank:].T
    return kept


def _depend(rows: np.ndarray) -> bool:
    if rows.shape[1] == 0:
        return True
    return int(np.linalg.matrix_rank(rows, tol=1e-8)) < len(rows)
