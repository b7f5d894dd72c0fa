"""“What do I need”: a few questions, and which items are needed, not needed, or hang on a further answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml

from qiying.capabilities.catalogue.rules.items import holds
from qiying.kernel.forms.checking import Compiled, compiled, names_in
from qiying.kernel.forms.sheet import Sheet, sheet

DATA = Path(__file__).parent.parent / "data"


class Conditional(Protocol):
    """What is needed under a condition."""

    needed_when: str


Item = TypeVar("Item", bound=Conditional)


@cache
def questions() -> Compiled:
    """Return the questions, read once."""
    return compiled(yaml.safe_load((DATA / "needs.yaml").read_text(encoding="utf-8")))


def answered(given: Mapping[str, Any]) -> Sheet:
    """Read answers; what is no option, or to a question not asked, is as if not said."""
    codes = {q.code: set(q.options) for q in questions().definition}
    return sheet(questions(), {c: v for c, v in given.items() if v in codes.get(c, ())})


@dataclass(frozen=True)
class Needs:
    """What is surely needed, and what hangs on which questions."""

    sure: Sequence[Any]
    open: Sequence[tuple[Any, tuple[str, ...]]]
    read: Sheet

    @property
    def materials(self) -> list[dict[str, Any]]:
        """Return every paper of what is surely needed, once, with how many items use it."""
        found: dict[str, dict[str, Any]] = {}
        for item in self.sure:
            for one in item.materials:
                kept = found.setdefault(one["name"], {**one, "times": 0})
                kept["times"] += 1
        return sorted(found.values(), key=lambda m: m["source"] == "government")


def needs(items: Iterable[Item], given: Mapping[str, Any]) -> Needs:
    """Sort items by their conditions over the answers; what is surely not needed is left out."""
    read = answered(given)
    titles = {q.code: q.title for q in questions().definition}
    sure, hangs = [], []
    for item in items:
        found = holds(item.needed_when, read.values) if item.needed_when else False
        if found:
            sure.append(item)
        elif found is None and read.values:
            asked = [n for n in names_in(item.needed_when) if n in read.asked and n not in read.values]
            if asked:
                hangs.append((item, tuple(titles[n] for n in asked)))
    return Needs(sure, hangs, read)
