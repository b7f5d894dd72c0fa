"""Forms of resident officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.visits.forms.visits import going_choices
from qiying.capabilities.visits.models import ResidentTerm
from qiying.capabilities.visits.selectors.residents import LEVELS
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.forms import NONE, offer
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY


class TermForm(forms.Form):
    """A term."""

    going = forms.ChoiceField(label="谁")
    phone = forms.CharField(label="给企业的电话", max_length=24, help_text="企业首页上一点就能打")
    valid_from = forms.DateField(label="从哪天起", widget=DAY)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ResidentTerm | None
    ) -> None:
        start: dict[str, Any] = {"valid_from": today}
        if row:
            start = {
                "going": f"{row.unit_id}-{row.person_id}",
                "phone": row.phone,
                "valid_from": row.valid_from,
            }
        super().__init__(data, initial=start)
        offer(self, "going", [NONE, *going_choices(viewer, today)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("going"):
            data["unit_id"], data["person_id"] = map(int, data["going"].split("-"))
        return data


class FirmsForm(forms.Form):
    """Enterprises given to an officer, one a line."""

    firms = forms.CharField(
        label="哪些企业", widget=forms.Textarea, help_text="一行一家，写全称或统一社会信用代码"
    )
    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ResidentTerm
    ) -> None:
        super().__init__(data)
        self.district_id = row.district_id

    def clean_firms(self) -> list[Enterprise]:
        """Find each enterprise by its whole name or code."""
        lines = [x.strip() for x in self.cleaned_data["firms"].splitlines() if x.strip()]
        rows = Enterprise.objects.filter(district_id=self.district_id)
        known = {e.name: e for e in rows.filter(name__in=lines)}
        known |= {
            e.credit_code: e for e in rows.filter(credit_code__in=[x.upper() for x in lines]) if e.credit_code
        }
        missing = [x for x in lines if x not in known and x.upper() not in known]
        if missing:
            raise forms.ValidationError(f"名录里没有：{'、'.join(missing[:5])}")
        return list(dict.fromkeys(known.get(x) or known[x.upper()] for x in lines))


class HandOverForm(forms.Form):
    """To whom a term's enterprises go."""

    to = forms.TypedChoiceField(label="交给谁", coerce=int)
    note = forms.CharField(
        label="交接说明",
        max_length=300,
        widget=forms.Textarea,
        help_text="手上有什么事、答应过什么、哪家要多去",
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ResidentTerm
    ) -> None:
        super().__init__(data)
        others = ResidentTerm.objects.filter(district_id=row.district_id, valid_to__isnull=True).exclude(
            pk=row.pk
        )
        names = others.select_related("person", "unit").order_by("person__name")
        offer(self, "to", [(t.pk, f"{t.person.name}（{t.unit.label}）") for t in names])


class OpinionForm(forms.Form):
    """A firm's confidential opinion."""

    level = forms.TypedChoiceField(
        label="满意吗", coerce=int, choices=list(LEVELS.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="想说的话", required=False, max_length=500, widget=forms.Textarea,
        help_text="不写企业名字和能认出您的事，别人就不知道是您说的",
    )  # fmt: skip


class MessageForm(forms.Form):
    """A message to one's officer."""

    text = forms.CharField(label="想说什么", max_length=500, widget=forms.Textarea)
