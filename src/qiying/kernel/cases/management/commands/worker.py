"""`qiying worker`: clocks, outbox, jobs, seals, anchors and roll-ups in one process."""

import signal
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from qiying.kernel.cases.worker import WORKER


class Command(BaseCommand):
    help = "后台进程：时钟、消息、任务、封存、汇总。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="每样做一遍就停")

    def handle(self, *args: Any, **options: Any) -> None:
        running = True

        def stop(*_: object) -> None:
            nonlocal running
            running = False

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        while running:
            WORKER.step(datetime.now(UTC))
            if options["once"]:
                return
            time.sleep(0.5)
