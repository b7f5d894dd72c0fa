"""Erasing personal data on request: which case, what, by which law; shown once more before it happens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from qiying.kernel.cases.models import Case
from qiying.kernel.cases.services.erasing import SCOPES, case_personal_erase
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed


class EraseForm(forms.Form):
    """What is to go and why."""

    number = forms.CharField(label="办件号", max_length=32, error_messages={"required": "请填办件号"})
    scope = forms.ChoiceField(label="删除哪些", choices=list(SCOPES.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="依据",
        min_length=4,
        max_length=300,
        help_text="例如：本人申请，《个人信息保护法》第四十七条",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明依据", "min_length": "至少写 4 个字"},
    )


@visible_with("cases.erase")
def erase(request: ViewerRequest) -> HttpResponse:
    """Erase a case's personal values; the chain stays provable."""

    def run(data: dict[str, Any]) -> str:
        number = data["number"].strip().upper()
        case = Case.objects.filter(number=number, district_id=request.viewer.district_id or 0).first()
        if case is None:
            message = "没有找到这件，请核对办件号"
            raise GuardFailed([message], {"number": [message]})
        count = case_personal_erase(
            case=case,
            scope=data["scope"],
            reason=data["reason"],
            actor=request.viewer,
            at=request.now,
        )
        messages.success(request, f"删除了 {count} 处。办理记录还在，仍然可以核对。")
        return reverse("cases:erase")

    return act_page(
        request,
        EraseForm(request.POST or None),
        title="删除个人信息",
        submit="删除",
        back_url="/",
        run=run,
        sentence="删掉的值找不回来；只留下承诺值，办理记录照样能核对。标题要另外更正。",
        is_serious=True,
    )
