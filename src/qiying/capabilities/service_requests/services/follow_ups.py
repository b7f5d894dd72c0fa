"""Calling back after write-off: who is on the month's list, by rule, and what he said.

Every bad rating and every unconfirmed closing is called; of the others a share, drawn by a hash of case number and
month, so that nobody chooses and everybody can check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.selectors.common import (
    followed_cases,
    month_end,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_put, personal_token
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Verdict
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.figures.periods import month_of
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

SAMPLE, BAD_RATING, UNCONFIRMED = "sample", "bad_rating", "unconfirmed"
WHY = {SAMPLE: "抽中", BAD_RATING: "评价不好", UNCONFIRMED: "未确认办结"}
BAD = Q(satisfaction__lte=2) | Q(value__in=("partly", "not_solved"))
REOPEN_WORDS = "回访时企业说没有解决"


class Recorded(NamedTuple):
    """What a call-back led to: taken up again, or why that was not possible."""

    follow_up: FollowUp
    is_reopened: bool
    reasons: tuple[str, ...] = ()


def is_drawn(number: str, month: date, percent: float) -> bool:
    """Tell whether a case is in the month's sample; the same for everybody who computes it."""
    digest = hashlib.sha256(f"{number}|{month:%Y-%m}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 * 100 < percent


def case_closed_plan(payload: Mapping[str, Any], now: datetime) -> None:
    """Plan the call-back that a closing makes necessary (subscribed to `case_closed`)."""
    case = Case.objects.filter(number=payload["case"], state="written_off").first()
    if case is not None:
        _plan(case.district_id, [case], sample=False)


def follow_ups_draw(now: datetime) -> int:
    """Draw every district's list of this month; a list drawn before only gains what came since."""
    month = month_of(local_date(now))
    ids = list(District.objects.values_list("pk", flat=True))
    return sum(month_draw(district_id=pk, month=month) for pk in ids)


def month_draw(*, district_id: int, month: date) -> int:
    """Plan the call-backs of a district that fall due in a month and return how many are new."""
    days = int(parameter("follow_up.days", district_id=district_id, on=month))
    closed = Case.objects.filter(
        district_id=district_id,
        procedure="service_request",
        state="written_off",
        closed_on__gte=month - timedelta(days=days),
        closed_on__lte=month_end(month) - timedelta(days=days),
    )
    found = list(closed.only("number", "district_id", "outcome", "closed_on").order_by("pk"))
    return _plan(district_id, found, sample=True)


@transaction.atomic
def _plan(district_id: int, cases: Sequence[Case], *, sample: bool) -> int:
    """Plan cases once per closing; what was planned for an earlier closing moves to the later one."""
    ids = [c.pk for c in cases]
    bad = set(Verdict.objects.filter(BAD, case_id__in=ids).values_list("case_id", flat=True))
    known: dict[int, FollowUp] = {}
    for row in FollowUp.objects.filter(case_id__in=ids).order_by("due_on"):
        known[row.case_id] = row
    new = []
    for case in cases:
        assert case.closed_on is not None
        days = int(parameter("follow_up.days", district_id=district_id, on=case.closed_on))
        due = case.closed_on + timedelta(days=days)
        why = _why(case, case.pk in bad, month_of(due), sample)
        last = known.get(case.pk)
        if last is not None and (last.state == FollowUp.State.DONE and last.due_on >= due):
            continue
        if last is not None and last.state != FollowUp.State.DONE:
            _move(last, due, why)
        elif why and (last is None or last.due_on < due):
            new.append(FollowUp(case=case, due_on=due, why=why, month=month_of(due)))
    before = FollowUp.objects.filter(case_id__in=ids).count() if new else 0
    FollowUp.objects.bulk_create(new, ignore_conflicts=True, batch_size=400)
    return FollowUp.objects.filter(case_id__in=ids).count() - before if new else 0


def _why(case: Case, is_bad: bool, month: date, sample: bool) -> str:
    if case.outcome == "unconfirmed":
        return UNCONFIRMED
    if is_bad:
        return BAD_RATING
    percent = float(parameter("follow_up.percent", district_id=case.district_id, on=month))
    return SAMPLE if sample and is_drawn(case.number, month, percent) else ""


def _move(row: FollowUp, due: date, why: str) -> None:
    """Let a call that was not made follow the newer closing."""
    if row.due_on >= due:
        return
    row.due_on, row.month, row.why = due, month_of(due), why or row.why
    row.state = FollowUp.State.PLANNED
    row.save(update_fields=["due_on", "month", "why", "state"])


@transaction.atomic
def follow_up_record(
    *,
    follow_up: FollowUp,
    actor: Viewer,
    reached: bool,
    still_solved: bool | None,
    satisfaction: int | None,
    note: str,
    now: datetime,
) -> Recorded:
    """Record a call; not solved takes the case up again on the same promise.

    Raises: NotPermitted for who handled the case, ActionNotAvailable when it was recorded before or the case is
    open again, GuardFailed with every reason.
    """
    require(actor, "service_requests.follow_up")
    row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    case = Case.objects.get(pk=row.case_id)
    if not followed_cases(actor).filter(pk=case.pk).exists():
        raise NotPermitted("承办过这件事的人和单位不能回访它，请别人来打这个电话")
    if row.state == FollowUp.State.DONE:
        raise ActionNotAvailable("这一件已经回访过了，请刷新后再看")
    if case.state != "written_off":
        raise ActionNotAvailable("这件事已经在重新办，等办好再回访")
    _check(reached, still_solved, satisfaction, note)
    ref = personal_put([note.strip()], at=now)[0] if note.strip() else ""
    row.state = FollowUp.State.DONE if reached else FollowUp.State.UNREACHED
    row.done_at, row.done_by_id = now, actor.person_id
    row.still_solved = still_solved if reached else None
    row.satisfaction = satisfaction if reached else None
    row.note_ref = ref or row.note_ref
    row.save()
    is_reopened, reasons = _reopen(case, actor, now) if reached and not still_solved else (False, ())
    data: dict[str, Any] = {"why": row.why, "reached": reached, "still_solved": row.still_solved}
    data |= {"satisfaction": row.satisfaction, "reopened": is_reopened}
    if ref:
        data["note"] = personal_token(ref)
    row_noted(actor, "follow_up_recorded", case, now, **data)
    return Recorded(row, is_reopened, reasons)


def _check(reached: bool, still_solved: bool | None, satisfaction: int | None, note: str) -> None:
    fields: dict[str, list[str]] = {}
    if reached and still_solved is None:
        fields["still_solved"] = ["联系上了，就要选企业怎么说：还是好的，还是没解决"]
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        fields["satisfaction"] = ["满意度只有 1 到 5"]
    if reached and still_solved is False and len(note.strip()) < 4:
        fields["note"] = ["企业说没解决，要记下它说了什么，承办单位好接着办"]
    refuse(fields)


def _reopen(case: Case, actor: Viewer, now: datetime) -> tuple[bool, tuple[str, ...]]:
    """Take the case up again; when a rule forbids it, the call stays recorded with the reason."""
    try:
        with transaction.atomic():
            case_act(case=case, action="reopen", actor=actor, data={"reason": REOPEN_WORDS}, now=now)
    except GuardFailed as refused:
        return False, tuple(refused.reasons)
    return True, ()
