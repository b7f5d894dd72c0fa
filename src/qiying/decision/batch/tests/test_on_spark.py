"""The kernel on a real local Spark session gives the local result, row for row."""

import os
import random
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qiying.decision.batch import Matcher
from qiying.decision.batch.history import by_row
from qiying.decision.batch.table import result_table
from qiying.decision.planes import Columns
from qiying.decision.scalar import History

from .random_policies import REGISTRY, random_book, random_facts

pyspark = pytest.importorskip("pyspark", reason="extra spark is not installed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session():
    """One local session for all tests."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    found = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "70")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield found
    found.stop()


def plain(value, kind):
    """A fact as Arrow takes it."""
    return float(value) if value is not None and pa.types.is_floating(kind) else value


def key(row):
    return row["policy"], int(row["enterprise"])


def some_grants(rng, book):
    """Earlier grants of some enterprises under some policies."""
    return {
        one.id: {str(row): History({2026: 10000}) for row in range(300) if rng.random() < 0.3}
        for one in book.compiled
    }


@pytest.mark.parametrize("with_history", [False, True])
def test_spark_and_local_agree_row_for_row(session, tmp_path, with_history):
    from qiying.decision.batch.on_spark import match_file

    book, rng = random_book(5), random.Random(5)
    grants = some_grants(rng, book) if with_history else {}
    facts = [random_facts(rng) for _ in range(300)]
    numbers = dict.fromkeys(("甲", "乙"), pa.int64()) | dict.fromkeys(("研发", "营收"), pa.float64())
    kinds = {**numbers, "行业": pa.string(), "名单": pa.bool_()}
    data = {
        name: pa.array([plain(one.get(name), kind) for one in facts], kind) for name, kind in kinds.items()
    }
    table = pa.table({"enterprise": [str(i) for i in range(300)], **data})
    pq.write_table(table, tmp_path / "x.parquet")
    summary = match_file(book, tmp_path / "x.parquet", tmp_path / "y.parquet", None, grants=grants)
    columns = Columns.from_arrow(table, REGISTRY)
    ids = table["enterprise"].combine_chunks()
    local = result_table(Matcher(book, columns, history=by_row(grants, ids)), ids).to_pylist()
    spark = pq.read_table(tmp_path / "y.parquet").to_pylist()
    assert sorted(spark, key=key) == sorted(local, key=key)
    assert {n: bad["count"] for n, bad in summary["refused"].items()} == {
        n: bad.count for n, bad in columns.refused.items()
    }
    assert summary["eligible"] + summary["unknown"] == len(local)
