"""`qiying anchor`: export new seals to the anchor files, now; the worker does it each hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.kernel.audit.anchoring import AnchorConflict, anchors_dir
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.sealing import anchor


class Command(BaseCommand):
    """Export and say which seals went where."""

    help = "把新的封存导出到数据库以外的存证文件（后台每小时自动做）"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            record = anchor(utc_now())
        except AnchorConflict as error:
            raise CommandError(str(error)) from error
        if record is None:
            self.stdout.write("没有新的封存要存证。")
        else:
            self.stdout.write(
                f"第 {record.first_seal}–{record.last_seal} 号封存已存证：{anchors_dir() / record.file}"
            )
