"""What people say of a service, and the places where they can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.feedback.models import LEVELS, ServicePlace
from qiying.capabilities.feedback.rules.ratings import TAGS
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer


class RatingForm(forms.Form):
    """Five levels, nothing preselected; the rest is free."""

    level = forms.TypedChoiceField(label="满意吗", choices=LEVELS, coerce=int, widget=forms.RadioSelect)
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
        label="手机号（不满意、想要回音才填）",
        max_length=20,
        required=False,
        help_text="只给回访的人看，被评的单位看不到",
    )


class PlaceForm(forms.Form):
    """A window or an item to be rated."""

    unit_id = forms.TypedChoiceField(label="单位", coerce=int)
    name = forms.CharField(label="窗口或事项", max_length=60, help_text="例：企业开办窗口")
    place = forms.CharField(label="在哪里", max_length=120, required=False)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)


def place_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ServicePlace | None
) -> PlaceForm:
    """Return the form of a place with the viewer's own units."""
    names = PlaceForm.base_fields
    form = PlaceForm(data, initial={n: getattr(row, n) for n in names} if row else None)
    units = Unit.objects.filter(pk__in=viewer.unit_ids, is_active=True)
    form.fields["unit_id"].choices = [(u.pk, u.label) for u in units]  # type: ignore[attr-defined]
    return form
