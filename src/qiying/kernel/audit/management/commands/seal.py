"""`qiying seal`: seal every chain that grew, now; the worker does it each minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qiying.kernel.audit.chains import chain_sources
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.sealing import seal


class Command(BaseCommand):
    """Link, seal, and say how many seals were made."""

    help = "把新增的记录接上链并封存（后台每分钟自动做）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="从头找没封存的记录，恢复备份或批量装数据后用")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            for source in chain_sources():
                source.look_again()
        count = seal(utc_now())
        self.stdout.write(f"封存了 {count} 次。" if count else "没有新记录要封存。")
