"""Reviews (复盘): which closed cases are looked back at, by rule, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.capabilities.service_requests.models import Review
from qiying.capabilities.service_requests.selectors.common import (
    followed_cases,
    month_end,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Case, Supervision
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.statutes.workdays import workdays_between

WHY = {
    "long": "办得久",
    "reopened": "重新办过",
    "refused": "两次没解决",
    "repeated": "一年内又来",
    "red": "红牌",
}
CATCH_UP = 3
YEAR = timedelta(days=365)
LEAST = 6


def why_words(codes: str) -> str:
    """Return a review's reasons as words.

    >>> why_words("long,red")
    '办得久、红牌'
    """
    return "、".join(WHY.get(c, c) for c in codes.split(",") if c)


def took(case: Case) -> int:
    """Return in how many workdays a case was answered."""
    end = case.answered_on or case.closed_on or case.received_on
    return workdays_between(case.received_on, end, calendar_for(case.district_id))


def reviews_draw(now: datetime) -> int:
    """Draw the reviews of the last complete months in every district and return how many are new."""
    this = month_of(local_date(now))
    ids = list(District.objects.values_list("pk", flat=True))
    months = [months_later(this, -n) for n in range(CATCH_UP, 0, -1)]
    return sum(month_review(district_id=pk, month=m) for pk in ids for m in months)


@transaction.atomic
def month_review(*, district_id: int, month: date) -> int:
    """Plan the reviews of the cases a district closed in a month; a case closed twice in it is reviewed once."""
    drawn = Review.objects.filter(case=OuterRef("pk"), month=month)
    red = Supervision.objects.filter(case=OuterRef("pk"), kind="red")
    closed = (
        Case.objects.filter(
            district_id=district_id,
            procedure="service_request",
            state__in=("written_off", "filed"),
            closed_on__gte=month,
            closed_on__lte=month_end(month),
        )
        .exclude(Exists(drawn))
        .annotate(has_red=Exists(red))
    )
    cases = list(closed.order_by("pk"))
    repeated = _repeated(cases) if cases else set()
    found = [
        Review(case=c, month=month, why=why)
        for c in cases
        if (why := _why(c, c.pk in repeated, bool(c.has_red), month))
    ]
    Review.objects.bulk_create(found, ignore_conflicts=True, batch_size=400)
    return len(found)


def _repeated(cases: Sequence[Case]) -> set[int]:
    """Return the cases whose enterprise came with the same kind of matter within the 12 months before."""
    firms = {c.enterprise_id for c in cases if c.enterprise_id and c.category}
    since = min(c.received_on for c in cases) - YEAR
    rows = (
        Case.objects.filter(
            enterprise_id__in=firms,
            procedure="service_request",
            received_on__gte=since,
            received_at__lte=max(c.received_at for c in cases),
        )
        .exclude(outcome__in=("joined", "voided", "withdrawn"))
        .values_list("enterprise_id", "category", "received_at")
    )
    earlier: dict[tuple[int | None, str], list[datetime]] = {}
    for firm, category, at in rows:
        earlier.setdefault((firm, category), []).append(at)
    return {
        c.pk
        for c in cases
        if c.category
        and any(
            c.received_at - YEAR <= at < c.received_at
            for at in earlier.get((c.enterprise_id, c.category), ())
        )
    }


def _why(case: Case, is_repeated: bool, has_red: bool, month: date) -> str:
    long = int(parameter("review.long_workdays", district_id=case.district_id, on=month))
    facts = {
        "long": took(case) >= long,
        "reopened": case.reopen_count > 0,
        "refused": case.refusal_count >= 2,
        "repeated": is_repeated,
        "red": has_red,
    }
    return ",".join(code for code, holds in facts.items() if holds)


@transaction.atomic
def review_write(
    *,
    review: Review,
    actor: Viewer,
    cause: str,
    lesson: str,
    measure: str,
    is_nominated: bool,
    now: datetime,
) -> Review:
    """Write a review down; it can be rewritten until the case is chosen as a best case.

    Raises: NotPermitted when who handled the case nominates it, GuardFailed with every reason.
    """
    require(actor, "service_requests.review_write")
    row = Review.objects.select_for_update().select_related("case").get(pk=review.pk)
    if hasattr(row, "best_case"):
        raise ActionNotAvailable("这件已经入选最佳案例，复盘不能再改")
    given = {"cause": cause.strip(), "lesson": lesson.strip(), "measure": measure.strip()}
    names = {"cause": "原因", "lesson": "教训", "measure": "措施"}
    fields = {
        k: [f"{names[k]}至少写 {LEAST} 个字，写给以后办同类事的人看"]
        for k, v in given.items()
        if len(v) < LEAST
    }
    refuse(fields)
    if is_nominated != row.is_nominated and not may_nominate(actor, row.case):
        raise NotPermitted("自己承办的件不能自己推荐，请受理台或督查推荐")
    for name, value in given.items():
        setattr(row, name, value)
    row.is_nominated = is_nominated
    row.state, row.done_at, row.done_by_id = Review.State.DONE, now, actor.person_id
    row.save()
    row_noted(
        actor,
        "review_written",
        row.case,
        now,
        month=f"{row.month:%Y-%m}",
        cause=given["cause"],
        nominated=is_nominated,
    )
    return row


def may_nominate(actor: Viewer, case: Case) -> bool:
    """Tell whether somebody may nominate a case as a best case: a neutral office that did not handle it."""
    return followed_cases(actor).filter(pk=case.pk).exists()
