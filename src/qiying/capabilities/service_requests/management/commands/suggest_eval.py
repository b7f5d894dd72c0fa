"""`qiying suggest_eval`: how well the learnt classifier finds labels it has not seen, from labelled files."""

from __future__ import annotations

import csv
import gzip
import json
import re
from argparse import ArgumentParser
from collections import Counter
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
UNITS = {
    "教育": "教育局",
    "公安": "公安局|公安分局|派出所",
    "交警": "交警|交通警察",
    "交通": "交通运输局|交通局|运管|公交",
    "人社": "人社局|人力资源和社会保障局|社保局|医保局",
    "住建": "住建局|住建委|住房和城乡建设局|城乡建设局|建设局",
    "房产": "房产局|房产管理局|住房保障局|不动产",
    "环保": "环保局|环境保护局|生态环境局",
    "城管": "城管|城市管理|行政执法局",
    "规划": "规划局|规划分局|自然资源|国土",
    "民政": "民政局",
    "水务": "水利局|水务局|自来水",
    "卫健": "卫计|卫健|卫生局|卫生健康",
    "公积金": "公积金管理中心",
    "发改": "发改|物价局",
    "街道": "街道办|街道党工委",
    "乡镇": "镇人民政府|镇政府|乡人民政府|乡政府",
}
"""A department by the names a reply gives it, for `--units`: the one it names first is taken for the unit."""
LEAST_OF_UNIT = 20


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
        parser.add_argument(
            "--units",
            action="store_true",
            help="标签取自 reply 一列最先提到的部门，并在同样的几折里和线性 SVC 比",
        )
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rival: list[str] = []
        if options["train"] and options["test"]:
            train, test = (read(Path(options[n]), options["limit"]) for n in ("train", "test"))
            found, how = measure([r.label for r in test], guesses(train, test)), f"学 {len(train)} 条"
        elif options["file"]:
            folds = options["folds"]
            rows = read(Path(options["file"]), options["limit"], units=options["units"])
            if folds < 2:
                raise CommandError("至少分两折")
            if len(rows) < folds:
                raise CommandError("文件里的行数不够分")
            order = [r.label for k in range(folds) for r in rows[k::folds]]
            parts = [
                ([r for i, r in enumerate(rows) if i % folds != k], rows[k::folds]) for k in range(folds)
            ]
            found = measure(order, [g for learn, look in parts for g in guesses(learn, look)])
            how = f"{folds} 折"
            if options["units"]:
                rival = [g for learn, look in parts for g in plain_guesses(learn, look)]
                found["svc_top1"] = round(
                    sum(a == b for a, b in zip(order, rival, strict=True)) / len(order), 4
                )
        else:
            raise CommandError("给一份文件，或者用 --train 和 --test 各给一份")
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(
            f"{found['messages']} 条，{len(found['per_class'])} 类，{how}：第一名对 {found['top1']:.1%}，"
            f"前三名里有 {found['top3']:.1%}，宏平均 F1 {found['macro_f1']:.4f}，"
            f"把握差 {found['calibration_error']:.3f}"
            + (f"；线性 SVC 第一名对 {found['svc_top1']:.1%}" if rival else "")
        )


def open_text(path: Path) -> TextIO:
    """Open a csv, compressed or not."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig")


def read(path: Path, limit: int = 0, *, units: bool = False) -> list[Row]:
    """Return the labelled rows of a file; raise `CommandError` when it or its columns are missing."""
    if not path.is_file():
        raise CommandError(f"没有找到文件 {path}")
    csv.field_size_limit(2**24)
    with open_text(path) as source:
        reader = csv.DictReader(source)
        names = reader.fieldnames or []
        text = next((c for c in TEXTS if c in names), "")
        label = "reply" if units else next((c for c in LABELS if c in names), "")
        if not text or not label:
            raise CommandError("文件要有 text 或 words 一列，和 category 或 unit 一列")
        rows = []
        for row in reader:
            if row[text] and row[label]:
                words = row[text].split() if text == "words" else None
                said = "".join(words) if words else f"{row.get('title') or ''}\n{row[text]}"
                rows.append(Row(said, words, unit_of(row[label]) if units else row[label]))
            if limit and len(rows) >= limit:
                break
    met = Counter(r.label for r in rows)
    return [r for r in rows if r.label and met[r.label] >= LEAST_OF_UNIT] if units else rows


def unit_of(reply: str) -> str:
    """Return the department that a reply names first, or nothing.

    >>> unit_of("您的留言已收悉，经县教育局会同交警大队核实：")
    '教育'
    """
    at = {name: found.start() for name, words in UNITS.items() if (found := re.search(words, reply))}
    return min(at, key=lambda name: at[name], default="")


def plain_guesses(train: Sequence[Row], test: Sequence[Row]) -> list[str]:
    """Return what a linear SVC over characters guesses for each row to be tested."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    maker = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    known = LinearSVC().fit(maker.fit_transform([r.text for r in train]), [r.label for r in train])
    return [str(label) for label in known.predict(maker.transform([r.text for r in test]))]


def guesses(train: Sequence[Row], test: Sequence[Row]) -> list[dict[str, float]]:
    """Return the shares of the labels for each row to be tested, learnt as a district learns."""
    # scikit-learn is read when it is wanted
    from qiying.capabilities.service_requests.rules.text import training

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
