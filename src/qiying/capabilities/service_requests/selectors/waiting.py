"""Answers that wait for a verdict: how often the asker was tried, and how many tries are still needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from qiying.capabilities.service_requests.selectors.common import followed_cases, handled_by
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Answer, Approval, Case, Contact
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import workdays_between


@dataclass
class Waiting:
    """One answer without a word from its asker."""

    case: Case
    answer: str
    waited: int
    needed: int
    within: int
    tried: list[date] = field(default_factory=list)
    last: Contact | None = None
    is_asked: bool = False

    @property
    def left(self) -> int:
        """On how many more workdays somebody has to try before the case may be closed unconfirmed."""
        return max(0, self.needed - len(self.tried))

    @property
    def why_not(self) -> str:
        """Return why unconfirmed closing cannot be asked for yet, in the guard's own words."""
        if self.is_asked:
            return "已经申请按“未确认”办结，等督查决定"
        if not self.left:
            return ""
        return (
            f"要在 {self.within} 个工作日内的 {self.needed} 个工作日各联系一次，现在只有 {len(self.tried)} 天"
        )


def waiting_cases(viewer: Viewer) -> QuerySet[Case]:
    """Return the problems answered and not judged that a neutral office follows, the oldest answer first."""
    found = followed_cases(viewer).filter(state="answered", kind="problem", is_open=True)
    return found.select_related("enterprise", "lead_unit").order_by("answered_on", "pk")


def own_waiting_count(viewer: Viewer) -> int:
    """Return how many answers wait that the viewer handled himself, which others have to call about."""
    cases = cases_visible_to(viewer, roles=("callback", "desk", "supervision"))
    mine = cases.filter(procedure="service_request", state="answered", kind="problem", is_open=True)
    return mine.filter(handled_by(viewer)).count()


def waiting_rows(cases: list[Case], today: date) -> list[Waiting]:
    """Return one page of waiting answers with their tries; three queries."""
    ids = [c.pk for c in cases]
    current: dict[int, Answer] = {}
    for a in Answer.objects.filter(case_id__in=ids, is_current=True).exclude(kind="interim"):
        current[a.case_id] = a
    contacts: dict[int, list[Contact]] = {}
    for c in Contact.objects.filter(case_id__in=ids, purpose="verdict").order_by("case_id", "no"):
        contacts.setdefault(c.case_id, []).append(c)
    asked = Approval.open().filter(case_id__in=ids, kind="unconfirmed")
    open_ids = set(asked.values_list("case_id", flat=True))
    return [
        _row(case, current.get(case.pk), contacts.get(case.pk, []), case.pk in open_ids, today)
        for case in cases
    ]


def _row(case: Case, answer: Answer | None, contacts: list[Contact], is_asked: bool, today: date) -> Waiting:
    calendar = calendar_for(case.district_id)
    needed = int(parameter("contact.attempts", district_id=case.district_id, on=today))
    within = int(parameter("contact.within_workdays", district_id=case.district_id, on=today))
    of_this = [c for c in contacts if answer is not None and c.answer_no == answer.no]
    tried = sorted(
        {
            c.on
            for c in of_this
            if not c.reached
            and calendar.is_workday(c.on)
            and workdays_between(c.on, today, calendar) <= within
        }
    )
    waited = workdays_between(case.answered_on, today, calendar) if case.answered_on else 0
    last = of_this[-1] if of_this else None
    return Waiting(case, answer.text if answer else "", waited, needed, within, tried, last, is_asked)
