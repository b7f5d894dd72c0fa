"""How many doubles are found, and how many of those found are: pairs of one file of messages, judged by reading.

`QIYING_MESSAGES=FILE python -m bench.text.doubles`. The file is no part of the project; `judged_pairs.csv` names its
messages by number: `same` one matter at one place told by two people within a year, `unsure` left out of both counts.
Every other pair is taken for two matters. The weights were learnt on the half named "learnt", not on the other.
"""

from __future__ import annotations

import bisect
import csv
import gzip
import json
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from qiying.capabilities.service_requests.rules import duplicates
from qiying.kernel.search.tokens import reduced

Pair = tuple[int, int]
YEAR, BLOCK = timedelta(days=366), 30
"""How far back doubles are sought, and how many messages in order of time stand in one half together."""


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
        for like in duplicates.likenesses(one, others, duplicates.rarity(holding)):
            if rows[one.case_id]["user"] != rows[like.case_id]["user"]:
                found[like.case_id, one.case_id] = like.score
        taken += time.process_time() - start
    report: dict[str, object] = {"ms_a_message": round(1000 * taken / len(said), 1)}
    for half, name in enumerate(("learnt", "held_out")):
        same, told = (
            {p for p in pairs if p[0] // BLOCK % 2 == half} for pairs in (judged["same"], set(found))
        )
        told -= judged["unsure"]
        right = len(same & told)
        report[name] = {
            "pairs": len(same),
            "found": len(told),
            "recall": round(right / len(same), 3),
            "precision": round(right / len(told), 3),
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
