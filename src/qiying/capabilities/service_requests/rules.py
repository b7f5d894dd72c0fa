"""Arithmetic and sentences of the service request that need no database."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from qiying.statutes.workdays import Calendar, nth_workday, workdays_between

ON_SPOT_LEVEL = "simple"


def title_of(text: str, limit: int = 30) -> str:
    """Return a title made of the first sentence of what was said."""
    first = re.split(r"[。！？!?\n；;]", text.strip(), maxsplit=1)[0].strip(" ，,、")
    first = re.sub(r"\s+", " ", first) or text.strip()[:limit]
    return first if len(first) <= limit else first[: limit - 1] + "…"


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
