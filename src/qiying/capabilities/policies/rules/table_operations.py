"""What is done to a table beside typing: rows, columns and entries added, moved and removed; one number moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiying.capabilities.policies.rules.table_edit import LISTS, MAX_COLUMNS, MAX_LIST, Sheet, completed


def operated(sheet: Sheet, operation: str, word: str = "") -> Sheet:
    """Return the sheet after a button of the table; an operation that does not fit changes nothing.

    Operations: `row_add`, `row_copy:1`, `row_del:1`, `row_up:1`, `row_down:1`, the same with `col_` (`word` is the new
    column's expression) and `requires_add`, `requires_del:0` with every list.
    """
    changed = deepcopy(sheet)
    name, _, number = operation.partition(":")
    index = int(number) if number.isdigit() else -1
    what, _, act = name.rpartition("_")
    if what == "row":
        _row_operation(changed["table"], act, index)
    elif what == "col":
        _column_operation(changed["table"], act, index, word)
    elif what == "out":
        _output_operation(changed["table"], act, index)
    elif what in LISTS:
        _list_operation(changed[what], act, index, dict.fromkeys(LISTS[what], ""), word)
    return completed(changed)


def _row_operation(table: dict[str, Any], act: str, index: int) -> None:
    rows = table["rows"]
    if act == "add" and len(rows) < MAX_LIST:
        rows.append({})
    elif act == "copy" and 0 <= index < len(rows) < MAX_LIST:
        rows.insert(index + 1, deepcopy(rows[index]))
    elif act == "del" and len(rows) > 1 and 0 <= index < len(rows):
        rows.pop(index)
    else:
        _moved(rows, act, index)


def _column_operation(table: dict[str, Any], act: str, index: int, word: str) -> None:
    inputs = table["inputs"]
    if act == "add" and len(inputs) < MAX_COLUMNS:
        inputs.append({"expression": word, "label": ""})
        for row in table["rows"]:
            row["when"].append("-")
    elif act == "del" and 0 <= index < len(inputs):
        inputs.pop(index)
        for row in table["rows"]:
            row["when"].pop(index)
    else:
        for listed in (inputs, *(row["when"] for row in table["rows"])):
            _moved(listed, {"left": "up", "right": "down"}.get(act, act), index)


def _output_operation(table: dict[str, Any], act: str, index: int) -> None:
    if act == "add" and len(table["outputs"]) < MAX_COLUMNS:
        table["outputs"].append({"name": "说明", "type": "text", "values": ""})
        for row in table["rows"]:
            row["then"].append('""')
    elif act == "del" and len(table["outputs"]) > 1 and 0 <= index < len(table["outputs"]):
        table["outputs"].pop(index)
        for row in table["rows"]:
            row["then"].pop(index)


def _list_operation(entries: list[Any], act: str, index: int, empty: dict[str, str], word: str) -> None:
    if act == "add" and len(entries) < MAX_LIST:
        entries.append(empty | ({"when": word} if "when" in empty else {}))
    elif act == "del" and 0 <= index < len(entries):
        entries.pop(index)
    else:
        _moved(entries, act, index)


def _moved(entries: list[Any], act: str, index: int) -> None:
    other = index + {"up": -1, "down": 1}.get(act, 0)
    if other != index and 0 <= index < len(entries) and 0 <= other < len(entries):
        entries[index], entries[other] = entries[other], entries[index]


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
