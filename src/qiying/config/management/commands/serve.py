"""`qiying serve`: the web processes and the worker of one machine under one parent."""

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.config.demo_guard import DEMO_PASSWORD, demo_logins, refusal
from qiying.config.supervising import Child, Supervisor

THREADS = 4  # a slow client or a long download must not hold a whole process
READY_SECONDS = 60


class Command(BaseCommand):
    help = "启动网页进程和后台进程；有进程意外退出会重新启动，Ctrl-C 或 SIGTERM 全部停下"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只有本机")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="端口")
        parser.add_argument("--no-worker", action="store_true", help="后台进程在别的机器上运行")

    def handle(self, *args: Any, **options: Any) -> None:
        if reason := refusal():
            raise CommandError(reason)
        host, port = options["host"], options["port"]
        children = [Child("web", web_command(host, port))]
        if not options["no_worker"]:
            children.append(Child("worker", [sys.executable, "-m", "qiying.config.cli", "worker"]))
        logins = demo_logins() if settings.QIYING_ENV.demo else []
        supervisor = Supervisor(children)
        watcher = threading.Thread(target=self._announce, args=(host, port, logins, supervisor), daemon=True)
        watcher.start()
        supervisor.run()

    def _announce(self, host: str, port: int, logins: list[str], supervisor: Supervisor) -> None:
        """Say the address once the product answers, or why it is not ready."""
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        problems = wait_until_ready(address, supervisor)
        if supervisor.is_stopping:
            return
        if problems:
            self.stderr.write(f"企应在 {address}/ 运行，但还没有就绪：{'；'.join(problems)}")
            return
        self.stdout.write(f"\n企应已就绪：{address}/")
        if logins:
            self.stdout.write(f"演示账号（密码都是 {DEMO_PASSWORD}）：{'  '.join(logins)}")
        self.stdout.write("按 Ctrl-C 停止\n")
        self.stdout.flush()


def web_command(host: str, port: int) -> list[str]:
    """Return gunicorn's command line; at most two web processes on SQLite (validated in `env.py`)."""
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat files; on a slow disk workers would be killed
    return [
        *(sys.executable, "-m", "gunicorn", "qiying.config.wsgi:application"),
        *("--bind", f"{host}:{port}"),
        *("--workers", str(settings.QIYING_ENV.web_workers)),
        *("--worker-class", "gthread", "--threads", str(THREADS)),
        *("--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "5"),
        *(("--worker-tmp-dir", str(memory)) if memory.is_dir() else ()),
        *("--log-level", "warning", "--preload", "--no-control-socket"),
    ]


def wait_until_ready(address: str, supervisor: Supervisor) -> list[str]:
    """Poll /healthz for up to a minute; return what is still not well, empty when ready."""
    limit = monotonic() + READY_SECONDS
    problems = ["没有回答"]
    while monotonic() < limit and not supervisor.is_stopping:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:  # noqa: S310
                if response.status == 200:
                    return []
        except urllib.error.HTTPError as error:
            try:
                problems = list(json.loads(error.read())["problems"].values())
            except (ValueError, KeyError):
                problems = [f"/healthz 回答 {error.code}"]
        except OSError:
            pass
        sleep(0.2)
    return problems
