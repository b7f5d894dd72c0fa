"""`qiying demo_build`: the demo district, on an empty database only."""

import gc
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from qiying.config.collecting import collect_beside
from qiying.config.demo.build import NotEmpty, demo_build
from qiying.kernel.cases.models import Case


class Command(BaseCommand):
    help = "生成演示区县：单位、企业和一年的办件，都由服务函数做出来。只在空库、演示模式下可用。"
    requires_system_checks = ()  # a database is checked when it is set up, in a moment or long ago

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="库里已有数据就什么也不做")
        parser.add_argument(
            "--setup", action="store_true", help="先建好数据库（和 qiying setup 一样），同一个进程里做"
        )
        parser.add_argument("--cases", type=int, default=400)
        parser.add_argument("--enterprises", type=int, default=300)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.QIYING_ENV.demo:
            raise CommandError("只有演示模式（QIYING_DEMO=1）才能生成演示数据")
        gc.disable()  # a minute of many small objects: looking for cycles costs a tenth of it, memory is no matter
        collected: Callable[[], None] = lambda: None  # noqa: E731
        if options["setup"]:
            if not settings.DEBUG:
                collected = collect_beside()
            call_command("setup", quiet=True, no_static=True)
        if connection.vendor == "sqlite":  # a thousand transactions need not each wait for the disk
            connection.settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
            connection.close()  # whoever connects from now on is told: stories apart connect anew
        try:
            world = demo_build(
                now=datetime.now(UTC),
                cases=options["cases"],
                firms=options["enterprises"],
                say=lambda words: self.stdout.write(words),
            )
        except NotEmpty:
            if options["if_empty"]:
                return
            raise CommandError("数据库里已有数据，演示数据不会混进去。请换一个空的 QIYING_DATA_DIR") from None
        finally:
            collected()
        if connection.vendor == "sqlite":  # once, at the end, all of it is on the disk
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=FULL")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made = Case.objects.count()
        self.stdout.write(
            f"{len(world.units)} 个单位，{len(world.enterprises)} 家企业，{made} 件，{world.acts} 步，"
            f"{len(world.refused)} 步被拒"
        )
        for words in world.refused if options["verbosity"] > 1 else ():
            self.stdout.write(words)
        gc.freeze()  # the process ends now: Python looks through all that is left otherwise
