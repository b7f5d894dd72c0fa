"""`/healthz`: ready, or which part is not and what to do about it."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from qiying.kernel.audit.append_only import missing_protections
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.models import WorkerBeat
from qiying.kernel.organisations.checks import demo_accounts_told

LONGEST_SILENCE = timedelta(minutes=3)
LEAST_FREE_BYTES = 200 * 1024 * 1024
REMEMBER_SECONDS = 30.0  # what only changes with a deployment is not asked at every probe

Check = Callable[[datetime], str | None]


def database(now: datetime) -> str | None:
    """Return None when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"连不上数据库：{error}。请检查 QIYING_DATABASE_URL 和数据库服务"
    return None


def migrations(now: datetime) -> str | None:
    """Return None when every migration on disk is applied; only where one is not are they loaded to see the plan."""
    if _on_disk() <= MigrationRecorder(connection).applied_migrations().keys():
        return None
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return f"有 {len(waiting)} 个数据库迁移没有执行。请运行 qiying setup"
    return None


def _on_disk() -> set[tuple[str, str]]:
    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[!_]*.py")
    }


def protections(now: datetime) -> str | None:
    """Return None when the database itself refuses to change what is append-only."""
    missing = missing_protections()
    if missing:
        return f"缺少防篡改触发器：{'、'.join(missing)}。请运行 qiying setup"
    return None


def worker(now: datetime) -> str | None:
    """Return None when the worker ran lately; deadlines and notices stand still without it."""
    last = WorkerBeat.objects.order_by("-ran_at").values_list("ran_at", flat=True).first()
    if last is None:
        return "后台程序还没有运行过。请用 qiying serve 启动，或另外运行 qiying worker"
    if now - last > LONGEST_SILENCE:
        return f"后台程序已停 {int((now - last).total_seconds() // 60)} 分钟。请看它的日志后重启"
    return None


def disk(now: datetime) -> str | None:
    """Return None when the data folder has room to write."""
    free = shutil.disk_usage(settings.QIYING_ENV.data_dir).free
    if free < LEAST_FREE_BYTES:
        return f"数据目录所在磁盘只剩 {free // 1024 // 1024} MB。请清理或扩容"
    return None


# Cheap ones each time; slow ones are remembered while they are well. A failure stops the later checks.
CHECKS: list[tuple[str, Check, bool]] = [
    ("database", database, False),
    ("migrations", migrations, True),
    ("triggers", protections, True),
    ("worker", worker, False),
    ("disk", disk, False),
]
_well_until: dict[str, float] = {}


def problems(now: datetime) -> dict[str, str]:
    """Return the parts that are not well, each with a sentence; empty when the product is ready."""
    found: dict[str, str] = {}
    for name, check, is_remembered in CHECKS:
        if is_remembered and _well_until.get(name, 0) > monotonic():
            continue
        try:
            sentence = check(now)
        except DatabaseError as error:
            sentence = f"查不了：{error}"
        if sentence is None:
            _well_until[name] = monotonic() + REMEMBER_SECONDS
            continue
        found[name] = sentence
        if name in {"database", "migrations"}:
            break  # the rest would only repeat it
    return found


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 `ready`, else 503 with each problem and its remedy; no sign-in, no secrets.

    Asked for `accounts` it also tells who may be tried out: nobody but in a demo, where the sign-in page says so too.
    """
    found = problems(utc_now())
    body: dict[str, Any] = {"status": "not ready", "problems": found} if found else {"status": "ready"}
    if "accounts" in request.GET and not found.keys() & {"database", "migrations"}:
        body["accounts"] = demo_accounts_told()
    response = JsonResponse(body, status=503 if found else 200, json_dumps_params={"ensure_ascii": False})
    response._has_been_logged = True  # type: ignore[attr-defined]  # a probe every second is no error each
    return response
