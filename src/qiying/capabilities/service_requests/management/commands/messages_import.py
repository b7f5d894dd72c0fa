"""`qiying messages_import FILE`: real messages with replies as finished history in a district of their own."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.capabilities.service_requests.services.history import LIMITS, messages_import
from qiying.kernel.permissions.errors import GuardFailed


class Command(BaseCommand):
    help = "导入带答复的历史留言（csv 或 csv.gz），放进单独的区县；可以重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件 {path}")
        try:
            done = messages_import(
                path=path,
                now=datetime.now(UTC),
                progress=lambda n: self.stderr.write(f"已处理 {n} 条"),
            )
        except GuardFailed as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"共 {done.rows} 条，导入 {done.cases} 件，跳过 {sum(done.skipped.values())} 条")
        for reason, count in done.skipped.most_common():
            self.stdout.write(f"  跳过 {count} 条：{reason}")
        for limit in LIMITS if done.days else ():
            part, whole = done.share_within(limit)
            self.stdout.write(f"  {limit} 个工作日内答复：{part / whole:.1%}（{part} / {whole}）")
        if done.days:
            self.stdout.write(f"  答复用时中位数 {median(done.days):g} 个工作日（按各年法定日历）")
