"""`python -m bench.policies`: both databases, then docs/benchmarks-policies.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.pages.run import CLI, machine

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "var" / "bench"


def environment(name: str) -> dict[str, str]:
    """Return an empty installation of its own; PostgreSQL on the server `scripts/with_postgres.sh` started."""
    data_dir = PLACE / f"policies-{name.lower()}"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith("QIYING_")}
    env |= {"QIYING_DATA_DIR": str(data_dir), "QIYING_DEBUG": "0", "QIYING_LOG_LEVEL": "ERROR"}
    env |= {"QIYING_ALLOWED_HOSTS": "testserver,127.0.0.1", "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    if name == "PostgreSQL":
        server = urlsplit(os.environ["QIYING_TEST_DATABASE_URL"])
        host = server.query.removeprefix("host=")
        subprocess.run(["createdb", "-h", host, "-U", server.username or "", "bench_policies"], check=True)
        env["QIYING_DATABASE_URL"] = server._replace(path="/bench_policies").geturl()
    subprocess.run([*CLI, "migrate", "-v", "0", "--skip-checks"], env=env, check=True)
    subprocess.run([*CLI, "collectstatic", "--noinput", "-v", "0", "--skip-checks"], env=env, check=True)
    return env


def measured(name: str, arguments: list[str]) -> dict[str, Any]:
    """Load and measure one database in a process of its own."""
    command = [sys.executable, "-m", "bench.policies.measure", *arguments]
    done = subprocess.run(
        command, env=environment(name), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def page(found: dict[str, dict[str, Any]], busy: float) -> str:
    """Return docs/benchmarks-policies.md."""
    lines = [
        "# 政策匹配的性能", "",
        "`make bench-policies` 量出来的，每次重写本页。", "",
        f"- 机器：{machine()}；{datetime.now(UTC):%Y-%m-%d}，开始时系统负载 {busy:.1f}。"
        + ("机器同时在做别的事，数字只会偏大。" if busy > 0.7 else "机器当时空闲。"),
        "- 数据：16 个指标、一成缺失的随机企业，政策的形状同 `bench/decision_shape.py`（3—8 个条件），三分之一分档。",
        "- 政策是真正的政策文件，跳过服务函数装入；事实流水没有装，匹配只读画像。",
        "- “改 1 % 的事实”是随机改掉 1 % 的（企业 × 指标），涉及的企业远多于 1 %；夜间重算还把日期推后一天。",
        "- 冷启动：每次都从数据库读画像、读已存的配对，不靠进程里留着的东西。写入只写有变化的。",
        "- PostgreSQL 是测试用的临时库，关了 fsync；SQLite 是 WAL、synchronous=FULL。", "",
        "| | 要求 |" + " | ".join(found) + " |",
        "| --- | ---: |" + " ---: |" * len(found),
    ]  # fmt: skip

    def row(label: str, limit: str, *path: str) -> None:
        cells = []
        for one in found.values():
            value: Any = one
            for step in path:
                value = value[step]
            cells.append(f"{value:,}" if isinstance(value, int | float) else str(value))
        lines.append(f"| {label} | {limit} | " + " | ".join(cells) + " |")

    row("企业数", "150,000", "enterprises")
    row("政策数", "300", "home", "policies")
    row("留下的配对", "", "rows")
    row("首次全量，秒", "< 300", "full", "seconds")
    row("其中本进程 CPU，秒", "", "full", "cpu")
    row("首次全量最长一次写，毫秒", "SQLite ≤ 50", "full", "longest_ms")
    row("其中 CPU，毫秒", "", "full", "longest_cpu_ms")
    row("首次全量 99 % 的写不超过，毫秒", "", "full", "p99_ms")
    row("首次全量超过 50 毫秒的写，次", "SQLite 0", "full", "over_50_ms")
    row("首次全量写的次数", "", "full", "writes")
    row("改了事实的企业", "", "touched")
    row("夜间重算，秒", "< 60", "nightly", "seconds")
    row("其中本进程 CPU，秒", "", "nightly", "cpu")
    row("夜间新增的配对", "", "nightly", "added")
    row("夜间改变的配对", "", "nightly", "changed")
    row("夜间去掉的配对", "", "nightly", "removed")
    row("夜间最长一次写，毫秒", "SQLite ≤ 50", "nightly", "longest_ms")
    row("其中 CPU，毫秒", "", "nightly", "longest_cpu_ms")
    row("夜间 99 % 的写不超过，毫秒", "", "nightly", "p99_ms")
    row("夜间超过 50 毫秒的写，次", "SQLite 0", "nightly", "over_50_ms")
    row("企业首页：300 项政策精确评一遍，毫秒（中位）", "≤ 1", "home", "evaluate_ms")
    row("企业首页：同上，最慢的企业", "", "home", "evaluate_worst_ms")
    row("企业首页：同上，连金额、就高不重复（页面所用），毫秒", "", "home", "standings_ms")
    row("打开企业首页，语句（含会话和登录）", "≤ 10+3", "home", "home_statements")
    row("打开“我的政策”，语句（含会话和登录）", "≤ 10+3", "home", "mine_statements")
    row("打开企业首页，毫秒", "", "home", "home_ms")
    row("打开“我的政策”，毫秒", "", "home", "mine_ms")
    row("编译 300 项政策（每进程每天一次），秒", "", "compiled")
    row("进程内存峰值，MB", "", "memory_mb")
    lines += ["", "各步用时（秒）：", ""]
    for name, one in found.items():
        for kind, label in (("full", "首次全量"), ("nightly", "夜间")):
            told = "、".join(f"{PHASES.get(k, k)} {v}" for k, v in one[kind]["phases"].items())
            lines.append(f"- {name} {label}：{told}")
    return "\n".join(lines) + "\n"


PHASES = {
    "profiles": "补画像", "loaded": "读画像", "evaluated": "评", "stored": "读已存的", "compared": "比较",
    "written": "写",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"], help="只量一种数据库，不写文档")
    parser.add_argument("--enterprises", type=int, default=150_000)
    parser.add_argument("--policies", type=int, default=300)
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    names = [options.only] if options.only else ["SQLite", "PostgreSQL"]
    arguments = ["--enterprises", str(options.enterprises), "--policies", str(options.policies)]
    found = {name: measured(name, arguments) for name in names}
    told = page(found, busy)
    if options.only:
        sys.stdout.write(told)
    else:
        (ROOT / "docs" / "benchmarks-policies.md").write_text(told)


if __name__ == "__main__":
    main()
