"""Forms of the centre's lists; their labels are the headings of imported tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.service_centre.services.matters.keeping import enterprise_of
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer

DAY = forms.DateInput(attrs={"type": "date"})
Data = Mapping[str, Any] | None


class KeptForm(forms.Form):
    """A form that starts with what its row holds, with a unit of the district to choose."""

    units = ""
    kinds: tuple[str, ...] = ()

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: Any) -> None:
        names = [name for name in self.base_fields if row is not None and hasattr(row, name)]
        super().__init__(data, initial={"valid_from": today, **{name: getattr(row, name) for name in names}})
        self.district_id = viewer.district_id or 0
        if row is not None:
            self.fields.pop("valid_from", None)
        if self.units:
            offer(self, self.units, [("", "还没有"), *unit_choices(self.district_id, self.kinds)])


class PartnerForm(KeptForm):
    """A region of the alliance and the unit its desk signs in as."""

    units = "desk_id"
    kinds = (UnitKind.AGENCY, UnitKind.PUBLIC_SERVICE, UnitKind.OFFICE)
    province = forms.CharField(label="省份", max_length=20)
    county = forms.CharField(label="市县", max_length=40)
    desk_id = forms.TypedChoiceField(
        label="对方窗口",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="先在单位里建对方的窗口，角色给“伙伴地区窗口”",
    )
    contact = forms.CharField(label="联系人", required=False, max_length=60)
    phone = forms.CharField(label="电话", required=False, max_length=30)
    valid_from = forms.DateField(label="从哪天起", widget=DAY, required=False)


class LicenceForm(KeptForm):
    """A licence that runs out on a day."""

    enterprise = forms.CharField(label="企业", max_length=128, help_text="写全称或统一社会信用代码")
    name = forms.CharField(label="证照名称", max_length=80)
    number = forms.CharField(label="证照编号", max_length=60)
    issuer = forms.CharField(label="发证机关", required=False, max_length=80)
    valid_until = forms.DateField(label="有效期至", widget=DAY)
    how = forms.CharField(label="到期前怎么续", required=False, max_length=200)

    def clean_enterprise(self) -> Enterprise:
        """Return the enterprise that was named."""
        row = enterprise_of(self.cleaned_data["enterprise"], self.district_id)
        if row is None:
            raise forms.ValidationError("名录里没有这家企业，请核对全称或代码")
        return row
