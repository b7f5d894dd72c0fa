"""Audit rows as the page and the exported table show them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qiying.kernel.audit.acts import act_label, actor_label, is_row, rows_named, word_of
from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import filled
from qiying.ui.humanize import money_exact_words

HIDDEN = "（个人信息，已隐藏）"
IN_FEN = "（分）"
REMARKS = {"reason", "note", "memo", "words"}
"""What a history does not mention where nothing was said."""
HEAD = ("编号", "时间", "谁", "代谁", "操作", "操作编码", "对象", "内容", "摘要", "摘要算法")


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return what an act noted as (name, value); personal values stay hidden."""
    data = _noted(entry)
    return [_told(word_of(entry.action, key), value, entry.action) for key, value in data.items()]


def histories(entries: Sequence[AuditEntry]) -> list[list[tuple[str, str]]]:
    """Return what each act noted as a reader of a thing's history understands it: names for the numbers of rows."""
    noted = [_noted(entry) for entry in entries]
    wanted: dict[str, set[int]] = {}
    for data in noted:
        _collect(data, wanted)
    names = {key: rows_named(key, ids) for key, ids in wanted.items()}
    return [
        [
            _told(_of_row(word) if is_row(key, value) else word, found, entry.action)
            for key, value in data.items()
            if not (key in REMARKS and value == "") and (found := _readable(key, value, names)) is not None
            for word in [word_of(entry.action, key)]
        ]
        for entry, data in zip(entries, noted, strict=True)
    ]


def _told(word: str, value: Any, action: str) -> tuple[str, str]:
    """Return a name and a value; an amount is noted in fen and read in yuan."""
    if word.endswith(IN_FEN) and isinstance(value, int):
        return word.removesuffix(IN_FEN), money_exact_words(value)
    return word, _plain(value, action)


def _noted(entry: AuditEntry) -> dict[str, Any]:
    try:
        data = filled(json.loads(entry.data), {}, erased=HIDDEN)
    except ValueError:  # damaged by hand: the page must still open, verification names it
        data = entry.data
    return data if isinstance(data, dict) else {"内容": data}


def _collect(data: Any, wanted: dict[str, set[int]]) -> None:
    for key, value in data.items() if isinstance(data, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if is_row(key, one):
                wanted.setdefault(key, set()).add(one)
            _collect(one, wanted)


def _readable(key: str, value: Any, names: Mapping[str, Mapping[int, str]]) -> Any:
    """Return a value with names for numbers of rows, None for one that has no name; inside it nothing empty stays."""
    if is_row(key, value):
        return names[key].get(value)
    if isinstance(value, list):
        found = [r for one in value if (r := _readable(key, one, names)) is not None]
        return found if found or not value else None
    if isinstance(value, dict):
        inner = {k: r for k, v in value.items() if (r := _readable(k, v, names)) not in (None, "", [], {})}
        return inner if inner or not value else None
    return "" if value is None else value


def _of_row(word: str) -> str:
    return word.removesuffix("（人员编号）").removesuffix("编号") or word


def _plain(value: Any, action: str) -> str:
    if value is None or value in ("", [], {}):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_plain(item, action) for item in value)
    if isinstance(value, dict):
        return "，".join(f"{word_of(action, key)} {_plain(item, action)}" for key, item in value.items())
    return word_of(action, str(value))


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield a table that Excel opens: byte order mark, one line per act, no cell that Excel would compute."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEAD)
    yield "\ufeff" + buffer.getvalue()
    for entry in entries:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_safe(cell) for cell in _row(entry)])
        yield buffer.getvalue()


def _row(entry: AuditEntry) -> list[str]:
    return [
        str(entry.id),
        local_time(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        actor_label(entry.actor_name),
        entry.on_behalf,
        act_label(entry.action),
        entry.action,
        entry.subject,
        "；".join(f"{name}：{value}" for name, value in details(entry)),
        entry.hash,
        entry.algorithm,
    ]


def _safe(cell: str) -> str:
    # A cell that starts like a formula would be run by Excel (CSV injection).
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
