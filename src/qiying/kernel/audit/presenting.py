"""Audit rows as the page and the exported table show them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from qiying.kernel.audit.acts import act_label, actor_label, word_of
from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.personal import filled

HIDDEN = "（个人信息，已隐藏）"
HEAD = ("编号", "时间", "谁", "代谁", "操作", "操作编码", "对象", "内容", "摘要", "摘要算法")


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """Return what an act noted as (name, value); personal values stay hidden."""
    try:
        data = filled(json.loads(entry.data), {}, erased=HIDDEN)
    except ValueError:  # damaged by hand: the page must still open, verification names it
        data = entry.data
    if not isinstance(data, dict):
        return [("内容", _plain(data, entry.action))]
    return [(word_of(entry.action, key), _plain(value, entry.action)) for key, value in data.items()]


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
