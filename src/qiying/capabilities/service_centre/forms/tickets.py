"""Forms of the queue: at the guide desk, at the self-service page, on the phone and at the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from qiying.capabilities.service_centre.models import Window, Zone
from qiying.capabilities.service_centre.selectors.hall import windows_of, zones_of
from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.enterprises.models import Enterprise

CODE = forms.CharField(
    label="企业码", required=False, max_length=600, widget=forms.TextInput(attrs={"autocomplete": "off"})
)
PHONE = forms.CharField(
    label="手机号", required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
)


class KioskForm(forms.Form):
    """Who comes, at the self-service page: a scanner types the code, or a finger the number."""

    code = CODE
    phone = PHONE


class PhoneForm(forms.Form):
    """What for, on one's own phone."""

    zone = forms.ModelChoiceField(
        Zone.objects.none(), label="办什么", widget=forms.RadioSelect, empty_label=None
    )
    matter = forms.CharField(
        label="具体办什么", required=False, max_length=120, help_text="写了，窗口好先准备"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, district_id: int | None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["zone"].queryset = zones_of(district_id, Zone.Kind.WINDOWS)  # type: ignore[attr-defined]


class DeskForm(PhoneForm):
    """What the guide desk asks of who comes."""

    code = CODE
    enterprise = EnterpriseField(label="或者企业", required=False)
    phone = PHONE
    priority = forms.CharField(
        label="优先的理由", required=False, max_length=100, help_text="不优先就空着；例：外地赶来、老人、孕妇"
    )
    field_order = ("code", "enterprise", "phone", "zone", "matter", "priority")

    def __init__(self, data: Mapping[str, Any] | None, *, district_id: int | None, **more: Any) -> None:
        super().__init__(data, district_id=district_id, **more)
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, EnterpriseField)
        enterprise.queryset = Enterprise.objects.filter(district_id=district_id or 0)


class PriorityForm(forms.Form):
    """Why somebody goes first."""

    reason = forms.CharField(
        label="为什么优先", max_length=100, help_text="写进记录：老人、孕妇、外地赶来、材料被退过一次"
    )


class HandForm(forms.Form):
    """Where somebody is handed to."""

    to = forms.ChoiceField(label="转到哪里")
    reason = forms.CharField(label="原因", required=False, max_length=100)

    def __init__(self, data: Mapping[str, Any] | None, *, window: Window) -> None:
        super().__init__(data)
        self.zones: QuerySet[Zone] = zones_of(window.district_id, Zone.Kind.WINDOWS)
        self.windows = windows_of(window.district_id).exclude(pk=window.pk)
        zones = [(f"z{z.pk}", f"{z}（哪个窗口都行）") for z in self.zones]
        windows = [(f"w{w.pk}", str(w)) for w in self.windows]
        self.fields["to"].choices = [*windows, *zones]  # type: ignore[attr-defined]

    def target(self) -> dict[str, Any]:
        """Return the zone, and the window where one was named."""
        kind, pk = self.cleaned_data["to"][0], int(self.cleaned_data["to"][1:])
        if kind == "z":
            return {"zone": self.zones.get(pk=pk), "to": None}
        window = self.windows.get(pk=pk)
        return {"zone": window.zone, "to": window}
