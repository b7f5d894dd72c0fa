"""Forms of checks: a tool linked, a finding sent, a finding put right at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.oversight.models import RouteList
from qiying.capabilities.oversight.selectors.basis import article_choices
from qiying.capabilities.oversight.services.checks import WAYS
from qiying.kernel.organisations.forms import NONE
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY


class ToolForm(forms.Form):
    subject = forms.CharField(
        label="种类和编号", max_length=24, help_text="visit:12 走访，gathering:5 座谈，survey:3 问卷"
    )
    label = forms.CharField(
        label="是哪一次", max_length=120, required=False, help_text="不写就用它自己的名称"
    )


class CiteForm(forms.Form):
    articles = forms.TypedMultipleChoiceField(label="依据哪几条", coerce=int)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data)
        self.fields["articles"].choices = article_choices(viewer, today)  # type: ignore[attr-defined]


class FixedForm(forms.Form):
    result = forms.CharField(label="改成怎样、谁看过", max_length=500, widget=forms.Textarea)


class SendForm(forms.Form):
    way = forms.ChoiceField(label="怎么改", choices=list(WAYS.items()))
    unit_id = forms.TypedChoiceField(label="责任单位", coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label="任务哪天前改好", required=False, widget=DAY)
    list_id = forms.TypedChoiceField(label="督办用哪张清单", coerce=int, empty_value=None, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data, initial={"unit_id": row.unit_id})
        own = RouteList.objects.filter(in_force(today), district_id=viewer.district_id or 0)
        offered = {"unit_id": unit_choices(viewer.district_id or 0), "list_id": own.values_list("pk", "name")}
        for name, choices in offered.items():
            self.fields[name].choices = [NONE, *choices]  # type: ignore[attr-defined]
