"""`qiying verify`: prove that no record was changed or removed; exit code 1 when the proof fails."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.audit.append_only import missing_protections
from qiying.kernel.audit.chains import chain_sources
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.audit.report import VerifyReport
from qiying.kernel.audit.sealing import verify
from qiying.kernel.audit.selectors import VERIFIED
from qiying.kernel.audit.services import record_act

NAMES = {
    "chains": "条链",
    "links": "条记录",
    "seals": "次封存",
    "leaves": "个封存的链头",
    "anchored_seals": "次封存有库外存证",
    "personal": "项个人信息",
    "personal_mentions": "处提到个人信息",
}


class _Program:
    """Who verifies when no person does."""

    person_id = None
    district_id = None
    name = "verify"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是日期，请写成 2026-11-18") from None


class Command(BaseCommand):
    """Verify all, one case or what was sealed since a day; the result of a full run is itself recorded."""

    help = "验证全部留痕没有被改、被删；有问题时退出码为 1"

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--case", metavar="N", help="只验一件：件的编号，或链名如 case:12")
        what.add_argument("--since", metavar="日期", type=_day, help="只验这一天起封存过的")
        parser.add_argument("--no-record", action="store_true", help="不把结果记入审计（只读库上用）")

    def handle(self, *args: Any, **options: Any) -> None:
        chain = self._chain(options["case"]) if options["case"] else None
        report = verify(chain=chain, since=options["since"], progress=self._progress)
        unprotected = missing_protections()
        self._say(report, unprotected)
        if chain is None and options["since"] is None and not options["no_record"]:
            data = {**report.as_data(), "unprotected": unprotected}
            record_act(actor=_Program(), action=VERIFIED, subject="audit", data=data, at=utc_now())
        if not report.is_sound or unprotected:
            raise SystemExit(1)

    def _chain(self, typed: str) -> str:
        if ":" in typed:
            return typed
        for source in chain_sources():
            if chain := source.chain_named(typed):
                return chain
        raise CommandError(f"没有编号为 {typed} 的件。")

    def _progress(self, what: str, done: int) -> None:
        self.stderr.write(f"  {what}: 已验 {done:,}")

    def _say(self, report: VerifyReport, unprotected: list[str]) -> None:
        for key, number in report.checked.items():
            self.stdout.write(f"{number:>12,} {NAMES.get(key, key)}")
        if report.unsealed:
            self.stdout.write(f"{report.unsealed:>12,} 条新记录还没封存（后台每分钟封存一次）")
        for table in unprotected:
            self.stdout.write(self.style.ERROR(f"表 {table} 没有防篡改触发器：运行 qiying protect"))
        if report.is_sound:
            self.stdout.write(self.style.SUCCESS("验证通过：没有发现改动或缺失。"))
            return
        self.stdout.write(self.style.ERROR(f"第一处断开：{report.first_break}"))
        for found in report.breaks[1:20]:
            self.stdout.write(f"  还有：{found}")
        self.stdout.write(self.style.ERROR(f"共 {report.break_count:,} 处。先停止写入、保留现场，再查原因。"))
