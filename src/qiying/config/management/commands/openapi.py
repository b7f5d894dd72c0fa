"""`qiying openapi FILE`: write the API's description; with --check compare with the last release's."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.config.api import schema
from qiying.config.openapi_changes import breaking_changes


class Command(BaseCommand):
    help = "写出接口描述；--check 与文件比对，第一版只许增加"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="docs/openapi-v1.json")
        parser.add_argument("--check", action="store_true", help="只比对，不写")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        new = json.loads(json.dumps(schema()))
        changes = breaking_changes(json.loads(path.read_text()), new) if path.exists() else []
        if changes:
            raise CommandError("第一版接口只许增加：\n  " + "\n  ".join(changes))
        if not options["check"]:
            path.write_text(json.dumps(new, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
            self.stdout.write(f"已写出 {path}")
