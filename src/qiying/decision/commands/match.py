"""`qiying-decide match`: all policies against all enterprises of a Parquet file."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from qiying.decision.batch import Matcher
from qiying.decision.batch.history import by_row
from qiying.decision.batch.table import result_table
from qiying.decision.indicators.located import FileError
from qiying.decision.planes import Columns

from . import Command
from . import policy_files as files


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policies",
        nargs="+",
        type=Path,
        metavar="DIR",
        default=[],
        help="政策文件夹或文件；不写即用自带的全国性政策",
    )
    parser.add_argument("--enterprises", required=True, type=Path, metavar="X.parquet", help="企业指标")
    parser.add_argument("--out", required=True, type=Path, metavar="Y.parquet", help="结果写到哪里")
    parser.add_argument(
        "--engine", choices=("local", "spark"), default="local", help="在本机还是在 Spark 上算"
    )
    parser.add_argument("--id", metavar="COLUMN", help="企业标识所在的列")
    parser.add_argument(
        "--history",
        type=Path,
        metavar="H.parquet",
        help="已享受记录：enterprise、policy、year、stage、amount_yuan",
    )
    parser.add_argument("--without-unknown", action="store_true", help="只写符合的，不写信息不足的")
    parser.add_argument("--progress", action="store_true", help="显示进度")
    files.common_arguments(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        summary = _spark(arguments) if arguments.engine == "spark" else _local(arguments)
    except FileError as error:
        return files.report(error, arguments.json)
    if arguments.json:
        files.write_json(summary)
        return 0
    files.write(f"评估日 {summary['as_of']}：{summary['enterprises']} 家企业，{summary['policies']} 项政策")
    files.write(f"符合 {summary['eligible']} 对，信息不足 {summary['unknown']} 对，结果在 {arguments.out}")
    for name, bad in summary["refused"].items():
        files.write(f"“{name}”有 {bad['count']} 个值不能用，按缺失处理；行号（从 0 数）：{bad['rows'][:10]}")
    return 0


def _step(arguments: argparse.Namespace, text: str) -> None:
    if arguments.progress:
        sys.stderr.write(f"{text}\n")


def _local(arguments: argparse.Namespace) -> dict[str, Any]:
    started = time.perf_counter()
    book = files.book(arguments, arguments.policies)
    _step(arguments, f"读入 {len(book.compiled)} 项政策")
    columns, ids = files.read_enterprises(arguments.enterprises, book.registry, book.indicators, arguments.id)
    _step(arguments, f"读入 {columns.rows} 家企业")
    grants = files.read_history(arguments.history) if arguments.history else {}
    matcher = Matcher(book, columns, history=by_row(grants, ids))
    _step(arguments, "匹配完成，正在写结果")
    table = result_table(matcher, ids, unknown=not arguments.without_unknown)
    named = {"as_of": str(book.as_of), "policies": ",".join(one.id for one in book.compiled)}
    pq.write_table(table.replace_schema_metadata(named), arguments.out)
    counts = matcher.planes.counts().sum(axis=0).tolist()
    return {
        "as_of": str(book.as_of),
        "enterprises": columns.rows,
        "policies": len(book.compiled),
        "eligible": counts[0],
        "unknown": counts[1],
        "not_eligible": counts[2],
        "refused": refused(columns),
        "seconds": round(time.perf_counter() - started, 3),
    }


def refused(columns: Columns) -> dict[str, dict[str, Any]]:
    """Unusable values by column: how many and the first rows."""
    return {name: {"count": bad.count, "rows": list(bad.rows)} for name, bad in columns.refused.items()}


def _spark(arguments: argparse.Namespace) -> dict[str, Any]:
    from qiying.decision.batch.on_spark import match_file

    book = files.book(arguments, arguments.policies)
    grants = files.read_history(arguments.history) if arguments.history else {}
    unknown = not arguments.without_unknown
    return match_file(book, arguments.enterprises, arguments.out, arguments.id, unknown, grants)


COMMAND = Command("match", "把政策与企业整批匹配", _arguments, _run)
