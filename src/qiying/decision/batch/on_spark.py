"""The same kernel inside Spark's `mapInArrow` (extra `spark`), for registers larger than one machine."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from qiying.decision.indicators import Registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.planes.columns import Columns
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.model import Policy

from .history import Grants, by_row
from .matcher import Matcher
from .table import SCHEMA, result_table

ID_COLUMNS = ("enterprise", "enterprise_id", "credit_code", "统一社会信用代码", "id")
REFUSED = "refused"
"""Outcome of the extra rows that list unusable values: `missing` names the columns."""

_books: dict[int, PolicyBook] = {}


def plain_schema() -> pa.Schema:
    """The result's schema with plain texts, as Spark knows no dictionaries."""
    fields = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in SCHEMA
    ]
    return pa.schema(fields)


class PartitionMatcher:
    """What every task runs: compiles the policies once per worker process, then matches batch after batch."""

    def __init__(
        self, policies: tuple[Policy, ...], registry: Registry, as_of: date, id_column: str, unknown: bool,
        grants: Grants,
    ) -> None:  # fmt: skip
        self.policies, self.registry, self.as_of = policies, registry, as_of
        self.id_column, self.unknown, self.grants = id_column, unknown, grants
        self.key = hash((tuple(p.id for p in policies), as_of, repr(policies)))

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Result batches of the enterprises in some batches."""
        if self.key not in _books:
            _books[self.key] = PolicyBook.of(self.policies, self.registry, self.as_of)
        book = _books[self.key]
        for batch in batches:
            if batch.num_rows:
                yield from self._matched(book, pa.Table.from_batches([batch]))

    def _matched(self, book: PolicyBook, table: pa.Table) -> Iterator[pa.RecordBatch]:
        columns = Columns.from_arrow(table, self.registry, book.indicators)
        ids = table.column(self.id_column).combine_chunks().cast(pa.string())
        matcher = Matcher(book, columns, history=by_row(self.grants, ids))
        found = result_table(matcher, ids, self.unknown).cast(plain_schema())
        yield from found.combine_chunks().to_batches()
        for name, bad in columns.refused.items():
            yield _refused_rows(ids, bad.rows, bad.count, name)


def _refused_rows(ids: pa.Array, rows: tuple[int, ...], count: int, name: str) -> pa.RecordBatch:
    """The listed rows of a column, and in `amount_fen` of the first how many there are."""
    schema, size = plain_schema(), len(rows)
    columns = {field.name: pa.nulls(size, field.type) for field in schema}
    columns["enterprise"] = ids.take(pa.array(rows, pa.int64()))
    columns["outcome"] = pa.array([REFUSED] * size)
    columns["amount_fen"] = pa.array([count] + [0] * (size - 1), pa.int64())
    columns["missing"] = pa.array([[[name]]] * size, schema.field("missing").type)
    return pa.RecordBatch.from_arrays([columns[f.name] for f in schema], schema=schema)


def match_frame(
    frame: Any, book: PolicyBook, id_column: str, unknown: bool = True, grants: Grants | None = None
) -> Any:
    """A Spark frame of results (and `refused` rows) for a Spark frame of enterprises; grants go to every task."""
    from pyspark.sql.pandas.types import from_arrow_schema

    policies = tuple(one.policy for one in book.compiled)
    run = PartitionMatcher(policies, book.registry, book.as_of, id_column, unknown, grants or {})
    wanted = [name for name in frame.columns if name == id_column or name in set(book.indicators)]
    quoted = [f"`{name}`" for name in wanted]
    return frame.select(*quoted).mapInArrow(run, from_arrow_schema(plain_schema()))


def match_file(
    book: PolicyBook, enterprises: Path, out: Path, id_column: str | None, unknown: bool = True,
    grants: Grants | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Match a Parquet file on Spark and write a Parquet folder; the summary of `qiying-decide match`."""
    try:
        from pyspark.sql import SparkSession, functions
    except ImportError:
        advice = "请安装 qiying[spark] 和 Java 17，或用 --engine local"
        raise FileError([FileProblem("--engine spark", 1, 1, "没有安装 Spark", advice)]) from None
    started = time.perf_counter()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must run the Python this library is in
    session = SparkSession.builder.appName("qiying-decide").getOrCreate()
    frame = session.read.parquet(str(enterprises))
    chosen = id_column or next((name for name in ID_COLUMNS if name in frame.columns), None)
    if chosen is None:
        advice = f"请用 --id 指明哪一列是企业标识，或把它命名为 {ID_COLUMNS[0]}"
        raise FileError([FileProblem(str(enterprises), 1, 1, "没有企业标识列", advice)])
    result = match_frame(frame, book, chosen, unknown, grants).persist()
    result.where(functions.col("outcome") != REFUSED).write.mode("overwrite").parquet(str(out))
    counts = {row["outcome"]: row["count"] for row in result.groupBy("outcome").count().collect()}
    bad: dict[str, dict[str, Any]] = {}
    for row in result.where(functions.col("outcome") == REFUSED).collect():
        entry = bad.setdefault(row["missing"][0][0], {"count": 0, "rows": []})
        entry["count"] += row["amount_fen"]
        entry["rows"].append(row["enterprise"])
    total, pairs = frame.count(), frame.count() * len(book.compiled)
    open_ = counts.get("unknown", 0)
    return {
        "as_of": str(book.as_of),
        "enterprises": total,
        "policies": len(book.compiled),
        "eligible": counts.get("eligible", 0),
        "unknown": open_ if unknown else None,
        "not_eligible": pairs - counts.get("eligible", 0) - open_ if unknown else None,
        "refused": bad,
        "seconds": round(time.perf_counter() - started, 3),
    }
