"""The buttons of the table: rows, columns and entries added, copied, moved and removed."""

from __future__ import annotations

from copy import deepcopy
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
