"""A district's enterprises as the decision engine's columns: profiles read in one pass, the own row beside them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.json as pj

from qiying.decision.indicators import Registry
from qiying.decision.planes import Columns
from qiying.decision.planes.columns import STORED
from qiying.kernel.enterprises.engine_facts import OWN_FIELDS, own_value
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus

FIELDS = ("pk", "profile__values", *OWN_FIELDS.values())
MOST = 2**62


class Part(NamedTuple):
    """Enterprises looked at together: those in a stretch of ids, or the listed ones among them."""

    after: int
    upto: int
    ids: list[int] | None = None


@dataclass(frozen=True)
class Register:
    """Enterprises in the order of their ids, as columns."""

    ids: npt.NDArray[np.int64]
    columns: Columns

    def rows_of(self, enterprise_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return row numbers of enterprises, -1 for those that are not in it."""
        at = np.searchsorted(self.ids, enterprise_ids)
        at[at == len(self.ids)] = 0
        return np.where(self.ids[at] == enterprise_ids, at, -1) if len(self.ids) else at - 1


def register(
    district_id: int, registry: Registry, names: Iterable[str], part: Part | None = None
) -> Register:
    """Return the enterprises that are not struck off, as columns of the named indicators; one query."""
    rows = Enterprise.objects.filter(district_id=district_id).exclude(status=EnterpriseStatus.CANCELLED)
    if part is not None:
        rows = rows.filter(pk__gt=part.after, pk__lte=part.upto)
        if part.ids is not None:
            rows = rows.filter(pk__in=part.ids)
    found = list(rows.order_by("pk").values_list(*FIELDS).iterator(chunk_size=20_000))
    ids = np.fromiter((row[0] for row in found), np.int64, len(found))
    wanted = [name for name in names if name in registry]
    table = _facts([row[1] or "{}" for row in found], [n for n in wanted if n not in OWN_FIELDS], registry)
    for name in wanted:
        if name in OWN_FIELDS:
            table = _own(table, name, found, registry)
    return Register(ids, Columns.from_arrow(table, registry, wanted))


def _facts(texts: list[str], names: list[str], registry: Registry) -> pa.Table:
    """Return the profiles' values as a table; a fact that is not there is null."""
    fields = [_field(name, registry) for name in names]
    if not texts or not names:
        return pa.table({"": pa.nulls(len(texts))})
    options = pj.ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="ignore")
    source = io.BytesIO("\n".join(texts).encode())
    table = pj.read_json(source, read_options=pj.ReadOptions(block_size=4 << 20), parse_options=options)
    if table.num_rows != len(texts):
        raise ValueError(f"profiles: {table.num_rows} of {len(texts)} were read")
    return (
        table.combine_chunks()
        .cast(pa.schema([pa.field(f.name, f.type) for f in fields]))
        .select(names)
        .cast(pa.schema(fields))
    )


def _field(name: str, registry: Registry) -> pa.Field:
    if registry[name].is_text:
        return pa.field(name, pa.string())
    return pa.field(name, pa.int64(), metadata={STORED: b"1"})


def _own(table: pa.Table, name: str, found: list[tuple[Any, ...]], registry: Registry) -> pa.Table:
    """Return the table with one more column, of what the enterprises' own rows say."""
    place, one = FIELDS.index(OWN_FIELDS[name]), registry[name]
    known: dict[Any, int | str | None] = {}
    for raw in {row[place] for row in found}:
        value = own_value(name, raw)
        known[raw] = None if value is None else one.stored(value)
    field = _field(name, registry)
    return table.append_column(field, pa.array([known[row[place]] for row in found], field.type))


def parts(district_id: int, size: int) -> list[Part]:
    """Return stretches of about `size` enterprises that together cover every id."""
    ids = Enterprise.objects.filter(district_id=district_id).order_by("pk").values_list("pk", flat=True)
    edges = [0, *list(ids)[size::size], MOST]
    return [Part(after, upto) for after, upto in pairwise(edges)]
