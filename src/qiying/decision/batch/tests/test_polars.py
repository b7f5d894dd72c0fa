"""Polars as a differential oracle (extra bench): equal on complete facts, never contradicted on incomplete ones."""

import random
from fractions import Fraction

import numpy as np
import pytest

from qiying.decision.logic.formula import All, Atom
from qiying.decision.planes import Columns, PlaneEngine

from .random_policies import REGISTRY, random_book, random_facts

pl = pytest.importorskip("polars", reason="extra bench is not installed")


def total(coefficients):
    """A weighted sum of columns."""
    parts = [pl.col(name).cast(pl.Int64) * factor for name, factor in coefficients]
    return sum(parts[1:], parts[0])


def edge(term, cut):
    """Rows behind a cut, null where the term is unknown."""
    if term.kind == "text":
        column = pl.col(term.top[0][0])
        return column > cut.value if cut.after else column >= cut.value
    if term.over:
        share, over = Fraction(cut.value), total(term.over)
        left, right = total(term.top) * share.denominator, over * share.numerator
        return pl.when(over > 0).then(left > right if cut.after else left >= right)
    return total(term.top) >= int(cut.value)


def expression(formula):
    """A formula with Polars' own three-valued operators."""
    if isinstance(formula, Atom):
        found = pl.lit(formula.values.starts)
        for cut in formula.values.cuts:
            found = found ^ edge(formula.term, cut)
        return found
    parts = [expression(part) for part in formula.parts]
    join = pl.all_horizontal if isinstance(formula, All) else pl.any_horizontal
    return join(parts) if parts else pl.lit(isinstance(formula, All))


@pytest.mark.parametrize("seed", range(6))
def test_polars_and_planes_agree_on_random_policies(seed):
    book, rng = random_book(seed), random.Random(seed)
    facts = [REGISTRY.stored(random_facts(rng)) for _ in range(400)]
    frame = pl.DataFrame({
        name: pl.Series([f.get(name) for f in facts], dtype=pl.String if one.is_text else pl.Int64)
        for name, one in REGISTRY.indicators.items()
    })  # fmt: skip
    shown = [{n: REGISTRY[n].shown(v) for n, v in f.items()} for f in facts]
    planes = PlaneEngine(book).run(Columns.from_facts(shown, REGISTRY))
    complete = np.array([len(f) == len(REGISTRY.names) for f in facts])
    for index, one in enumerate(book.compiled):
        said = frame.select(expression(one.formula).alias("x")).get_column("x").to_list()
        said = said * len(facts) if len(said) == 1 else said
        sure, open_ = set(planes.listed(index).tolist()), set(planes.listed(index, unknown=True).tolist())
        for row, value in enumerate(said):
            ours = True if row in sure else None if row in open_ else False
            assert value is None or ours is value, (one.id, row)
            if complete[row] and facts[row]["营收"]:
                assert value is not None
