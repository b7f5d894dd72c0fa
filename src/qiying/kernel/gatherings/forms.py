"""Forms of gatherings: they read what was typed, the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms

from qiying.kernel.audit.clock import SHANGHAI, local_time
from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.kinds import GatheringKind
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import unit_choices
from qiying.ui.given import day_input

DAY = day_input()
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HeadForm(forms.Form):
    """Theme, place, time, agenda, and what the kind has beside."""

    title = forms.CharField(label="主题", max_length=80)
    on = forms.DateField(label="日期", widget=DAY)
    starts = forms.TimeField(label="几点开始", widget=CLOCK)
    ends = forms.TimeField(label="几点结束", widget=CLOCK)
    place = forms.CharField(label="地点", max_length=120)
    capacity = forms.IntegerField(label="名额", required=False, min_value=1, max_value=100_000)
    sign_up_until = forms.DateField(label="报名截止", required=False, widget=DAY)
    agenda = forms.CharField(
        label="议程",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一项，例如：9:00 介绍政策",
    )
    cost_yuan = forms.DecimalField(
        label="花了多少（元）", required=False, min_value=0, max_digits=12, decimal_places=2
    )
    cost_note = forms.CharField(label="花在哪里", required=False, max_length=200)

    def __init__(self, data: Mapping[str, Any] | None, *, kind: GatheringKind, row: Gathering | None) -> None:
        initial: dict[str, Any] = {"starts": time(9), "ends": time(11)}
        if row is not None:
            initial = {
                f: getattr(row, f) for f in ("title", "on", "place", "capacity", "sign_up_until", "cost_note")
            }
            initial |= {"starts": local_time(row.starts_at).time(), "ends": local_time(row.ends_at).time()}
            initial["agenda"] = "\n".join(f"{at} {what}".strip() for at, what in row.agenda)
            initial["cost_yuan"] = Decimal(row.cost_fen) / 100 if row.cost_fen is not None else None
        super().__init__(data, initial=initial)
        left_out = [] if kind.has_capacity else ["capacity", "sign_up_until"]
        for name in [*left_out, *(["cost_yuan", "cost_note"] if row is None else [])]:
            del self.fields[name]

    def head(self) -> dict[str, Any]:
        """Return the values as the service takes them."""
        data = dict(self.cleaned_data)
        for name in ("starts", "ends"):
            data[f"{name}_at"] = datetime.combine(data["on"], data.pop(name), SHANGHAI)
        lines = (line.strip() for line in data["agenda"].splitlines())
        data["agenda"] = [_timed(line) for line in lines if line]
        if "cost_yuan" in data:
            yuan = data.pop("cost_yuan")
            data["cost_fen"] = int(yuan * 100) if yuan is not None else None
        return data


def _timed(line: str) -> list[str]:
    first, _, rest = line.partition(" ")
    return [first, rest.strip()] if rest and ":" in first.replace("：", ":") else ["", line]


class AttendeeForm(forms.Form):
    """Who is invited in which role."""

    role = forms.ChoiceField(label="什么身份")
    unit = forms.TypedChoiceField(label="单位", required=False, coerce=int, empty_value=None)
    enterprise = EnterpriseField(label="企业", required=False)
    name = forms.CharField(label="姓名", required=False, max_length=60, help_text="不写就请对方自己定谁来")
    title = forms.CharField(label="职务", required=False, max_length=60)
    nationality = forms.CharField(label="国籍", required=False, max_length=30, help_text="外商才填")
    language = forms.CharField(label="说什么语言", required=False, max_length=20, help_text="要翻译的才填")

    def __init__(self, data: Mapping[str, Any] | None, *, gathering: Gathering) -> None:
        super().__init__(data)
        self.gathering = gathering
        offer(self, "role", [(r.code, r.label) for r in gathering.of_kind.roles])
        offer(self, "unit", [("", "不选"), *unit_choices(gathering.district_id)])
        field = self.fields["enterprise"]
        assert isinstance(field, EnterpriseField)
        field.queryset = Enterprise.objects.filter(district_id=gathering.district_id)
        sides = {side for role in gathering.of_kind.roles for side in role.takes}
        for side in {"unit", "enterprise"} - sides:
            del self.fields[side]

    def clean_unit(self) -> Unit | None:
        """Return the unit chosen."""
        return Unit.objects.filter(pk=self.cleaned_data["unit"] or 0).first()


class ReasonForm(forms.Form):
    """Why something goes on, or is called off, in spite of what is missing."""

    excuse = forms.CharField(
        label="说明", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ResultForm(forms.Form):
    """What came of a promise."""

    result = forms.CharField(label="办成了什么", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class SubstituteForm(forms.Form):
    """Who comes instead."""

    name = forms.CharField(label="换谁来", max_length=60)
    title = forms.CharField(label="职务", required=False, max_length=60)


class PhotoForm(forms.Form):
    """A photo or a paper of the gathering."""

    file = forms.FileField(label="照片或材料")
