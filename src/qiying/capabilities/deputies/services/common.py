"""Who is told of a proposal, months as clocks, and who takes part for which office."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.deputies.rules import months_as_days
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.offers import provided
from qiying.statutes.workdays import add_days_rolled, full_date

NOTICE = "deputies_told"


def is_own_unit(act: Act, unit_id: int) -> bool:
    """Tell whether a unit is one of this district's that works."""
    return Unit.objects.filter(pk=unit_id, district_id=act.case.district_id, is_active=True).exists()


def told(act: Act, what: str, words: str, *parties: str) -> None:
    """Tell parties what happened; whoever asked by himself, not by his link."""
    rows = [p for p in act.parties if p.role in parties and p.until is None and p.key[0] != "i"]
    for key in dict.fromkeys(p.key for p in rows):
        act.notify(NOTICE, key, what=what, title=act.case.title, words=words)


def in_time(act: Act, kind: str, key: str = "") -> bool:
    """Tell whether what runs is done by its day."""
    found = [c for c in act.clocks if c.kind == kind and c.state != Clock.State.STOPPED]
    return all(act.today <= c.due_by for c in found if not key or c.party_key == key)


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
