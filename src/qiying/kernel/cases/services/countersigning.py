"""Whose answers a unit lets somebody else approve before they go out, and who approves them: the unit's own setting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.db.models import Q
from pydantic import BaseModel, ConfigDict

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer

KEY = "countersign"
SETTERS = ("leader", "liaison")
WHOSE = {
    "nobody": "不审签，答复直接发给企业",
    "others": "除审签人以外，每个人的答复都要审签",
    "named": "只有下面选的人的答复要审签",
}


class Countersign(BaseModel):
    """A unit's setting; ids of people."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    whose: Literal["nobody", "others", "named"] = "nobody"
    people: list[int] = []
    approvers: list[int] = []

    @classmethod
    def of(cls, unit: Unit) -> Countersign:
        return cls.model_validate(unit.settings.get(KEY, {}))

    def binds(self, person_id: int | None) -> bool:
        """Tell whether this person's answers are approved before they go out."""
        named = person_id in self.people
        return named if self.whose == "named" else self.whose == "others" and person_id not in self.approvers


def candidates(unit: Unit, on: date) -> dict[int, str]:
    """Return who may approve for a unit: its people, those of its sections and of the unit above it, by id."""
    near = Q(unit__path__startswith=unit.path) | Q(unit_id=unit.parent_id)
    rows = Membership.objects.filter(in_force(on), near, stands_in_for__isnull=True, person__is_active=True)
    return dict(rows.order_by("unit__path", "person__name").values_list("person_id", "person__name"))


def may_set(viewer: Viewer, unit_id: int) -> bool:
    """Tell whether the viewer settles this for a unit: its leader or liaison."""
    return any(viewer.has_role(role, unit_id) for role in SETTERS)


@transaction.atomic
def countersign_set(
    *, actor: Viewer, unit: Unit, whose: str, people: Sequence[int], approvers: Sequence[int], at: datetime
) -> Countersign:
    """Settle it; the act keeps old and new. Raises `NotPermitted`, `GuardFailed` with every reason at its field."""
    if not may_set(actor, unit.pk):
        raise NotPermitted("答复审签由本单位的联络员或领导来定")
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    new = Countersign.model_validate(
        {"whose": whose, "people": sorted(people), "approvers": sorted(approvers)}
    )
    known, fields = candidates(locked, local_date(at)), dict[str, list[str]]()
    if new.whose != "nobody" and not new.approvers:
        fields["approvers"] = ["选谁来审签，至少一个人"]
    if new.whose == "named" and not new.people:
        fields["people"] = ["选谁的答复要审签"]
    if new.whose == "named" and len(new.approvers) == 1 and new.approvers[0] in new.people:
        fields["approvers"] = ["自己的答复不能自己审：再选一个审签人，或者不审他的答复"]
    for name in ("people", "approvers"):
        if set(getattr(new, name)) - set(known):
            fields[name] = ["有人已经不在本单位了，请重选"]
    refuse(fields)
    before = Countersign.of(locked)
    if new != before:
        locked.settings = {**locked.settings, KEY: new.model_dump()}
        locked.save(update_fields=["settings"])
        row_noted(actor, "countersign_set", unit, at, before=before.model_dump(), after=new.model_dump())
    return new
