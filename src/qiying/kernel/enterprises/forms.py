"""Forms of the register: they read what was typed, the services decide."""

import re
from typing import Any

from django import forms

from qiying.kernel.enterprises.indicators import PERIOD_HELP, all_indicators
from qiying.kernel.enterprises.models import BindingWay, BodyKind, Enterprise, EnterpriseStatus, FactSource
from qiying.kernel.organisations.forms import NONE, REASON, offer
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.selectors import unit_choices
from qiying.ui.given import day_input

DAY = day_input()


class EnterpriseForm(forms.Form):
    """The register's fields."""

    name = forms.CharField(label="企业名称", max_length=128)
    credit_code = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        required=False,
        help_text="照营业执照上的 18 位；筹建中可以先空着",
    )
    short_name = forms.CharField(label="简称", max_length=64, required=False)
    body_kind = forms.ChoiceField(label="主体类型", choices=BodyKind.choices)
    status = forms.ChoiceField(label="状态", choices=EnterpriseStatus.choices)
    industry = forms.CharField(
        label="行业代码",
        max_length=8,
        required=False,
        help_text="国民经济行业代码，如 C34 或 3482；规模按它算",
    )
    region_unit = forms.TypedChoiceField(label="所在镇街", coerce=int, required=False, empty_value=None)
    address = forms.CharField(label="地址", max_length=200, required=False)
    legal_representative = forms.CharField(label="法定代表人", max_length=64, required=False)
    established_on = forms.DateField(label="成立日期", required=False, widget=DAY)
    tags = forms.CharField(
        label="标签", max_length=200, required=False, help_text="几个之间用顿号，如：规上、外资"
    )

    def __init__(self, *args: Any, district_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "region_unit", [NONE, *unit_choices(district_id, [UnitKind.TOWN])])

    def values(self, district_id: int) -> dict[str, Any]:
        """Return what the services take: the region as a unit, the tags as words."""
        data = dict(self.cleaned_data)
        region = data["region_unit"]
        here = Unit.objects.filter(district_id=district_id, kind=UnitKind.TOWN)
        data["region_unit"] = here.filter(pk=region).first() if region else None
        data["tags"] = re.split(r"[、,，;；\s]+", data["tags"])
        return data


def enterprise_initial(row: Enterprise) -> dict[str, Any]:
    """Return what the form starts with for an enterprise."""
    names = [n for n in EnterpriseForm.base_fields if n not in ("region_unit", "tags", "credit_code")]
    return {
        **{n: getattr(row, n) for n in names},
        "credit_code": row.credit_code or "",
        "region_unit": row.region_unit_id,
        "tags": "、".join(row.tags.values_list("name", flat=True)),
    }


class OwnEnterpriseForm(forms.Form):
    """What a clerk may change of his own enterprise."""

    short_name = forms.CharField(label="简称", max_length=64, required=False)
    address = forms.CharField(label="地址", max_length=200, required=False)


class FactForm(forms.Form):
    """One fact."""

    indicator = forms.ChoiceField(label="指标")
    period = forms.CharField(label="时期", max_length=20, required=False)
    value = forms.CharField(
        label="数值",
        max_length=400,
        required=False,
        help_text="只写数，单位已经写在指标里；空着就是撤回以前登记的",
    )
    source = forms.ChoiceField(label="来源", choices=FactSource.choices)
    source_note = forms.CharField(
        label="来源说明", max_length=128, required=False, help_text="如：2025 年度纳税申报表"
    )

    def __init__(self, *args: Any, is_clerk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (i.code, f"{i.label}（{i.unit}，{PERIOD_HELP[i.frequency]}）" if i.unit else i.label)
            for i in all_indicators()
        ]
        offer(self, "indicator", [NONE, *choices])
        if is_clerk:
            del self.fields["source"]


class ContactForm(forms.Form):
    """Somebody to call."""

    name = forms.CharField(label="姓名", max_length=64)
    phone = forms.CharField(label="电话", max_length=32, help_text="手机 11 位，座机带区号")
    title = forms.CharField(label="职务", max_length=64, required=False)
    is_primary = forms.BooleanField(label="有事先找这位", required=False)


class RevealForm(forms.Form):
    """Why a masked value is needed."""

    reason = forms.CharField(label="为什么要看", max_length=200, help_text="会记下来，如：电话核实地址")


class BindingForm(forms.Form):
    """Ask to speak for an enterprise."""

    credit_code = forms.CharField(label="统一社会信用代码", max_length=40, help_text="营业执照右上角的 18 位")
    name = forms.CharField(
        label="企业名称", max_length=128, required=False, help_text="我们没有登记过的企业才要写"
    )
    way = forms.ChoiceField(
        label="由谁确认",
        choices=[
            (BindingWay.CONSENT, "企业现任专员点同意"),
            (BindingWay.DESK, "服务中心窗口核对授权书"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如：我是新来的行政主管")
    document = forms.FileField(
        label="授权书照片", required=False, help_text="盖公章，写明授权您代表企业；JPG、PNG 或 PDF"
    )

    def __init__(self, *args: Any, with_upload: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_upload:
            del self.fields["document"]


class DecisionForm(forms.Form):
    """Decide on a request; nothing is chosen beforehand."""

    verdict = forms.ChoiceField(
        label="决定", choices=[("yes", "同意"), ("no", "不同意")], widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label="核对了什么",
        max_length=200,
        required=False,
        help_text="同意时要写，如：授权书、身份证原件。不要写证件号码。",
    )
    reason = forms.CharField(
        label="理由", max_length=200, required=False, help_text="不同意时要写，申请人会看到"
    )

    def __init__(self, *args: Any, is_desk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_desk:
            del self.fields["evidence"]


class EndForm(forms.Form):
    """End a clerk's standing."""

    reason = forms.CharField(label="原因", max_length=200, help_text=REASON)
