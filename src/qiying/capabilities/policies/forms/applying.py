"""Forms of objections and of the negative list."""

from __future__ import annotations

from django import forms

from qiying.ui.given import day_input


class ObjectionForm(forms.Form):
    """What somebody says against a payout; name and phone may stay empty."""

    text = forms.CharField(
        label="异议",
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="说清哪里不对、怎么知道的，越具体越好查。",
        error_messages={"required": "请写异议的内容", "min_length": "至少写 10 个字"},
    )
    name = forms.CharField(
        label="姓名",
        required=False,
        max_length=40,
        help_text="姓名、手机号都填是实名，查明以前不付款；不填当线索查，一件只为头一条停一次",
    )
    phone = forms.CharField(label="电话", required=False, max_length=20)


class ListingForm(forms.Form):
    """One entry of the negative list."""

    credit_code = forms.CharField(
        label="统一社会信用代码或企业全称", max_length=128, error_messages={"required": "请填企业"}
    )
    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=200,
        error_messages={"required": "请填原因", "min_length": "至少 4 个字"},
    )
    source = forms.CharField(
        label="依据",
        min_length=4,
        max_length=200,
        help_text="文件名称和文号",
        error_messages={"required": "请填依据", "min_length": "至少 4 个字"},
    )
    listed_on = forms.DateField(
        label="从哪天起",
        widget=day_input(),
        error_messages={"required": "请选日期", "invalid": "日期写成 2026-11-28 这样"},
    )
    until_on = forms.DateField(
        label="到哪天",
        required=False,
        widget=day_input(),
        help_text="不填就是一直到移出",
        error_messages={"invalid": "日期写成 2026-11-28 这样"},
    )


class RemovalForm(forms.Form):
    """Why an enterprise is taken off the negative list."""

    reason = forms.CharField(
        label="为什么移出",
        min_length=4,
        max_length=200,
        error_messages={"required": "请写为什么移出", "min_length": "至少 4 个字"},
    )
