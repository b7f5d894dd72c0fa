"""The compiled kernel (extra fast) gives the numpy kernel's planes, word for word."""

import random

import numpy as np
import pytest

from qiying.decision.batch.tests.random_policies import REGISTRY, random_book, random_facts
from qiying.decision.planes import Columns, PlaneEngine

pytest.importorskip("numba", reason="extra fast is not installed")


@pytest.mark.parametrize(
    ("seed", "rows", "threads"), [(0, 1, 1), (1, 64, 2), (2, 65, 1), (3, 1000, 2), (4, 5000, 2)]
)
def test_compiled_planes_counts_and_pairs_are_those_of_numpy(seed, rows, threads):
    from qiying.decision.planes.fast import FastEngine, counts, eligible_pairs

    book, rng = random_book(seed), random.Random(seed)
    columns = Columns.from_facts([random_facts(rng) for _ in range(rows)], REGISTRY)
    plain, fast = PlaneEngine(book).run(columns), FastEngine(book, threads).run(columns)
    assert (plain.words == fast.words).all()
    assert (counts(fast) == plain.counts()).all()
    starts, found = eligible_pairs(fast)
    for policy in range(len(book.policies)):
        assert np.array_equal(found[starts[policy] : starts[policy + 1]], plain.listed(policy))
