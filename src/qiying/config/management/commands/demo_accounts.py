"""`qiying demo_accounts`: who may be tried out in a demo installation."""

from typing import Any

from django.core.management.base import BaseCommand

from qiying.kernel.organisations.checks import demo_accounts
from qiying.kernel.organisations.passwords import DEMO_PASSWORD


class Command(BaseCommand):
    help = "列出演示账号（只在演示模式）"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        # the cast has plain names; the hundreds of others (desk.leader, clerk17) are on the sign-in page
        accounts = [account for account in demo_accounts() if account.login.isalpha()]
        if not accounts:
            return
        self.stdout.write(f"演示账号，密码都是 {DEMO_PASSWORD}：")
        for account in accounts:
            self.stdout.write(f"  {account.login:<12}{account.name}  {account.what}")
