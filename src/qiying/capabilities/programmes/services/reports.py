"""The month of a programme as a Word report, and its tree as a workbook that can be edited and read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from qiying.capabilities.programmes.models import Programme
from qiying.capabilities.programmes.selectors import Row, Tree
from qiying.capabilities.programmes.services.reading.workbooks import SPEC
from qiying.kernel.documents.letters import Letter, letter_docx
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

SHOWN = 30
_FEW_DAYS = timedelta(days=4)


def month_report(programme: Programme, tree: Tree, month: date) -> bytes:
    """Return the report of a month: what was written off in it, what is late and whom it holds up, what comes."""
    following = (month.replace(day=28) + _FEW_DAYS).replace(day=1)
    done = [r for r in tree.leaves if r.task and r.state == "done" and _in(r.task.closed_on, month)]
    coming = [r for r in tree.leaves if r.state == "doing" and r.due_on and _in(r.due_on, following)]
    stuck = [r for r in tree.leaves if r.problem and r.state == "doing"]
    paragraphs = [
        f"{programme.title}要做到：{programme.meaning}。截至{_day(tree.today)}的情况报告如下。",
        "一、总的情况",
        tree.sentence,
        f"全部任务的平均进度是 {_mean(tree.leaves)}%（{len(tree.leaves)} 件，核销的算 100%，没说过进展的算 0）。",
        f"二、{month.month}月核销 {len(done)} 件",
        *_listed(
            done, lambda r: f"{r.unit}，{_day(r.task.closed_on) if r.task and r.task.closed_on else ''}核销"
        ),
        f"三、晚了 {len(tree.late)} 件",
        *_listed(tree.late, _late_words),
        f"四、办不下去、有风险的 {len(stuck)} 件",
        *_listed(stuck, lambda r: f"{r.unit}：{r.problem}"),
        f"五、一个月没说过进展的 {len(tree.silent)} 件",
        *_listed(tree.silent, lambda r: r.unit),
        f"六、{following.month}月到期 {len(coming)} 件",
        *_listed(coming, lambda r: f"{r.unit}，{_day(r.due_on) if r.due_on else ''}，进度 {r.progress}%"),
    ]
    return letter_docx(
        Letter(
            issuer=programme.judge.name,
            number="",
            title=f"{programme.title}{month.year}年{month.month}月进展报告",
            addressee="各责任单位",
            paragraphs=tuple(paragraphs),
            signed_by=programme.judge.name,
            signed_on=tree.today,
        )
    )


def _in(on: date | None, month: date) -> bool:
    return on is not None and (on.year, on.month) == (month.year, month.month)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _mean(rows: Sequence[Row]) -> int:
    return round(sum(r.progress for r in rows) / len(rows)) if rows else 0


def _late_words(row: Row) -> str:
    held = f"，卡着 {'、'.join(one.node.code for one in row.holds[:8])}" if row.holds else ""
    return f"{row.unit}{f'（{row.person}）' if row.person else ''}，{row.words}{held}"


def _listed(rows: Sequence[Row], words: object) -> Iterable[str]:
    assert callable(words)
    for number, row in enumerate(rows[:SHOWN], 1):
        yield f"{number}. {row.node.title}（{row.node.code}）：{words(row)}。"
    if len(rows) > SHOWN:
        yield f"其余 {len(rows) - SHOWN} 件见系统。"
    if not rows:
        yield "没有。"


def plan_template() -> bytes:
    """Return an empty workbook with the columns that are read."""
    columns: list[Column[Row]] = [Column(f.title, width=f.width, note=f.note) for f in SPEC.fields]
    return workbook_bytes([Sheet("方案", columns, [])])


def tree_workbook(tree: Tree, units: dict[int, str]) -> bytes:
    """Return a tree with the columns that are read again, and where each task stands beside them."""
    heads = [f for f in SPEC.fields if f.key not in {"top", "middle"}]
    more = ["办件号", "到哪一步", "进度%"]
    columns: list[Column[Row]] = [
        *(Column(f.title, width=f.width) for f in heads),
        *(Column(one) for one in more),
    ]
    lines = [
        [
            r.node.code, r.node.title, r.node.text, r.node.result, r.unit, r.person,
            "、".join(units.get(pk, "") for pk in r.node.co_units), r.due_on, "、".join(r.node.waits),
            r.task.number if r.task else "", r.words, r.progress,
        ]
        for r in tree.rows
    ]  # fmt: skip
    return workbook_bytes([Sheet("方案", columns, lines)])
