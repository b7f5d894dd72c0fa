"""An enterprise in a form, typed by its whole name or credit code, and in a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.listing import Column
from qiying.kernel.permissions.viewer import Viewer


class EnterpriseField(forms.CharField):
    """An enterprise of `queryset`, or of a district, typed by its whole name or credit code."""

    queryset = Enterprise.objects.none()

    def __init__(self, *, district_id: int | None = None, **more: Any) -> None:
        super().__init__(**{"help_text": "写全称或统一社会信用代码", "max_length": 128, **more})
        if district_id is not None:
            self.queryset = Enterprise.objects.filter(district_id=district_id)

    def prepare_value(self, value: Any) -> Any:
        """Return the name of an enterprise given by its id."""
        named = Enterprise.objects.filter(pk=value) if isinstance(value, int) else None
        return value if named is None else named.values_list("name", flat=True).first()

    def clean(self, value: Any) -> Any:
        """Return the enterprise, None where nothing was typed."""
        text = super().clean(value).strip()
        found = self.queryset.filter(Q(name=text) | Q(credit_code=text.upper())).first() if text else None
        if text and found is None:
            raise forms.ValidationError("名录里没有这家企业，请核对全称或代码")
        return found


def firm_field(label: str = "企业", *, required: bool = True) -> Callable[[Viewer, Any], EnterpriseField]:
    """Return what makes the field of a register's form for an enterprise of the viewer's district."""

    def make(viewer: Viewer, row: Any) -> EnterpriseField:
        return EnterpriseField(label=label, required=required, district_id=viewer.district_id or 0)

    return make


def firm_column(url: Any = None) -> Column[Any]:
    """Return the column of a row's enterprise."""
    return Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",), url=url)
