"""What the policy commands share: reading policies, facts and enterprises, and reporting bad files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from qiying.decision.indicators import Registry, load_registry, standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.planes import Columns
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.dmn_xml import from_dmn
from qiying.decision.policy.load import load_policies, registry_beside
from qiying.decision.policy.model import Policy
from qiying.decision.scalar import History
from qiying.decision.scalar.amounts import cap_fen

ID_COLUMNS = ("enterprise", "enterprise_id", "credit_code", "统一社会信用代码", "id")


def common_arguments(parser: argparse.ArgumentParser) -> None:
    """--as-of, --indicators and --json."""
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="评估日，如 2026-06-30；默认今天"
    )
    parser.add_argument("--indicators", type=Path, metavar="FILE", help="补充的指标库文件")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def as_of(arguments: argparse.Namespace) -> date:
    """The day given, or today in Shanghai."""
    given: date | None = arguments.as_of
    return given or datetime.now(ZoneInfo("Asia/Shanghai")).date()


def shipped_policies() -> Path:
    """The policies that come with this library: in the package when installed, beside `src` in a checkout."""
    packaged = Path(__file__).parents[1] / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "policies"


def named(paths: Iterable[Path]) -> list[Path]:
    """Files and folders as given, or else of that name among the shipped policies; none given: the national ones."""
    shipped = shipped_policies()
    found = [path if path.exists() or not (shipped / path).exists() else shipped / path for path in paths]
    return found or [shipped / "national"]


def registry(arguments: argparse.Namespace, paths: Iterable[Path] = ()) -> Registry:
    """The standard registry, with indicators beside the policies and those of --indicators added."""
    found = registry_beside(paths, standard_registry())
    if arguments.indicators is None:
        return found
    added = load_registry(read_text(arguments.indicators), str(arguments.indicators))
    return found.with_added(tuple(added.indicators.values()))


def read_text(path: Path) -> str:
    """A file's text; FileError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(
            [FileProblem(str(path), 1, 1, f"文件读不出来：{error}", "请检查路径，并以 UTF-8 保存")]
        ) from None


def policies(paths: Iterable[Path]) -> list[Policy]:
    """Policies in YAML files, DMN files and folders of YAML files."""
    found: list[Policy] = []
    for path in paths:
        if path.suffix.lower() in (".dmn", ".xml"):
            try:
                found.append(from_dmn(path.read_bytes(), str(path)))
            except OSError as error:
                raise FileError(
                    [FileProblem(str(path), 1, 1, f"文件读不出来：{error}", "请检查路径")]
                ) from None
        else:
            found += load_policies([path])
    if not found:
        raise FileError(
            [FileProblem("、".join(map(str, paths)), 1, 1, "没有找到政策文件", "政策文件以 .yaml 结尾")]
        )
    return found


def book(arguments: argparse.Namespace, paths: Iterable[Path]) -> PolicyBook:
    """The compiled policies of the files, of the shipped national ones when none are given."""
    given = named(paths)
    return PolicyBook.of(policies(given), registry(arguments, given), as_of(arguments))


@dataclass(frozen=True)
class Facts:
    """One enterprise's facts, their periods, and what it got before by policy."""

    values: dict[str, object]
    periods: dict[str, str] = field(default_factory=dict)
    history: dict[str, History] = field(default_factory=dict)


def read_facts(path: Path) -> Facts:
    """`{indicator: value}` or `{"facts": …, "history": …}`; a value may be `{"value": …, "period": …}`."""
    try:
        given = json.loads(read_text(path), parse_float=str)
    except json.JSONDecodeError as error:
        problem = FileProblem(
            str(path), error.lineno, error.colno, f"JSON 写法有误：{error.msg}", "请检查引号和逗号"
        )
        raise FileError([problem]) from None
    if not isinstance(given, dict):
        problem = FileProblem(str(path), 1, 1, "事实应是一个对象", '请写如 {"职工人数": 20}')
        raise FileError([problem])
    facts = given.get("facts", given) if isinstance(given.get("facts", given), dict) else given
    values, periods = {}, {}
    for name, value in facts.items():
        if isinstance(value, dict):
            periods[name] = str(value.get("period", ""))
            value = value.get("value")
        values[name] = value
    return Facts(
        values,
        periods,
        {k: _history(v) for k, v in given.get("history", {}).items()} if "facts" in given else {},
    )


def _history(given: dict[str, Any]) -> History:
    by_year = {int(year): cap_fen(str(amount)) for year, amount in given.get("by_year", {}).items()}
    return History(by_year, frozenset(given.get("stages", ())))


def read_enterprises(
    path: Path, known: Registry, names: Iterable[str], id_column: str | None
) -> tuple[Columns, pa.Array]:
    """The columns of a Parquet file and every row's identifier (its row number when no column names it)."""
    from pyarrow import parquet as pq  # here: whoever reads no such file need not load it

    try:
        schema = pq.read_schema(path)
        chosen = id_column or next((name for name in ID_COLUMNS if name in schema.names), None)
        wanted = [name for name in schema.names if name == chosen or name in set(names)]
        table = pq.read_table(path, columns=wanted)
    except (OSError, pa.ArrowException) as error:
        problem = FileProblem(str(path), 1, 1, f"Parquet 读不出来：{error}", "请检查文件是否完整")
        raise FileError([problem]) from None
    columns = Columns.from_arrow(table, known, names)
    if chosen is None:
        return columns, pa.array([str(i) for i in range(table.num_rows)], pa.string())
    return columns, table.column(chosen).combine_chunks().cast(pa.string())


def read_history(path: Path) -> dict[str, dict[str, History]]:
    """Earlier grants by policy and enterprise: a Parquet file of enterprise, policy, year, amount_yuan and stage."""
    from pyarrow import parquet as pq

    try:
        rows = pq.read_table(path).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise FileError(
            [FileProblem(str(path), 1, 1, f"Parquet 读不出来：{error}", "请检查文件是否完整")]
        ) from None
    found: dict[str, dict[str, History]] = {}
    for number, row in enumerate(rows):
        missing = [key for key in ("enterprise", "policy", "year", "amount_yuan") if row.get(key) is None]
        if missing:
            advice = "每条记录要有 enterprise、policy、year、amount_yuan"
            raise FileError([FileProblem(str(path), number + 1, 1, f"缺少 {'、'.join(missing)}", advice)])
        past = found.setdefault(str(row["policy"]), {})
        past[str(row["enterprise"])] = past.get(str(row["enterprise"]), History()).with_grant(
            int(row["year"]), cap_fen(str(row["amount_yuan"])), row.get("stage") or ""
        )
    return found


def report(error: FileError, as_json: bool) -> int:
    """Tell what is wrong with files; exit code 1."""
    if as_json:
        rows = [
            {"file": p.file, "line": p.line, "column": p.column, "message": p.message, "advice": p.advice}
            for p in error.problems
        ]
        sys.stdout.write(json.dumps({"problems": rows}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write(f"{error}\n")
    return 1


def write_json(data: object) -> None:
    """JSON on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def write(text: str) -> None:
    """A line on standard output."""
    sys.stdout.write(f"{text}\n")
