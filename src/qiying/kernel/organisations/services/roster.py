"""Writes on the roster of 攻坚手."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.models import Membership, Person, RosterEntry, Unit
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def roster_add(
    *,
    actor: Viewer,
    person: Person,
    unit: Unit,
    specialities: Sequence[str],
    valid_from: date,
    at: datetime,
    note: str = "",
) -> RosterEntry:
    """Put a person of a unit on the roster with his fields; raise `GuardFailed` with every reason."""
    require_in_district(actor, "organisations.roster", unit.district_id)
    words = list(dict.fromkeys(w.strip() for w in specialities if w.strip()))
    reasons = []
    if not words:
        reasons.append("请至少写一项专长")
    in_unit = Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
    if not Membership.objects.filter(in_unit, person=person, unit__path__startswith=unit.path).exists():
        reasons.append(f"{person.name}不在{unit.name}任职")
    if RosterEntry.objects.filter(person=person, unit=unit, valid_to__isnull=True).exists():
        reasons.append(f"{person.name}已经在名册上")
    if reasons:
        raise GuardFailed(reasons)
    row = RosterEntry.objects.create(
        district_id=unit.district_id,
        person=person,
        unit=unit,
        specialities=words,
        valid_from=valid_from,
        note=note.strip(),
    )
    _record(actor, "roster_add", row, at)
    return row


@transaction.atomic
def roster_remove(*, actor: Viewer, entry: RosterEntry, on: date, at: datetime) -> RosterEntry:
    """End a person's time on the roster; `on` is the last day."""
    require_in_district(actor, "organisations.roster", entry.district_id)
    if entry.valid_to is not None:
        raise GuardFailed(["已经不在名册上"])
    entry.valid_to = max(on, entry.valid_from)
    entry.save(update_fields=["valid_to"])
    _record(actor, "roster_remove", entry, at)
    return entry


def _record(actor: Viewer, action: str, row: RosterEntry, at: datetime) -> None:
    record_act(
        actor=actor,
        action=f"organisations.{action}",
        subject=f"person:{row.person_id}",
        data={"entry": row.pk, "unit": row.unit_id, "specialities": row.specialities},
        at=at,
        district_id=row.district_id,
    )
