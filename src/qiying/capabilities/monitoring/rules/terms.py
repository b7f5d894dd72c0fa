"""Terms of sanctions (政务处分法 art. 8, 15) and the return visits until each ends."""

from __future__ import annotations

from datetime import date, timedelta

from qiying.statutes.workdays import Calendar
from qiying.statutes.workdays.counting import add_months

KINDS = {"warning": "警告", "demerit": "记过", "major": "记大过", "demotion": "降级", "removal": "撤职"}
MONTHS = {"warning": 6, "demerit": 12, "major": 18, "demotion": 24, "removal": 24}
LONGEST = 48
"""Months of several alike together, at most (art. 15)."""
DISTINCTIONS = {
    "learning": "缺乏经验、先行先试的失误，不是明知故犯",
    "exploring": "没有明确限制时的探索，不是明令禁止以后我行我素",
    "intent": "为推动发展的无意过失，不是谋取私利",
}
"""三个区分开来: which of the three applies."""
CAUSES = {
    "duty": "不担当、不作为",
    "ability": "能力不够，打不开局面",
    "merit": "政绩观有偏差，弄虚作假",
    "decision": "违规决策，造成损失",
    "conduct": "作风不正，企业反映强烈",
    "trust": "考核靠后、群众不认可",
}
"""情形: samples after 推进领导干部能上能下规定; the district's own wording stands in the evidence."""


def months_allowed(kind: str, times: int = 1) -> tuple[int, int]:
    """Return the least and the most months of a sanction, or of several alike decided together.

    >>> months_allowed("major"), months_allowed("major", 2), months_allowed("removal", 3)
    ((18, 18), (18, 36), (24, 48))
    """
    one = MONTHS[kind]
    return one, max(one, min(one * times, LONGEST))


def visits_planned(starts_on: date, months: int, every: int, calendar: Calendar) -> list[tuple[int, date]]:
    """Return (month, last workday for it) of each visit, one every so many months and one as the term ends.

    A day off moves to the workday before, so that the last visit is never after the term.
    """
    found = [*range(every, months, every), months]
    return [(n, _workday_before(add_months(starts_on, n), calendar)) for n in found]


def _workday_before(day: date, calendar: Calendar) -> date:
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day
