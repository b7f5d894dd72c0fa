"""Forms of joint supervision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.oversight.models import JointShare, JointSupervision
from qiying.capabilities.oversight.services.joint import SIDES
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_form

joint_form = row_form(
    JointSupervision,
    "title",
    "purpose",
    "other",
    "until_on",
    offers={
        "other": lambda viewer, today: [
            c for c in unit_choices(viewer.district_id or 0, SIDES) if c[0] not in viewer.unit_ids
        ]
    },
)


class AnswerForm(forms.Form):
    agrees = forms.ChoiceField(label="同不同意", choices=[("yes", "同意联合监督"), ("no", "不同意")])
    words = forms.CharField(label="意见", max_length=300)


class EndForm(forms.Form):
    result = forms.CharField(label="结果", max_length=500, widget=forms.Textarea)


class ShareForm(forms.Form):
    title = forms.CharField(label="题目", max_length=80)
    text = forms.CharField(label="内容", max_length=2000, widget=forms.Textarea)
    is_shared = forms.BooleanField(
        label="给对方看", required=False, help_text="不勾的只有本单位看得到；对方每看一次记一次"
    )


class SwitchForm(forms.Form):
    share = forms.TypedChoiceField(label="哪一份", coerce=int)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data)
        own = JointShare.objects.filter(joint=row, unit_id__in=viewer.unit_ids)
        words = [(s.pk, f"{s.title}（{'收回' if s.shared_at else '给对方看'}）") for s in own]
        self.fields["share"].choices = words  # type: ignore[attr-defined]
