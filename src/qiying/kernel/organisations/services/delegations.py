"""Leave: a colleague of the same unit acts for somebody from a day to a day, and it ends by itself.

The colleague gets memberships of his own that name the person away, so every right, list and message follows by itself.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.models import Membership, Person, Unit
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.registry import permissions_of
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import date_words

LONGEST = 90
"""Days of one leave; who is away for longer is registered anew by the operator."""
ARRANGES = ("liaison", "leader")
"""Roles that arrange leave for the people of their unit."""
NOT_HANDED_OVER = "organisations.manage"
"""Roles with this permission are never handed on: accounts are opened by who was appointed to."""


@transaction.atomic
def delegation_start(
    *,
    actor: Viewer,
    person: Person,
    deputy: Person,
    unit: Unit,
    valid_from: date,
    valid_to: date,
    at: datetime,
) -> list[Membership]:
    """Let a colleague act for a person on leave, both days included; raise `GuardFailed` with every reason."""
    own = _own_rows(person, unit, valid_from)
    _require_arranges(actor, person, unit, [m.role for m in own])
    fields: dict[str, list[str]] = {}
    if deputy.pk in {person.pk, actor.person_id}:
        fields["deputy"] = ["请选另一位同事代办，不能是请假的人，也不能指定自己"]
    elif not deputy.is_active or not _own_rows(deputy, unit, valid_from):
        fields["deputy"] = ["代办的人要在同一个单位任职"]
    if valid_from < local_date(at):
        fields["valid_from"] = ["开始的那天已经过了，请从今天或以后选"]
    if not valid_from <= valid_to <= valid_from + timedelta(days=LONGEST):
        fields["valid_to"] = [f"结束那天不能早于开始，一次最多 {LONGEST} 天"]
    if _stand_ins(person, unit).filter(valid_to__gte=valid_from, valid_from__lte=valid_to).exists():
        fields["person"] = ["这几天已经安排了人代办，先结束那一段"]
    handed = [m for m in own if NOT_HANDED_OVER not in permissions_of(m.role)]
    if not handed:
        fields.setdefault("person", []).append("这个人在这个单位没有可以请人代办的职责")
    refuse(fields)
    rows = Membership.objects.bulk_create(
        Membership(
            person=deputy,
            unit=unit,
            role=m.role,
            valid_from=valid_from,
            valid_to=min(valid_to, m.valid_to or valid_to),
            stands_in_for=person,
        )
        for m in handed
    )
    days = {"from": valid_from.isoformat(), "to": valid_to.isoformat()}
    _record(actor, "delegation_start", person, deputy, unit, days, at)
    if tell := provided("tell"):
        words = {"person": person.name, "deputy": deputy.name, "unit": unit.label}
        words |= {"from": date_words(valid_from, local_date(at)), "to": date_words(valid_to, local_date(at))}
        url = reverse("organisations:leave")
        told = [
            ("delegation_set", f"p:{pk}", url, words) for pk in {person.pk, deputy.pk} - {actor.person_id}
        ]
        key = f"{deputy.pk}:{days['from']}:{at.timestamp()}"
        tell(told, subject=f"person:{person.pk}", key=key, district_id=unit.district_id, at=at)
    return rows


@transaction.atomic
def delegation_end(*, actor: Viewer, person: Person, unit: Unit, valid_from: date, at: datetime) -> None:
    """End a leave early: today is its last day, or it never begins when it had not begun yet."""
    today = local_date(at)
    rows = list(_stand_ins(person, unit).filter(valid_from=valid_from, valid_to__gte=today))
    _require_arranges(actor, person, unit, [m.role for m in rows])
    if not rows:
        raise GuardFailed(["这段代办已经结束了"])
    for row in rows:
        has_begun = row.valid_from <= today
        row.valid_to = today if has_begun else today - timedelta(days=1)
        row.valid_from = min(row.valid_from, row.valid_to)
        row.ended_reason = "提前结束代办" if has_begun else "还没开始就取消了代办"
        row.save(update_fields=["valid_from", "valid_to", "ended_reason"])
    _record(actor, "delegation_end", person, rows[0].person, unit, {"to": today.isoformat()}, at)


def _own_rows(person: Person, unit: Unit, on: date) -> list[Membership]:
    return list(Membership.objects.filter(in_force(on), person=person, unit=unit, stands_in_for__isnull=True))


def _stand_ins(person: Person, unit: Unit) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(stands_in_for=person), unit=unit).select_related("person")


def _require_arranges(actor: Viewer, person: Person, unit: Unit, roles: list[str]) -> None:
    """Refuse who is neither the person himself nor arranges for the unit; a leader's leave is the leaders'."""
    if actor.person_id is not None and actor.person_id == person.pk:
        return
    arranges = ("leader",) if "leader" in roles else ARRANGES
    if not any(m.unit_id == unit.pk and m.role in arranges and m.for_id is None for m in actor.memberships):
        raise NotPermitted("请假代办由本人安排，或由本单位的联络员、领导替他安排；领导的由领导安排。")


def _record(
    actor: Viewer, action: str, person: Person, deputy: Person, unit: Unit, days: dict[str, str], at: datetime
) -> None:
    record_act(
        actor=actor,
        action=f"organisations.{action}",
        subject=f"person:{person.pk}",
        data={"deputy": deputy.pk, "unit": unit.pk, **days},
        at=at,
        district_id=unit.district_id,
    )
