"""Cases that were explained and filed: looked at every year, taken up again when their obstacle changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.capabilities.service_requests.models import ReExamination, RequestExtras
from qiying.capabilities.service_requests.selectors.common import followed_cases
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require

YEAR = timedelta(days=365)
State = ReExamination.State


def filed_remind(now: datetime) -> int:
    """Plan a look at every filed case that nobody looked at for a year, tell the desk, and return how many."""
    today = local_date(now)
    lately = ReExamination.objects.filter(case=OuterRef("pk"), due_on__gt=today - YEAR)
    due = (
        Case.objects.filter(procedure="service_request", state="filed", closed_on__lte=today - YEAR)
        .exclude(Exists(lately))
        .order_by("pk")
    )
    return sum(_plan(case, today, now) for case in due[:500])


@transaction.atomic
def _plan(case: Case, today: date, now: datetime) -> int:
    row, is_new = ReExamination.objects.get_or_create(case=case, due_on=today)
    if is_new:
        _tell(case, "filed_due", [f"u:{u}#desk" for u in units_with(case.district_id, "desk")], row, now)
    return int(is_new)


@transaction.atomic
def filed_look(*, case: Case, actor: Viewer, has_changed: bool, reason: str, now: datetime) -> ReExamination:
    """Record whether a filed case's obstacle still stands; a supervisor's "changed" takes it up again at once.

    The desk may not reopen (it is no judge): its "changed" is put before the supervisors.
    """
    require(actor, "service_requests.filed_look")
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not followed_cases(actor).filter(pk=case.pk).exists():
        raise NotPermitted("承办过这件事的人和单位不能复查它")
    if locked.state != "filed":
        raise ActionNotAvailable("这件事已经不在存档里了，请刷新后再看")
    words = reason.strip()
    if len(words) < 4:
        say = "写明凭什么这样判断，至少 4 个字"
        raise GuardFailed([say], {"reason": [say]})
    today = local_date(now)
    row = _row(locked, today)
    row.state = State.CHANGED if has_changed else State.STANDS
    row.reason, row.looked_at, row.looked_by_id = words[:300], now, actor.person_id
    can_reopen = has_changed and actor.has_role("supervisor")
    if can_reopen:
        reopen = {"reason": f"当时卡住的事变了：{words}"[:500]}
        case_act(case=locked, action="reopen", actor=actor, data=reopen, now=now)
        row.state = State.REOPENED
    row.save()
    row_noted(
        actor,
        "re_examined",
        locked,
        now,
        finding=row.get_state_display(),
        reason=row.reason,
        reopened=can_reopen,
    )
    if row.state == State.CHANGED:
        keys = [f"u:{u}#supervisor" for u in units_with(locked.district_id, "supervision")]
        _tell(locked, "obstacle_changed", keys, row, now)
    return row


def _row(case: Case, today: date) -> ReExamination:
    """Return the look that was planned or is waiting for a supervisor, else a new one of today."""
    open_ones = ReExamination.objects.select_for_update().filter(
        case=case, state__in=(State.PLANNED, State.CHANGED)
    )
    found = open_ones.order_by("-due_on").first()
    return found or ReExamination.objects.get_or_create(case=case, due_on=today)[0]


def _tell(case: Case, template: str, keys: list[str], row: ReExamination, now: datetime) -> None:
    context = {
        "case": case.number,
        "title": case.title,
        "obstacle": RequestExtras.of(case).obstacle,
        "reason": row.reason,
    }
    specs = [
        NoticeSpec(
            template,
            key,
            f"case:{case.number}",
            f"{case.number}:{template}:{row.pk}:{now:%Y%m%d}:{key}",
            context,
            f"/filed/{case.number}/",
        )
        for key in keys
    ]
    notices_queue(specs, district_id=case.district_id, at=now)
