"""The board as a workbook: every sheet says its cut-off, every rate stands beside its denominator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.cockpit.reading import Numbers
from qiying.cockpit.sums import PROCEDURE
from qiying.kernel.audit.clock import local_time
from qiying.kernel.figures.definitions import measures_of, rates_of
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes
from qiying.statutes.service_rating import Rate
from qiying.ui import charts


def board_workbook(n: Numbers, context: dict[str, Any], now: datetime) -> bytes:
    """Return the month's figures, rates, the year, channels, categories, units and definitions."""
    caption = f"{context['month_words']}，数据截至 {local_time(now):%Y-%m-%d %H:%M}"
    sheets = [_measures(n, context, caption), _rates(n, context, caption)]
    for name, key in (
        ("一年", "line"),
        ("渠道", "channels"),
        ("类别", "categories"),
        ("单位", "units"),
        ("天数", "days"),
    ):
        if context[key]:
            sheets.append(_chart(name, context[key], caption))
    return workbook_bytes([*sheets, _definitions(caption)])


def _measures(n: Numbers, context: dict[str, Any], caption: str) -> Sheet:
    w = n.wanted
    columns = [Column("指标"), Column("单位"), Column(context["month_words"], "number")]
    if w.compared:
        columns.append(Column(context["compared_words"], "number"))
    rows = []
    for m in measures_of(PROCEDURE):
        now = n.main.count(m.code, month=w.month)
        before = [n.main.count(m.code, month=w.compared)] if w.compared else []
        if now or any(before):
            rows.append([m.label, m.unit, now, *before])
    return Sheet("件数", columns, rows, caption)


def _rates(n: Numbers, context: dict[str, Any], caption: str) -> Sheet:
    w = n.wanted
    columns = [Column("比率"), Column("分子", "number"), Column("分母", "number"), Column("占比", "percent")]
    columns += [Column("没算进去的", "long")]
    rows = []
    for r in rates_of(PROCEDURE):
        rate: Rate = n.main.rate_of(r, month=w.month)
        value = None if rate.value is None else float(rate.value)
        rows.append([r.label, rate.numerator, rate.denominator, value, r.left_out])
    return Sheet("比率", columns, rows, caption)


def _chart(name: str, chart: charts.Chart, caption: str) -> Sheet:
    columns = [Column(title or chart["title"]) for title in chart["head"]]
    return Sheet(name, columns, [row["cells"] for row in chart["rows"]], caption)


def _definitions(caption: str) -> Sheet:
    columns = [Column("名称"), Column("怎么算", "long")]
    rows = [[m.label, m.sentence] for m in measures_of(PROCEDURE)]
    rows += [[r.label, r.sentence] for r in rates_of(PROCEDURE)]
    return Sheet("口径", columns, rows, caption)
