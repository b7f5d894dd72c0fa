"""`qiying protect`: make the triggers that keep records from being changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qiying.kernel.audit.append_only import protect_all


class Command(BaseCommand):
    """Create or re-create the protections of every append-only table."""

    help = "重建防篡改触发器（升级后自动做；这里可手动做）"
    requires_system_checks = ()  # it is the remedy of the check that refuses to start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="default", help="数据库别名")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已保护 {protect_all(options['database'])} 张表。")
