"""`qiying demo_accounts`: who may be tried out in a demo installation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from qiying.config.demo_guard import DEMO_PASSWORD, demo_logins


class Command(BaseCommand):
    help = "列出演示账号（只在演示模式）"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        logins = demo_logins() if settings.QIYING_ENV.demo else []
        if logins:
            self.stdout.write(f"演示账号（密码都是 {DEMO_PASSWORD}）：{'  '.join(logins)}")
