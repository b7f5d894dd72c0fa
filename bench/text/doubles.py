"""How many doubles are found, and how many of those found are: pairs of one file of messages, judged by reading.

`QIYING_MESSAGES=FILE python -m bench.text.doubles`. The file is no part of the project; `judged_pairs.csv` names its
messages by number: `same` one matter at one place told by two people within a year, `unsure` left out of both counts,
and what an earlier reading had found (`was`) and why that changed. Every other pair is taken for two matters. A second
yardstick needs no judge: pairs that a department answered with one reply. The weights were learnt on the half named
"learnt", not on the other.
"""

from __future__ import annotations

import bisect
import csv
import gzip
import json
import os
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from qiying.capabilities.service_requests.rules import duplicates
from qiying.kernel.search.tokens import reduced

Pair = tuple[int, int]
YEAR, BLOCK = timedelta(days=366), 30
"""How far back doubles are sought, and how many messages in order of time stand in one half together."""
BODY, SAME, FORM, SHARED, RARE = 60, 0.6, 4, 3, 12
"""Of replies: characters of a long one, the share of runs alike, messages from which it is a form; of titles: characters
of a run that both have, and titles at most that have it."""
_NOT_BODY = re.compile(
    r"“[^”]{2,60}”|\d{4}年\d+月\d+日|^.{0,120}?(?:回复|答复|函复)如下|(?:再次)?感谢您.{0,80}$"
)


def messages(path: Path) -> list[dict[str, str]]:
    """Return the messages of a file in order of time."""
    csv.field_size_limit(2**24)
    with gzip.open(path, "rt", encoding="utf-8-sig") as source:
        rows = list(csv.DictReader(source))
    return sorted(rows, key=lambda r: (day_of(r), int(r["id"])))


def day_of(row: dict[str, str]) -> date:
    year, month, day = row["received_at"].split()[0].replace("-", "/").split("/")
    return date(int(year), int(month), int(day))


class Index:
    """The search index in memory: for a word the newest messages before one that hold it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.plain = [reduced(t) for t in texts]
        self.holding: dict[str, set[int]] = defaultdict(set)
        for i, plain in enumerate(self.plain):
            for k in range(len(plain) - 1):
                self.holding[plain[k : k + 2]].add(i)

    def matching_each(self, words: Sequence[str], after: int, before: int) -> dict[str, list[int]]:
        found = {}
        for word in words:
            plain = reduced(word)
            having = [self.holding.get(plain[k : k + 2], set()) for k in range(len(plain) - 1)] or [set()]
            ids = (i for i in set.intersection(*having) if after <= i < before and plain in self.plain[i])
            found[word] = sorted(ids, reverse=True)[: duplicates.MOST]
        return found


def halves(pairs: Iterable[Pair], parted: Iterable[Pair]) -> list[set[Pair]]:
    """Part pairs into two halves by time; messages of one matter stand in one half, that of the first of them."""
    first: dict[int, int] = {}

    def root(i: int) -> int:
        while (up := first.get(i, i)) != i:
            i = up
        return i

    for pair in parted:
        low, high = sorted(map(root, pair))
        first[high] = low
    found: list[set[Pair]] = [set(), set()]
    for pair in pairs:
        found[root(pair[0]) // BLOCK % 2].add(pair)
    return found


def answered_alike(rows: Sequence[dict[str, str]], days: Sequence[date]) -> set[Pair]:
    """Return pairs of two people within a year whose long replies are the same but for names, dates and greetings.

    A reply that more than `FORM` messages got is a form, and both titles must share a run of `SHARED` characters that
    few titles hold: so the department itself took them for one matter, and nobody of this project judged.
    """
    bodies = [reduced(_NOT_BODY.sub("", r["reply"])) for r in rows]
    runs = [frozenset(b[k : k + 6] for k in range(len(b) - 5)) for b in bodies]
    titles = [reduced(r["title"]) for r in rows]
    named = [frozenset(t[k : k + SHARED] for k in range(len(t) - SHARED + 1)) for t in titles]
    usual = Counter(run for n in named for run in n)
    near: dict[int, set[int]] = defaultdict(set)
    for i, run in enumerate(runs):
        for j in range(i):
            if len(bodies[i]) > BODY < len(bodies[j]) and len(run & runs[j]) > SAME * len(run | runs[j]):
                near[i].add(j)
                near[j].add(i)
    return {
        (j, i)
        for i, alike in near.items()
        for j in alike
        if j < i and len(alike) < FORM > len(near[j]) and days[i] - days[j] <= YEAR
        if rows[i]["user"] != rows[j]["user"] and any(usual[r] <= RARE for r in named[i] & named[j])
    }


def best_recall(found: Mapping[Pair, float], same: set[Pair], unsure: set[Pair], precision: float) -> float:
    """Return the most of the pairs that any threshold finds at this precision."""
    right, best = 0, 0
    told = sorted((p for p in found if p not in unsure), key=lambda p: -found[p])
    for n, pair in enumerate(told, start=1):
        right += pair in same
        best = right if right >= precision * n else best
    return round(best / len(same), 3)


def main() -> None:
    rows = messages(Path(os.environ["QIYING_MESSAGES"]))
    place, days = {r["id"]: i for i, r in enumerate(rows)}, [day_of(r) for r in rows]
    judged: dict[str, set[Pair]] = defaultdict(set)
    with (Path(__file__).parent / "judged_pairs.csv").open() as source:
        for row in csv.DictReader(source):
            judged[row["verdict"]].add((place[row["one"]], place[row["other"]]))
    index = Index([f"{r['title']}\n{r['text']}" for r in rows])
    said = [duplicates.Said(i, 0, r["title"], r["text"], days[i]) for i, r in enumerate(rows)]
    found: dict[Pair, float] = {}
    taken = 0.0
    for one in said:
        words = duplicates.telling_words(one.title, one.text)
        holding = index.matching_each(words, bisect.bisect_left(days, one.received_on - YEAR), one.case_id)
        start = time.process_time()
        others = [said[i] for i in duplicates.candidates(holding)]
        for like in duplicates.likenesses(one, others, duplicates.rarity(holding), least=0.05):
            if rows[one.case_id]["user"] != rows[like.case_id]["user"]:
                found[like.case_id, one.case_id] = like.score
        taken += time.process_time() - start
    report: dict[str, object] = {"ms_a_message": round(1000 * taken / len(said), 1)}
    same, unsure, alike = judged["same"], judged["unsure"], answered_alike(rows, days)
    parted = sorted(same | unsure | alike)
    samples = [
        (set(found), same, alike),
        *zip(*(halves(p, parted) for p in (found, same, alike)), strict=True),
    ]
    for name, (pairs, right, answered) in zip(("together", "learnt", "held_out"), samples, strict=True):
        told = {p for p in pairs if found[p] >= duplicates.LEAST}
        report[name] = {
            "pairs": len(right),
            "found": len(told - unsure),
            "recall": round(len(right & told) / len(right), 3),
            "precision": round(len(right & told) / len(told - unsure), 3),
            "recall_at": {
                p: best_recall({k: found[k] for k in pairs}, right, unsure, p) for p in (0.95, 0.9, 0.8)
            },
            "answered_alike": len(answered),
            "of_these_found": round(len(answered & told) / len(answered), 3),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
