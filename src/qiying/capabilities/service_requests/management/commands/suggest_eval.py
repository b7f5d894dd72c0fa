"""`qiying suggest_eval`: how well the learnt classifier finds labels it has not seen, from labelled files."""

from __future__ import annotations

import csv
import gzip
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from sklearn.metrics import f1_score

from qiying.capabilities.service_requests.rules import suggest

LABELS = ("unit", "category", "label")
TEXTS = ("text", "words")
BINS = 10


class Row(NamedTuple):
    """One labelled message; `words` where the file gives them segmented."""

    text: str
    words: list[str] | None
    label: str


class Command(BaseCommand):
    help = "用标好类的来信检验“交给谁、哪一类”的建议：一份学、一份考，或者一份文件分几折轮流考。文件不随软件发布。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            help="csv 或 csv.gz，列：text 或 words（空格分好的词），category 或 unit，可有 title",
        )
        parser.add_argument("--train", help="学的文件，和 --test 一起用")
        parser.add_argument("--test", help="考的文件")
        parser.add_argument("--folds", type=int, default=5)
        parser.add_argument("--limit", type=int, default=0, help="只用前多少行，0 是全部")
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["train"] and options["test"]:
            train, test = (read(Path(options[n]), options["limit"]) for n in ("train", "test"))
            found, how = measure([r.label for r in test], guesses(train, test)), f"学 {len(train)} 条"
        elif options["file"]:
            rows, folds = read(Path(options["file"]), options["limit"]), options["folds"]
            if folds < 2:
                raise CommandError("至少分两折")
            if len(rows) < folds:
                raise CommandError("文件里的行数不够分")
            order = [r for k in range(folds) for r in rows[k::folds]]
            parts = [
                ([r for i, r in enumerate(rows) if i % folds != k], rows[k::folds]) for k in range(folds)
            ]
            found = measure(
                [r.label for r in order], [g for learn, look in parts for g in guesses(learn, look)]
            )
            how = f"{folds} 折"
        else:
            raise CommandError("给一份文件，或者用 --train 和 --test 各给一份")
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(
            f"{found['messages']} 条，{len(found['per_class'])} 类，{how}：第一名对 {found['top1']:.1%}，"
            f"前三名里有 {found['top3']:.1%}，宏平均 F1 {found['macro_f1']:.4f}，"
            f"把握差 {found['calibration_error']:.3f}"
        )


def open_text(path: Path) -> TextIO:
    """Open a csv, compressed or not."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig")


def read(path: Path, limit: int = 0) -> list[Row]:
    """Return the labelled rows of a file; raise `CommandError` when it or its columns are missing."""
    if not path.is_file():
        raise CommandError(f"没有找到文件 {path}")
    csv.field_size_limit(2**24)
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
                words = row[text].split() if text == "words" else None
                said = "".join(words) if words else f"{row.get('title') or ''}\n{row[text]}"
                rows.append(Row(said, words, row[label]))
            if limit and len(rows) >= limit:
                break
    return rows


def guesses(train: Sequence[Row], test: Sequence[Row]) -> list[dict[str, float]]:
    """Return the shares of the labels for each row to be tested, learnt as a district learns."""
    from qiying.capabilities.service_requests.rules.text import (
        training,  # scikit-learn is read when it is wanted
    )

    if training.is_enough([r.label for r in train]):
        found = training.train([(r.text, r.words) for r in train], [r.label for r in train])
        return [found.shares(r.text, r.words) for r in test]
    counts = suggest.Counts()
    for row in train:
        counts.learn(row.label, _terms(row))
    return [suggest.shares(suggest.text_scores(counts, _terms(row))) for row in test]


def _terms(row: Row) -> list[str]:
    return suggest.terms_from(row.words[:600]) if row.words else suggest.terms_of(row.text)


def measure(labels: Sequence[str], found: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Return the shares found right, F1 by class and on average, and how far sureness is from truth."""
    ranked = [sorted(g, key=lambda k: (-g[k], k)) or [""] for g in found]
    first = [r[0] for r in ranked]
    names = sorted(set(labels))
    each = f1_score(labels, first, labels=names, average=None, zero_division=0)
    right = np.array([a == b for a, b in zip(labels, first, strict=True)])
    sure = np.array([g.get(r[0], 0.0) for g, r in zip(found, ranked, strict=True)])
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).sum() for b in set(bins)]
    third = sum(label in r[:3] for label, r in zip(labels, ranked, strict=True))
    return {
        "macro_f1": round(float(each.mean()), 4),
        "top1": round(float(right.mean()), 4),
        "top3": round(third / len(labels), 4),
        "per_class": {n: round(float(f), 4) for n, f in zip(names, each, strict=True)},
        "calibration_error": round(float(sum(gaps)) / len(labels), 4),
        "messages": len(labels),
    }
