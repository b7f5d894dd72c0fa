"""Forms of what happens after an answer: they read what was typed, the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from qiying.capabilities.service_requests.models import HotIssue

STARS = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "非常不满意"))


def offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, str]]) -> None:
    """Set the choices of one field, known only when the form is made."""
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def text(
    label: str, *, rows: int = 3, required: bool = True, most: int = 1000, help_text: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class FollowUpForm(forms.Form):
    """What came of a call; nothing is preselected."""

    reached = forms.ChoiceField(
        label="联系上了吗",
        choices=(("yes", "联系上了"), ("no", "没联系上，过后再打")),
        widget=forms.RadioSelect,
    )
    still_solved = forms.ChoiceField(
        label="现在怎么样",
        required=False,
        choices=(("yes", "还是好的"), ("no", "没解决，或者又出现了（马上重办）")),
        widget=forms.RadioSelect,
    )
    satisfaction = forms.TypedChoiceField(
        label="满意吗", required=False, coerce=int, empty_value=None, choices=(("", "没问"), *STARS)
    )
    note = text("企业说了什么", required=False, help_text="只有回访台、受理台和督查看得到")

    def answer(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        solved = {"yes": True, "no": False}.get(data["still_solved"])
        return {
            "reached": data["reached"] == "yes",
            "still_solved": solved,
            "satisfaction": data["satisfaction"],
            "note": data["note"],
        }


class ReviewForm(forms.Form):
    """Cause, lesson, measure; only a neutral office is offered the nomination."""

    cause = text("原因：为什么办得久、办得反复", rows=4)
    lesson = text("教训：下次怎么避免")
    measure = text("措施：改了哪条流程、哪个做法")
    is_nominated = forms.BooleanField(
        label="推荐为最佳案例", required=False, help_text="年底由督查从推荐的里面选十件"
    )

    def __init__(self, *args: Any, may_nominate: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_nominate:
            del self.fields["is_nominated"]


class HotConfirmForm(forms.Form):
    """Who solves the whole kind, and how."""

    title = forms.CharField(label="热点叫什么", max_length=100)
    unit = forms.TypedChoiceField(label="牵头单位", coerce=int)
    measure = text("怎么从办一件到办一类", rows=4)


class HotDismissForm(forms.Form):
    reason = text("为什么不成立", most=300)


class HotBecomeForm(forms.Form):
    becomes = forms.ChoiceField(
        label="转为",
        choices=HotIssue.Becomes.choices,
        widget=forms.RadioSelect,
        help_text="转出后热点仍留在这里，直到解决",
    )


class HotSolveForm(forms.Form):
    result = text("这一类怎么解决的", rows=4)


class FiledForm(forms.Form):
    """Whether the obstacle still stands."""

    finding = forms.ChoiceField(
        label="当时卡住的事",
        choices=(("stands", "还卡着，明年再看"), ("changed", "已经变了，可以重办")),
        widget=forms.RadioSelect,
    )
    reason = text("凭什么这样判断", most=300, help_text="例如：规划 11月3日批了，文号是……")


class BestForm(forms.Form):
    """Title and story of a best case."""

    title = forms.CharField(label="标题", max_length=100)
    story = text(
        "故事",
        rows=10,
        most=3000,
        help_text="企业遇到什么、怎么办的、办成什么样。不写人名、电话；企业没同意就不写企业名字",
    )


class BestEditForm(BestForm):
    """The same, and whether the enterprise agreed to be named."""

    names_enterprise = forms.BooleanField(label="企业同意写名字", required=False)
    consent = forms.CharField(
        label="谁在什么时候同意的", max_length=200, required=False, help_text="例如：陈总 11月12日电话同意"
    )


class AnswerTemplateForm(forms.Form):
    """Words a unit uses again."""

    unit_id = forms.TypedChoiceField(label="单位", coerce=int)
    name = forms.CharField(label="名称", max_length=60, help_text="例如：限高杆挪动答复")
    category = forms.ChoiceField(label="哪类事用", required=False)
    text = text("正文", rows=8, most=5000, help_text="要现填的地方写成【日期】【地点】，用时一眼看到")
    is_active = forms.BooleanField(label="在用", required=False, initial=True)
