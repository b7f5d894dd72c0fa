"""`qiying ledger_check`: every ledger recomputed from its postings."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.kernel.ledger.checking import counted, ledger_differences


class Command(BaseCommand):
    help = "核对所有的账：全部余额按分录重算，有差别就指出第一处"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="列出全部差别（最多 200 处）")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(islice(ledger_differences(), 200 if options["all"] else 1))
        if found:
            raise CommandError("账不平：\n" + "\n".join(found))
        books = "；".join(f"{title} {books:,} 本、{entries:,} 笔分录" for title, books, entries in counted())
        self.stdout.write(f"账平：{books}。余额都等于分录之和")
