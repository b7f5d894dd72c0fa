"""Shelves without a database: the sample policies, many variants of them, and small random ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import cycle
from pathlib import Path

from qiying.capabilities.policies.models import Theme
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy

ON = date(2026, 11, 18)
POLICIES = Path(__file__).parents[5] / "policies"


def shelf_of(wordings: Sequence[Policy], on: date = ON) -> Shelf:
    """Return a shelf of these policies."""
    themes = cycle(Theme.values)
    published = tuple(
        Published(n, n, 1, "", w.id, w.name, next(themes), "running", "money", 1, "区科技局", True, w)
        for n, w in enumerate(wordings, 1)
    )
    made = Shelf(1, 1, on, published)
    assert len(made.book.compiled) == len(wordings)  # what cannot be compiled says so here
    return made


def texts(count: int) -> list[str]:
    """Return policy files: the national ones and the patterns, then variants with other figures under other ids."""
    files = sorted([*POLICIES.glob("national/*.yaml"), *POLICIES.glob("patterns/*.yaml")])
    originals = [f.read_text(encoding="utf-8") for f in files if f.name != "indicators.yaml"]
    found = list(originals[:count])
    turn = 2
    while len(found) < count:
        for text in originals:
            head, _, rest = text.partition("id: ")
            name, _, body = rest.partition("\n")
            body = body.replace("name: ", f"name: 第{turn}版", 1)
            body = body.replace("0000000", f"{turn}000000").replace(
                "examples:", "examples: []\nnote: ''\nold:"
            )
            cut = body.partition("examples: []")[0]
            found.append(f"{head}id: {name.strip()}-{turn}\n{cut}")
        turn += 1
    return found[:count]


def readable(count: int) -> list[Policy]:
    """Return the policies of `texts` that can be read and compiled."""
    return [read_policy(t) for t in texts(count)]
