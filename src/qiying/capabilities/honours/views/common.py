"""What both registers share: the firm as a field, a column and a filter."""

from __future__ import annotations

from typing import Any

from django import forms

from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.organisations.listing import Column, Filter, search
from qiying.kernel.permissions.viewer import Viewer

LINES = forms.Textarea(attrs={"rows": 3})


def firm_field(viewer: Viewer, row: Any) -> forms.Field:
    """Return the field in which an enterprise of the viewer's district is typed."""
    return EnterpriseField(label="企业", district_id=viewer.district_id or 0)


def firm_filter() -> Filter[Any]:
    """Return the filter by a firm's name."""
    return search("企业", "enterprise__name")


def firm_column(url: Any) -> Column[Any]:
    """Return the column of the firm."""
    return Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",), url=url)
