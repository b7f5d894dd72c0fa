"""Forms of acts: they read what was typed, the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.deliberations.gathering_kinds import KINDS
from qiying.capabilities.deliberations.models import Judgement, QuestionMotion, Theme, ThemeStep
from qiying.capabilities.deliberations.selectors import sitting_about
from qiying.kernel.gatherings.forms import HeadForm
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.organisations.forms import NONE
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY

LONG = forms.Textarea(attrs={"rows": 4})
CHECKED = {"site": "到现场看了", "firms": "问了企业", "data": "查了数据", "papers": "看了材料"}


def _choose(label: str, *, required: bool = True, help_text: str = "") -> Any:
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, help_text=help_text
    )


class SittingForm(HeadForm):
    """A gathering's head with what a sitting has beside."""

    kind = forms.ChoiceField(label="哪一种", choices=list(KINDS.items()))
    members = forms.IntegerField(
        label="常委会组成人员几人", min_value=1, max_value=200, help_text="测评时的票数不能比这个多"
    )
    opinions_until = forms.DateField(label="线上意见收到哪天", widget=DAY, help_text="代表在手机上写到这一天")
    report_unit = _choose("哪个单位报告办理情况")
    theme = _choose("接着哪个监督主题", required=False)
    field_order = ("kind", "title", "on", "starts", "ends", "place", "members", "opinions_until")

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        gathering = row.gathering if row is not None else None
        super().__init__(data, kind=kind_of("deliberation"), row=gathering)
        district = viewer.district_id or 0
        themes = Theme.objects.filter(district_id=district).values_list("pk", "name")
        self.fields["report_unit"].choices = [NONE, *unit_choices(district)]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", "不选"), *themes]  # type: ignore[attr-defined]
        if row is not None:
            del self.fields["kind"]
            told = ("members", "opinions_until", "report_unit_id", "theme_id")
            self.initial.update({name.removesuffix("_id"): getattr(row, name) for name in told})

    def clean(self) -> dict[str, Any]:
        """Return the values as the services take them."""
        return self.cleaned_data if self.errors else self.head()


class AdoptForm(forms.Form):
    adopted_by = forms.CharField(label="在哪个会议通过", max_length=60, initial="主任会议")


class FollowUpForm(forms.Form):
    item = _choose("哪一问没答清楚")
    text = forms.CharField(label="追问什么", max_length=500, min_length=4, widget=LONG)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data)
        unclear = [(q.pk, f"第 {q.no} 问：{q.text[:40]}") for q in sitting_about(row, viewer)["unclear"]]
        self.fields["item"].choices = unclear  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    report = forms.CharField(
        label="办理情况", max_length=5000, min_length=10, widget=forms.Textarea(attrs={"rows": 8})
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(label="为什么要重新报告", max_length=300, min_length=4, widget=LONG)
    report_by = forms.DateField(label="哪天前重新报告", widget=DAY)


class MergeForm(forms.Form):
    item = _choose("并进第几条", required=False, help_text="不选就新立一条")
    area = forms.CharField(label="新立的是哪类问题", max_length=40, required=False)
    text = forms.CharField(
        label="新立一条怎么写", max_length=500, required=False, widget=LONG, help_text="不写就用代表的原话"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data)
        items = [("", "新立一条"), *((i.pk, str(i)) for i in row.sitting.items.order_by("no"))]
        self.fields["item"].choices = items  # type: ignore[attr-defined]


class LeaveOutForm(forms.Form):
    reason = forms.CharField(
        label="为什么不采纳", max_length=200, min_length=4, help_text="写意见的代表看得到"
    )


class JudgeForm(forms.Form):
    item = _choose("第几条")
    progress = forms.CharField(label="单位说的进展", max_length=500, min_length=2, widget=LONG)
    found = forms.ChoiceField(label="证据看下来", choices=Judgement.Found.choices)
    note = forms.CharField(label="看到什么", max_length=500, min_length=4, widget=LONG)
    checked = forms.ChoiceField(label="怎么查的", choices=list(CHECKED.items()))
    due_on = forms.DateField(
        label="重新办到哪天", required=False, widget=DAY, help_text="已经核销、又判“只在纸面上”的要写"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data, initial={"item": None})
        judged = row.judgements.values("item")
        left = row.sitting.items.filter(case__isnull=False).exclude(pk__in=judged).order_by("no")
        words = {"doing": "在办", "claimed": "报了完成", "done": "已核销"}
        choices = [(i.pk, f"{i}（{words.get(i.case.state, '')}）") for i in left.select_related("case")]
        self.fields["item"].choices = [NONE, *choices]  # type: ignore[attr-defined]


class PutForm(forms.Form):
    way = forms.ChoiceField(label="怎么答复", choices=QuestionMotion.Way.choices)
    answer_by = forms.DateField(label="哪天前答复", widget=DAY)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复", max_length=5000, min_length=10, widget=forms.Textarea(attrs={"rows": 8})
    )
    signed_by = forms.CharField(label="单位负责人签署", max_length=40)


class MoversForm(forms.Form):
    satisfied = forms.IntegerField(label="满意几人", min_value=0, max_value=200)
    dissatisfied = forms.IntegerField(label="不满意几人", min_value=0, max_value=200)
    again_by = forms.DateField(
        label="要求再答复，哪天前", required=False, widget=DAY, help_text="不满意的超过提案人半数才可以"
    )


class StepForm(forms.Form):
    on = forms.DateField(label="哪天", widget=DAY)
    kind = forms.ChoiceField(label="怎么监督", choices=ThemeStep.Kind.choices)
    label = forms.CharField(label="做了什么", max_length=120)
    next = forms.CharField(label="下一步盯什么", max_length=120, required=False)


class ResultForm(forms.Form):
    on = forms.DateField(label="哪天", widget=DAY)
    what = forms.CharField(label="成了什么", max_length=80)
    number = forms.IntegerField(label="多少", min_value=1, max_value=10_000_000)
    counted_in = forms.CharField(label="单位（条、处、个）", max_length=8)
    unit = _choose("谁办成的", required=False)
    evidence = forms.CharField(label="在哪里查得到", max_length=200)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> None:
        super().__init__(data)
        choices = [("", "不选"), *unit_choices(viewer.district_id or 0)]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
