"""`make bench-decision`: the decision engine against its rivals, one process, interleaved, medians; writes Markdown."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]

import decision_rivals as rivals  # noqa: E402
import decision_shape as shape  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from qiying.decision.batch import Matcher  # noqa: E402
from qiying.decision.planes import Columns, PlaneEngine  # noqa: E402
from qiying.decision.planes.kernel import CHUNK_ROWS  # noqa: E402
from qiying.decision.policy.model import Clause  # noqa: E402
from qiying.decision.scalar import ScalarEngine  # noqa: E402
from qiying.decision.simulate.effect import Simulation  # noqa: E402

FLOOR_BYTES = 25_400_000
"""Columns in and planes out of the measured case."""

NOTES = """
## 怎么读这些数

- 计时从原始列（int64 分、字典编码的文字、Arrow 有效位）开始，到每项政策的“确定、可能”两张位图为止，不含读文件。
- 复制下限是把 25.4 MB（输入列加结果位图）抄一遍的时间，同一轮里测。
- Polars 用满本机线程，条件与结果同样是三值、同样用 int64 交叉相乘；结果先逐对核对，不一致就不出数。
- zen-engine 遇到缺失会报错，所以先补 0；OpenFisca-Core 没有“不知道”，缺失当 0，而且用 32 位浮点。它们算的比我们少。
- 机器不空闲时下限的中位数偏大，看“按最小值”那一列更准。
- 输的地方：numba 第一次编译要几秒到十几秒；从 FEEL 文本编译 200 项政策要半秒左右；
  20 万家这样的规模，2 线程并不比 1 线程快；企业很少时位图不划算，一家企业请用标量引擎；
  条件成倍增加时，成本几乎随条件数线性增长；列出全部对子和写文件比匹配本身慢得多。
"""


def interleaved(runs: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every run, round by round, after one warm-up each."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            gc.disable()
            started = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - started)
            gc.enable()
    return times


def median(run: Callable[[], Any], rounds: int = 9) -> float:
    """Median seconds of one run after a warm-up."""
    return statistics.median(interleaved({"run": run}, rounds)["run"])


def engines(book: Any, columns: Columns, out: Any) -> dict[str, Callable[[], Any]]:
    """Our kernels: numpy always, the compiled one when numba is there."""
    found: dict[str, Callable[[], Any]] = {}
    kernel = PlaneEngine(book)
    found["企应 numpy，1 线程"] = lambda: kernel.run(columns, out)
    try:
        from qiying.decision.planes.fast import FastEngine
    except ImportError:
        return found
    for threads in (1, 2):
        fast = FastEngine(book, threads)
        found[f"企应 numba，{threads} 线程"] = lambda fast=fast: fast.run(columns, out)
    return found


def main_table(rows: int, rounds: int, report: list[str]) -> None:
    """Against the rivals on the measured case."""
    case = shape.shape()
    book, table = shape.book(case), shape.enterprises(rows)
    columns = Columns.from_arrow(table, shape.registry())
    out = np.empty((len(book.policies), 2, columns.words), np.uint64)
    runs = engines(book, columns, out)
    source = np.ones(FLOOR_BYTES, np.uint8)
    target = np.zeros_like(source)
    runs["内存复制下限（25.4 MB）"] = lambda: np.copyto(target, source)
    pairs = {name: rows * len(book.policies) for name in runs}
    polars = rivals.polars_run(case, table)
    runs["Polars lazy，CSE，精确 int64"] = polars
    runs["DuckDB，条件提到子查询"] = rivals.duckdb_run(case, table)
    runs["OpenFisca-Core，条件作变量（缺失当 0）"] = rivals.openfisca_run(case, table)
    small = 60
    runs[f"zen-engine evaluate_batch（{small} 家）"] = rivals.zen_run(case, table, small)
    check_polars(polars(), PlaneEngine(book).run(columns), report)
    times = interleaved(runs, rounds)
    floor = statistics.median(times["内存复制下限（25.4 MB）"])
    least = min(times["内存复制下限（25.4 MB）"])
    best_polars = statistics.median(times["Polars lazy，CSE，精确 int64"])
    report += ["", f"## {rows:,} 家 × {len(book.policies)} 项，{len(book.atoms)} 个不同条件", ""]
    report += [
        "| 引擎 | 中位数 ms | 最小 ms | 对/秒（百万） | 相对 Polars | 相对复制下限 | 下限，按最小值 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        count = pairs.get(name, rows * len(book.policies))
        if "zen" in name:
            count = small * len(book.policies)
        rate = count / middle / 1e6
        per_pair = middle / count * rows * len(book.policies)
        report.append(
            f"| {name} | {middle * 1e3:.2f} | {min(seconds) * 1e3:.2f} | {rate:,.1f} | "
            f"{best_polars / per_pair:.3g}× | {per_pair / floor:.1f}× | "
            f"{min(seconds) / middle * per_pair / least:.1f}× |"
        )


def check_polars(frame: Any, planes: Any, report: list[str]) -> None:
    """Polars must say the same of every pair."""
    wrong = 0
    for number in range(len(planes.words)):
        column = frame.get_column(f"p{number}").to_arrow()
        eligible = np.flatnonzero(column.fill_null(False).to_numpy(zero_copy_only=False))
        unknown = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
        wrong += not np.array_equal(eligible, planes.listed(number))
        wrong += not np.array_equal(unknown, planes.listed(number, unknown=True))
    report.append(f"与 Polars 逐对核对：{len(planes.words)} 项政策中 {wrong} 项不一致。")
    if wrong:
        raise SystemExit("Polars disagrees")


def compiling(report: list[str]) -> None:
    """Cold starts: a fresh process up to its first result, with and without numba's compiled code on disk."""
    code = (
        "import sys, time; t = time.perf_counter(); sys.path[:0] = sys.argv[1:3]\n"
        "import numpy as np, decision_shape as shape\n"
        "from qiying.decision.planes import Columns, PlaneEngine\n"
        "engine = PlaneEngine\n"
        "if sys.argv[3] == 'fast':\n"
        "    from qiying.decision.planes.fast import FastEngine as engine\n"
        "columns = Columns.from_arrow(shape.enterprises(1000), shape.registry())\n"
        "engine(shape.book(shape.shape())).run(columns); print(time.perf_counter() - t)\n"
    )
    paths = [str(ROOT / "bench"), str(ROOT / "src")]
    found = []
    with tempfile.TemporaryDirectory() as cache:
        for name, kernel in (("numpy", "numpy"), ("numba 首次编译", "fast"), ("numba 再次启动", "fast")):
            ran = subprocess.run(
                [sys.executable, "-c", code, *paths, kernel], capture_output=True, text=True, check=False,
                env={**os.environ, "NUMBA_CACHE_DIR": cache},
            )  # fmt: skip
            if ran.returncode == 0:
                found.append(f"{name} {float(ran.stdout):.1f} s")
    report += ["", f"冷启动（新进程从导入、编译 200 项政策到第一个结果）：{'，'.join(found)}"]


def single(report: list[str]) -> None:
    """One enterprise, one edited policy."""
    case = shape.shape()
    book = shape.book(case)
    columns = Columns.from_arrow(shape.enterprises(200_000), shape.registry())
    engine = ScalarEngine(book)
    facts = [columns.facts(row) for row in range(0, 40_000, 20)]
    times = []
    for one in facts:
        started = time.perf_counter()
        engine.evaluate(one)
        times.append(time.perf_counter() - started)
    times.sort()
    report += ["", "## 一家企业、一项政策", ""]
    report.append(
        f"- 一家企业 × 200 项，含结论、档次、缺失组合：p50 {times[1000] * 1e3:.3f} ms，p95 {times[1900] * 1e3:.3f} ms"
    )
    policies = shape.policies(case)
    from qiying.decision.policy.book import PolicyBook

    edited = replace(policies[0], requires=(*policies[0].requires, Clause("职工人数 >= 17")))
    started = time.perf_counter()
    fresh = PolicyBook.of([edited], shape.registry(), shape.AS_OF)
    compile_ms = (time.perf_counter() - started) * 1e3
    kernel = PlaneEngine(fresh)
    seconds = median(lambda: kernel.run(columns), 21)
    report.append(f"- 改一项政策，200,000 家重新匹配：{seconds * 1e3:.2f} ms（编译另计 {compile_ms:.1f} ms）")
    started = time.perf_counter()
    shape.book(case)
    report.append(f"- 200 项政策从 FEEL 文本编译：{time.perf_counter() - started:.2f} s")


def growth(report: list[str]) -> None:
    """How the cost grows in enterprises, policies and conditions."""
    report += [
        "",
        "## 成本怎样增长（numpy，1 线程，ms）",
        "",
        "| 企业 | 政策 | 条件 | 合计 | 其中算条件 | 其中合并成政策 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rows, policies, density in (
        (50_000, 200, 1), (200_000, 200, 1), (800_000, 200, 1), (200_000, 50, 1), (200_000, 800, 1),
        (200_000, 200, 2), (200_000, 200, 4),
    ):  # fmt: skip
        book = shape.book(shape.shape(policies, density=density))
        columns = Columns.from_arrow(shape.enterprises(rows), shape.registry())
        out = np.empty((policies, 2, columns.words), np.uint64)
        kernel = PlaneEngine(book)
        parts = [columns.slice(at, min(at + CHUNK_ROWS, rows)) for at in range(0, rows, CHUNK_ROWS)]
        both = {
            "all": partial(kernel.run, columns, out),
            "conditions": lambda parts=parts, kernel=kernel: [kernel.conditions.compute(p) for p in parts],
        }
        times = {name: statistics.median(found) * 1e3 for name, found in interleaved(both, 9).items()}
        report.append(
            f"| {rows:,} | {policies} | {len(book.atoms)} | {times['all']:.1f} | {times['conditions']:.1f} | "
            f"{max(0.0, times['all'] - times['conditions']):.1f} |"
        )


def large(report: list[str], rows: int, policies: int) -> None:
    """From Parquet to planes, counts and pair arrays, in a warm process."""
    from qiying.decision.planes.fast import FastEngine, counts, eligible_pairs

    book = shape.book(shape.shape(policies, density=2))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        pq.write_table(shape.enterprises(rows), path)
        engine = FastEngine(book, 2)
        out = np.empty((policies, 2, (rows + 63) // 64), np.uint64)
        marks: list[tuple[float, ...]] = []
        for _ in range(4):
            begun = time.perf_counter()
            columns = Columns.from_arrow(pq.read_table(path), shape.registry())
            loaded = time.perf_counter()
            planes = engine.run(columns, out)
            ran = time.perf_counter()
            starts, found = eligible_pairs(planes, counts(planes)[:, 0])
            marks.append((loaded - begun, ran - loaded, time.perf_counter() - ran))
        written = time.perf_counter()
        owner = np.repeat(np.arange(policies, dtype=np.int16), np.diff(starts))
        pq.write_table(
            pa.table({"policy": owner, "enterprise": found}), Path(folder) / "y.parquet", compression="lz4"
        )
        written = time.perf_counter() - written
    best = sorted(marks[1:], key=sum)[len(marks[1:]) // 2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    report += ["", f"## {rows:,} 家 × {policies} 项（热进程，2 线程）", ""]
    report.append(
        f"- 读 Parquet 到列 {best[0]:.2f} s，匹配 {best[1]:.2f} s，"
        f"计数与列出 {len(found):,} 对 {best[2]:.2f} s，合计 {sum(best):.2f} s"
    )
    report.append(
        f"- 写成 Parquet 另需 {written:.2f} s；进程内存峰值 {peak:.2f} GiB；首次（含 numba 编译）{sum(marks[0]):.2f} s"
    )


def slider(report: list[str], rows: int) -> None:
    """One policy edited over the whole register."""
    case = shape.shape()
    book = shape.book(case)
    columns = Columns.from_arrow(shape.enterprises(rows), shape.registry())
    policies = shape.policies(case)
    trial = Simulation(book, policies[0], columns, ("企业规模", "行业大类", "所在镇街"))
    edited = replace(policies[0], requires=(*policies[0].requires, Clause("职工人数 >= 17")))
    seconds = median(lambda: trial.try_policy(edited), 9)
    report += [
        "",
        "## 模拟",
        "",
        f"- 改一个门槛，{rows:,} 家，按规模、行业、镇街分组：{seconds * 1e3:.0f} ms",
    ]


def end_to_end(report: list[str]) -> None:
    """Outcomes, amounts, groups: everything but writing."""
    book = shape.book(shape.shape())
    columns = Columns.from_arrow(shape.enterprises(200_000), shape.registry())

    def run() -> None:
        matcher = Matcher(book, columns)
        for policy in range(len(book.policies)):
            matcher.paid(policy)

    report.append(f"- 200,000 × 200，含档次与金额（numpy）：{median(run, 5) * 1e3:.0f} ms")


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--large", type=int, nargs=2, default=(1_000_000, 1_000), metavar=("ROWS", "POLICIES")
    )
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks-decision.md")
    parser.add_argument("--day", default=str(date.today()))  # noqa: DTZ011 - printed only
    arguments = parser.parse_args()
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    machine = next((line.split(":")[1].strip() for line in about if "model name" in line), "")
    load = os.getloadavg()[0]
    report = [
        "# 决策引擎：测量", "",
        f"{arguments.day}，{machine}，{os.cpu_count()} 核，Python {platform.python_version()}，开始时负载 {load:.1f}。",
        f"同一进程，各引擎轮流 {arguments.rounds} 轮，取中位数。`make bench-decision` 重做这一页。",
        "" if load < 2 else "**初步结果：测量时机器另有负载（高于 2），绝对值偏慢；比值仍可参考。**", "",
    ]  # fmt: skip
    main_table(arguments.rows, arguments.rounds, report)
    compiling(report)
    single(report)
    end_to_end(report)
    slider(report, 1_000_000)
    growth(report)
    large(report, *arguments.large)
    report.append(NOTES.rstrip())
    arguments.page.write_text("\n".join(report) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(report) + "\n")


if __name__ == "__main__":
    main()
