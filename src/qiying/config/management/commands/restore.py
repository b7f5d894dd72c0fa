"""`qiying restore ARCHIVE`: a backup into an empty installation, checked before and after."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.config.backups import backup_restore
from qiying.kernel.permissions.errors import KernelError


class Command(BaseCommand):
    help = "把备份恢复到一个空的数据目录（或空的 PostgreSQL 数据库），然后升级并核对"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="backup 写出的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        archive: Path = options["archive"]
        if not archive.is_file():
            raise CommandError(f"没有这个文件：{archive}")
        try:
            manifest = backup_restore(archive=archive)
        except KernelError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已恢复 {manifest['made_at']} 的备份（{len(manifest['files'])} 个文件）")
        if manifest["blobs_elsewhere"]:
            self.stdout.write(f"文件内容在 {manifest['blobs_elsewhere']}，不在备份里，请另行确认")
        call_command("setup", quiet=True)
        call_command("verify")
        self.stdout.write("恢复完成。现在的密钥来自备份，请重新启动 qiying serve")
