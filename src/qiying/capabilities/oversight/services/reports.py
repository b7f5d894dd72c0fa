"""Reports heard: each text before the sitting; the committee's comments within five days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from qiying.capabilities.oversight.models import ReportHeard
from qiying.capabilities.oversight.rules.sittings import COMMENT_DAYS, report_days
from qiying.capabilities.oversight.services.keeping import CHECKS
from qiying.kernel.registers.keeping import Faults, Values

STEPS = {"draft": "征求意见稿", "final": "正式报告", "sent": "发给组成人员"}


def _report(row: ReportHeard, values: Values, now: datetime) -> Faults:
    days = [row.draft_on, row.comments_on, row.final_on, row.sent_on]
    told = [on for on in days if on is not None]
    if told != sorted(told):
        return {"draft_on": ["先收征求意见稿，再反馈意见、收正式报告、发给组成人员"]}
    same = ReportHeard.objects.filter(district_id=row.district_id, title=row.title, meeting_on=row.meeting_on)
    return {"title": ["这次会议已经有这个报告"]} if same.exclude(pk=row.pk or 0).exists() else {}


CHECKS[ReportHeard] = _report


def steps_of(row: ReportHeard, today: date) -> list[dict[str, object]]:
    """Return each text: due when, handed in when, in time or not; what came up at short notice has no days."""
    found: list[dict[str, object]] = []
    for step, until in report_days(row.meeting_on).items():
        on = getattr(row, f"{step}_on")
        late = not row.is_urgent and (on or today) > until
        found.append(
            {"label": STEPS[step], "until": None if row.is_urgent else until, "on": on, "late": late}
        )
    if row.draft_on:
        until = row.draft_on + timedelta(days=COMMENT_DAYS)
        late = (row.comments_on or today) > until
        found.insert(1, {"label": "反馈委员会意见", "until": until, "on": row.comments_on, "late": late})
    return found


def next_step(row: ReportHeard, today: date) -> tuple[str, date] | None:
    """Return the text that is owed next, and until when; none where all came or the sitting is over."""
    if row.is_urgent or row.meeting_on < today:
        return None
    owed = [(s, d) for s, d in report_days(row.meeting_on).items() if getattr(row, f"{s}_on") is None]
    return (STEPS[owed[0][0]], owed[0][1]) if owed else None
