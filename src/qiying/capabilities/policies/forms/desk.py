"""Forms of the policy desk: what stands beside a wording, handing in, returning, ending, pasting, files."""

from __future__ import annotations

from typing import Any

from django import forms

from qiying.capabilities.policies.models import LifeStage, Policy, PolicyGrant, PolicyState, Theme
from qiying.capabilities.policies.rules.drafting import LIMIT
from qiying.capabilities.policies.selectors.catalogue import lead_units, led_units
from qiying.kernel.permissions.viewer import Viewer


class DetailsForm(forms.Form):
    """What stands beside the wording; changing it changes nobody's right."""

    lead_unit_id = forms.ChoiceField(label="主办部门")
    co_unit_ids = forms.MultipleChoiceField(label="联审部门", required=False, help_text="会审时一起看的部门")
    theme = forms.ChoiceField(label="主题", choices=Theme.choices)
    life_stage = forms.ChoiceField(label="阶段", choices=LifeStage.choices)
    grant = forms.ChoiceField(label="给什么", choices=PolicyGrant.choices)
    service_unit_id = forms.ChoiceField(label="由谁兑现服务", required=False, help_text="给服务或权益时选")
    contact_name = forms.CharField(label="联系人", max_length=40, required=False)
    contact_phone = forms.CharField(label="电话", max_length=30, required=False)
    publicity_workdays = forms.IntegerField(label="公示几个工作日", min_value=0, max_value=30)
    is_paid_here = forms.BooleanField(
        label="由本区兑现", required=False, help_text="税收减免等自行申报享受的不勾：只匹配，不收申请"
    )
    apply_url = forms.URLField(
        label="在别处申报的网址", max_length=300, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(str(unit.pk), unit.name) for unit in lead_units(policy.district_id)]
        for name in ("lead_unit_id", "co_unit_ids", "service_unit_id"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = units if name != "service_unit_id" else [("", "不用"), *units]

    @classmethod
    def of(cls, policy: Policy) -> DetailsForm:
        """Return the form with a policy's own values."""
        names = ("lead_unit_id", "theme", "life_stage", "grant", "service_unit_id", "contact_name", "contact_phone",
                 "publicity_workdays", "is_paid_here", "apply_url")  # fmt: skip
        initial = {name: getattr(policy, name) for name in names}
        initial["co_unit_ids"] = [str(pk) for pk in policy.co_units.values_list("pk", flat=True)]
        return cls(initial=initial, policy=policy)

    @property
    def values(self) -> dict[str, Any]:
        """Return what `details_save` takes."""
        given = dict(self.cleaned_data)
        given["lead_unit_id"] = int(given["lead_unit_id"])
        given["service_unit_id"] = int(given["service_unit_id"]) if given["service_unit_id"] else None
        given["co_unit_ids"] = [int(pk) for pk in given["co_unit_ids"] if int(pk) != given["lead_unit_id"]]
        return given


class NewPolicyForm(forms.Form):
    """A policy from nothing: the least that names it."""

    name = forms.CharField(label="政策名称", max_length=120)
    code = forms.SlugField(
        label="代号", max_length=60, help_text="网址里用，只能是英文字母、数字、短横线；定了不改",
        error_messages={"invalid": "代号只能用英文字母、数字、短横线，如 hnte-award-2026"},
    )  # fmt: skip
    number = forms.CharField(label="文号", max_length=100, help_text="如 盐政办发〔2026〕12号")
    lead_unit_id = forms.ChoiceField(label="主办部门")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lead_unit_id"]
        assert isinstance(field, forms.ChoiceField)
        units = led_units(viewer, "policies.edit", viewer.district_id or 0)
        field.choices = [("", "请选一个"), *((str(u.pk), u.name) for u in units)]

    def clean_code(self) -> str:
        """Keep the desk's own addresses free."""
        code: str = self.cleaned_data["code"]
        if code in ("new", "paste", "import", "indicators"):
            raise forms.ValidationError("这个代号是网址里用的，请换一个")
        return code


class PasteForm(forms.Form):
    """The words of a policy as they were published."""

    text = forms.CharField(
        label="政策原文", max_length=LIMIT, strip=False, widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "请把政策原文贴进来", "max_length": f"太长了，一次最多 {LIMIT:,} 个字，请分开贴"},
    )  # fmt: skip


class ReturnForm(forms.Form):
    note = forms.CharField(label="要改什么", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EndForm(forms.Form):
    """Why a policy ends, and what takes its place."""

    state = forms.ChoiceField(
        label="怎么停", widget=forms.RadioSelect,
        choices=[(PolicyState.WITHDRAWN, "停用"), (PolicyState.REPLACED, "由另一项政策替代")],
    )  # fmt: skip
    replaced_by = forms.ChoiceField(label="替代它的政策", required=False)
    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Policy.objects.filter(district_id=policy.district_id, state=PolicyState.PUBLISHED)
        field = self.fields["replaced_by"]
        assert isinstance(field, forms.ChoiceField)
        listed = others.exclude(pk=policy.pk).values_list("pk", "name")
        field.choices = [("", "没有"), *((str(pk), name) for pk, name in listed)]
