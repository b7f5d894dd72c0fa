"""Forms of acts on products, batches and lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from qiying.kernel.permissions.viewer import Viewer

AREA = forms.Textarea(attrs={"rows": 3})
MOST_WAN = Decimal(100_000)


def money_field(label: str, **more: Any) -> forms.DecimalField:
    """Return a field of an amount in 万元."""
    bounds: dict[str, Any] = {"min_value": Decimal("0.0001"), "max_value": MOST_WAN, "decimal_places": 4}
    return forms.DecimalField(label=f"{label}（万元）", **{**bounds, **more})


class MoveForm(forms.Form):
    amount = money_field("金额")
    memo = forms.CharField(label="说明", max_length=120, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="为什么", min_length=4, max_length=300, widget=AREA)


class DeclineForm(forms.Form):
    reason = forms.CharField(label="为什么不要（可以不写）", max_length=300, widget=AREA, required=False)
    wants_no_more = forms.BooleanField(label="以后也不要无感授信", required=False)


class BatchForm(forms.Form):
    title = forms.CharField(label="批次", max_length=60)
    most = forms.IntegerField(label="最多几家", min_value=1, max_value=5000, initial=200)


def confirm_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    """Return the form by which an institution confirms a line, with what the product says."""
    form = forms.Form(data, initial={"amount": Decimal(row.fen) / 1_000_000, "rate": row.rate})
    form.fields["amount"] = money_field("额度")
    form.fields["rate"] = forms.DecimalField(
        label="年利率（%）", min_value=Decimal("0.01"), max_value=Decimal(36), decimal_places=2
    )
    return form
