"""A page of numbers as a workbook: every sheet says its cut-off, every rate stands beside its denominator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.cockpit.reading import Numbers
from qiying.kernel.audit.clock import local_time
from qiying.kernel.figures.boards import Panel
from qiying.kernel.figures.definitions import measures_of, rates_of
from qiying.kernel.tables.workbooks import Column, Kind, Sheet, workbook_bytes

FEN = 100
KINDS: dict[str, Kind] = {
    "text": "text", "number": "number", "mean": "number", "money": "money", "percent": "percent",
}  # fmt: skip


def board_workbook(n: Numbers, context: dict[str, Any], now: datetime) -> bytes:
    """Return the period's figures, rates, a sheet for each part of the page, and the definitions."""
    narrowed = "".join(f"，{p['text']}" for p in context.get("parts", ()))
    caption = f"{context['period_words']}{narrowed}，数据截至 {local_time(now):%Y-%m-%d %H:%M}"
    parts = [_sheet(p, caption) for p in context["panels"] if p.in_book]
    return workbook_bytes(
        [_measures(n, context, caption), _rates(n, caption), *parts, _definitions(n, caption)]
    )


def _measures(n: Numbers, context: dict[str, Any], caption: str) -> Sheet:
    columns: list[Column[Any]] = [
        Column("指标"),
        Column("单位"),
        Column(context["period_words"], kind="number"),
    ]
    columns += [Column(context["compared_words"], kind="number")] if n.before else []
    rows = []
    for m in measures_of(n.board.procedure):
        is_money = m.unit == "分"
        counts = [n.main.count(m.code, month=months) for months in (n.now, n.before) if months]
        if any(counts):
            rows.append(
                [m.label, "元" if is_money else m.unit, *(c / FEN if is_money else c for c in counts)]
            )
    return Sheet("件数", columns, rows, caption)


def _rates(n: Numbers, caption: str) -> Sheet:
    columns: list[Column[Any]] = [
        Column("比率"),
        Column("分子", kind="number"),
        Column("分母", kind="number"),
        Column("占比", kind="percent"),
    ]
    columns += [Column("没算进去的", kind="long")]
    rows = []
    for r in rates_of(n.board.procedure):
        rate = n.main.rate_of(r, month=n.now)
        value = None if rate.value is None else float(rate.value)
        rows.append([r.label, rate.numerator, rate.denominator, value, r.left_out])
    return Sheet("比率", columns, rows, caption)


def _sheet(panel: Panel, caption: str) -> Sheet:
    """Return a panel as a sheet: a table's plain values with money in yuan, a chart's table view, or shares."""
    if panel.table is not None:
        kinds = [c.kind for c in panel.table.columns]
        rows = [
            [v / FEN if k == "money" and v is not None else v for k, v in zip(kinds, row, strict=True)]
            for row in panel.table.rows
        ]
        columns: list[Column[Any]] = [
            Column(f"{c.title}（元）" if c.kind == "money" else c.title, kind=KINDS[c.kind])
            for c in panel.table.columns
        ]
        return Sheet(panel.title, columns, rows, caption)
    if panel.chart is not None:
        columns = [Column(title or panel.title) for title in panel.chart["head"]]
        return Sheet(panel.title, columns, [row["cells"] for row in panel.chart["rows"]], caption)
    rows = [[r["label"], r["n"], r["share"]] for r in panel.shares]
    return Sheet(
        panel.title, [Column(panel.title), Column("件", kind="number"), Column("占比")], rows, caption
    )


def _definitions(n: Numbers, caption: str) -> Sheet:
    columns: list[Column[Any]] = [
        Column("名称"),
        *(Column(h, kind="long") for h in ("怎么算", "分母", "时间")),
    ]
    rows = [[m.label, m.sentence, "", "事情发生的那个月"] for m in measures_of(n.board.procedure)]
    rows += [[r.label, r.sentence, r.left_out, "事情发生的那个月"] for r in rates_of(n.board.procedure)]
    rows += [[d.label, d.sentence, d.of, d.cutoff] for d in n.board.definitions]
    return Sheet("口径", columns, rows, caption)
