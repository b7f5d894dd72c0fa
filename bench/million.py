"""`python -m bench.million sqlite|postgres`: a million cases loaded from nothing, timed, checked, and thrown away.

Thirty gigabytes of disk and a machine that does nothing else are needed. The last line is for docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import monotonic
from urllib.parse import urlsplit

from bench.pages.run import CLI, OPEN, PLACE, environment, machine, new_database

GOAL = 480
CHECKS = """
import json, django
django.setup()
from django.db import connection
from qiying.config.loading.load import TABLES
from qiying.kernel.cases.models import Case
from qiying.kernel.figures.recompute import grain_differences, sums_current, sums_of_deltas
from qiying.kernel.search.selectors import matching_ids
cursor = connection.cursor()
newest = Case.objects.order_by("-pk")[0]
size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
pending = "id" if connection.vendor == "sqlite" else "txid"
if connection.vendor == "postgresql":
    size = "SELECT pg_database_size(current_database())"
def one(sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]
print(json.dumps({
    "cases": Case.objects.count(),
    "open": Case.objects.filter(is_open=True).count(),
    "rows": sum(one(f"SELECT COUNT(*) FROM {table}") for table in TABLES),
    "bytes": one(size),
    "roll-ups are the sums of all deltas": sums_current() == sums_of_deltas() and not grain_differences(),
    "all is folded": one(f"SELECT COUNT(*) FROM figures_figuredelta WHERE {pending} >= (SELECT upto FROM figures_figuremark)") == 0,
    "the newest is found": matching_ids("case", newest.number, newest.district_id, None, 5) == [newest.pk],
}))
"""
STRUCTURE = """
import json, django
django.setup()
from django.db import connection
cursor = connection.cursor()
cursor.execute({
    "sqlite": "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1",
    "postgresql": "SELECT 'index ' || split_part(indexdef, ' WHERE ', 1) FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
    "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint UNION ALL "
    "SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
}[connection.vendor])
print(json.dumps([row[0] for row in cursor.fetchall() if "sqlite_stat" not in row[0]]))
"""


def asked(script: str, env: dict[str, str]) -> object:
    """Return what a script prints of the installation as JSON."""
    env = env | {"DJANGO_SETTINGS_MODULE": "qiying.config.settings"}
    return json.loads(
        subprocess.run([sys.executable, "-c", script], env=env, check=True, capture_output=True).stdout
    )


def server_cpu(url: str) -> float:
    """Return the CPU seconds that this PostgreSQL's processes have used, those that ended too; 0 on SQLite."""
    place = urlsplit(url).query.removeprefix("host=")
    if not place:
        return 0
    found: dict[int, tuple[int, int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, told = stat.read_text().rsplit(") ", 1)
        except OSError:
            continue
        parts = told.split()
        found[int(stat.parent.name)] = (int(parts[1]), sum(map(int, parts[11:15])))
    first = int(
        subprocess.run(["head", "-1", f"{place}/data/postmaster.pid"], check=True, capture_output=True).stdout
    )
    return sum(used for pid, (parent, used) in found.items() if first in (pid, parent)) / os.sysconf(
        "SC_CLK_TCK"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgres"])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="装好的库留着（var/bench/million）")
    options = parser.parse_args()
    busy, place = os.getloadavg()[0], PLACE / "million"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    url = new_database("million") if options.database == "postgres" else ""
    env = environment(place, url)
    try:
        subprocess.run([*CLI, "setup", "--quiet"], env=env, check=True)
        before = asked(STRUCTURE, env)
        server, used, start = server_cpu(url), getrusage(RUSAGE_CHILDREN), monotonic()
        env["PYTHONUNBUFFERED"] = "1"
        load = [*CLI, "bench_load", "--cases", str(options.cases), "--open", str(OPEN), "-v", "2"]
        with subprocess.Popen(load, env=env, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            said = [(monotonic() - start, line.strip()) for line in running.stdout]
        if running.returncode:
            sys.exit(f"bench_load: {running.returncode}")
        wall, now, server = monotonic() - start, getrusage(RUSAGE_CHILDREN), server_cpu(url) - server
        user, system = now.ru_utime - used.ru_utime, now.ru_stime - used.ru_stime
        for at, line in said[:: max(1, len(said) // 20)] + said[-3:]:
            print(f"{at:7.1f} s  {line}")
        checks = asked(CHECKS, env)
        assert isinstance(checks, dict)
        checks["indexes, keys and triggers are as before"] = asked(STRUCTURE, env) == before
        for name, found in checks.items():
            print(f"{name}: {found}")
        print(
            f"{options.database}（{datetime.now(UTC):%Y-%m-%d}，{machine()}，开始时系统负载 {busy:.1f}）：{said[-1][1]}；"
            f"墙钟 {wall:.1f} 秒（要求 {GOAL}），用户 {user:.0f}，系统 {system:.0f}，数据库服务器另 {server:.0f} 秒 CPU；"
            f"{checks['bytes'] / 1e9:.1f} GB"
        )
    finally:
        if not options.keep:
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
