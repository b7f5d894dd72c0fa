"""`qiying token_revoke ID`: end one token now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.api_access.models import ApiToken
from qiying.kernel.api_access.services import api_token_revoke
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.permissions.viewer import PersonViewer


class Command(BaseCommand):
    help = "停用一个接口令牌"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="令牌编号，见 token_list")

    def handle(self, *args: Any, **options: Any) -> None:
        token = ApiToken.objects.filter(pk=options["id"]).first()
        if token is None:
            raise CommandError(f"没有编号为 {options['id']} 的令牌")
        api_token_revoke(token=token, actor=PersonViewer(name="服务器命令行"), at=utc_now())
        self.stdout.write(f"令牌 {token.pk} 已停用")
