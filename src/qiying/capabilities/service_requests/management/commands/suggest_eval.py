"""`qiying suggest_eval FILE`: how often the learnt terms find the right label, by five-fold cross-validation."""

from __future__ import annotations

import csv
import gzip
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError

from qiying.capabilities.service_requests import suggest

LABELS = ("unit", "category", "label")
TEXTS = ("text", "words")


class Command(BaseCommand):
    help = "用一份标好类的来信检验“交给谁”的建议：五折交叉，报第一名和前三名的准确率。文件不随软件发布。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="csv 或 csv.gz，列：text 或 words（空格分好的词），category 或 unit")
        parser.add_argument("--folds", type=int, default=5)
        parser.add_argument("--limit", type=int, default=0, help="只用前多少行，0 是全部")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"没有找到文件 {path}")
        if options["folds"] < 2:
            raise CommandError("至少分两折")
        rows = read(path, options["limit"])
        if len(rows) < options["folds"]:
            raise CommandError("文件里的行数不够分")
        first, third = suggest.accuracy(rows, options["folds"])
        labels = len({label for _, label in rows})
        self.stdout.write(
            f"{len(rows)} 条，{labels} 类，{options['folds']} 折：第一名对 {first:.1%}，前三名里有 {third:.1%}"
        )


def open_text(path: Path) -> TextIO:
    """Open a csv, compressed or not."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8"))
    return path.open(encoding="utf-8")


def read(path: Path, limit: int = 0) -> list[tuple[list[str], str]]:
    """Return (terms, label) rows of a file; raise `CommandError` when the columns are missing."""
    with open_text(path) as source:
        reader = csv.DictReader(source)
        names = reader.fieldnames or []
        text = next((c for c in TEXTS if c in names), "")
        label = next((c for c in LABELS if c in names), "")
        if not text or not label:
            raise CommandError("文件要有 text 或 words 一列，和 category 或 unit 一列")
        rows = []
        for row in reader:
            if row[text] and row[label]:
                segmented = row[text].split() if text == "words" else None
                terms = suggest.terms_from(segmented[:600]) if segmented else suggest.terms_of(row[text])
                rows.append((terms, row[label]))
            if limit and len(rows) >= limit:
                break
    return rows
