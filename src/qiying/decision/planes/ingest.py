"""From Arrow values to stored whole numbers: exact, halves up; what cannot be used is flagged."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qiying.decision.indicators import Indicator

Whole = npt.NDArray[np.signedinteger[Any]]
Flags = npt.NDArray[np.bool_]
SAFE = 2.0**50
"""Above this a double times the scale may be off by a unit, so such values are read one by one."""


def float_values(array: pa.Array, one: Indicator) -> tuple[Whole, Flags]:
    """Doubles in the indicator's unit; NaN and infinities are refused, near-halves decided on their decimal text."""
    numbers = array.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
    finite = np.isfinite(numbers)
    scaled = np.where(finite, numbers, 0.0) * one.scale
    below = np.floor(scaled)
    part = scaled - below
    values = (below + (part >= 0.5)).clip(-9.2e18, 9.2e18).astype(np.int64)
    doubtful = finite & ((np.abs(part - 0.5) < 1e-3) | (np.abs(scaled) > SAFE))
    usable = finite.copy()
    for row in np.flatnonzero(doubtful):
        exact = one.stored(float(numbers[row]))
        usable[row] = isinstance(exact, int)
        values[row] = exact if isinstance(exact, int) else 0
    return values, usable


def decimal_values(array: pa.Array, one: Indicator) -> tuple[Whole, Flags | None]:
    """Decimals, whole numbers and numeric text in the indicator's unit."""
    if pa.types.is_decimal(array.type) and 10**array.type.scale <= one.scale and array.type.precision <= 18:
        exact = array.cast(pa.decimal128(38, one.decimals if one.type != "money" else 2))
        words = np.frombuffer(exact.fill_null(0).buffers()[1], np.int64)
        start = exact.offset * 2
        return words[start : start + 2 * len(exact) : 2].copy(), None
    if pa.types.is_integer(array.type):
        numbers = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        fits = np.abs(numbers) <= (2**63 - 1) // one.scale
        return np.where(fits, numbers, 0) * one.scale, fits
    values, usable = np.zeros(len(array), np.int64), np.zeros(len(array), np.bool_)
    for row, value in enumerate(array.to_pylist()):
        kept = None if value is None else one.stored(value)
        if isinstance(kept, int):
            values[row], usable[row] = kept, True
    return values, usable


def truth_values(array: pa.Array) -> tuple[Whole, Flags | None]:
    """Booleans, or 0 and 1; other numbers are refused."""
    if pa.types.is_boolean(array.type):
        return array.cast(pa.int8()).fill_null(0).to_numpy(zero_copy_only=False), None
    if pa.types.is_integer(array.type):
        numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
        return numbers, (numbers == 0) | (numbers == 1)
    known = {"true": 1, "false": 0, "是": 1, "否": 0, "1": 1, "0": 0}
    found = [known.get(str(value).strip().lower()) for value in array.to_pylist()]
    return np.array([one or 0 for one in found], np.int8), np.array([one is not None for one in found])


def text_values(array: pa.Array, one: Indicator) -> tuple[Whole, tuple[str, ...], Flags | None]:
    """Ranks into the sorted distinct texts; empty texts and ones outside a closed list are refused."""
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    words = [str(word).strip() if word is not None else "" for word in array.dictionary.to_pylist()]
    texts = tuple(sorted(set(words)))
    rank = {text: index for index, text in enumerate(texts)}
    kind = np.uint8 if len(texts) <= 256 else np.uint16 if len(texts) <= 65536 else np.int32
    table = np.array([rank[word] for word in words] or [0], kind)
    codes = array.indices.fill_null(0).to_numpy(zero_copy_only=False)
    values = table[codes]
    allowed = [bool(text) and (not one.values or text in one.values) for text in texts]
    usable = None if all(allowed) else np.array(allowed, np.bool_)[values]
    return values, texts or ("",), usable
