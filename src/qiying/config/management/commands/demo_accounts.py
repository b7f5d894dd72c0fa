"""`qiying demo_accounts`: who may be tried out in a demo installation."""

from typing import Any

from django.core.management.base import BaseCommand

from qiying.kernel.organisations.checks import demo_accounts_told


class Command(BaseCommand):
    help = "列出演示账号（只在演示模式）"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for line in demo_accounts_told():
            self.stdout.write(line)
