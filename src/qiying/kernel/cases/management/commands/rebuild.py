"""`qiying rebuild --check`: re-derive every case from its events and compare."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.kernel.cases.models import Case
from qiying.kernel.cases.rebuild import rebuild


class Command(BaseCommand):
    help = "从事件重新推出办件、参与方、时钟和统计，并与表核对；不带 --check 时把表改正。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不改")
        parser.add_argument("--case", help="只看一件（办件号）")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.order_by("pk")
        if options["case"]:
            cases = cases.filter(number=options["case"])
        result = rebuild(cases=cases.iterator(chunk_size=500), write=not options["check"])
        for problem in result.problems[:100]:
            self.stdout.write(problem)
        if result.problems and options["check"]:
            raise CommandError(f"核对了 {result.cases} 件，{len(result.problems)} 处不一致")
        self.stdout.write(f"核对了 {result.cases} 件，{len(result.problems)} 处不一致。")
