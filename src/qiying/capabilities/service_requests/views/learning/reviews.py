"""Reviews (复盘) of a month as a register: which cases, why, what was found, which are nominated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from qiying.capabilities.service_requests.forms.learning import ReviewForm
from qiying.capabilities.service_requests.models import Review
from qiying.capabilities.service_requests.selectors.reviews import months_with_reviews, reviews_visible_to
from qiying.capabilities.service_requests.services.reviews import may_nominate, review_write, took, why_words
from qiying.capabilities.service_requests.views.learning.common import (
    STYLES,
    brief_of,
    case_columns,
    cover,
    month_filter,
)
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.organisations.listing import Column, Listed, Listing, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register

State = Review.State
FIELDS = ("cause", "lesson", "measure", "is_nominated")


def is_chosen(row: Review) -> bool:
    """Tell whether a review became a best case, after which it is not rewritten."""
    return hasattr(row, "best_case")


def _prepare(request: ViewerRequest, rows: Sequence[Review]) -> None:
    cover(request.viewer, (r.case for r in rows))


def _who(row: Review) -> str:
    if row.state != State.DONE or row.done_by is None:
        return ""
    return f"{row.done_by.name} · 已推荐" if row.is_nominated else row.done_by.name


def _lead(request: ViewerRequest, listed: Listed[Review]) -> str:
    year, month = listed.value("month").split("-")
    if not listed.total:
        return f"{year}年{int(month)}月办结的件里，没有要您看的复盘。"
    done = listed.counts["done"]
    return f"{year}年{int(month)}月办结的件里，有 {listed.total} 件要复盘，已写 {done} 件。"


def _row_lead(request: ViewerRequest, row: Review) -> str:
    words = f"{why_words(row.why)}，办了 {took(row.case)} 个工作日。"
    if is_chosen(row):
        return f"{words}已入选最佳案例，复盘不能再改。"
    return words if row.state == State.DONE else f"{words}由承办单位领导、联络员，或受理台、督查来写。"


def _form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Review) -> ReviewForm:
    first = {name: getattr(row, name) for name in FIELDS}
    return ReviewForm(data, initial=first, may_nominate=may_nominate(viewer, row.case))


def _write(actor: Viewer, row: Review, data: dict[str, Any], now: datetime) -> str:
    given = {"is_nominated": row.is_nominated, **data}
    done = review_write(review=row, actor=actor, now=now, **given)
    return f"{row.case.title}：复盘写好了{'，已推荐为最佳案例' if done.is_nominated else ''}。"


REVIEWS: Register[Review] = declare_register(
    Register(
        name="reviews",
        title="复盘",
        noun="复盘",
        listing=Listing(
            caption="复盘清单",
            columns=[
                *case_columns(lambda r: r.case, lambda r: REVIEWS.row_url(r)),
                Column("为什么复盘", lambda r: why_words(r.why)),
                Column("办结日期", lambda r: r.case.closed_on, "closed", ("case__closed_on",), kind="date"),
                Column("办了几个工作日", lambda r: took(r.case), numeric=True),
                Column(
                    "情况",
                    lambda r: r.get_state_display(),
                    status=lambda r: "done" if r.state == State.DONE else "unknown",
                    sub=_who,
                ),
                Column("原因", lambda r: r.cause, in_page=False, kind="long"),
                Column("教训", lambda r: r.lesson, in_page=False, kind="long"),
                Column("措施", lambda r: r.measure, in_page=False, kind="long"),
                Column("推荐", lambda r: "是" if r.is_nominated else "", in_page=False),
                Column("谁写的", lambda r: r.done_by.name if r.done_by else "", in_page=False),
            ],
            filters=[month_filter(months_with_reviews, lambda today: months_later(month_of(today), -1))],
            prepare=_prepare,
            tabs=state_tabs(
                ("planned", "待复盘", "没有待写的复盘", "每月初按规则列出上个月的。可以换个月份看。"),
                ("done", "已复盘", "还没有写好的复盘", "从“待复盘”里点开一件，写下原因、教训和措施。"),
            ),
        ),
        rows=lambda viewer, today: reviews_visible_to(viewer),
        sees=("service_requests.reviews",),
        edits=(),
        opens=("service_requests.reviews",),
        url="service_requests:reviews",
        subject=lambda r: f"case:{r.case.number}",
        noted=("review_written",),
        label=lambda r: r.case.title,
        row_title=lambda r: f"复盘：{r.case.title}",
        row_lead=_row_lead,
        lead=_lead,
        hint="办得久的、重新办过的、两次没解决的、一年内又来的、吃过红牌的，下月初自动列进来。",
        home=lambda r: f"month={r.month:%Y-%m}",
        acts=(
            Act(
                "write",
                "写好了",
                _write,
                form=_form,
                needs=("service_requests.review_write",),
                applies=lambda viewer, r: not is_chosen(r),
                title="写复盘",
                on_page=True,
                keeps_draft=True,
            ),
        ),
        panels=(brief_of(lambda r: r.case),),
        styles=STYLES,
    )
)
