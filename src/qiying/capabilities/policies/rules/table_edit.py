"""A policy as officers edit it in the browser: a sheet of plain texts that may be unfinished, and what is done to it.

A sheet has every key of a policy file, blank or not. Places in it are paths with dots: `table.rows.0.when.1`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

import yaml

from qiying.decision.feel.errors import FeelError
from qiying.decision.indicators import Registry
from qiying.decision.indicators.located import read_yaml
from qiying.decision.logic.amounts import read_amount
from qiying.decision.logic.from_feel import read_cell, read_condition
from qiying.decision.logic.scope import Scope
from qiying.decision.logic.terms import LogicError
from qiying.decision.policy.check import THOUSANDS
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy
from qiying.decision.policy.plain import plain_policy
from qiying.decision.words.typed import amount_feel, cell_feel, condition_feel

Sheet = dict[str, Any]
MAX_LIST = 60
ANY_DAY = date(2026, 1, 1)
MAX_COLUMNS = 12
TEXTS = ("id", "name", "department", "delivery", "valid_from", "valid_to", "region", "summary", "note",
         "first_time_only", "sample", "score")  # fmt: skip
PARTS = {
    "document": ("number", "title", "link"),
    "group": ("name", "source"),
    "caps": ("per_year", "total", "source"),
}
LISTS = {
    "requires": ("when", "source", "says"),
    "excludes": ("when", "source", "says"),
    "materials": ("name", "note"),
    "figures": ("value", "what", "source", "confidence"),
    "examples": ("facts", "outcome", "amount_yuan", "row", "points", "as_of", "note"),
}
KEY_OF = {
    "requires": "when",
    "excludes": "when",
    "materials": "name",
    "figures": "value",
    "examples": "facts",
}
"""What an entry of a list needs; an entry without it is not written into the file."""
COLUMN, OUTPUT = ("expression", "label"), ("name", "type", "values")
ROW = ("source", "name", "stage")
_PATH = re.compile(r"[a-z_]+(\.([a-z_]+|\d{1,2}))*")


def blank_sheet(code: str = "", name: str = "", number: str = "", department: str = "") -> Sheet:
    """Return a sheet with one empty tier, ready to be typed into."""
    sheet = completed({})
    sheet |= {"id": code, "name": name, "department": department, "delivery": "申报"}
    sheet["document"]["number"] = number
    return sheet


def completed(found: Mapping[str, Any]) -> Sheet:
    """Return a sheet with every key, rows as wide as the table, lists no longer than allowed."""
    sheet: Sheet = {key: _text(found.get(key)) for key in TEXTS}
    for part, keys in PARTS.items():
        sheet[part] = _entry(found.get(part), keys)
    for name, keys in LISTS.items():
        sheet[name] = [_entry(one, keys) for one in _items(found.get(name))[:MAX_LIST]]
    given = found.get("table")
    table: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    inputs = [_column(one) for one in _items(table.get("inputs"))[:MAX_COLUMNS]]
    outputs = [_output(one) for one in _items(table.get("outputs"))[:MAX_COLUMNS]] or [_output("金额")]
    rows = [_row(one, len(inputs), len(outputs)) for one in _items(table.get("rows"))[:MAX_LIST]]
    sheet["table"] = {
        "hit": _text(table.get("hit")) or "F",
        "aggregate": _text(table.get("aggregate")),
        "inputs": inputs,
        "outputs": outputs,
        "rows": rows or [_row({}, len(inputs), len(outputs))],
    }
    return sheet


def sheet_of(policy: Policy) -> Sheet:
    """Return a policy as a sheet; what the page does not edit (a score) is carried along."""
    plain = plain_policy(policy)
    plain["score"] = json.dumps(plain["score"], ensure_ascii=False) if plain.get("score") else ""
    for one in plain.get("examples", []):
        one["facts"] = "\n".join(f"{name}={value}" for name, value in one["facts"].items())
    return completed(plain)


def sheet_of_post(posted: Iterable[tuple[str, str]]) -> Sheet:
    """Return the sheet of a form whose fields are named `p:` and the path; everything else is ignored."""
    tree: dict[Any, Any] = {}
    for name, value in posted:
        path = name.removeprefix("p:")
        if path == name or not _PATH.fullmatch(path):
            continue
        steps: list[Any] = [int(s) if s.isdigit() else s for s in path.split(".")]
        target = tree
        for step in steps[:-1]:
            under = target.setdefault(step, {})
            if not isinstance(under, dict):
                break
            target = under
        else:
            target[steps[-1]] = value.replace("\r\n", "\n").replace("\x00", "")
    return completed(tree)


def feel_sheet(sheet: Sheet, registry: Registry) -> Sheet:
    """Return the sheet with what was typed in words as FEEL, where FEEL cannot read it but it is clear."""

    def as_feel(text: str, is_readable: Callable[[str], object], meant: str | None) -> str:
        for tried in (meant, text) if THOUSANDS.search(text) else (text, meant):
            if tried and tried.strip():
                try:
                    is_readable(tried)
                except (FeelError, LogicError, ArithmeticError, RecursionError):
                    continue
                return tried
        return text

    scope = Scope(registry, ANY_DAY)
    table, columns = sheet["table"], [one["expression"].strip() for one in sheet["table"]["inputs"]]
    for part in ("requires", "excludes"):
        for one in sheet[part]:
            meant = condition_feel(one["when"], registry)
            one["when"] = as_feel(one["when"], partial(read_condition, scope=scope), meant)
    for row in table["rows"]:
        for x, column in enumerate(columns):
            meant = cell_feel(row["when"][x], column, registry)
            row["when"][x] = as_feel(row["when"][x], partial(read_cell, column, scope=scope), meant)
        for x, output in enumerate(table["outputs"]):
            if output["type"] != "text":
                meant = amount_feel(row["then"][x], registry)
                row["then"][x] = as_feel(row["then"][x], partial(read_amount, scope=scope), meant)
    return sheet


def plain_of(sheet: Sheet) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return the sheet in the shape of a policy file, and per list which entries were kept."""
    plain: dict[str, Any] = {
        key: sheet[key].strip() for key in TEXTS if key != "score" and sheet[key].strip()
    }
    kept: dict[str, list[int]] = {}
    for part in PARTS:
        entry = _filled(sheet[part])
        if entry:
            plain[part] = entry
    for name, key in KEY_OF.items():
        kept[name] = [i for i, one in enumerate(sheet[name]) if one[key].strip() or one.get("outcome")]
        if kept[name]:
            plain[name] = [_written(name, sheet[name][i]) for i in kept[name]]
    if sheet["score"].strip():
        plain["score"] = _score(sheet["score"])
    plain["table"] = _plain_table(sheet["table"])
    return {key: plain[key] for key in _ORDER if key in plain}, kept


_ORDER = ("id", "name", "document", "department", "delivery", "valid_from", "valid_to", "region", "summary",
          "requires", "excludes", "score", "table", "group", "caps", "first_time_only", "materials", "figures",
          "examples", "sample", "note")  # fmt: skip


def yaml_of(plain: Mapping[str, Any]) -> str:
    """Return the text of a policy file."""
    text: str = yaml.safe_dump(dict(plain), allow_unicode=True, sort_keys=False, width=110)
    return text


def sheet_of_yaml(text: str) -> Sheet:
    """Return the sheet of a policy file; raise `FileError` with line and column."""
    return sheet_of(read_policy(text, "政策.yaml"))


def path_at(text: str, line: int, column: int) -> str:
    """Return the path of what stands at a line and column (from 1) of a policy file, empty when nothing does.

    >>> path_at("name: 甲\\ncaps: {per_year: 5}\\n", 2, 18)
    'caps.per_year'
    """
    found = ""
    place = (line - 1, column - 1)

    def look(node: yaml.Node, path: str) -> None:
        nonlocal found
        start, end = node.start_mark, node.end_mark
        if not (start.line, start.column) <= place <= (end.line, end.column):
            return
        if path:
            found = path
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                look(value, f"{path}.{key.value}".strip("."))
        elif isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                look(child, f"{path}.{index}".strip("."))

    look(read_yaml(text, "政策.yaml").node, "")
    return found


def in_sheet(path: str, kept: Mapping[str, list[int]]) -> str:
    """Return a path of the file as a path of the sheet, where blank entries still stand."""
    head, _, rest = path.partition(".")
    number, _, tail = rest.partition(".")
    if head in kept and number.isdigit() and int(number) < len(kept[head]):
        return ".".join(part for part in (head, str(kept[head][int(number)]), tail) if part)
    parts = path.split(".")
    if parts[:2] == ["table", "inputs"] and len(parts) == 3:
        return f"{path}.expression"
    return path


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):  # a form's list: numbers are keys
        return [value[key] for key in sorted(k for k in value if isinstance(k, int))]
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _entry(value: Any, keys: tuple[str, ...]) -> dict[str, str]:
    if isinstance(value, str):
        return {key: value if key == keys[0] else "" for key in keys}
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    return {key: _text(given.get(key)) for key in keys}


def _column(value: Any) -> dict[str, str]:
    return _entry(value, COLUMN)


def _output(value: Any) -> dict[str, str]:
    values = value.get("values") if isinstance(value, Mapping) else ""
    listed = "、".join(values) if isinstance(values, list) else _text(values)
    return {**_entry(value, OUTPUT), "values": listed}


def _row(value: Any, width: int, outputs: int) -> dict[str, Any]:
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    when = [_text(one) for one in _items(given.get("when"))][:width]
    then = [_text(one) for one in _items(given.get("then"))][:outputs]
    if isinstance(given.get("then"), str):
        then = [given["then"]]
    found: dict[str, Any] = {key: _text(given.get(key)) for key in ROW}
    found["when"] = when + ["-"] * (width - len(when))
    found["then"] = then + [""] * (outputs - len(then))
    return found


def _score(text: str) -> Any:
    """A score as it was carried by the form; what is no JSON is told as a mistake of the file."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _filled(entry: Mapping[str, str]) -> dict[str, Any]:
    return {key: value.strip() for key, value in entry.items() if value.strip()}


def _written(name: str, entry: Mapping[str, str]) -> Any:
    filled = _filled(entry)
    if name == "examples":
        filled["facts"] = facts_of(entry["facts"])
        filled.setdefault("outcome", "eligible")
    elif name == "figures":
        filled = {"what": "", "source": "", "confidence": "H"} | filled
    elif name == "materials" and len(filled) == 1:
        return filled["name"]
    return filled


def facts_of(text: str) -> dict[str, str]:
    """Return the facts of an example, one `指标=值` a line; the sign may be a colon too.

    >>> facts_of("营业收入=100\\n企业规模：小型")
    {'营业收入': '100', '企业规模': '小型'}
    """
    found = {}
    for line in re.split(r"[\n；;]", text):
        name, sign, value = re.sub("[＝:：]", "=", line, count=1).partition("=")
        if name.strip():
            found[name.strip()] = value.strip() if sign else ""
    return found


def _plain_table(table: Mapping[str, Any]) -> dict[str, Any]:
    columns = [_filled(one) or {"expression": ""} for one in table["inputs"]]
    found: dict[str, Any] = {"hit": table["hit"]}
    if table["aggregate"] and table["hit"] == "C":
        found["aggregate"] = table["aggregate"]
    found["inputs"] = [one["expression"] if len(one) == 1 and "expression" in one else {"expression": "", **one}
                       for one in columns]  # fmt: skip
    found["outputs"] = [
        {**_filled({k: v for k, v in one.items() if k != "values"}), **_values(one["values"])}
        for one in table["outputs"]
    ]
    found["rows"] = [_plain_row(row) for row in table["rows"]]
    return {key: value for key, value in found.items() if value}


def _values(text: str) -> dict[str, list[str]]:
    listed = [one.strip() for one in re.split("[、,，]", text) if one.strip()]
    return {"values": listed} if listed else {}


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = _filled({key: row[key] for key in ROW})
    if row["when"]:
        entry["when"] = [one.strip() or "-" for one in row["when"]]
    entry["then"] = [one.strip() for one in row["then"]]
    return entry
