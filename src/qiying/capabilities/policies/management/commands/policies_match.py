"""`qiying policies_match`: match a district's policies with its enterprises now."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from qiying.capabilities.policies.models import Catalogue, MatchRun
from qiying.capabilities.policies.services.matching.runs import matches_run


class Command(BaseCommand):
    help = "全部重算一遍政策匹配；和已有的比较，只写变了的。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--district", type=int, help="区县的编号；不写就是全部区县")

    def handle(self, *args: Any, **options: Any) -> None:
        districts = (
            [options["district"]]
            if options["district"]
            else list(Catalogue.objects.order_by("district_id").values_list("district_id", flat=True))
        )
        for district_id in districts:
            run = matches_run(district_id=district_id, kind=MatchRun.Kind.FULL, at=datetime.now(UTC))
            if run is None:
                self.stdout.write(f"区县 {district_id}：另一个进程正在匹配，这次没有做。")
                continue
            row = run.row
            self.stdout.write(
                f"区县 {district_id}：{row.enterprises} 家企业 × {row.policies} 项政策，"
                f"新增 {row.added}、改变 {row.changed}、去掉 {row.removed}。"
            )
