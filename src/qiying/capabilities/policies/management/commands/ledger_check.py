"""`qiying ledger_check`: the money of policies recomputed from its postings."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.capabilities.policies.models import Budget, LedgerEntry
from qiying.capabilities.policies.services.money.checking import ledger_differences


class Command(BaseCommand):
    help = "核对政策资金的账：全部余额按分录重算，有差别就指出第一处"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="列出全部差别（最多 200 处）")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(islice(ledger_differences(), 200 if options["all"] else 1))
        if found:
            raise CommandError("账不平：\n" + "\n".join(found))
        entries, budgets = LedgerEntry.objects.count(), Budget.objects.count()
        self.stdout.write(f"账平：{budgets:,} 份资金、{entries:,} 笔分录，余额都等于分录之和")
