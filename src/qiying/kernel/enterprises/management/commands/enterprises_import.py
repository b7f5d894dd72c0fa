"""`qiying enterprises_import FILE --district CODE`: the browser's import, for tables of a whole register."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.audit.clock import utc_now
from qiying.kernel.enterprises.models import EnterpriseImport, ImportState
from qiying.kernel.enterprises.services import enterprises_import, import_drop, import_step
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer

SHOWN = 20


class Command(BaseCommand):
    help = "导入企业名册（xlsx、xls、csv）；--dry-run 只试算。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--district", required=True, help="区划代码")
        parser.add_argument("--dry-run", action="store_true", help="只试算，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Try the table, say what is wrong, then write it step by step."""
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"没有区划代码为 {options['district']} 的区县")
        path: Path = options["file"]
        actor = system_viewer("import_service", district_id=district.pk)
        try:
            batch = enterprises_import(
                actor=actor,
                district_id=district.pk,
                content=path.read_bytes(),
                file_name=path.name,
                at=utc_now(),
            )
        except FileNotFoundError:
            raise CommandError(f"没有找到文件 {path}") from None
        except GuardFailed as error:
            raise CommandError(error.message) from error
        self._tell(batch)
        if batch.missing:
            raise CommandError(f"还不知道哪一列是 {'、'.join(batch.missing)}，请先在浏览器里传一次，选好对应")
        if options["dry_run"]:
            import_drop(actor=actor, batch=batch, at=utc_now())
            return
        while batch.state != ImportState.DONE:
            batch = import_step(actor=actor, batch=batch, at=utc_now())
            self.stdout.write(f"已写 {batch.done_rows} / {len(batch.rows)} 行")
        self.stdout.write(
            f"新建 {batch.created_count} 家，补充 {batch.updated_count} 家，{len(batch.problems)} 行没导入"
        )

    def _tell(self, batch: EnterpriseImport) -> None:
        self.stdout.write(f"共 {len(batch.rows)} 行，{len(batch.problems)} 行有问题")
        for remark in batch.remarks:
            self.stdout.write(remark)
        for number, reasons in list(batch.problems.items())[:SHOWN]:
            self.stdout.write(f"{number}：{'；'.join(reasons)}")
