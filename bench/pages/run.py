"""Builds the sets, measures each in a process of its own, and writes the table of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "var" / "bench"
SIZES = (10_000, 100_000)
OPEN = 2_000
LIMIT = 1.3
CLI = [sys.executable, "-m", "qiying.config.cli"]
KINDS = {
    "list": "办件台（承办单位）",
    "desk": "办件台（受理台，2000 件）",
    "case": "办件页（承办单位）",
    "desk_case": "办件页（受理台）",
    "archive": "全部办件（受理台）",
    "submit": "提诉求",
    "act": "办一步",
    "numbers": "数字页",
    "triage": "来件研判（受理台）",
    "home": "首页（承办单位）",
    "desk_home": "首页（受理台）",
    "bare": "对照：插一行加一行审计的裸视图",
}
BUDGETS = {"list": 6, "desk": 6, "case": 14, "desk_case": 14, "submit": 12, "act": 14, "numbers": 11}
LIMITED = ("list", "desk", "case", "desk_case", "submit", "numbers", "triage", "home", "desk_home")


def environment(data_dir: Path, url: str = "") -> dict[str, str]:
    """Return the environment of an installation of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("QIYING_")}
    env |= {
        "QIYING_DATA_DIR": str(data_dir),
        "QIYING_DEMO": "1",
        "QIYING_DEBUG": "0",
        "QIYING_LOG_LEVEL": "ERROR",
    }
    env |= {"QIYING_ALLOWED_HOSTS": "testserver,127.0.0.1", "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    return env | ({"QIYING_DATABASE_URL": url} if url else {})


def built(env: dict[str, str], size: int, spread: int) -> str:
    """Build a set and return what the loader said."""
    subprocess.run([*CLI, "setup", "--quiet"], env=env, check=True)
    load = [*CLI, "bench_load", "--cases", str(size), "--open", str(OPEN), "--days", str(spread)]
    return subprocess.run(load, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def on_sqlite(size: int, spread: int) -> tuple[dict[str, str], str]:
    """Return a throwaway copy of the kept set: measuring writes to it."""
    kept, work = PLACE / f"sqlite-{size}", PLACE / f"sqlite-{size}-work"
    said = kept / "built.txt"
    if not said.exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        said_now = built(environment(kept), size, spread)
        with sqlite3.connect(kept / "qiying.sqlite3") as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        said.write_text(said_now)
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(kept, work)
    return environment(work), said.read_text()


def new_database(name: str) -> str:
    """Make an empty database on the server `scripts/with_postgres.sh` started and return its address."""
    server = urlsplit(os.environ["QIYING_TEST_DATABASE_URL"])
    host = server.query.removeprefix("host=")
    subprocess.run(["createdb", "-h", host, "-U", server.username or "", name], check=True)
    return server._replace(path=f"/{name}").geturl()


def on_postgres(size: int, spread: int) -> tuple[dict[str, str], str]:
    """Return a set in a database of its own."""
    data_dir = PLACE / f"postgres-{size}"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    env = environment(data_dir, new_database(f"bench_{size}"))
    return env, built(env, size, spread)


def measured(env: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages.measure"], env=env, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def best(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the round of least CPU for each kind: what other work on the machine added last is left out."""
    kinds = {k: min((r["kinds"][k] for r in rounds), key=lambda taken: taken["cpu"]) for k in KINDS}
    return {**rounds[0], "kinds": kinds}


def machine() -> str:
    """Name the machine in one line."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(": ")[1] for line in info if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    python = f"{platform.system()}，Python {platform.python_version()}"
    return f"{model}，{os.cpu_count()} 核，{memory:.0f} GB 内存，{python}"


def table(name: str, small: dict[str, Any], large: dict[str, Any]) -> list[str]:
    """Return one database's table in Markdown."""
    lines = [
        f"### {name}",
        "",
        "| 请求 | CPU 毫秒，1 万件 | 是裸视图的 | CPU 毫秒，10 万件 | 倍数 | 其中数据库 | 墙钟毫秒（10 万件） | 语句数 | 限额 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, label in KINDS.items():
        a, b = small["kinds"][kind], large["kinds"][kind]
        ratio, times = b["cpu"] / a["cpu"], a["cpu"] / small["kinds"]["bare"]["cpu"]
        mark = (" ✗" if ratio > LIMIT else " ✓") if kind in LIMITED else ""
        part = f"{b['database']:.1f}" if name == "PostgreSQL" else "同一进程"
        budget = f"{BUDGETS[kind]}+3" if kind in BUDGETS else ""
        lines.append(
            f"| {label} | {a['cpu']:.1f} | {times:.1f}× | {b['cpu']:.1f} | {ratio:.2f}×{mark} | {part} | {b['wall']:.1f} "
            f"| {b['statements']} | {budget} |"
        )
    return [*lines, ""]


def page(tables: list[str], loads: list[str], busy: float) -> str:
    """Return docs/benchmarks.md."""
    note = "机器当时另有负载，数字只作参考，以倍数为准。" if busy > 1 else "机器当时空闲。"
    head = f"""# 性能

`make bench` 量出来的，每次重写本页；决策引擎的另见 [benchmarks-decision.md](benchmarks-decision.md)。

- 机器：{machine()}；{datetime.now(UTC):%Y-%m-%d}，开始时系统负载 {busy:.1f}。{note}
- 数据：`qiying bench_load` 装入，和服务函数写的逐行逐哈希一样（`tests/test_bulk_loader.py`）。两个规模里在办的都是
  {OPEN} 件。
- 请求都经过会话、登录和全部中间件。CPU 是本进程加数据库后端进程的中位数（预热 4 次后
  30 次；两个规模轮流量几遍，取最小的一遍）；语句数含会话和登录的
  3 条，不含事务控制。要求：列表、办件页、提诉求从 1 万件到 10 万件不超过 {LIMIT} 倍。
- PostgreSQL 是测试用的临时库，关了 fsync：墙钟时间不能当生产数字看，CPU 可以。

"""
    return head + "\n".join(tables) + "\n## 装入\n\n" + "\n".join(f"- {line}" for line in loads) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="只量一种数据库，不写文档")
    parser.add_argument("--days", type=int, default=60, help="办结的件分布在多少个工作日")
    parser.add_argument("--rounds", type=int, default=3, help="两个规模轮流量几次")
    parser.add_argument("--slow", action="store_true", help="每种请求最慢的几条语句也说出来")
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    tables, loads = [], []
    for name, make in (("SQLite", on_sqlite), ("PostgreSQL", on_postgres)):
        if options.only and options.only != name.lower()[: len(options.only)]:
            continue
        environments = []
        for size in SIZES:
            env, said = make(size, options.days)
            loads.append(f"{name}：{said}")
            sys.stderr.write(f"{name}: {said}\n")
            environments.append(env)
        rounds = [[measured(env) for env in environments] for _ in range(options.rounds)]
        found = [best([r[i] for r in rounds]) for i in range(len(SIZES))]
        tables += table(name, *found)
        if options.slow:
            for kind, taken in found[1]["kinds"].items():
                for ms, sql in taken["slowest"]:
                    sys.stderr.write(f"{kind} {ms} ms {sql}\n")
    if options.only:
        sys.stdout.write("\n".join(tables))
    else:
        (ROOT / "docs" / "benchmarks.md").write_text(page(tables, loads, busy))
