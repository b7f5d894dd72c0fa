"""The numbers as a workbook: a sheet for each table, money in yuan as numbers, every sheet with its cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from qiying.capabilities.policies.declared_measures import REFUSALS
from qiying.capabilities.policies.rules.figures import DEFINITIONS, mean, median, share
from qiying.capabilities.policies.selectors.numbers import Figures, Row
from qiying.kernel.audit.clock import local_time
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

YUAN = 100


def numbers_workbook(f: Figures, now: datetime, narrowed: str) -> bytes:
    """Return every table of the page."""
    caption = f"{f.wanted.year} 年{narrowed}，数据截至 {local_time(now):%Y-%m-%d %H:%M}"
    sheets = [
        _summary(f, caption),
        _groups("政策", "政策", f.policies, caption, f),
        _groups("部门", "主办部门", f.departments, caption),
        _groups("镇街", "镇街", f.towns, caption),
        _groups("规模", "企业规模", f.sizes, caption),
        _months(f, caption),
        _days(f, caption),
        _reasons(f, caption),
        _reach(f, caption),
        _budgets(f, caption),
        _definitions(caption),
    ]
    return workbook_bytes(sheets)


def _summary(f: Figures, caption: str) -> Sheet:
    n = f.total.n
    rows: list[list[Any]] = [
        ["兑现净额（元）", f.total.net_fen / YUAN, "到账件数", n["paid"]],
        ["到账金额（元）", n["gross_fen"] / YUAN, "", ""],
        ["退汇金额（元）", n["bounced_fen"] / YUAN, "", ""],
        ["追回金额（元）", n["clawed_fen"] / YUAN, "", ""],
        ["拿到钱的企业（家）", n["enterprises"], "申请过的企业", n["applicants"]],
        ["平均工作日", mean(f.days), "到账和兑现的件", sum(f.days.values())],
        ["工作日中位数", median(f.days), "到账和兑现的件", sum(f.days.values())],
        ["免申即享（件）", n["automatic"], "到账件数", n["paid"]],
        ["即申即享（件）", n["instant"], "到账件数", n["paid"]],
        ["申请（件）", n["applied"], "", ""],
        ["不予兑现（件）", n["refused"], "出结果的件", n["decided"]],
        ["服务兑现（件）", n["services"], "已兑现和等兑现", n["delivered"] + n["waiting"]],
        ["权益兑现（件）", n["rights"], "已兑现和等兑现", n["delivered"] + n["waiting"]],
        ["打了分（件）", n["rated"], "办完的件", n["ended"]],
        ["基本满意及以上（件）", n["satisfied"], "打了分的件", n["rated"]],
    ]
    columns = [Column("指标"), Column("数", "number"), Column("分母是什么"), Column("分母", "number")]
    return Sheet("总的", columns, rows, caption)


def _groups(name: str, head: str, rows: Sequence[Row], caption: str, f: Figures | None = None) -> Sheet:
    columns = [Column(head)]
    columns += [Column("主办部门")] if f else []
    columns += [
        *(Column(t, "number") for t in ("申请", "到账件数", "拿到钱的企业")),
        *(Column(t, "money") for t in ("到账（元）", "退汇（元）", "追回（元）", "净额（元）")),
        *(
            Column(t, "number")
            for t in ("平均工作日", "免申即享", "即申即享", "服务兑现", "出结果", "不予兑现")
        ),
        *(Column(t, "number") for t in ("办完", "打分", "满意")),
    ]
    told = []
    for r in rows:
        n = r.n
        cells: list[Any] = [r.label]
        if f:
            cells.append(f.names[r.key].lead_unit.label if r.key in f.names else "")
        cells += [n["applied"], n["paid"], n["enterprises"]]
        cells += [x / YUAN for x in (n["gross_fen"], n["bounced_fen"], n["clawed_fen"], r.net_fen)]
        cells += [r.mean_days, n["automatic"], n["instant"], n["delivered"], n["decided"], n["refused"]]
        told.append([*cells, n["ended"], n["rated"], n["satisfied"]])
    return Sheet(name, columns, told, caption)


def _months(f: Figures, caption: str) -> Sheet:
    columns = [
        Column("月份"),
        *(Column(t, "number") for t in ("申请", "到账件数", "不用申报")),
        *(Column(t, "money") for t in ("到账（元）", "退汇（元）", "追回（元）", "净额（元）")),
        *(Column(t, "number") for t in ("平均工作日", "服务兑现", "出结果", "不予兑现")),
        *(Column(t, "money") for t in ("下达（元）", "核定待付的增减（元）", "支付减退回（元）")),
    ]
    rows = []
    for m in f.months:
        money = [x / YUAN for x in (m.gross_fen, m.bounced_fen, m.clawed_fen, m.net_fen)]
        days = m.days / m.timed if m.timed else None
        burn = [x / YUAN for x in (m.given_fen, m.committed_fen, m.spent_fen)]
        rows.append(
            [
                f"{m.no}月",
                m.applied,
                m.paid,
                m.without,
                *money,
                days,
                m.delivered,
                m.decided,
                m.refused,
                *burn,
            ]
        )
    return Sheet("月份", columns, rows, caption)


def _days(f: Figures, caption: str) -> Sheet:
    rows = [[days, count] for days, count in f.days.items()]
    return Sheet("工作日", [Column("几个工作日", "number"), Column("件", "number")], rows, caption)


def _reasons(f: Figures, caption: str) -> Sheet:
    refused = f.total.n["refused"]
    rows = [[REFUSALS.get(k, k), c, share(c, refused)] for k, c in f.reasons.items()]
    return Sheet(
        "不予兑现", [Column("原因"), Column("件", "number"), Column("占比", "percent")], rows, caption
    )


def _reach(f: Figures, caption: str) -> Sheet:
    columns = [
        Column("政策"),
        *(Column(t, "number") for t in ("现在符合", "推送过", "看过", "申请过", "兑现过")),
    ]
    rows = [
        [f.names[pk].name, r.matched, r.pushed, r.seen, r.applied, r.paid]
        for pk, r in f.reached_by.items()
        if pk in f.names
    ]
    return Sheet("触达", columns, rows, caption)


def _budgets(f: Figures, caption: str) -> Sheet:
    heads = ("下达（元）", "预留（元）", "已核定（元）", "已支付（元）", "可用（元）")
    columns = [Column("政策"), *(Column(t, "money") for t in heads), Column("支付占下达", "percent")]
    rows = []
    for b in f.budgets:
        name = f.names[b.policy_id].name if b.policy_id in f.names else ""
        money = [x / YUAN for x in (b.appropriated, b.reserved, b.committed, b.paid, b.available)]
        rows.append([name, *money, share(b.paid, b.appropriated)])
    return Sheet("资金", columns, rows, caption)


def _definitions(caption: str) -> Sheet:
    columns = [Column("名称"), Column("怎么算", "long"), Column("分母", "long"), Column("时间", "long")]
    return Sheet("口径", columns, [[d.label, d.sentence, d.of, d.cutoff] for d in DEFINITIONS], caption)
