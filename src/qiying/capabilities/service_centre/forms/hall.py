"""Forms of the hall's registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.service_centre.models import ChiefOfficer, Duty, Hall, Window, Zone
from qiying.capabilities.service_centre.selectors.hall import item_names, windows_of, zones_of
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer

DAY = forms.DateInput(attrs={"type": "date"})
STRETCHES = "一行一段：周一 09:00-12:00。"
LINES = forms.Textarea(attrs={"rows": 5})


def _start(form: type[forms.Form], row: Any, **more: Any) -> dict[str, Any]:
    return {n: getattr(row, n) for n in form.base_fields if hasattr(row, n)} | more if row else more


def _people(form: forms.Form, viewer: Viewer, today: date) -> None:
    held = Membership.objects.filter(in_force(today), unit__district_id=viewer.district_id or 0)
    names = held.order_by("person__name").values_list("person_id", "person__name", "unit__name").distinct()
    offer(form, "person_id", [(pk, f"{name}（{unit}）") for pk, name, unit in names])


class HallForm(forms.Form):
    """The hall: its name, its hours, and those beside them."""

    name = forms.CharField(label="名称", max_length=60, help_text="例：上城区企业综合服务中心")
    unit_id = forms.TypedChoiceField(label="管大厅的单位", coerce=int)
    address = forms.CharField(label="地址", max_length=120, required=False)
    phone = forms.CharField(label="服务台电话", max_length=30, required=False)
    hours = forms.CharField(
        label="上班时间", widget=LINES, help_text=f"{STRETCHES}只在工作日；调休上班的周末按周一。"
    )
    off_hours = forms.CharField(
        label="错时服务时间", widget=LINES, required=False, help_text="午间、晚上、周末；放假不开。"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, row: Hall | None) -> None:
        super().__init__(data, initial=_start(HallForm, row))
        offer(self, "unit_id", unit_choices(viewer.district_id or 0))


class ZoneForm(forms.Form):
    """A zone."""

    kind = forms.ChoiceField(label="类别", choices=Zone.Kind.choices)
    letter = forms.CharField(label="字母", max_length=1, help_text="排队号从它开始：A001")
    name = forms.CharField(label="名称", max_length=40)
    about = forms.CharField(label="办什么", max_length=200, required=False, help_text="企业按这句话找专区")
    place = forms.CharField(label="在哪里", max_length=80, required=False, help_text="一楼东侧")
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Zone | None
    ) -> None:
        super().__init__(data, initial=_start(ZoneForm, row))


class OfferForm(forms.Form):
    """Which times of a zone can be booked."""

    hours = forms.CharField(label="每周时间", widget=LINES, help_text=STRETCHES)
    slot_minutes = forms.IntegerField(label="一次多少分钟", min_value=5, max_value=240, initial=30)
    capacity = forms.IntegerField(label="同时几家", min_value=1, max_value=50, initial=2)
    bring = forms.CharField(label="要带什么", max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Zone) -> None:
        known = Bookable.objects.filter(district_id=row.district_id, subject=row.subject).first()
        super().__init__(data, initial=_start(OfferForm, known))


class WindowForm(forms.Form):
    """A window and what it serves."""

    number = forms.IntegerField(label="窗口号", min_value=1, max_value=999)
    name = forms.CharField(label="名称", max_length=40)
    zone_id = forms.TypedChoiceField(label="专区", coerce=int)
    unit_id = forms.TypedChoiceField(label="哪个单位的", coerce=int)
    items = forms.CharField(
        label="办哪些事项", required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一行一项，照事项目录的名称写；空着就办这个专区的全部事项",
    )  # fmt: skip
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Window | None
    ) -> None:
        start = {"items": "\n".join(row.items)} if row else {}
        super().__init__(data, initial=_start(WindowForm, row, **start))
        offer(self, "zone_id", [(z.pk, str(z)) for z in zones_of(viewer.district_id, Zone.Kind.WINDOWS)])
        offer(self, "unit_id", unit_choices(viewer.district_id or 0))
        self.known = item_names(viewer.district_id or 0, today)

    def clean_items(self) -> list[str]:
        """Return the names, each once; refuse those the catalogue does not have, where there is one."""
        lines = self.cleaned_data["items"].replace("；", "\n").splitlines()
        names = list(dict.fromkeys(filter(None, (line.strip() for line in lines))))
        if unknown := [name for name in names if self.known and name not in self.known]:
            raise forms.ValidationError(f"事项目录里没有：{'、'.join(unknown[:3])}。请照目录里的名称写")
        return names


class DutyForm(forms.Form):
    """Somebody's turn at a window or at the guide desk."""

    person_id = forms.TypedChoiceField(label="谁", coerce=int)
    window_id = forms.TypedChoiceField(label="窗口", coerce=int, empty_value=None, required=False)
    weekdays = forms.CharField(
        label="星期几", max_length=7, initial="12345", help_text="12345 是周一到周五，6 是周六"
    )
    shift = forms.ChoiceField(label="班次", choices=Duty.Shift.choices)
    valid_from = forms.DateField(label="从哪天起", widget=DAY)
    valid_to = forms.DateField(label="到哪天止", widget=DAY, required=False, help_text="一直值就空着")

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Duty | None
    ) -> None:
        super().__init__(data, initial={"valid_from": today, **_start(DutyForm, row)})
        _people(self, viewer, today)
        windows = [(w.pk, str(w)) for w in windows_of(viewer.district_id)]
        offer(self, "window_id", [("", "导办台"), *windows])


class ChiefForm(forms.Form):
    """A chief service officer."""

    person_id = forms.TypedChoiceField(label="谁", coerce=int)
    unit_id = forms.TypedChoiceField(label="单位", coerce=int)
    zone_id = forms.TypedChoiceField(label="专区", coerce=int, empty_value=None, required=False)
    field = forms.CharField(label="管什么", max_length=120, help_text="例：工业项目从拿地到投产")
    phone = forms.CharField(label="电话", max_length=30, help_text="企业看得到，写有人接的")
    valid_from = forms.DateField(label="从哪天起", widget=DAY)
    valid_to = forms.DateField(label="到哪天止", widget=DAY, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ChiefOfficer | None
    ) -> None:
        super().__init__(data, initial={"valid_from": today, **_start(ChiefForm, row)})
        _people(self, viewer, today)
        offer(self, "unit_id", unit_choices(viewer.district_id or 0))
        offer(self, "zone_id", [("", "全部专区"), *((z.pk, str(z)) for z in zones_of(viewer.district_id))])
