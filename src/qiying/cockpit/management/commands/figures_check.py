"""`qiying figures_check`: figures against a full recompute, exactly."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from qiying.cockpit.proofs import figures_prove
from qiying.kernel.figures.recompute import rollups_rebuild

SHOWN = 50


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as of one instant, while others go on writing on either database."""
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        if connection.vendor == "postgresql"
        else "BEGIN DEFERRED"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class Command(BaseCommand):
    """Compare roll-ups and pending facts with the sum of all facts, with the events, and with the tables."""

    help = "核对数字：汇总、明细、办理记录和各表，一件不差才算对"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--quick", action="store_true", help="不从办理记录重算，只比汇总、明细和各表")
        parser.add_argument("--rebuild", action="store_true", help="先按明细重做汇总")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every difference; end with an error if there is one."""
        if options["rebuild"]:
            self.stdout.write(f"重做了汇总，{rollups_rebuild():,} 行")
        with one_moment():
            proof = figures_prove(with_events=not options["quick"])
        for problem in proof.problems[:SHOWN]:
            self.stdout.write(problem)
        if proof.problems:
            raise CommandError(f"有 {len(proof.problems):,} 处不一样")
        told = f"，{proof.cases:,} 件按办理记录重算过" if proof.cases else ""
        self.stdout.write(f"{proof.sums:,} 个数全部一致{told}")
