"""`qiying bench_load`: large sets of cases for measuring, row for row as the services write them."""

import gc
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.config.loading.ground import NoGround
from qiying.config.loading.load import load_cases
from qiying.config.loading.two import Unfinished
from qiying.kernel.audit.clock import utc_now


class Command(BaseCommand):
    help = "装入大批办件用来测速：内容和服务函数写的一样，只是快得多。只用于测试库，装入后不能删。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=10_000, help="一共多少件（含在办的）")
        parser.add_argument("--open", type=int, default=2_000, help="其中在办多少件")
        parser.add_argument("--district", default="", help="区划代码；空库会先建演示区县")
        parser.add_argument("--days", type=int, default=60, help="办结的件分布在多少个工作日来件")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["open"] <= options["cases"] or options["days"] < 1:
            raise CommandError("在办的件数要在 0 和总件数之间，天数至少 1")
        gc.disable()  # many small objects without cycles
        start = monotonic()
        try:
            made = load_cases(
                total=options["cases"],
                open_cases=options["open"],
                now=utc_now(),
                district=options["district"],
                days=options["days"],
                say=self.stdout.write if options["verbosity"] > 1 else lambda _: None,
            )
        except (NoGround, Unfinished) as missing:
            raise CommandError(str(missing)) from None
        seconds = monotonic() - start
        self.stdout.write(f"{made.cases} 件，{made.rows} 行，{made.lives} 种经过，{seconds:.1f} 秒")
