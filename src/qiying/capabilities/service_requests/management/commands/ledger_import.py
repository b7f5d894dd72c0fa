"""`qiying ledger_import FILE.xlsx`: a problem ledger as cases, with the rows it did not take in a workbook."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.capabilities.service_requests.services.ledgers import (
    ledger_check,
    ledger_faults,
    ledger_import,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import system_viewer
from qiying.kernel.tables.grid import UnreadableSheet


class Command(BaseCommand):
    help = "把问题台账（xlsx、xls、csv）导成办件；--dry-run 只试算。没导入的行写进 FILE-没导入.xlsx。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--district", help="区划代码；只有一个区县时可不写")
        parser.add_argument("--dry-run", action="store_true", help="只试算，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件 {path}")
        district = self._district(options["district"])
        now = datetime.now(UTC)
        try:
            checked = ledger_check(content=path.read_bytes(), district_id=district.pk, today=local_date(now))
        except UnreadableSheet as error:
            raise CommandError(str(error)) from None
        if checked.reading.missing:
            raise CommandError(
                f"还不知道哪一列是 {'、'.join(checked.reading.missing)}，请先在浏览器里传一次，选好对应"
            )
        for words in checked.reading.sentences:
            self.stdout.write(words)
        self.stdout.write(
            f"共 {len(checked.rows)} 行，{len(checked.good)} 行可以导入，{len(checked.bad)} 行有问题"
        )
        for row in checked.bad[:20]:
            self.stdout.write(f"  {row.place}：{'；'.join(row.problems)}")
        if checked.bad:
            target = path.with_name(f"{path.stem}-没导入.xlsx")
            target.write_bytes(ledger_faults(checked))
            self.stdout.write(f"没导入的行写在 {target}")
        if options["dry_run"]:
            return
        maker = system_viewer("import_service", district_id=district.pk)
        batch = ledger_import(
            checked=checked,
            name=path.name,
            actor=maker,
            district_id=district.pk,
            now=now,
            progress=lambda done, total: self.stderr.write(f"已写入 {done} / {total}"),
        )
        self.stdout.write(f"第 {batch.pk} 批：{batch.summary['cases']} 件")

    def _district(self, code: str | None) -> District:
        found = District.objects.filter(code=code) if code else District.objects.all()
        if len(found) != 1:
            names = "、".join(f"{d.code} {d.name}" for d in District.objects.all()) or "还没有区县"
            raise CommandError(f"请用 --district 指明区县：{names}")
        return found[0]
