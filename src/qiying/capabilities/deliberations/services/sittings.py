"""A sitting from its plan to its end: invited, asked and asked again, adopted, handed over, reported, judged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.deliberations.models import OpinionItem, Sitting
from qiying.capabilities.deliberations.rules.days import (
    characters,
    hand_over_until,
    hearing_until,
    report_until,
    report_words,
)
from qiying.capabilities.deliberations.services.keeping import ANSWER, KEEP, days, noted, own_firms
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.tasks import has_tasks
from qiying.kernel.gatherings.kinds import ANSWER as ANSWERS
from qiying.kernel.gatherings.kinds import PLAN, kind_of
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.gatherings.services.editing import item_add
from qiying.kernel.gatherings.services.following import item_done
from qiying.kernel.gatherings.services.people import attendee_add
from qiying.kernel.gatherings.services.planning import figures_write, gathering_save
from qiying.kernel.organisations.models import Person, Unit
from qiying.kernel.organisations.selectors import people_with_role
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values, row_locked
from qiying.kernel.registers.rows import row_faults, row_filled

OWN = ("theme", "members", "opinions_until", "report_unit")
DONE = (OpinionItem.State.CLOSED, OpinionItem.State.DROPPED)
State = Sitting.State


def sitting_locked(row: Sitting, *states: str) -> Sitting:
    """Return a sitting to be changed; raise `ActionNotAvailable` when it went on meanwhile."""
    return row_locked(row, *states, related=("gathering__unit", "report_unit"))


@transaction.atomic
def sitting_save(*, actor: Viewer, row: Sitting | None, values: Values, now: datetime) -> Sitting:
    """Plan a sitting with its gathering, or change both while opinions come in."""
    require(actor, KEEP)
    if row is not None:
        row = sitting_locked(row, State.OPEN)
    made = row_filled(row or Sitting(district_id=actor.district_id or 0), values, *OWN)
    fields = row_faults(made, unique="")
    if not made.members:
        fields["members"] = ["写组成人员有几人"]
    refuse(fields)
    kind = made.gathering.of_kind if row else kind_of(str(values["kind"]))
    head: dict[str, Any] = {"actor": actor, "kind": kind, "values": values, "now": now}
    made.gathering = gathering_save(**head, gathering=made.gathering if row else None)
    made.save()
    noted(actor, made, f"{kind.label}：{made}", now)
    return made


@transaction.atomic
def deputies_invite(*, actor: Viewer, row: Sitting, now: datetime) -> int:
    """Invite every deputy of the district to take part online; return how many were added."""
    require(actor, KEEP)
    one = Gathering.objects.select_for_update().get(pk=row.gathering_id)
    if not one.allows(PLAN) and not one.allows(ANSWERS):
        raise ActionNotAvailable(f"现在是“{one.of_phase.label}”，不能再请人")
    units = Unit.objects.filter(district_id=row.district_id).values_list("pk", flat=True)
    there = set(one.attendees.filter(person__isnull=False).values_list("person_id", flat=True))
    held = people_with_role(units, ("deputy",), local_date(now))
    new = {m.person_id: m.person for m in held if m.person_id not in there}
    for person in new.values():
        attendee_add(gathering=one, actor=actor, role="online", now=now, person=person)
    return len(new)


@transaction.atomic
def question_follow_up(*, actor: Viewer, row: Sitting, item_id: int, text: str, now: datetime) -> Item:
    """Ask again what was not answered: a question of its own, by the same deputy to the same unit."""
    require(actor, KEEP)
    one = items_of(row.gathering).filter(pk=item_id, answer="unclear", done_at__isnull=True).first()
    if one is None:
        raise ActionNotAvailable("这一问已经答清楚，或者追问过了")
    about = {"speaker": one.speaker, "unit": one.unit, "enterprise": one.enterprise}
    made = item_add(
        gathering=row.gathering,
        now=now,
        kind="question",
        text=text.strip(),
        source=f"追问第 {one.no} 问",
        **about,
    )
    item_done(item=one, actor=actor, result=f"没答清楚，追问为第 {made.no} 问", now=now)
    return made


def conflicts_of(gathering: Gathering) -> list[tuple[int, str]]:
    """Return by number which questions a deputy asked about a firm of his own."""
    found = []
    for item in items_of(gathering):
        person = item.speaker.person if item.speaker is not None else None
        if person is not None:
            firms = own_firms([person], item.text, gathering.on, item.enterprise_id)
            found += [(item.no, f"{person.name}和{firm}有利害关系") for firm in firms]
    return found


# --- after it --------------------------------------------------------------------------------------


@transaction.atomic
def sitting_adopt(*, actor: Viewer, row: Sitting, adopted_by: str, now: datetime) -> Sitting:
    """Adopt the items: they are numbered through, and from now on seven days run until they are handed over."""
    require(actor, KEEP)
    found, today = sitting_locked(row, State.OPEN), local_date(now)
    items = list(found.items.filter(state=OpinionItem.State.DRAFT).order_by("no"))
    loose = found.opinions.filter(item__isnull=True, left_out="").count()
    reasons = [] if items else ["还没有拟定的审议意见，先把代表意见并成条目"]
    if loose:
        reasons.append(f"还有 {loose} 条代表意见没有并进条目，也没说明为什么不采纳")
    if found.gathering.phase in ("planned", "inviting", "running", "cancelled"):
        reasons.append("会还没开完")
    if reasons:
        raise GuardFailed(reasons)
    for no, item in enumerate(items, 1):
        item.no, item.state = no, OpinionItem.State.ADOPTED
        item.save(update_fields=["no", "state"])
    found.state, found.adopted_on, found.adopted_by = State.ADOPTED, today, adopted_by.strip()[:60]
    limit = days(found, "hand_over_days", today)
    found.hand_over_by = hand_over_until(today, limit, calendar_for(found.district_id))
    found.save()
    told = list(found.opinions.values_list("person_id", "text"))
    counts = {"items": len(items), "opinions": len(told), "opinion_deputies": len({p for p, _ in told})}
    counts["characters"] = characters([text for _, text in told])
    figures_write(found.gathering, counts, today, seq=1)
    noted(actor, found, f"通过 {len(items)} 条", now)
    return found


def items_owed(items: list[OpinionItem]) -> list[str]:
    """Say what items lack before they can be handed over."""
    lacking = [str(i.no) for i in items if i.unit_id is None]
    found = [f"第 {'、'.join(lacking[:20])} 条还没写整改责任单位"] if lacking else []
    if not has_tasks():
        found.append("这里没有装“任务”，不能交办")
    return found


@transaction.atomic
def sitting_hand_over(*, actor: Viewer, row: Sitting, now: datetime) -> Sitting:
    """Hand the adopted items over: each becomes a task which the congress writes off; the report is due in months."""
    require(actor, KEEP)
    found, today = sitting_locked(row, State.ADOPTED), local_date(now)
    items = list(found.items.filter(state=OpinionItem.State.ADOPTED).order_by("no"))
    if reasons := items_owed(items):
        raise GuardFailed(reasons)
    calendar, months = calendar_for(found.district_id), days(found, "report_months", today)
    found.report_by = report_until(today, months, calendar)
    found.explanation = report_words(today, months, found.report_by)
    found.state, found.handed_over_on = State.HANDED, today
    found.hearing_by = hearing_until(today, calendar)
    for item in items:
        _task(actor, found, item, now)
    found.save()
    in_time = found.hand_over_by is not None and today <= found.hand_over_by
    figures_write(found.gathering, {"handed_in_time" if in_time else "handed_late": 1}, today, seq=2)
    noted(actor, found, f"交办 {len(items)} 条，{found.explanation}", now)
    return found


def _task(actor: Viewer, sitting: Sitting, item: OpinionItem, now: datetime) -> None:
    item.due_on = item.due_on or sitting.report_by
    data = {
        "title": item.text[:120], "text": f"{sitting}，审议意见第 {item.no} 条（{item.area}）：{item.text}",
        "unit": item.unit_id, "person": item.person_id, "judge_unit": sitting.gathering.unit_id,
        "result_to_show": item.text, "due_on": item.due_on, "origin": item.subject,
        "origin_label": f"{sitting}审议意见第 {item.no} 条"[:120],
    }  # fmt: skip
    item.case = case_open(procedure="task", actor=actor, district_id=sitting.district_id, now=now, data=data)
    item.state = OpinionItem.State.SENT
    item.save(update_fields=["due_on", "case", "state"])


@transaction.atomic
def sitting_report(*, actor: Viewer, row: Sitting, report: str, now: datetime) -> Sitting:
    """Report on what became of the opinions, by the unit that owes it."""
    require(actor, ANSWER)
    found, today = sitting_locked(row, State.HANDED), local_date(now)
    if found.report_unit_id not in actor.unit_ids:
        raise NotPermitted(f"由{found.report_unit.label}报告")
    found.report, found.reported_on, found.state = report.strip(), today, State.REPORTED
    found.reports += 1
    found.save()
    in_time = found.report_by is None or today <= found.report_by
    told = {"reported_in_time" if in_time else "reported_late": 1}
    figures_write(found.gathering, told, today, seq=10 + found.reports)
    noted(actor, found, f"第 {found.reports} 次报告", now)
    return found


@transaction.atomic
def sitting_return(*, actor: Viewer, row: Sitting, reason: str, report_by: date, now: datetime) -> Sitting:
    """Demand a fresh report until a workday (浙江省监督条例 2008 art. 45)."""
    require(actor, KEEP)
    found, today = sitting_locked(row, State.REPORTED), local_date(now)
    if report_by <= today or not calendar_for(found.district_id).is_workday(report_by):
        refuse({"report_by": ["写今天以后的一个工作日"]})
    found.state, found.report_by, found.returned = State.HANDED, report_by, reason.strip()[:300]
    found.explanation = "要求重新报告时定的日子"
    found.save()
    noted(actor, found, f"要求重新报告：{reason}", now)
    return found


@transaction.atomic
def sitting_close(*, actor: Viewer, row: Sitting, now: datetime) -> Sitting:
    """End a sitting when its report was accepted and every item is written off."""
    require(actor, KEEP)
    found = sitting_locked(row, State.REPORTED)
    owed = found.items.exclude(state__in=DONE).count()
    if owed:
        raise GuardFailed([f"还有 {owed} 条没有核销，不能只在纸上办结"])
    found.state, found.closed_on, found.hearing_by = State.CLOSED, local_date(now), None
    found.save()
    noted(actor, found, "办结", now)
    return found


def person_faults(unit_id: int | None, person: Person | None, on: date) -> Faults:
    """Say when the named person is nobody of the unit."""
    if person is None or unit_id is None:
        return {}
    held = person.memberships.filter(unit_id=unit_id, valid_from__lte=on)
    return {} if held.exists() else {"person": [f"{person.name}不在这个单位任职"]}
