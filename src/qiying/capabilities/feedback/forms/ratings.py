"""What people say of a service, and the places where they can."""

from __future__ import annotations

from datetime import date

from django import forms

from qiying.capabilities.feedback.models import LEVELS, ServicePlace
from qiying.capabilities.feedback.rules.ratings import TAGS
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_form


class RatingForm(forms.Form):
    """Five levels, nothing preselected; the rest is free."""

    level = forms.TypedChoiceField(label="办得怎么样", choices=LEVELS, coerce=int, widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(
        label="哪方面",
        choices=list(TAGS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label="想说的", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class PlaceRatingForm(RatingForm):
    """At a window: whoever wants to be called back leaves a number."""

    phone = forms.CharField(
        label="手机号（想要回音才填）",
        max_length=20,
        required=False,
        help_text="只给回访的人看，被评的单位看不到",
    )


def own_units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return the viewer's units as choices."""
    units = Unit.objects.filter(pk__in=viewer.unit_ids, is_active=True)
    return [(u.pk, u.label) for u in units]


place_form = row_form(
    ServicePlace,
    "unit",
    "name",
    "place",
    "is_active",
    offers={"unit": own_units},
    hints={"name": "例：企业开办窗口"},
)
