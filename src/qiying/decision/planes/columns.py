"""Resident columns: whole numbers in the stored unit, text as sorted dictionary codes, validity as bit words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qiying.decision.indicators import Indicator, Registry

from .ingest import decimal_values, float_values, text_values, truth_values

Words = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.signedinteger[Any]]
STORED = b"qiying.stored"
"""Field metadata key: the column already holds stored values (fen, scaled integers)."""
LISTED = 100
"""Most refused rows listed per column; all are counted."""


@dataclass(frozen=True)
class Column:
    """One indicator: `values` are stored numbers, or ranks into `texts` (sorted); `valid` None means no gaps."""

    values: Whole
    valid: Words | None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Values of a column that could not be used and became missing: how many, and the first rows."""

    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Columns:
    """All enterprises' facts by indicator, in one row order."""

    rows: int
    columns: dict[str, Column]
    refused: dict[str, Refused] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """64-bit words of one bit per row."""
        return (self.rows + 63) // 64

    @classmethod
    def from_arrow(cls, table: pa.Table, registry: Registry, names: Iterable[str] | None = None) -> Columns:
        """Columns of the indicators present in a table; others are missing for every row."""
        wanted = set(registry.names if names is None else names)
        found, refused = {}, {}
        for name in table.column_names:
            if name not in wanted or name not in registry:
                continue
            column, bad = read_column(table.column(name), table.schema.field(name), registry[name])
            found[name] = column
            if len(bad):
                refused[name] = Refused(len(bad), tuple(int(i) for i in bad[:LISTED]))
        return cls(table.num_rows, found, refused)

    @classmethod
    def from_facts(cls, facts: Iterable[Mapping[str, object]], registry: Registry) -> Columns:
        """Columns from facts as people write them; unusable values become missing."""
        stored = [registry.stored(dict(one)) for one in facts]
        found = {}
        for name in {name for one in stored for name in one}:
            values = [one.get(name) for one in stored]
            kind = pa.string() if registry[name].is_text else pa.int64()
            field_ = pa.field(name, kind, metadata={STORED: b"1"})
            found[name] = read_column(pa.chunked_array([pa.array(values, kind)]), field_, registry[name])[0]
        return cls(len(stored), found)

    def slice(self, start: int, stop: int) -> Columns:
        """Rows start to stop; start must be a multiple of 64."""
        first, last = start // 64, (stop + 63) // 64
        cut = {
            name: Column(c.values[start:stop], None if c.valid is None else c.valid[first:last], c.texts)
            for name, c in self.columns.items()
        }
        return Columns(stop - start, cut)

    def facts(self, row: int) -> dict[str, int | str]:
        """One enterprise's facts in stored form."""
        found: dict[str, int | str] = {}
        for name, column in self.columns.items():
            if column.valid is None or int(column.valid[row // 64]) >> (row % 64) & 1:
                value = int(column.values[row])
                found[name] = column.texts[value] if column.texts else value
        return found


def pack(flags: npt.NDArray[np.bool_] | npt.NDArray[np.uint8]) -> Words:
    """Booleans (or bytes, not zero) as 64-bit words, the first row in the lowest bit; spare bits are 0."""
    packed = np.packbits(flags, bitorder="little")
    spare = -len(packed) % 8
    if spare:
        packed = np.concatenate([packed, np.zeros(spare, np.uint8)])
    return packed.view(np.uint64)


def read_column(chunked: pa.ChunkedArray, about: pa.Field, one: Indicator) -> tuple[Column, Whole]:
    """The column and the rows whose value was refused."""
    array = chunked.combine_chunks() if chunked.num_chunks != 1 else chunked.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    texts: tuple[str, ...] = ()
    if one.is_text:
        values, texts, usable = text_values(array, one)
    else:
        values, usable = _numbers(array, about, one)
    valid, bad = validity(array), np.empty(0, np.int64)
    if usable is not None and not usable.all():
        known = np.ones(len(array), np.bool_) if valid is None else _flags(valid, len(array))
        bad = np.flatnonzero(known & ~usable)
        valid = pack(known & usable)
    return Column(_narrow(values, one), valid, texts), bad


def validity(array: pa.Array) -> Words | None:
    """Arrow's own validity bits as words, without a copy where they start at a word; None when nothing is missing."""
    if not array.null_count:
        return None
    bitmap = array.buffers()[0]
    words = (len(array) + 63) // 64
    if bitmap is None or array.offset or bitmap.size < words * 8:
        return pack(array.is_valid().to_numpy(zero_copy_only=False))
    found: Words = np.frombuffer(bitmap, np.uint64, words)
    if len(array) % 64:
        found = found.copy()
        found[-1] &= np.uint64((1 << len(array) % 64) - 1)
    return found


def _flags(valid: Words, rows: int) -> npt.NDArray[np.bool_]:
    return np.unpackbits(valid.view(np.uint8), count=rows, bitorder="little").astype(np.bool_)


def whole_values(array: pa.Array) -> Whole:
    """A whole-number array's values without a copy; what stands under a null is whatever it is."""
    kind = array.type.to_pandas_dtype()
    buffer = array.buffers()[1]
    if buffer is None or pa.types.is_unsigned_integer(array.type):
        found: Whole = array.fill_null(0).to_numpy(zero_copy_only=False)
        return found
    return np.frombuffer(buffer, kind, len(array) + array.offset)[array.offset :]


def _numbers(array: pa.Array, about: pa.Field, one: Indicator) -> tuple[Whole, npt.NDArray[np.bool_] | None]:
    stored = about.metadata is not None and STORED in about.metadata
    kind = array.type
    if one.type == "boolean" and not stored:
        values, usable = truth_values(array)
    elif one.type == "date" and not stored:
        days = array.cast(pa.date32(), safe=False).cast(pa.int32())
        values, usable = days.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64), None
    elif stored or (pa.types.is_integer(kind) and one.scale == 1):
        values, usable = whole_values(array), None
    elif pa.types.is_floating(kind):
        values, usable = float_values(array, one)
    else:
        values, usable = decimal_values(array, one)
    low, high = one.bounds.low, one.bounds.high
    if len(values) and (int(values.min()) < low or int(values.max()) > high):
        inside = (values >= low) & (values <= high)
        usable = inside if usable is None else usable & inside
    return values, usable


def _narrow(values: Whole, one: Indicator) -> Whole:
    """The smallest integer type that holds the indicator's whole range: fewer bytes to read."""
    if one.is_text:
        return values
    bounds = one.bounds
    for kind in (np.int8, np.int32):
        limits = np.iinfo(kind)
        if values.dtype == kind:
            return np.ascontiguousarray(values)
        if limits.min <= bounds.low and bounds.high < limits.max:
            clipped = np.clip(values, limits.min, limits.max) if len(values) else values
            return np.ascontiguousarray(clipped.astype(kind))
    return np.ascontiguousarray(values.astype(np.int64, copy=False))
