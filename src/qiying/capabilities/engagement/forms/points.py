"""Forms of points and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.engagement.forms.visits import DAY, firms_of
from qiying.capabilities.engagement.models import Point, PointKind, Visibility
from qiying.capabilities.engagement.selectors.points import kinds_for
from qiying.kernel.cases.models import Channel
from qiying.kernel.gatherings.forms import EnterpriseField
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Membership, Unit, UnitKind
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer


class KindForm(forms.Form):
    """A kind of points."""

    name = forms.CharField(label="名称", max_length=40)
    owner_kind = forms.ChoiceField(label="主管单位的类别", choices=UnitKind.choices)
    visibility = forms.ChoiceField(label="谁看得到", choices=Visibility.choices)
    channel = forms.ChoiceField(label="问题走哪个渠道", help_text="渠道的主管单位看得到这些件")
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: PointKind | None
    ) -> None:
        super().__init__(data, initial={n: getattr(row, n) for n in self.base_fields} if row else None)
        channels = Channel.objects.filter(district_id=viewer.district_id or 0).order_by("position", "pk")
        offer(self, "channel", list(channels.values_list("code", "name")))


class PointForm(forms.Form):
    """A point."""

    kind_id = forms.TypedChoiceField(label="类别", coerce=int)
    name = forms.CharField(label="名称", max_length=60)
    unit_id = forms.TypedChoiceField(label="主管单位", coerce=int)
    enterprise = EnterpriseField(label="设在哪家企业", required=False)
    sector = forms.CharField(label="行业", required=False, max_length=40)
    address = forms.CharField(label="地址", required=False, max_length=120)
    hours = forms.CharField(
        label="开放时间", required=False, max_length=120, help_text="如：每月第二个周三 14:00-16:00"
    )
    phone = forms.CharField(label="电话", required=False, max_length=30)
    members = forms.TypedMultipleChoiceField(label="代表和联络人", required=False, coerce=int)
    valid_from = forms.DateField(label="从哪天起", widget=DAY)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Point | None
    ) -> None:
        start: dict[str, Any] = {"valid_from": today}
        if row is not None:
            start = {n: getattr(row, n) for n in self.base_fields if n != "members"}
            start["enterprise"] = row.enterprise.name if row.enterprise else ""
            start["members"] = [p.pk for p in row.members.all()]
        super().__init__(data, initial=start)
        firms_of(self.fields["enterprise"], viewer.district_id or 0)
        units = Unit.objects.filter(district_id=viewer.district_id or 0, is_active=True)
        if not viewer.has("engagement.points_district"):
            units = units.filter(pk__in=sorted(viewer.unit_ids))
        offer(self, "unit_id", [(u.pk, u.name) for u in units.order_by("sort_order", "pk")])
        offer(self, "kind_id", [(k.pk, k.name) for k in kinds_for(viewer)])
        people = Membership.objects.filter(in_force(today), unit__district_id=viewer.district_id or 0)
        people = people.filter(role__in=("deputy", "liaison", "discipline")).order_by("person__name")
        names = people.values_list("person_id", "person__name", "unit__name").distinct()
        offer(self, "members", [(pk, f"{name}（{unit}）") for pk, name, unit in names])


class ActivityForm(forms.Form):
    """Something held at a point."""

    on = forms.DateField(label="哪天", widget=DAY)
    title = forms.CharField(label="什么活动", max_length=80)
    people = forms.IntegerField(label="多少人来", min_value=0, max_value=100_000, initial=0)
    text = forms.CharField(label="说了什么", required=False, max_length=2000, widget=forms.Textarea)


class ProblemForm(forms.Form):
    """A problem heard at a point."""

    text = forms.CharField(label="说了什么", max_length=5000, widget=forms.Textarea)
    enterprise = EnterpriseField(label="哪家企业", required=False)
    name = forms.CharField(label="谁说的", required=False, max_length=40)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Point) -> None:
        super().__init__(data, initial={"enterprise": row.enterprise.name if row.enterprise else ""})
        firms_of(self.fields["enterprise"], row.district_id)


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


class NoteForm(forms.Form):
    """A deputy's own note; the key is made with the page, so that a note sent twice is one."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    on = forms.DateField(label="哪天", widget=DAY)
    text = forms.CharField(label="记什么", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    enterprise = EnterpriseField(label="哪家企业", required=False, help_text="写全称；不写也行")

    def __init__(self, data: Mapping[str, Any] | None, *, district_id: int, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        firms_of(self.fields["enterprise"], district_id)
