"""`qiying profiles_rebuild`: every enterprise's profile from its recorded facts, or a check that it is so already."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.profiles import profiles_missing, profiles_rebuild


class Command(BaseCommand):
    help = "按事实流水重算企业画像；--check 只核对，--missing 只补没有的。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不写；有不一致就以 1 结束")
        parser.add_argument("--missing", action="store_true", help="只补还没有或旧版的")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["missing"]:
            wanted = profiles_missing()
        else:
            wanted = list(Enterprise.objects.order_by("pk").values_list("pk", flat=True))
        wrong = profiles_rebuild(wanted, datetime.now(UTC), is_dry=options["check"])
        if options["check"] and wrong:
            raise CommandError(
                f"有 {len(wrong)} 家企业的画像和事实不一致，例如企业 {wrong[0]}；运行 qiying profiles_rebuild 修复"
            )
        self.stdout.write(
            f"看了 {len(wanted)} 家，{'不一致' if options['check'] else '改了'} {len(wrong)} 家。"
        )
