"""Forms of visits: they read what was typed, the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from pydantic import Field, ValidationError

from qiying.capabilities.visits.models import Campaign, Visit
from qiying.capabilities.visits.rules import day_fault
from qiying.capabilities.visits.selectors.visits import VISITORS, Wish, campaigns_of, preview
from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.inputs import sentence
from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.enterprises.models import SizeClass
from qiying.kernel.organisations.forms import NONE, offer
from qiying.kernel.organisations.models import Membership, UnitKind
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY, row_form


def going_choices(viewer: Viewer, today: date) -> list[tuple[str, str]]:
    """Return (unit-person, name) of those whom the viewer may send: his own units, or the district's."""
    rows = Membership.objects.filter(in_force(today), role__in=VISITORS, person__is_active=True)
    is_wide = viewer.has("engagement.campaigns")
    rows = rows.filter(unit__district_id=viewer.district_id or 0)
    rows = rows if is_wide else rows.filter(unit_id__in=sorted(viewer.unit_ids))
    found = rows.order_by("unit__sort_order", "person__name").values_list(
        "unit_id", "person_id", "person__name", "unit__short_name"
    )
    return [(f"{u}-{p}", f"{name}（{unit}）") for u, p, name, unit in dict.fromkeys(found)]


class VisitForm(forms.Form):
    """Plan one visit, typed or read from a table; the guard speaks before anything is written."""

    enterprise = EnterpriseField(label="企业")
    going = forms.ChoiceField(label="谁去")
    on = forms.DateField(label="哪天", widget=DAY)
    campaign = forms.TypedChoiceField(label="活动", required=False, coerce=int, empty_value=None)
    purpose = forms.CharField(label="为什么去", required=False, max_length=120)
    reason = forms.CharField(
        label="超出上限的理由",
        required=False,
        max_length=200,
        help_text="一家企业一个季度走访有上限；确实要去的写理由，企业和督查都看得到",
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Visit | None
    ) -> None:
        super().__init__(data, initial={"on": today + timedelta(days=3)})
        self.viewer, self.today = viewer, today
        self.fields["enterprise"] = EnterpriseField(label="企业", district_id=viewer.district_id)
        offer(self, "going", [NONE, *going_choices(viewer, today)])
        choices = [(c.pk, c.name) for c in campaigns_of(viewer.district_id or 0, today)]
        offer(self, "campaign", [("", "日常走访，不属于活动"), *choices])

    def wish(self) -> Wish:
        """Return what was asked for."""
        data = self.cleaned_data
        unit, person = map(int, data["going"].split("-"))
        return Wish(
            data["enterprise"], unit, data["on"], person, data["campaign"], data["purpose"], data["reason"]
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or not data.get("enterprise"):
            if "enterprise" not in self.errors:
                self.add_error("enterprise", "请写去哪家企业")
            return data
        if fault := day_fault(data["on"], self.today):
            self.add_error("on", fault)
            return data
        verdict = preview(self.viewer.district_id or 0, [self.wish()], self.today)[0].verdict
        if verdict.code == "refused":
            self.add_error("reason" if verdict.needs_reason else "enterprise", verdict.words)
        data["wish"] = self.wish()
        return data


campaign_form = row_form(
    Campaign,
    *("kind", "name", "unit", "goal", "valid_from", "valid_to"),
    offers={"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)},
)


class RuleForm(forms.Form):
    """Which enterprises are visited by whom: a rule, previewed before anything is written."""

    campaign = forms.TypedChoiceField(label="活动", required=False, coerce=int, empty_value=None)
    towns = forms.TypedMultipleChoiceField(label="镇街", required=False, coerce=int, help_text="不选就是全区")
    industry = forms.CharField(
        label="行业代码开头", required=False, max_length=4, help_text="如 34 是通用设备制造；不写就是全部"
    )
    sizes = forms.MultipleChoiceField(
        label="规模", required=False, choices=SizeClass.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label="多少天没走访过", required=False, min_value=0, max_value=3650, initial=90)
    going = forms.MultipleChoiceField(label="谁去", help_text="企业按人轮着分，同一镇街的尽量给同一个人")
    first = forms.DateField(label="从哪天", widget=DAY)
    last = forms.DateField(label="到哪天", widget=DAY)
    most = forms.IntegerField(label="最多几家", min_value=1, max_value=500, initial=30)
    purpose = forms.CharField(label="为什么去", required=False, max_length=120)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date) -> None:
        super().__init__(
            data, initial={"first": today + timedelta(days=3), "last": today + timedelta(days=33)}
        )
        district_id = viewer.district_id or 0
        self.today = today
        offer(self, "towns", unit_choices(district_id, [UnitKind.TOWN]))
        offer(self, "going", going_choices(viewer, today))
        campaigns = [(c.pk, c.name) for c in campaigns_of(district_id, today)]
        offer(self, "campaign", [("", "日常走访，不属于活动"), *campaigns])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and (fault := day_fault(first, self.today)):
            self.add_error("first", fault)
        if first and last and not 0 <= (last - first).days <= 180:
            self.add_error("last", "要在开始以后的 180 天里")
        return data


class MoveForm(forms.Form):
    """Another day."""

    on = forms.DateField(label="改到哪天", widget=DAY)
    reason = forms.CharField(label="超出上限的理由", required=False, max_length=200)


class WishForm(forms.Form):
    """Whether an enterprise wants to be visited."""

    is_opted_out = forms.TypedChoiceField(
        label="要不要走访", coerce=lambda v: v == "out", widget=forms.RadioSelect,
        choices=(("in", "可以来，一个季度不超过上限"), ("out", "先不要来，有事我们自己说")),
    )  # fmt: skip
    until = forms.DateField(label="谢绝到哪天", required=False, widget=DAY, help_text="一直谢绝就空着")
    note = forms.CharField(label="说明", required=False, max_length=200)


class KeepForm(forms.Form):
    """What came of a promise."""

    result = forms.CharField(
        label="办得怎么样", max_length=300, help_text="企业会看到", widget=forms.Textarea
    )


class SubmitForm(forms.Form):
    """A difficulty submitted to the government."""

    text = forms.CharField(
        label="呈报内容", max_length=3000, widget=forms.Textarea, help_text="说清楚难在哪里，建议怎么办"
    )


# --- what the phone sends ------------------------------------------------------------------------
class ProblemIn(ActionInput):
    """A problem heard."""

    text: str = Field(title="问题", min_length=5, max_length=5000)
    difficulty: str = Field("", title="什么难处", max_length=60)


class PromiseIn(ActionInput):
    """Something promised."""

    text: str = Field(title="答应了什么", min_length=4, max_length=300)
    promised_by: date = Field(title="哪天以前")


class Report(ActionInput):
    """A visit that was made, as a phone or a program sends it."""

    arrived_at: datetime | None = Field(None, title="到的时间")
    latitude: Decimal | None = Field(None, title="纬度", ge=-90, le=90)
    longitude: Decimal | None = Field(None, title="经度", ge=-180, le=180)
    met: str = Field("", title="见了谁", max_length=60)
    talk: str = Field(title="谈了什么", min_length=4, max_length=5000)
    confirmed: list[str] = Field(default_factory=list, title="核对无误的", max_length=20)
    facts: dict[str, str] = Field(default_factory=dict, title="更正的", max_length=20)
    policies: list[str] = Field(default_factory=list, title="讲了哪些政策", max_length=20)
    problems: list[ProblemIn] = Field(default_factory=list, title="问题", max_length=10)
    promises: list[PromiseIn] = Field(default_factory=list, title="答应的事", max_length=10)


def report_read(text: str) -> dict[str, Any]:
    """Return a report read from JSON; `GuardFailed` names every fault at its field in Chinese."""
    try:
        return Report.model_validate_json(text).model_dump()
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for fault in error.errors(include_url=False):
            path = [str(p) for p in fault["loc"]] or [""]
            within: dict[str, type[ActionInput]] = {"problems": ProblemIn, "promises": PromiseIn}
            model = within.get(path[0], Report) if len(path) > 2 else Report
            fields.setdefault(path[0], []).append(sentence(model, path[-1], fault))
        raise GuardFailed([w for words in fields.values() for w in words], fields) from None
