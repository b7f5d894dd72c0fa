"""`qiying backup FOLDER`: one archive of everything, while the product runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.config.backups import backup_make
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.permissions.errors import KernelError


class Command(BaseCommand):
    help = "把数据库、文件、锚点和密钥备份成一个文件；不用停机"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="放备份的目录；里面有密钥，只给管理员看")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup_make(folder=options["folder"], now=utc_now())
        except KernelError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{made.path}：{made.files} 个文件，{made.size / 1024 / 1024:.1f} MB")
