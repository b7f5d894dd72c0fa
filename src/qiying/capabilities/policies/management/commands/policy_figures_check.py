"""`qiying policy_figures_check`: the figures of paid-out policies against case events, payments and the ledger."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from qiying.capabilities.policies.selectors.numbers_proof import policy_figures_prove

SHOWN = 50


class Command(BaseCommand):
    """Compare what the page of policy numbers says with what can be told anew; end with an error if they differ."""

    help = "核对政策的数字：按办理记录、支付和资金账重算，一分不差才算对"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every difference."""
        with transaction.atomic():
            proof = policy_figures_prove()
        for problem in proof.problems[:SHOWN]:
            self.stdout.write(problem)
        if proof.problems:
            raise CommandError(f"有 {len(proof.problems):,} 处不一样")
        self.stdout.write(f"{proof.numbers:,} 个数全部一致，{proof.cases:,} 件按办理记录重算过")
