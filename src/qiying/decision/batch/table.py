"""The result as an Arrow table: one row per pair that is eligible or open."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qiying.decision.scalar.amounts import has_money

from .groups import Settled, settle_groups
from .matcher import Matcher
from .patterns import missing_patterns

OUTCOMES = pa.array(["eligible", "unknown"])
SCHEMA = pa.schema(
    [
        ("enterprise", pa.string()),
        ("policy", pa.dictionary(pa.int32(), pa.string())),
        ("outcome", pa.dictionary(pa.int8(), pa.string())),
        ("row", pa.int16()),
        ("amount_fen", pa.int64()),
        ("payable_fen", pa.int64()),
        ("superseded_by", pa.dictionary(pa.int32(), pa.string())),
        ("group_open", pa.bool_()),
        ("missing", pa.list_(pa.list_(pa.string()))),
    ]
)
"""row: deciding tier from 1, null while open. payable_fen: amount after 就高不重复. missing: minimal sets."""


def result_table(matcher: Matcher, enterprises: pa.Array, unknown: bool = True) -> pa.Table:
    """Eligible pairs with tier and amounts, then (when asked) unknown pairs with what is missing; by policy."""
    settled = settle_groups(matcher)
    ids = pa.array([one.id for one in matcher.book.compiled], pa.string())
    blocks = matcher.blocks() if unknown else {}
    parts = []
    for policy in range(len(matcher.book.compiled)):
        parts.append(_eligible(matcher, policy, settled.get(policy), enterprises, ids))
        if unknown:
            rows = matcher.planes.listed(policy, unknown=True)
            if len(rows):
                sets, index = missing_patterns(matcher.scalar, policy, rows, blocks, matcher.columns)
                parts.append(_unknown(policy, rows, sets, index, enterprises, ids))
    if not parts:
        return SCHEMA.empty_table()
    return pa.concat_tables(parts).unify_dictionaries()


def _constant(value: int, count: int, values: pa.Array, kind: Any = np.int32) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.full(count, value, kind)), values)


def _eligible(
    matcher: Matcher, policy: int, settled: Settled | None, enterprises: pa.Array, ids: pa.Array
) -> pa.Table:
    paid = matcher.paid(policy)
    count = len(paid.rows)
    money = has_money(matcher.book.compiled[policy])
    unknown = ~paid.known if money else np.ones(count, np.bool_)
    taken: npt.NDArray[np.int32] = np.full(count, -1, np.int32) if settled is None else settled.taken_by
    payable = np.where(taken >= 0, 0, paid.fen)
    return pa.table(
        [
            enterprises.take(pa.array(paid.rows)),
            _constant(policy, count, ids),
            _constant(0, count, OUTCOMES, np.int8),
            pa.array(paid.tiers, mask=paid.tiers == 0),
            pa.array(paid.fen, mask=unknown),
            pa.array(payable, mask=unknown & (taken < 0)),
            pa.DictionaryArray.from_arrays(pa.array(taken, mask=taken < 0), ids),
            pa.array(np.zeros(count, np.bool_) if settled is None else settled.open),
            pa.nulls(count, SCHEMA.field("missing").type),
        ],
        schema=SCHEMA,
    )


def _unknown(
    policy: int, rows: npt.NDArray[np.int64], sets: list[Any], index: npt.NDArray[np.int64], enterprises: pa.Array,
    ids: pa.Array,
) -> pa.Table:  # fmt: skip
    count = len(rows)
    patterns = pa.array([[list(one) for one in found] for found in sets], SCHEMA.field("missing").type)
    return pa.table(
        [
            enterprises.take(pa.array(rows)),
            _constant(policy, count, ids),
            _constant(1, count, OUTCOMES, np.int8),
            pa.nulls(count, pa.int16()),
            pa.nulls(count, pa.int64()),
            pa.nulls(count, pa.int64()),
            pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int32()), ids),
            pa.array(np.zeros(count, np.bool_)),
            patterns.take(pa.array(index)),
        ],
        schema=SCHEMA,
    )
