"""`qiying district_setup CODE NAME --admin LOGIN`: the first district and the first operator of an installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.organisations.models import District, UnitKind
from qiying.kernel.organisations.services import (
    district_create,
    membership_start,
    password_reset_by_admin,
    person_create,
    unit_create,
)
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer


class Command(BaseCommand):
    help = "建立区县、它的根单位和第一个运维账号；密码只显示一次。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="区划代码，如 330424")
        parser.add_argument("name", help="区县名称，如 海盐县")
        parser.add_argument("--admin", required=True, help="第一个运维的登录名")
        parser.add_argument("--admin-name", default="运维", help="第一个运维的姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of it or nothing; refuse a second time for the same code."""
        if District.objects.filter(code=options["code"]).exists():
            raise CommandError(f"区划代码 {options['code']} 已经建过，没有改动。")
        try:
            with transaction.atomic():
                password = _set_up(options)
        except GuardFailed as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{options['name']}建好了。")
        self.stdout.write(
            f"登录名 {options['admin']}，第一次登录的密码 {password}（只显示这一次，登录后要改）"
        )


def _set_up(options: dict[str, Any]) -> str:
    now = utc_now()
    actor = system_viewer("import_service")
    district = district_create(actor=actor, code=options["code"], name=options["name"], at=now)
    root = unit_create(
        actor=actor, district_id=district.pk, name=options["name"], kind=UnitKind.GOVERNMENT, at=now
    )
    person = person_create(
        actor=actor, login=options["admin"], name=options["admin_name"], district_id=district.pk, at=now
    )
    membership_start(
        actor=actor, person=person, unit=root, role="admin", valid_from=local_date(now), at=now, title="运维"
    )
    return password_reset_by_admin(actor=actor, person=person, at=now)
