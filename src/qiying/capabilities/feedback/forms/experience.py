"""What is typed about experience officers, scripts, tasks and improvements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.feedback.models import ExperienceOfficer, ExperienceScript
from qiying.capabilities.feedback.rules.experience import quarter_end
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer

DAY = forms.DateInput(attrs={"type": "date"})


class OfficerForm(forms.Form):
    """An appointment."""

    login = forms.CharField(label="登录名", max_length=64, help_text="先请他注册账号")
    background = forms.CharField(label="身份", max_length=60, help_text="例：企业家、人大代表、媒体")
    per_quarter = forms.IntegerField(label="每季度几次", initial=2)
    valid_from = forms.DateField(label="从哪天起", widget=DAY)


def officer_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> OfficerForm:
    """Return the form of an appointment from today."""
    return OfficerForm(data, initial={"valid_from": today, "per_quarter": 2})


class ScriptForm(forms.Form):
    """A service item step by step, and what its guide promises."""

    name = forms.CharField(label="事项", max_length=60)
    unit_id = forms.TypedChoiceField(label="办事单位", coerce=int)
    steps = forms.CharField(
        label="步骤", widget=forms.Textarea(attrs={"rows": 6}), help_text="一行一步，例：网上查要哪些材料"
    )
    guide_url = forms.URLField(label="办事指南的网址", required=False, assume_scheme="https")
    workdays = forms.IntegerField(label="指南写几个工作日", required=False, min_value=0, max_value=1000)
    papers = forms.IntegerField(label="指南写几份材料", required=False, min_value=0, max_value=500)
    trips = forms.IntegerField(label="指南写跑几趟", required=False, min_value=0, max_value=100)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)


def script_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ExperienceScript | None
) -> ScriptForm:
    """Return the form of a script with the district's units."""
    form = ScriptForm(data, initial={n: getattr(row, n) for n in ScriptForm.base_fields} if row else None)
    form.fields["unit_id"].choices = unit_choices(viewer.district_id or 0)  # type: ignore[attr-defined]
    return form


class TaskForm(forms.Form):
    """Who walks a script until when."""

    officer_id = forms.TypedChoiceField(label="体验官", coerce=int)
    due_on = forms.DateField(label="最晚哪天", widget=DAY)


def task_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ExperienceScript
) -> TaskForm:
    """Return the form of a task until the end of the quarter, with the officers in office."""
    form = TaskForm(data, initial={"due_on": quarter_end(today)})
    officers = ExperienceOfficer.objects.filter(in_force(today), district_id=viewer.district_id or 0)
    rows = officers.select_related("person")
    form.fields["officer_id"].choices = [(o.pk, f"{o} · {o.background}") for o in rows]  # type: ignore[attr-defined]
    return form


class ImprovementForm(forms.Form):
    """What was changed."""

    text = forms.CharField(
        label="改了什么",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="体验官会再走一遍",
    )
