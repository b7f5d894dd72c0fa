"""The money on the page of numbers: headline, figures, charts and tables that only policies know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from qiying.capabilities.policies.selectors.numbers import Figures, Row, Sums, policy_figures
from qiying.capabilities.policies.selectors.numbers_scope import Wanted, may_open
from qiying.capabilities.policies.views.numbers.charts import (
    burn_chart,
    money_chart,
    month_chart,
    reach_chart,
)
from qiying.kernel.figures.boards import Card, Column, Extra, Panel, Question, Table
from qiying.kernel.figures.sums import median_of
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import money_words, percent_words


@cache
def address(name: str, code: str) -> str:
    """Return a policy's page, looked up once: the tables name every policy several times."""
    return reverse(name, args=[code])


Address = Callable[..., str]
"""Returns the address of the rows behind a figure, empty where they may not be seen."""
EMPTY = "企业申报、或者免申即享批次办下来以后，这里就有数；先在政策台发布政策、在资金页下达资金。"


def numbers_extra(q: Question) -> Extra:
    """Return what policies add to the common page: money, the enterprises that got it, reach and budgets."""
    units = None if q.unit_ids is None else tuple(q.unit_ids)
    f = policy_figures(q.viewer, Wanted(q.period, units, q.category), q.unit_names)
    f = replace(f, months=tuple(m for m in f.months if m.key <= q.today))
    url = rows_address(q)
    is_empty = not f.total.n["applied"] and not f.total.n["paid"] and not f.budgets
    by = (
        ("departments", "各主办部门兑现多少", f.departments, "unit", "按政策的主办部门"),
        ("towns", "各镇街的企业拿到多少", f.towns, "town", "按企业现在的镇街"),
        ("sizes", "哪些规模的企业拿到", f.sizes, "size", "按企业现在的规模"),
    )
    first = (
        Panel("months", "每个月兑现了多少", chart=month_chart(f), width=8, in_book=False),
        Panel("reach", "从符合到兑现", chart=reach_chart(f), width=4, in_book=False),
        Panel("burn", "资金用了多少", chart=burn_chart(f), in_book=False),
        *(_money(code, title, rows, _to(url, name), what) for code, title, rows, name, what in by),
    )
    return Extra(
        headline=headline(f, q.period.words(q.today)),
        cards=cards(f, url),
        first=() if is_empty else first,
        more=() if is_empty else tables(f, url, q.viewer),
        empty=EMPTY if is_empty else "",
    )


def rows_address(q: Question) -> Address:
    """Return how to reach the rows behind a figure; the address is empty for who may not see them."""
    base = reverse("policies:numbers_rows")

    def address(figure: str, **more: Any) -> str:
        if not may_open(q.viewer, figure):
            return ""
        kept = {k: v for k, v in more.items() if v not in ("", None)}
        return f"{base}?figure={figure}&{q.query}&{urlencode(kept)}".rstrip("&")

    return address


def _to(url: Address, name: str) -> Callable[[Row], str]:
    return lambda row: url("gross_fen", **{name: row.key or "none"})


def _money(code: str, title: str, rows: Sequence[Row], url: Callable[[Row], str], what: str) -> Panel:
    return Panel(code, title, chart=money_chart(title, rows, url, what), width=4, in_book=False)


def headline(f: Figures, period: str) -> str:
    """Return what is true of the period in one sentence: how much, to how many, how fast, how much without asking."""
    n = f.total.n
    if not n["paid"] and not n["gross_fen"]:
        if not n["applied"]:
            return f"{period}还没有政策申请，也没有钱到账"
        return f"{period}收到 {n['applied']:,} 件申请，还没有钱到账"
    middle = median_of(f.days)
    text = f"{period}兑现 {money_words(f.total.net_fen)}，{n['enterprises']:,} 家企业拿到"
    if middle is not None:
        text += f"，一半在 {middle:g} 个工作日以内到账"
    if n["without"]:
        text += f"；{percent_words(n['without'], n['paid'])} 不用申报或一次确认"
    return text


def cards(f: Figures, url: Address) -> tuple[Card, ...]:
    """Return money, enterprises, and what nobody had to apply for, each with its denominator."""
    n = f.total.n
    share = percent_words(n["without"], n["paid"]).removesuffix("%")
    asked = f"免申即享 {n['automatic']:,}，即申即享 {n['instant']:,}"
    of = f"{n['without']:,} / {n['paid']:,} 次到账" if n["paid"] else "还没有到账的"
    enterprises = f"同期申请过的企业 {n['applicants']:,} 家"
    came, got = f"到账 {n['paid']:,} 次", f"{n['enterprises']:,}"
    return (
        _money_card(f, url),
        _card("拿到钱的企业", got, "家", enterprises, came, url("paid"), "enterprises"),
        _card("不用申报或一次确认", share, "%" if n["paid"] else "", of, asked, url("without"), "without"),
    )


def _card(label: str, value: str, unit: str, of: str, than: str, url: str, code: str) -> Card:
    definitions = f"{reverse('cockpit:definitions')}?procedure=policy_application#def-{code}"
    return Card(label, value, unit, of, than, url, definitions)


def _money_card(f: Figures, url: Address) -> Card:
    n = f.total.n
    value, _, unit = money_words(f.total.net_fen).partition(" ")
    back = [f"退汇 {money_words(n['bounced_fen'])}"] if n["bounced_fen"] else []
    back += [f"追回 {money_words(n['clawed_fen'])}"] if n["clawed_fen"] else []
    came = [f"净额是到账 {money_words(n['gross_fen'])}减{'、'.join(back)}"] if back else []
    last = next((m for m in reversed(f.months) if m.n["gross_fen"]), None)
    than = f"最近 {last.no}月 {money_words(last.net_fen)}，{last.n['paid']:,} 次" if last else ""
    return _card(
        "兑现", value, unit, "，".join([f"{n['paid']:,} 次到账", *came]), than, url("gross_fen"), "money"
    )


COUNTS = (
    Column("申请"), Column("到账次数"), Column("企业"), Column("到账", "money", in_page=False),
    Column("退汇", "money", in_page=False), Column("追回", "money", in_page=False), Column("净额", "money"),
    Column("平均工作日", "mean"), Column("不用申报", "percent"), Column("服务和权益"), Column("出结果", in_page=False),
    Column("不予兑现"), Column("办完", in_page=False), Column("打分", in_page=False), Column("满意", in_page=False),
)  # fmt: skip
LINKS = {1: "applied", 2: "paid", 12: "refused"}
"""Places of the counts that lead to their rows, after the name of the row."""


def _cells(label: str, r: Sums) -> list[Any]:
    n = r.n
    return [
        label, n["applied"], n["paid"], n["enterprises"], n["gross_fen"], n["bounced_fen"], n["clawed_fen"],
        r.net_fen, r.mean_days, n["without"] / n["paid"] if n["paid"] else None,
        n["delivered"], n["decided"], n["refused"], n["ended"], n["rated"], n["satisfied"],
    ]  # fmt: skip


def _group(head: str, rows: Sequence[Row], url: Address, own: Callable[[Row], dict[str, Any]]) -> Table:
    cells = [_cells(r.label, r) for r in rows]
    urls = [
        {at: url(figure, **own(r)) for at, figure in LINKS.items() if made[at]}
        for r, made in zip(rows, cells, strict=True)
    ]
    return Table((Column(head, "text"), *COUNTS), cells, urls)


def tables(f: Figures, url: Address, viewer: Viewer) -> tuple[Panel, ...]:
    """Return the tables under the charts; the workbook has all their columns."""
    by_policy = _policies(f, url, viewer)
    moved = (Column(t, "money", in_page=False) for t in ("下达", "核定待付的增减", "支付减退回"))
    months = Table(
        (Column("月份", "text"), *COUNTS, *moved),
        [[*_cells(f"{m.no}月", m), m.given_fen, m.committed_fen, m.spent_fen] for m in f.months],
        [
            {at: url(name, month=f"{m.key:%Y-%m}") for at, name in LINKS.items() if m.n[name]}
            for m in f.months
        ],
    )
    found = (
        Panel("by-policy", "按政策", table=by_policy),
        Panel(
            "by-department", "按主办部门", table=_group("部门", f.departments, url, lambda r: {"unit": r.key})
        ),
        Panel("by-town", "按镇街", table=_group("镇街", f.towns, url, lambda r: {"town": r.key or "none"})),
        Panel(
            "by-size", "按企业规模", table=_group("规模", f.sizes, url, lambda r: {"size": r.key or "none"})
        ),
        Panel("by-month", "按月", table=months, note="退汇和追回算在退回来的月份"),
        _reach(f),
        _budget(f, viewer),
    )
    return tuple(p for p in found if p.table is None or p.table.rows)


def _policies(f: Figures, url: Address, viewer: Viewer) -> Table:
    """Return the policies with their department, and how many of those they fit have looked at them."""
    rows = _with_idle(f)
    made = _group("政策", rows, url, lambda r: {"policy": f.names[r.key].code if r.key in f.names else ""})
    may, last = viewer.has("policies.reach"), len(made.columns)
    departments = []
    for row, cells, urls in zip(rows, made.rows, made.urls, strict=True):
        policy, reached = f.names.get(row.key), f.reached_by.get(row.key)
        cells.append(f"{reached.seen:,} / {reached.matched:,}" if reached else "—")
        if reached and policy and may:
            urls[last] = address("policies:desk_reach", policy.code)
        departments.append(f.units.get(policy.lead_unit_id, "") if policy else "")
    return Table((*made.columns, Column("看过 / 符合", "text")), made.rows, made.urls, departments)


def _with_idle(f: Figures) -> list[Row]:
    """Return the policies with figures, then those with money or reach alone, so that nothing published is hidden."""
    known = {r.key for r in f.policies}
    zero = dict.fromkeys(f.total.n, 0)
    left = dict.fromkeys([*(b.policy_id for b in f.budgets), *f.reached_by])
    idle = [Row(pk, zero, f.names[pk].name) for pk in left if pk not in known and pk in f.names]
    return [*f.policies, *sorted(idle, key=lambda r: r.label)]


def _reach(f: Figures) -> Panel:
    columns = (
        Column("政策", "text"),
        *(Column(t) for t in ("现在符合", "推送过", "看过", "申请过", "兑现过")),
    )
    found = [(f.names[pk], r) for pk, r in f.reached_by.items() if pk in f.names]
    rows = [[p.name, r.matched, r.pushed, r.seen, r.applied, r.paid] for p, r in found]
    return Panel("by-reach", "触达", table=Table(columns, rows), in_page=False)


def _budget(f: Figures, viewer: Viewer) -> Panel:
    heads = ("下达", "预留", "核定待付", "已支付", "还能用")
    columns = (Column("政策", "text"), *(Column(t, "money") for t in heads), Column("支付占下达", "percent"))
    rows, urls = [], []
    for b in f.budgets:
        policy = f.names.get(b.policy_id)
        share = b.paid_fen / b.appropriated_fen if b.appropriated_fen else None
        rows.append(
            [
                policy.name if policy else "",
                b.appropriated_fen,
                b.reserved_fen,
                b.committed_fen,
                b.paid_fen,
                b.available_fen,
                share,
            ]
        )
        can = policy is not None and viewer.has("policies.view_money")
        urls.append({0: address("policies:money_policy", policy.code)} if can and policy else {})
    year = f.wanted.period.first.year
    return Panel("by-budget", "资金", table=Table(columns, rows, urls), note=f"{year} 年预算，数来自资金账")
