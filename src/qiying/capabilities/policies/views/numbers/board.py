"""The numbers page as data: one sentence, five figures, the tables; each with its rows and its definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from qiying.capabilities.policies.rules.figures import DEFINITIONS, mean, median
from qiying.capabilities.policies.selectors.numbers import Figures, Row
from qiying.capabilities.policies.selectors.numbers_scope import may_open
from qiying.capabilities.policies.views.numbers.charts import all_charts
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import money_words, percent_words

STARS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def rows_address(f: Figures, viewer: Viewer) -> Callable[..., str]:
    """Return how to reach the rows behind a figure; the address is empty for who may not see them."""
    base = reverse("policies:numbers_rows")

    def address(figure: str, **changes: Any) -> str:
        if not may_open(viewer, figure):
            return ""
        return f"{base}?figure={figure}&{f.wanted.query(**changes)}"

    return address


def board(f: Figures, viewer: Viewer, upto: int, is_now: bool) -> dict[str, Any]:
    """Return what the page shows; `upto` is the last month drawn."""
    url = rows_address(f, viewer)
    return {
        "headline": headline(f, is_now),
        "cards": cards(f, url, upto if is_now else 0),
        "charts": all_charts(f, upto, url),
        "policies": [_policy_row(f, r, url, viewer) for r in _with_idle(f)],
        "months": [_month_row(m, url) for m in f.months[:upto]],
        "breakdowns": _breakdowns(f, url),
        "said": said(f, url),
        "given": given(f, url),
        "budgets": [_budget_row(f, b, viewer) for b in f.budgets],
        "definitions": DEFINITIONS,
        "is_empty": not f.total.n["applied"] and not f.total.n["paid"] and not f.budgets,
    }


def headline(f: Figures, is_now: bool) -> str:
    """Return what is true of the year in one sentence: how much, to how many, how fast, how much without asking."""
    n, year = f.total.n, "今年" if is_now else f"{f.wanted.year} 年"
    if not n["paid"] and not n["gross_fen"]:
        if not n["applied"]:
            return f"{year}还没有政策申请，也没有钱到账"
        return f"{year}收到 {n['applied']:,} 件申请，还没有钱到账"
    middle = median(f.days)
    text = f"{year}兑现 {money_words(f.total.net_fen)}，{n['enterprises']:,} 家企业拿到"
    if middle is not None:
        text += f"，一半在 {middle:g} 个工作日以内到账"
    if f.total.without:
        text += f"；{percent_words(f.total.without, n['paid'])} 不用申报或一次确认"
    return text


def cards(f: Figures, url: Callable[..., str], this_month: int) -> list[dict[str, Any]]:
    """Return the five figures, each with its denominator."""
    n = f.total.n
    return [
        _money_card(f, url, this_month),
        {
            "label": "拿到钱的企业",
            "value": f"{n['enterprises']:,}",
            "unit": "家",
            "of": f"同期申请过的企业 {n['applicants']:,} 家",
            "than": f"到账 {n['paid']:,} 件",
            "url": url("paid"),
            "definition": "enterprises",
        },
        _day_card(f, url),
        {
            "label": "不用申报或一次确认",
            "value": percent_words(f.total.without, n["paid"]).removesuffix("%"),
            "unit": "%" if n["paid"] else "",
            "of": f"{f.total.without:,} / {n['paid']:,} 件到账" if n["paid"] else "还没有到账的",
            "than": f"免申即享 {n['automatic']:,}，即申即享 {n['instant']:,}",
            "url": url("without"),
            "definition": "without",
        },
        {
            "label": "企业评价满意",
            "value": percent_words(n["satisfied"], n["rated"]).removesuffix("%"),
            "unit": "%" if n["rated"] else "",
            "of": f"{n['satisfied']:,} / {n['rated']:,} 件打了分" if n["rated"] else "还没有打分的",
            "than": f"办完的 {n['ended']:,} 件里 {percent_words(n['rated'], n['ended'])} 打了分",
            "url": url("rated"),
            "definition": "satisfaction",
        },
    ]  # fmt: skip


def _money_card(f: Figures, url: Callable[..., str], this_month: int) -> dict[str, Any]:
    n = f.total.n
    value, _, unit = money_words(f.total.net_fen).partition(" ")
    back = [f"退汇 {money_words(n['bounced_fen'])}"] if n["bounced_fen"] else []
    back += [f"追回 {money_words(n['clawed_fen'])}"] if n["clawed_fen"] else []
    came = [f"到账 {money_words(n['gross_fen'])}"] if back else []
    of = "，".join([f"{n['paid']:,} 件到账", *([f"净额是{came[0]}减{'、'.join(back)}"] if back else [])])
    month = f.months[this_month - 1] if this_month else None
    than = [f"{month.no}月 {money_words(month.net_fen)}，{month.paid:,} 件"] if month else []
    return {
        "label": "兑现",
        "value": value,
        "unit": unit,
        "of": of,
        "than": "；".join(than),
        "url": url("money"),
        "definition": "money",
    }


def _day_card(f: Figures, url: Callable[..., str]) -> dict[str, Any]:
    average, middle, count = mean(f.days), median(f.days), sum(f.days.values())
    return {
        "label": "从申报到到账",
        "value": "—" if average is None else f"{average:.1f}",
        "unit": "" if average is None else "个工作日",
        "of": f"{count:,} 件的平均数" if count else "还没有到账或兑现的",
        "than": f"一半在 {middle:g} 个工作日以内" if middle is not None else "",
        "url": url("timed"),
        "definition": "days",
    }


def _with_idle(f: Figures) -> list[Row]:
    """Return the policies with figures, then those with money or reach alone, so that nothing published is hidden."""
    known = {r.key for r in f.policies}
    zero = dict.fromkeys(f.total.n, 0)
    left = [b.policy_id for b in f.budgets] + list(f.reached_by)
    idle = [
        Row(pk, f.names[pk].name, zero) for pk in dict.fromkeys(left) if pk not in known and pk in f.names
    ]
    return [*f.policies, *sorted(idle, key=lambda r: r.label)]


def _group_cells(r: Row, url: Callable[..., str], **own: Any) -> dict[str, Any]:
    n = r.n
    return {
        "label": r.label,
        "applied": n["applied"], "applied_url": url("applied", **own) if n["applied"] else "",
        "paid": n["paid"], "paid_url": url("paid", **own) if n["paid"] else "",
        "enterprises": n["enterprises"],
        "money": money_words(r.net_fen) if r.net_fen or n["gross_fen"] else "—",
        "fen": r.net_fen,
        "days": "—" if r.mean_days is None else f"{r.mean_days:.1f}",
        "without": percent_words(r.without, n["paid"]),
        "delivered": n["delivered"],
        "refused": n["refused"], "refused_url": url("refused", **own) if n["refused"] else "",
        "of": n["decided"],
    }  # fmt: skip


def _policy_row(f: Figures, r: Row, url: Callable[..., str], viewer: Viewer) -> dict[str, Any]:
    policy, reached = f.names.get(r.key), f.reached_by.get(r.key)
    code = policy.code if policy else ""
    may_reach = viewer.has("policies.reach")
    return {
        **_group_cells(r, url, policy=code),
        "department": policy.lead_unit.label if policy else "",
        "reach": f"{reached.seen:,} / {reached.matched:,}" if reached else "—",
        "reach_url": reverse("policies:desk_reach", args=[code]) if reached and may_reach and code else "",
    }


def _month_row(m: Any, url: Callable[..., str]) -> dict[str, Any]:
    return {
        "label": f"{m.no}月",
        "applied": m.applied, "applied_url": url("applied", month=m.no) if m.applied else "",
        "paid": m.paid, "paid_url": url("paid", month=m.no) if m.paid else "",
        "gross": money_words(m.gross_fen) if m.gross_fen else "—",
        "back": f"−{money_words(m.bounced_fen + m.clawed_fen)}" if m.bounced_fen or m.clawed_fen else "—",
        "net": money_words(m.net_fen) if m.gross_fen or m.net_fen else "—",
        "days": f"{m.days / m.timed:.1f}" if m.timed else "—",
        "without": percent_words(m.without, m.paid),
        "delivered": m.delivered,
        "refused": m.refused, "refused_url": url("refused", month=m.no) if m.refused else "",
        "of": m.decided,
    }  # fmt: skip


def _breakdowns(f: Figures, url: Callable[..., str]) -> list[dict[str, Any]]:
    return [
        {"id": "by-department", "title": "按主办部门", "head": "部门",
         "rows": [_group_cells(r, url, department=r.key) for r in f.departments]},
        {"id": "by-town", "title": "按镇街", "head": "镇街",
         "rows": [_group_cells(r, url, town=r.key or "none") for r in f.towns]},
        {"id": "by-size", "title": "按企业规模", "head": "规模",
         "rows": [_group_cells(r, url, size=r.key or "none") for r in f.sizes]},
    ]  # fmt: skip


def said(f: Figures, url: Callable[..., str]) -> list[dict[str, str]]:
    """Return what enterprises said, with those who said nothing apart."""
    n = f.total.n
    average = f"{n['stars'] / n['rated']:.2f} 分" if n["rated"] else "—"
    silent = {"label": "没打分", "value": f"{n['ended'] - n['rated']:,} 件", "share": "不算满意", "url": ""}
    return [
        _share("打了分", n["rated"], n["ended"], url("rated")),
        _share("基本满意及以上", n["satisfied"], n["rated"], url("satisfied")),
        {"label": "平均几分（满分 5）", "value": average, "share": "", "url": ""},
        silent,
    ]


def given(f: Figures, url: Callable[..., str]) -> list[dict[str, str]]:
    """Return services and rights delivered, and those that still wait."""
    n = f.total.n
    whole = n["delivered"] + n["waiting"]
    return [
        _share("服务兑现", n["services"], whole, url("services")),
        _share("权益兑现", n["rights"], whole, url("rights")),
        _share("现在等兑现", n["waiting"], whole, url("waiting")),
    ]


def _share(label: str, part: int, whole: int, url: str) -> dict[str, str]:
    return {"label": label, "value": f"{part:,} 件", "share": percent_words(part, whole), "url": url}


def _budget_row(f: Figures, b: Any, viewer: Viewer) -> dict[str, Any]:
    policy = f.names.get(b.policy_id)
    can = policy is not None and viewer.has("policies.view_money")
    return {
        "label": policy.name if policy else "",
        "url": reverse("policies:money_policy", args=[policy.code]) if can and policy else "",
        "appropriated": money_words(b.appropriated), "reserved": money_words(b.reserved),
        "committed": money_words(b.committed), "paid": money_words(b.paid), "available": money_words(b.available),
        "share": percent_words(b.paid, b.appropriated),
    }  # fmt: skip
