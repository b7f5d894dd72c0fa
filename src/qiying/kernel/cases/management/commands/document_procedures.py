"""`qiying document_procedures`: write docs/procedures/*.md, or fail when they are stale."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.kernel.cases.documenting import document
from qiying.kernel.cases.vocabulary import PROCEDURES


class Command(BaseCommand):
    help = "生成办理程序的说明和状态图；--check 只看有没有过时。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--to", default="docs/procedures")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["to"])
        folder.mkdir(parents=True, exist_ok=True)
        stale = []
        for p in PROCEDURES.all():
            path, text = folder / f"{p.code}_v{p.version}.md", document(p)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
                if not options["check"]:
                    path.write_text(text, encoding="utf-8")
        if stale and options["check"]:
            raise CommandError(f"说明过时了：{'、'.join(stale)}，请运行 qiying document_procedures")
        self.stdout.write(f"{len(PROCEDURES.all())} 个办理程序，{len(stale)} 份有变化。")
