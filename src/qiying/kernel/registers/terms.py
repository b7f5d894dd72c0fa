"""Rows that hold from a day to a day: the columns, tabs and the ending that every such register has alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q

from qiying.kernel.organisations.forms import DatedReasonForm
from qiying.kernel.organisations.listing import Column, Tab
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act

M = TypeVar("M", bound=Model)
TERM_COLUMNS: tuple[Column[Any], ...] = (
    Column("从哪天起", lambda row: row.valid_from, "from", ("valid_from",), kind="date"),
    Column("到哪天止", lambda row: row.valid_to, "to", ("valid_to",), kind="date"),
)
TERM_TABS = (
    Tab("now", "现在", lambda request: in_force(request.today)),
    Tab("later", "还没开始", lambda request: Q(valid_from__gt=request.today)),
    Tab("ended", "已结束", lambda request: Q(valid_to__lt=request.today)),
)


def end_act(
    end: Callable[[Viewer, M, date, str, datetime], object],
    *,
    label: str = "结束",
    day: str = "最后一天",
    sentence: str = "以前的都还在。",
    goes_to: Callable[[M], str] | None = None,
) -> Act[M]:
    """Return the act that ends a row on a day with a reason; `end` is the service that does it."""

    def form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: M) -> DatedReasonForm:
        return DatedReasonForm(data, today=today, label=day)

    def run(actor: Viewer, row: M, data: dict[str, Any], now: datetime) -> str:
        end(actor, row, data["on"], data["reason"], now)
        return f"{label}好了。"

    return Act(
        "end",
        label,
        run,
        form=form,
        applies=_runs,
        sentence=sentence,
        is_serious=True,
        goes_to=goes_to,
    )


def _runs(viewer: Viewer, row: Any) -> bool:
    return row.valid_to is None
