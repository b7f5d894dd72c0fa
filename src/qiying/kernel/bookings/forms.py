"""What people type: a booking, and what can be booked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.selectors import bookable_kinds
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Membership, Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import day_input


class BookingForm(forms.Form):
    """Who comes and what for; the time is chosen before, in the address.

    Who receives writes the enterprise that calls; anybody else chooses one of his own.
    """

    enterprise_id = forms.TypedChoiceField(label="替哪家企业", coerce=int, empty_value=None, required=False)
    enterprise = forms.CharField(
        label="哪家企业",
        max_length=120,
        required=False,
        help_text="写全称或统一社会信用代码；不代表企业就空着",
    )
    contact_name = forms.CharField(label="谁来", max_length=40)
    contact_phone = forms.CharField(label="手机号", max_length=20)
    matter = forms.CharField(
        label="谈什么事",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写一两句，接待的人好提前准备",
    )
    may_wait = forms.BooleanField(label="万一刚被约走，就排队候补", required=False)

    def __init__(
        self, *args: Any, own: list[tuple[int, str]], district_id: int, receives: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.district_id = district_id
        self.fields["enterprise_id"].choices = [*own, ("", "不代表企业，我自己来")]  # type: ignore[attr-defined]
        if receives or not own:
            del self.fields["enterprise_id"]
        if not receives:
            del self.fields["enterprise"]

    def clean(self) -> dict[str, Any]:
        """Find the enterprise that was written, and give the service one name for both ways."""
        data = dict(super().clean() or {})
        written = str(data.pop("enterprise", "") or "").strip()
        if written:
            rows = Enterprise.objects.filter(district_id=self.district_id)
            found = rows.filter(Q(name=written) | Q(credit_code=written.upper())).first()
            if found is None:
                self.add_error(
                    "enterprise", "本区没有这家企业，请核对代码或写全称；没登记过就空着，写在谈什么事里"
                )
            else:
                data["enterprise_id"] = found.pk
        return data


class ReasonForm(forms.Form):
    """Why something is given up."""

    reason = forms.CharField(label="原因", max_length=200, required=False, help_text="对方会看到")


class DayForm(forms.Form):
    """A day that differs from its week."""

    day = forms.DateField(label="哪天", widget=day_input())
    starts = forms.TimeField(
        label="从", required=False, widget=forms.TimeInput(attrs={"type": "time"}), help_text="整天不开就空着"
    )
    ends = forms.TimeField(label="到", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    reason = forms.CharField(label="原因", max_length=100, help_text="已经约好的企业会收到这句话")


class BookableForm(forms.Form):
    """What can be booked and when."""

    name = forms.CharField(label="名称", max_length=60, help_text="例：区经信局局长接待")
    kind = forms.ChoiceField(label="类别")
    unit_id = forms.TypedChoiceField(label="负责单位", coerce=int)
    receiver_id = forms.TypedChoiceField(label="接待人", coerce=int, empty_value=None, required=False)
    place = forms.CharField(label="地点", max_length=120)
    hours = forms.CharField(
        label="每周时间",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一段：周一 09:00-11:30。只在工作日开，调休上班的周末按周一的时间。",
    )
    slot_minutes = forms.IntegerField(label="一次多少分钟", initial=30)
    capacity = forms.IntegerField(label="同时接待几家", initial=1)
    days_ahead = forms.IntegerField(label="提前多少天可约", initial=14)
    notice_hours = forms.IntegerField(label="至少提前几小时", initial=2)
    per_month = forms.IntegerField(label="一家企业 30 天内几次", initial=4, help_text="0 表示不限")
    is_public = forms.BooleanField(label="企业可以自己约", required=False, initial=True)
    bring = forms.CharField(label="要带什么", max_length=200, required=False)
    valid_from = forms.DateField(label="启用日期", widget=day_input())
    valid_to = forms.DateField(label="停用日期", required=False, widget=day_input())


def bookable_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Bookable | None
) -> BookableForm:
    """Return the form of an offer, with the viewer's own units and their people."""
    start: dict[str, Any] = {"valid_from": today}
    if row is not None:
        start = {name: getattr(row, name) for name in BookableForm.base_fields}
    form = BookableForm(data, initial=start)
    units = Unit.objects.filter(pk__in=viewer.unit_ids, is_active=True)
    people = Membership.objects.filter(unit_id__in=viewer.unit_ids, valid_from__lte=today).exclude(
        valid_to__lt=today
    )
    names = sorted(set(people.values_list("person_id", "person__name")), key=lambda pair: pair[1])
    for name, choices in (
        ("kind", list(bookable_kinds().items())),
        ("unit_id", [(u.pk, u.label) for u in units]),
        ("receiver_id", [("", "不指定，单位里谁都可以"), *names]),
    ):
        form.fields[name].choices = choices  # type: ignore[attr-defined]
    return form
