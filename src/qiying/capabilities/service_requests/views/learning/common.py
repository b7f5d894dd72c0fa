"""What these registers share: columns that name a case, months to choose, the case beside a form about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from qiying.capabilities.service_requests.selectors.common import month_asked
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.organisations.listing import Column, Filter
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel

STYLES = ("cases/cases.css", "service_requests/learning.css")


def cover(viewer: Viewer, cases: Iterable[Case]) -> None:
    """Take out of cases what the viewer may not read of them."""
    cases_cover(viewer, list(cases))


def case_columns(
    of: Callable[[Any], Case], url: Callable[[Any], str], *, sort: str = "case__"
) -> tuple[Column[Any], ...]:
    """Return the columns that name a row's case: number, matter, whose, who handles it."""
    return (
        Column("办件号", lambda r: of(r).number, in_page=False),
        Column("事项", lambda r: of(r).title, url=url, sub=lambda r: of(r).number),
        Column("企业", lambda r: of(r).asker_name),
        Column(
            "承办单位",
            lambda r: u.name if (u := of(r).lead_unit) else "",
            "unit",
            (f"{sort}lead_unit__sort_order", f"{sort}lead_unit_id"),
            shown=lambda r: u.label if (u := of(r).lead_unit) else "",
        ),
    )


def month_filter(months: Callable[[Viewer], Sequence[date]], first: Callable[[date], date]) -> Filter[Any]:
    """Return the months of a list as links, that of `first(today)` taken at once."""

    def default(request: ViewerRequest) -> date:
        return month_asked(request.GET.get("month", ""), first(request.today))

    def choices(request: ViewerRequest) -> list[tuple[str, str]]:
        found = {*months(request.viewer), first(request.today), default(request)}
        return [(f"{m:%Y-%m}", f"{m.year}年{m.month}月") for m in sorted(found, reverse=True)]

    return Filter(
        "month",
        "月份",
        lambda rows, text: rows.filter(month=month_asked(text, date.min)),
        choices,
        default=lambda request: f"{default(request):%Y-%m}",
    )


def brief_of(of: Callable[[Any], Case]) -> Panel[Any]:
    """Return the panel that shows what a row's case is about: what, whose, the answer."""

    def read(request: ViewerRequest, row: Any) -> dict[str, Any]:
        case = of(row)
        context = case_reading(case, request.viewer, request.now).context
        cover(request.viewer, [case])
        return {
            "case": context.case,
            "asker": context.case.asker_name,
            "unit": case.lead_unit.name if case.lead_unit else "",
            "answer": context.current_answer,
        }

    return Panel("learning/_brief.html", read, beside=True)
