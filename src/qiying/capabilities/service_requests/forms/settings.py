"""Forms of channels, categories and of ticking a reply; what they mean is decided by the services."""

from typing import Any

from django import forms

from qiying.capabilities.service_requests.models import Category
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.selectors import unit_choices


def _units(district_id: int) -> list[tuple[str, str]]:
    return [("", "没有"), *((str(pk), name) for pk, name in unit_choices(district_id))]


class ChannelForm(forms.Form):
    """What a channel owes, and how its sources are answered."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    owner_unit_id = forms.ChoiceField(label="责任单位", required=False)
    hand_in = forms.CharField(label="要交来什么", max_length=200, required=False)
    hand_in_workdays = forms.IntegerField(
        label="几个工作日内交来", help_text="从收到那天的第二天算；0 是企业自己填，没有人交"
    )
    silent_after_days = forms.IntegerField(label="多少天没来件算沉默")
    reply_via = forms.ChoiceField(label="怎么回复来源", choices=Channel.ReplyVia.choices)
    is_active = forms.BooleanField(label="在用", required=False)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        names = (
            "name",
            "owner_unit_id",
            "hand_in",
            "hand_in_workdays",
            "silent_after_days",
            "reply_via",
            "is_active",
        )
        kwargs["initial"] = {n: getattr(channel, n) for n in names}
        super().__init__(*args, **kwargs)
        self.fields["owner_unit_id"].choices = _units(channel.district_id)  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """Return the cleaned values with the unit as a number."""
        unit = self.cleaned_data["owner_unit_id"]
        return {**self.cleaned_data, "owner_unit_id": int(unit) if unit else None}


class CategoryForm(forms.Form):
    """What a category is called, where it usually goes, and which words speak for it."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    group = forms.CharField(label="属于哪一组", max_length=40, error_messages={"required": "请写属于哪一组"})
    usual_unit_id = forms.ChoiceField(label="通常归哪个单位", required=False)
    keywords = forms.CharField(
        label="关键词",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，或者用顿号隔开",
    )
    is_active = forms.BooleanField(label="在用", required=False)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        first = {n: getattr(category, n) for n in ("name", "group", "usual_unit_id", "is_active")}
        kwargs["initial"] = {**first, "keywords": "\n".join(category.keywords)}
        super().__init__(*args, **kwargs)
        self.fields["usual_unit_id"].choices = _units(category.district_id)  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """Return the cleaned values, keywords as a list."""
        given = self.cleaned_data
        words = given["keywords"].replace("、", "\n").replace("，", "\n").splitlines()
        unit = given["usual_unit_id"]
        return {**given, "keywords": words, "usual_unit_id": int(unit) if unit else None}


class ReplyForm(forms.Form):
    """How a source was told when no program tells it."""

    way = forms.ChoiceField(
        label="怎么回复的",
        choices=[
            ("phone", "打电话说了"),
            ("visit", "当面说了"),
            ("letter", "发了书面回函"),
            ("meeting", "会上说了"),
            ("not_needed", "不用回复"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="说明", max_length=300, required=False)
