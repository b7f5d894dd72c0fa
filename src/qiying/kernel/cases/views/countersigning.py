"""The page on which a unit settles whose answers are approved before they go out, and by whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse

from qiying.kernel.cases.services.countersigning import (
    SETTERS,
    WHOSE,
    Countersign,
    candidates,
    countersign_set,
)
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole

SENTENCE = (
    "经办人写好答复先送审签：审签人看过整件事，同意了才发给企业，不同意写明意见退回。自己的答复不能自己审。"
)


class CountersignForm(forms.Form):
    """Whose answers, and who approves them."""

    whose = forms.ChoiceField(label="谁的答复要审签", choices=list(WHOSE.items()), widget=forms.RadioSelect)
    people = forms.TypedMultipleChoiceField(
        label="哪些人", coerce=int, required=False, help_text="选了“只有下面选的人”才用得上"
    )
    approvers = forms.TypedMultipleChoiceField(
        label="谁来审签", coerce=int, required=False, help_text="本单位、下属科室或上级单位的人，可以选几位"
    )

    def __init__(self, *args: Any, known: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("people", "approvers"):
            self.fields[name].choices = list(known.items())  # type: ignore[attr-defined]
            self.fields[name].widget = forms.CheckboxSelectMultiple(choices=list(known.items()))


@signed_in
def countersign(request: ViewerRequest) -> HttpResponse:
    """Show and change the setting of a unit the viewer leads or is liaison of; `unit` chooses among several."""
    mine = {m.unit_id: m.unit_name for m in request.viewer.memberships if m.role in SETTERS}
    unit_id = whole(request.GET.get("unit")) or next(iter(mine), 0)
    if unit_id not in mine:
        raise Http404("没有找到这一页，或者您看不到它")
    unit = Unit.objects.get(pk=unit_id)
    here, known = reverse("cases:countersign"), candidates(unit, request.today)
    form = CountersignForm(request.POST or None, known=known, initial=Countersign.of(unit).model_dump())
    return act_page(
        request,
        form,
        title=f"答复审签（{unit.label}）",
        sentence=SENTENCE,
        submit="存好",
        back_url=f"{here}?unit={unit_id}",
        run=lambda data: countersign_set(actor=request.viewer, unit=unit, at=request.now, **data),
        done="存好了，下一份答复起照这样办",
        links=[(name, f"{here}?unit={pk}") for pk, name in mine.items() if pk != unit_id],
    )
