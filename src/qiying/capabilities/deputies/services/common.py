"""Who is told of a proposal, months as clocks, and who takes part for which office."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.deputies.rules import months_as_days
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.models import Clock
from qiying.kernel.organisations.offers import provided
from qiying.statutes.workdays import add_days_rolled, full_date

NOTICE = "deputies_told"
told = tells(NOTICE)


def months_start(act: Act, kind: str, parameter: str, words: str, **more: Any) -> Clock:
    """Start a clock of months: its last day is the same day of the month, or that month's last; then a workday."""
    months = int(act.parameter(parameter))
    days = months_as_days(act.today, months)
    until = add_days_rolled(act.today, days, act.calendar).on
    said = f"{words}，{months} 个月，到{full_date(until, act.today)}"
    return act.clock_start(kind, limit=days, words=said, **more)


def cited(act: Act) -> None:
    """Let the proposal cite articles, where somebody keeps a register of them."""
    cite = provided("cite_articles")
    told: dict[str, Any] = {"articles": list(act.data.article_ids), "label": f"代表建议：{act.case.title}"}
    told |= {"actor": act.viewer, "subject": f"case:{act.case.number}", "now": act.now}
    if cite is not None and told["articles"]:
        act.afterwards.append(lambda: cite(**told))
