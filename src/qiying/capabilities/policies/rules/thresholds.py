"""The numbers in a sheet's cells, each with its place, so that one can be moved and its effect seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiying.capabilities.policies.rules.table_edit import Sheet

_NUMBER = re.compile(r'"[^"]*"|(?<![\w.])\d+(?:\.\d+)?(?![\w.])')


@dataclass(frozen=True)
class Threshold:
    """A number in a cell: where (`path#n`, the n-th number of the text), what stands above it, the text around it."""

    place: str
    where: str
    text: str
    value: Decimal


def thresholds(sheet: Sheet) -> Iterator[Threshold]:
    """Return every number of the conditions, cells, amounts and caps."""
    for index, one in enumerate(sheet["requires"]):
        yield from _numbers(f"requires.{index}.when", f"条件 {index + 1}", one["when"])
    table = sheet["table"]
    for y, row in enumerate(table["rows"]):
        for x, cell in enumerate(row["when"]):
            where = f"第 {y + 1} 行 {table['inputs'][x]['label'] or table['inputs'][x]['expression']}"
            yield from _numbers(f"table.rows.{y}.when.{x}", where, cell)
        for x, text in enumerate(row["then"]):
            yield from _numbers(
                f"table.rows.{y}.then.{x}", f"第 {y + 1} 行 {table['outputs'][x]['name']}", text
            )
    for key, label in (("per_year", "每家每年最高"), ("total", "每家累计最高")):
        yield from _numbers(f"caps.{key}", label, sheet["caps"][key])


def _numbers(path: str, where: str, text: str) -> Iterator[Threshold]:
    found = [m for m in _NUMBER.finditer(text) if not m.group().startswith('"')]
    for index, one in enumerate(found):
        yield Threshold(f"{path}#{index}", where, text, Decimal(one.group()))


def moved(sheet: Sheet, place: str, value: str) -> Sheet:
    """Return the sheet with one number replaced; what is no number or no place changes nothing."""
    known = {one.place: one for one in thresholds(sheet)}
    if place not in known or not re.fullmatch(r"\d{1,15}(\.\d{1,6})?", value.strip()):
        return sheet
    path, _, number = place.partition("#")
    changed = deepcopy(sheet)
    target: Any = changed
    steps = [int(s) if s.isdigit() else s for s in path.split(".")]
    for step in steps[:-1]:
        target = target[step]
    seen = -1

    def replace(found: re.Match[str]) -> str:
        nonlocal seen
        if found.group().startswith('"'):
            return found.group()
        seen += 1
        return value.strip() if seen == int(number) else found.group()

    target[steps[-1]] = _NUMBER.sub(replace, target[steps[-1]])
    return changed
