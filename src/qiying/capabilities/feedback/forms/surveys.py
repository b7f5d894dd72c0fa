"""What is typed about a survey: its frame, and the sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from qiying.capabilities.feedback.models import Survey, SurveyWay
from qiying.capabilities.feedback.selectors.surveys import frame_of, units_below
from qiying.kernel.forms.definition import Question
from qiying.kernel.forms.models import Form, FormVersion
from qiying.kernel.forms.selectors import forms_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY

Typed = Mapping[str, Any] | None


PASSED_ON: dict[str, Callable[[Question], bool]] = {
    "complaint": lambda q: q.kind == "long",
    "consent": lambda q: "是" in q.options,
}
"""Which questions may say what is passed on, and that it may be."""


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
    complaint = forms.ChoiceField(
        label="说问题的那一题", required=False, help_text="一道长文字题；要把问题转成诉求办理才选"
    )
    consent = forms.ChoiceField(
        label="同意转办的那一题", required=False, help_text="一道单选题，要有“是”；答“是”的才转办"
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
            start |= {name: f"{row.version.form_id}:{getattr(row, name)}" for name in PASSED_ON}
        super().__init__(data, initial=start)
        published = list(forms_visible_to(viewer).filter(ended_at=None, versions__isnull=False).distinct())
        self.titles = {f.pk: f.title for f in published}
        _offer(self, "form", list(self.titles.items()))
        units = Unit.objects.filter(units_below(viewer), district_id=viewer.district_id or 0, is_active=True)
        _offer(self, "unit", [(u.pk, u.label) for u in units.order_by("path")])
        asked = [(v.form_id, q) for v in _newest(published) for q in v.compiled.definition.questions]
        for name, fits in PASSED_ON.items():
            named = [
                (f"{form}:{q.code}", f"{q.title}（{self.titles[form]}）") for form, q in asked if fits(q)
            ]
            _offer(self, name, [("", "不转办"), *named])

    def clean(self) -> dict[str, Any]:
        """Return the codes of the two questions; one of another questionnaire is said at its field."""
        found = super().clean() or {}
        for name in PASSED_ON:
            form, _, code = str(found.get(name) or "").partition(":")
            if form and form != str(found.get("form")):
                self.add_error(name, f"这一题在“{self.titles[int(form)]}”里，和上面选的“问什么”不是一份")
            else:
                found[name] = code
        return found


def _newest(published: Sequence[Form]) -> list[FormVersion]:
    """Return the version of each questionnaire that is asked now; one query."""
    rows = FormVersion.objects.filter(form__in=published).order_by("form", "number")
    return list({row.form_id: row for row in rows}.values())


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


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[int | str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
