"""Forms of acts on rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.legal_environment.services.bidding import clue_key, clues
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY

AREA = forms.Textarea(attrs={"rows": 3})


class IssueForm(forms.Form):
    number = forms.CharField(label="文号", max_length=60)
    on = forms.DateField(label="哪天出台", widget=DAY)


class RepealForm(forms.Form):
    on = forms.DateField(label="哪天废止", widget=DAY)
    reason = forms.CharField(label="理由", max_length=300)


class FirstCheckForm(forms.Form):
    text = forms.CharField(
        label="查到什么", max_length=400, widget=AREA, help_text="资质要求、评分办法、有没有限制外地企业"
    )


class ReviewForm(forms.Form):
    agreed = forms.ChoiceField(label="核审", choices=[("yes", "同意发出"), ("no", "退回再查")])
    text = forms.CharField(label="意见", max_length=400, widget=AREA)


class PublishForm(forms.Form):
    on = forms.DateField(label="哪天发出", widget=DAY)
    opened_on = forms.DateField(label="哪天开标（截止投标）", widget=DAY)


def clue_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    """Return the form of a finding on one of the clues a tender has today."""
    form = forms.Form(data)
    choices = [(clue_key(c), f"{c.label}：{'、'.join(c.bidders)}") for c in clues(row)]
    form.fields["key"] = forms.ChoiceField(label="哪条线索", choices=choices)
    form.fields["finding"] = forms.CharField(
        label="核查结果",
        min_length=4,
        max_length=400,
        widget=AREA,
        help_text="线索不是结论：写查了什么、排除还是移送",
    )
    return form
