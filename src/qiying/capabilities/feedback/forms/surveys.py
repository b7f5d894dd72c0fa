"""What is typed about a survey: its frame, and the sample."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from qiying.capabilities.feedback.models import Survey, SurveyWay
from qiying.capabilities.feedback.selectors.surveys import frame_of, units_below
from qiying.kernel.forms.models import FormVersion
from qiying.kernel.forms.selectors import forms_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY

Typed = Mapping[str, Any] | None


class SurveyForm(forms.Form):
    """A survey and the questionnaire it asks."""

    title = forms.CharField(label="名称", max_length=100)
    form = forms.TypedChoiceField(label="问什么", coerce=int, help_text="先在“表单”里编好题目并发布")
    unit = forms.TypedChoiceField(label="主办单位", coerce=int)
    way = forms.ChoiceField(label="怎么发", choices=SurveyWay.choices, widget=forms.RadioSelect)
    is_anonymous = forms.BooleanField(
        label="不记名", required=False, help_text="不记是谁、几点答的；少于 5 份的部分不出结果"
    )
    opens_on = forms.DateField(label="开始", widget=DAY)
    closes_on = forms.DateField(label="截止", widget=DAY)
    complaint = forms.CharField(
        label="说问题的那一题", max_length=32, required=False, help_text="编号；要把问题转成诉求办理才填"
    )
    consent = forms.CharField(
        label="同意转办的那一题", max_length=32, required=False, help_text="编号；答“是”的才转办"
    )

    def __init__(self, data: Typed, *, viewer: Viewer, today: date, row: Survey | None) -> None:
        start: dict[str, Any] = {
            "opens_on": today,
            "closes_on": today + timedelta(days=14),
            "is_anonymous": True,
        }
        if row is not None:
            start = {name: getattr(row, name, None) for name in self.base_fields}
            start |= {"form": row.version.form_id, "unit": row.unit_id}
        super().__init__(data, initial=start)
        published = forms_visible_to(viewer).filter(ended_at=None, versions__isnull=False).distinct()
        _offer(self, "form", [(f.pk, f.title) for f in published])
        units = Unit.objects.filter(units_below(viewer), district_id=viewer.district_id or 0, is_active=True)
        _offer(self, "unit", [(u.pk, u.label) for u in units.order_by("path")])


def typed_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed as the service takes it: the newest version of the questionnaire, the unit's row."""
    found = dict(given)
    newest = FormVersion.objects.filter(form_id=found.pop("form")).select_related("form").order_by("-number")
    return {**found, "version": newest[0], "unit": Unit.objects.get(pk=found["unit"])}


class SampleForm(forms.Form):
    """How many to draw, and from which strata."""

    size = forms.IntegerField(label="抽几家", min_value=1, max_value=5000)
    only = forms.MultipleChoiceField(
        label="只从这些里抽", required=False, help_text="不选就从全部存续企业里，按规模和行业的比例抽"
    )

    def __init__(self, data: Typed, *, viewer: Viewer, today: date, row: Survey) -> None:
        super().__init__(data)
        field = self.fields["only"]
        assert isinstance(field, forms.MultipleChoiceField)
        strata = sorted(frame_of(row.district_id).items(), key=lambda item: -len(item[1]))
        field.choices = [(key, f"{key}（{len(rows)} 家）") for key, rows in strata]


def _offer(form: forms.Form, name: str, choices: list[tuple[int, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = choices
