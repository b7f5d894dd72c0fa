"""What is typed about experience officers, scripts, tasks and improvements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.experience.models import ExperienceOfficer, ExperienceScript
from qiying.capabilities.experience.rules import quarter_end
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY, row_form


def _units(viewer: Viewer, today: date) -> Sequence[tuple[int, str]]:
    return unit_choices(viewer.district_id or 0)


def _login(viewer: Viewer, row: Any) -> forms.Field:
    return forms.CharField(label="登录名", max_length=64, help_text="先请他注册账号")


officer_form = row_form(
    ExperienceOfficer,
    *("login", "background", "per_quarter", "valid_from"),
    fields={"login": _login},
    hints={"background": "例：企业家、人大代表、媒体"},
)
script_form = row_form(
    ExperienceScript,
    *("name", "unit", "steps", "guide_url", "workdays", "papers", "trips", "is_active"),
    offers={"unit": _units},
    hints={"steps": "一行一步，例：网上查要哪些材料"},
)


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
