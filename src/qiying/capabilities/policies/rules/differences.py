"""Two wordings of a policy side by side: what was added, removed and changed, each in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from qiying.capabilities.policies.rules.table_edit import LISTS, Sheet
from qiying.capabilities.policies.rules.table_words import Reading
from qiying.decision.words.values import money_text

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
HEADS = {
    "name": "名称", "document.number": "文号", "document.title": "文件标题", "document.link": "原文网址",
    "department": "主管部门", "delivery": "怎么兑现", "valid_from": "生效", "valid_to": "失效", "region": "适用地区",
    "summary": "一句话介绍", "note": "说明", "table.hit": "几档同时符合时", "table.aggregate": "合并的办法",
    "group.name": "就高不重复", "caps.per_year": "每家每年最高", "caps.total": "每家累计最高",
    "first_time_only": "只能享受一次", "score": "评分",
}  # fmt: skip
HITS = {"U": "每家只会符合一档", "A": "同时符合的几档给的一样", "P": "取最优的一档", "F": "取前面的一档",
        "R": "符合的各档都给", "C": "符合的各档合并"}  # fmt: skip
JOINS = {"": "", "sum": "相加", "max": "取最高", "min": "取最低", "count": "按档数"}
LIST_LABELS = {
    "requires": "条件",
    "excludes": "负面清单",
    "materials": "材料",
    "figures": "数字",
    "examples": "算例",
}


@dataclass(frozen=True)
class Difference:
    """One change: where, what stood there, what stands there now, and both as sentences when they are FEEL."""

    where: str
    kind: str
    before: str = ""
    after: str = ""
    before_says: str = ""
    after_says: str = ""

    @property
    def kind_label(self) -> str:
        return {ADDED: "新增", REMOVED: "去掉", CHANGED: "改了"}[self.kind]


def differences(before: Reading, after: Reading) -> list[Difference]:
    """Return every change from one reading to another, in the order of the page."""
    found = _heads(before.sheet, after.sheet)
    for name in ("requires", "excludes"):
        found += _listed(name, before, after)
    found += _table(before, after)
    for name in ("materials", "figures", "examples"):
        found += _listed(name, before, after)
    return found


def _heads(before: Sheet, after: Sheet) -> list[Difference]:
    found = []
    for path, label in HEADS.items():
        was, now = _at(before, path), _at(after, path)
        if was != now:
            say = _head_words(path)
            found.append(_changed(label, say(was), say(now)))
    return found


def _head_words(path: str) -> Callable[[str], str]:
    if path.startswith("caps."):
        return _money
    if path == "first_time_only":
        return lambda value: "是" if value else "否"
    tables = {"table.hit": HITS, "table.aggregate": JOINS}
    return lambda value: tables.get(path, {}).get(value, value)


def _money(text: str) -> str:
    try:
        return money_text(Decimal(text)) if text else ""
    except ArithmeticError:
        return text


def _changed(where: str, was: str, now: str, was_says: str = "", now_says: str = "") -> Difference:
    kind = CHANGED if was and now else ADDED if now else REMOVED
    return Difference(where, kind, was, now, was_says, now_says)


def _at(sheet: Sheet, path: str) -> str:
    found: Any = sheet
    for step in path.split("."):
        found = found[step]
    return str(found).strip()


def _listed(name: str, before: Reading, after: Reading) -> list[Difference]:
    """Entries of a list; of those that differ in place the first key is compared, the rest goes along."""
    label = LIST_LABELS[name]
    was, now = _entries(before.sheet, name), _entries(after.sheet, name)
    found = []
    for kind, a, b in _aligned([e for _, e in was], [e for _, e in now]):
        where = f"{label} {(b if b is not None else a or 0) + 1}"
        old = was[a] if a is not None else None
        new = now[b] if b is not None else None
        if kind == "same" and old is not None and new is not None:
            continue
        found.append(
            _changed(
                where,
                " · ".join(p for p in old[1] if p) if old else "",
                " · ".join(p for p in new[1] if p) if new else "",
                _clause_says(name, before, old),
                _clause_says(name, after, new),
            )
        )
    return found


def _entries(sheet: Sheet, name: str) -> list[tuple[int, tuple[str, ...]]]:
    keys = LISTS[name]
    listed = [(i, tuple(one[key].strip() for key in keys)) for i, one in enumerate(sheet[name])]
    return [(i, values) for i, values in listed if values[0]]


def _clause_says(name: str, reading: Reading, entry: tuple[int, tuple[str, ...]] | None) -> str:
    if entry is None or name not in ("requires", "excludes"):
        return ""
    said = reading.said.get(f"{name}.{entry[0]}.when")
    return said.text if said is not None else ""


def _table(before: Reading, after: Reading) -> list[Difference]:
    was, now = before.sheet["table"], after.sheet["table"]
    columns_was = [c["expression"].strip() for c in was["inputs"]]
    columns_now = [c["expression"].strip() for c in now["inputs"]]
    found = [Difference("条件列", REMOVED, c) for c in columns_was if c not in columns_now]
    found += [Difference("条件列", ADDED, "", c) for c in columns_now if c not in columns_was]
    old, new = [_cells(was, r) for r in was["rows"]], [_cells(now, r) for r in now["rows"]]
    for kind, a, b in _aligned([tuple(r.items()) for r in old], [tuple(r.items()) for r in new]):
        if kind == "same":
            continue
        if a is not None and b is not None:
            found += _row(before, after, a, b, old[a], new[b])
        elif b is not None:
            found.append(Difference(f"第 {b + 1} 行", ADDED, "", _line(new[b]), "", _row_says(after, b)))
        elif a is not None:
            found.append(Difference(f"原第 {a + 1} 行", REMOVED, _line(old[a]), "", _row_says(before, a), ""))
    return found


def _row(
    before: Reading, after: Reading, a: int, b: int, old: dict[str, str], new: dict[str, str]
) -> list[Difference]:
    """The cells of one row, by column; a column that is gone or new was told already."""
    found = []
    for column in new:
        if column in old and old[column] != new[column]:
            was = _said_under(before, a, column)
            now = _said_under(after, b, column)
            found.append(_changed(f"第 {b + 1} 行 {column}", old[column], new[column], was, now))
    return found


LABELS = {"source": "出处", "name": "档名", "stage": "阶段"}


def _cells(table: Any, row: Any) -> dict[str, str]:
    """A row's cells by what stands above them."""
    found = {c["expression"].strip(): row["when"][i].strip() or "-" for i, c in enumerate(table["inputs"])}
    found |= {o["name"].strip(): row["then"][i].strip() for i, o in enumerate(table["outputs"])}
    return found | {label: row[key].strip() for key, label in LABELS.items()}


def _said_under(reading: Reading, row: int, column: str) -> str:
    table = reading.sheet["table"]
    for kind, key, listed in (("when", "expression", table["inputs"]), ("then", "name", table["outputs"])):
        for index, one in enumerate(listed):
            if one[key].strip() == column:
                return reading.said[f"table.rows.{row}.{kind}.{index}"].text
    return ""


def _row_says(reading: Reading, index: int) -> str:
    return reading.rows[index] if index < len(reading.rows) else ""


def _line(cells: dict[str, str]) -> str:
    return "，".join(f"{name} {value}" for name, value in cells.items() if value and value != "-")


def _aligned(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str, int | None, int | None]]:
    """Pair what is the same and, within a stretch that changed, what stands at the same place."""
    found: list[tuple[str, int | None, int | None]] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pairs = max(a1 - a0, b1 - b0)
        for step in range(pairs):
            a = a0 + step if a0 + step < a1 else None
            b = b0 + step if b0 + step < b1 else None
            found.append(("same" if tag == "equal" else "other", a, b))
    return found
