"""Arithmetic and sentences of the service request that need no database."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from qiying.statutes.workdays import Calendar, nth_workday, workdays_between


def contact_attempts_suffice(
    days: Iterable[date], today: date, calendar: Calendar, *, attempts: int, within: int
) -> bool:
    """Tell whether unanswered attempts on enough different workdays lie within the last `within` workdays."""
    counted = {d for d in days if calendar.is_workday(d) and workdays_between(d, today, calendar) <= within}
    return len(counted) >= attempts


def return_deadline(sent_on: date, workdays: int, calendar: Calendar) -> date:
    """Return the last day on which a unit may give an assignment back."""
    return nth_workday(sent_on, workdays, calendar)


def verdicts_settle(
    askers: Sequence[int | None], verdicts: Sequence[tuple[int | None, str, bool]]
) -> str | None:
    """Return how an answer ends once its askers have judged.

    Args:
        askers: intake ids whose asker can be reached.
        verdicts: (intake id, value, may close) on this version of the answer.
    Returns: `not_solved` as soon as one says so, `solved` or `partly` when all agree, None while some are missing.
    """
    latest = {intake: (value, may_close) for intake, value, may_close in verdicts}
    if any(v == "not_solved" or (v == "partly" and not close) for v, close in latest.values()):
        return "not_solved"
    if not latest or any(a not in latest for a in askers):
        return None
    return "solved" if all(v == "solved" for v, _ in latest.values()) else "partly"


BLANKS = frozenset(
    (
        *(
            "日期",
            "时间",
            "地点",
            "地址",
            "姓名",
            "联系人",
            "电话",
            "手机",
            "金额",
            "数量",
            "单位",
            "部门",
            "编号",
        ),
        *("文号", "企业名称", "企业", "事项", "原因", "依据", "期限", "结果", "内容"),
    )
)
"""What templates leave to be filled in, whoever wrote them."""
_BRACKETS = re.compile(r"【([^【】]{0,20})】")


def blanks_left(text: str, templates: Iterable[str] = ()) -> list[str]:
    """Return the blanks still in a text, each once: common ones, and those that the unit's own templates have.

    A heading in the same brackets is no blank.

    >>> blanks_left("【办理结果】我们定于【日期】到【 】现场")
    ['【日期】', '【 】']
    """
    own = {word for template in templates for word in _BRACKETS.findall(template)}
    found = (w for w in _BRACKETS.findall(text) if not w.strip(" _xX×") or w.strip() in BLANKS or w in own)
    return [f"【{word}】" for word in dict.fromkeys(found)]
