"""`qiying token_create LOGIN`: a bearer token for a program that acts as this person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.api_access.services import api_token_create
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import PersonViewer


class Command(BaseCommand):
    help = "为一个账号发放接口令牌，只显示这一次"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="登录名")
        parser.add_argument("--name", default="接口", help="用途，例如：12345 平台对接")
        parser.add_argument("--days", type=int, default=365, help="有效天数，默认 365")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(login=options["login"]).first()
        if person is None:
            raise CommandError(f"没有登录名为 {options['login']} 的账号")
        try:
            row, token = api_token_create(
                person=person,
                name=options["name"],
                days=options["days"],
                actor=PersonViewer(name="服务器命令行", district_id=person.district_id),
                at=utc_now(),
            )
        except KernelError as error:
            raise CommandError(error.message) from error
        self.stderr.write(f"令牌 {row.pk} 属于 {person.name}，有效期到 {row.expires_at:%Y-%m-%d}")
        self.stderr.write("令牌只显示这一次：")
        self.stdout.write(token)
