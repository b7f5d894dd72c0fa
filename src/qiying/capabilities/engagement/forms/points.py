"""Forms of points and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.engagement.models import DeputyNote, Point, PointActivity, PointKind
from qiying.capabilities.engagement.selectors.points import gatherings_to_link, kinds_for
from qiying.kernel.cases.models import Channel
from qiying.kernel.enterprises.fields import EnterpriseField, firm_field
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_form


def _channel(viewer: Viewer, row: PointKind | None) -> forms.Field:
    rows = Channel.objects.filter(district_id=viewer.district_id or 0).order_by("position", "pk")
    choices = list(rows.values_list("code", "name"))
    return forms.ChoiceField(label="问题走哪个渠道", help_text="渠道的主管单位看得到这些件", choices=choices)


def _owners(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    units = Unit.objects.filter(district_id=viewer.district_id or 0, is_active=True)
    if not viewer.has("engagement.points_district"):
        units = units.filter(pk__in=sorted(viewer.unit_ids))
    return list(units.order_by("sort_order", "pk").values_list("pk", "name"))


def _members(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    people = Membership.objects.filter(in_force(today), unit__district_id=viewer.district_id or 0)
    people = people.filter(role__in=("deputy", "liaison", "discipline")).order_by("person__name")
    names = people.values_list("person_id", "person__name", "unit__name").distinct()
    return [(pk, f"{name}（{unit}）") for pk, name, unit in names]


kind_form = row_form(
    PointKind, *("name", "owner_kind", "visibility", "channel", "is_active"), fields={"channel": _channel}
)
point_form = row_form(
    Point,
    *("kind", "name", "unit", "enterprise", "sector", "address", "hours", "phone", "members", "valid_from"),
    offers={"kind": kinds_for, "unit": _owners, "members": _members},
    fields={"enterprise": firm_field("设在哪家企业", required=False)},
    hints={"hours": "如：每月第二个周三 14:00-16:00"},
)
activity_form = row_form(
    PointActivity,
    *("gathering", "on", "title", "people", "text"),
    offers={"gathering": gatherings_to_link},
    hints={"gathering": "在系统里办的选一下，来了多少人按签到数"},
)
note_form = row_form(
    DeputyNote, "on", "text", "enterprise", fields={"enterprise": firm_field("哪家企业", required=False)}
)


class ProblemForm(forms.Form):
    """A problem heard at a point."""

    text = forms.CharField(label="说了什么", min_length=5, max_length=5000, widget=forms.Textarea)
    enterprise = EnterpriseField(label="哪家企业", required=False)
    name = forms.CharField(label="谁说的", required=False, max_length=40)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Point) -> None:
        super().__init__(data, initial={"enterprise": row.enterprise_id})
        self.fields["enterprise"] = firm_field("哪家企业", required=False)(viewer, row)


class ReceptionForm(forms.Form):
    """Times at which somebody of one's unit receives at a point."""

    name = forms.CharField(label="名称", max_length=60, help_text="如：城南联络站 · 区住建局接待")
    unit_id = forms.TypedChoiceField(label="哪个部门", coerce=int)
    receiver_id = forms.TypedChoiceField(label="接待人", coerce=int, help_text="部门负责人")
    hours = forms.CharField(label="每周时间", widget=forms.Textarea, help_text="一行一段：周二 14:00-16:00")
    slot_minutes = forms.IntegerField(label="一次多少分钟", min_value=5, max_value=240, initial=30)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Point) -> None:
        units = {m.unit_id: m.unit_name for m in viewer.memberships}
        super().__init__(data, initial={"name": f"{row.name} · {next(iter(units.values()), '')}接待"[:60]})
        offer(self, "unit_id", list(units.items()))
        heads = Membership.objects.filter(
            in_force(today), unit_id__in=units, role__in=("leader", "liaison", "desk")
        )
        offer(self, "receiver_id", list(heads.values_list("person_id", "person__name").distinct()))
