"""`qiying serve`, for `qiying help`; the command line itself goes straight to `config.serving`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qiying.config import serving


class Command(BaseCommand):
    help = "启动网页进程和后台进程；有进程意外退出会重新启动，Ctrl-C 或 SIGTERM 全部停下"

    def add_arguments(self, parser: CommandParser) -> None:
        serving.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(
            serving.serve(
                options["host"], options["port"], has_worker=not options["no_worker"], first=options["first"]
            )
        )
