"""Forms of channels, categories and of ticking a reply; what they mean is decided by the services."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import Model

from qiying.capabilities.service_requests.rules.catalogue import GROUPS
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer


class ChannelForm(forms.Form):
    """What a channel owes, and how its sources are answered."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    group = forms.ChoiceField(label="分组", choices=[(g, g) for g in GROUPS], required=False, initial="其他")
    owner_unit_id = forms.TypedChoiceField(label="责任单位", required=False, coerce=int, empty_value=None)
    hand_in = forms.CharField(label="要交来什么", max_length=200, required=False)
    hand_in_workdays = forms.IntegerField(
        label="几个工作日内交来", initial=1, help_text="从收到那天的第二天算；0 是企业自己填，没有人交"
    )
    silent_after_days = forms.IntegerField(label="多少天没来件算沉默", initial=30)
    reply_via = forms.ChoiceField(label="怎么回复来源", choices=Channel.ReplyVia.choices)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)


class CategoryForm(forms.Form):
    """What a category is called, where it usually goes, and which words speak for it."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    group = forms.CharField(label="属于哪一组", max_length=40, error_messages={"required": "请写属于哪一组"})
    usual_unit_id = forms.TypedChoiceField(
        label="通常归哪个单位", required=False, coerce=int, empty_value=None
    )
    keywords = forms.CharField(
        label="关键词",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，或者用顿号隔开",
    )
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def clean_keywords(self) -> list[str]:
        """Return the words."""
        return re.split(r"[、，,\n]+", str(self.cleaned_data["keywords"]))


F = TypeVar("F", ChannelForm, CategoryForm)


def settings_form(
    kind: type[F], units: str, data: Mapping[str, Any] | None, *, viewer: Viewer, row: Model | None
) -> F:
    """Return the form of a channel or category; `units` is the field that offers the district's units."""
    names = [n for n in kind.base_fields if row is not None]
    first = {n: getattr(row, n) for n in names}
    if "keywords" in first:
        first["keywords"] = "\n".join(first["keywords"])
    form = kind(data, initial=first)
    offer(form, units, [("", "没有"), *unit_choices(viewer.district_id or 0)])
    return form


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
