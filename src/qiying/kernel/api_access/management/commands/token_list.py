"""`qiying token_list LOGIN`: the tokens of one person, and when each was last used."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qiying.kernel.api_access.selectors import tokens_of


class Command(BaseCommand):
    help = "列出一个账号的接口令牌"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="登录名")

    def handle(self, *args: Any, **options: Any) -> None:
        for token in tokens_of(options["login"]):
            word, at = ("已停用", token.revoked_at) if token.revoked_at else ("有效至", token.expires_at)
            used = token.last_used_on or "从未"
            self.stdout.write(f"{token.pk}\t{token.name}\t{word} {at:%Y-%m-%d}\t最近使用 {used}")
