"""Forms of sessions: they read what was chosen, the services decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.engagement.models import (
    LeadingGroup,
    LeadingSeat,
    ServiceGroup,
    Session,
    SessionOutcome,
)
from qiying.capabilities.engagement.rules.sessions import Turn
from qiying.capabilities.engagement.selectors.sessions import KINDS, PROCEDURE, Proposal, banks_of, groups_of
from qiying.capabilities.engagement.services.sessions import SOURCES
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.forms import DAY, EnterpriseField, HeadForm
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer


class SessionForm(HeadForm):
    """A session as it is proposed: theme, turn, group and banks, each to be changed."""

    kind = forms.ChoiceField(label="哪种会")
    theme = forms.ChoiceField(label="主题从哪来", required=False, widget=forms.RadioSelect)
    leader = forms.TypedChoiceField(label="谁召集", required=False, coerce=int, empty_value=None)
    group = forms.TypedChoiceField(label="哪个服务组到会", required=False, coerce=int, empty_value=None)
    banks = forms.TypedMultipleChoiceField(
        label="金融机构",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="每次请两家",
    )
    firms = forms.TypedMultipleChoiceField(
        label="请哪些企业", required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="说过这类事的；别的企业存好以后再加",
    )  # fmt: skip
    field_order = (
        "kind",
        "theme",
        "title",
        "on",
        "starts",
        "ends",
        "place",
        "leader",
        "group",
        "banks",
        "firms",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        district_id: int,
        proposals: Sequence[Proposal],
        rota: Sequence[Turn],
        kind: str = KINDS[0],
        on: date,
    ) -> None:
        super().__init__(data, kind=kind_of(kind), row=None)
        banks = list(banks_of(district_id))
        firms = {
            c.enterprise_id: c.enterprise
            for p in proposals
            for c in p.cases
            if c.enterprise and not c.hide_asker
        }
        groups = list(groups_of(district_id))
        offer(self, "kind", [(code, kind_of(code).label) for code in KINDS])
        offer(
            self,
            "theme",
            [
                *((p.key, f"{Session.Ground(p.ground).label}：{p.words}") for p in proposals),
                ("", "自己定主题"),
            ],
        )
        offer(
            self,
            "leader",
            [("", "先不定"), *((t.candidate.key, f"{t.candidate.label}：{t.words}") for t in rota)],
        )
        offer(
            self,
            "group",
            [("", "先不定"), *((g.pk, f"{g.name}（{len(g.units.all())} 个单位）") for g in groups)],
        )
        offer(self, "banks", [(b.pk, b.label) for b in banks])
        offer(self, "firms", [(pk, firm.label) for pk, firm in firms.items()])
        first = proposals[0] if proposals else None
        fitting = next((g.pk for g in groups if first and first.category in g.categories), None)
        ready = next((t.candidate.key for t in rota if not t.is_skipped), None)
        chosen: dict[str, Any] = {"kind": kind, "on": on, "leader": ready, "group": fitting}
        self.initial.update(chosen, banks=[b.pk for b in banks[:2]])
        if first is not None:
            self.initial.update(theme=first.key, title=f"{first.label}专场")

    def head(self) -> dict[str, Any]:
        """Return the head alone, as the kit takes it."""
        chosen = ("kind", "theme", "leader", "group", "banks", "firms")
        return {k: v for k, v in super().head().items() if k not in chosen}


class CollectForm(forms.Form):
    """A problem handed in before a session."""

    source = forms.ChoiceField(label="从哪里来", choices=list(SOURCES.items()), widget=forms.RadioSelect)
    enterprise = EnterpriseField(label="哪家企业", required=False)
    text = forms.CharField(label="什么问题", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Mapping[str, Any] | None, *, district_id: int) -> None:
        super().__init__(data)
        field = self.fields["enterprise"]
        assert isinstance(field, EnterpriseField)
        field.queryset = Enterprise.objects.filter(district_id=district_id)


class OutcomeForm(forms.Form):
    """What came out of a session."""

    kind = forms.ChoiceField(label="是什么", choices=SessionOutcome.Kind.choices)
    title = forms.CharField(label="名称", max_length=120)
    number = forms.CharField(label="文号", required=False, max_length=60)
    policy_code = forms.SlugField(
        label="政策库里的代码", required=False, max_length=80, help_text="在政策库里的才填"
    )
    issued_on = forms.DateField(label="哪天出台", widget=DAY)
    firms = forms.IntegerField(label="惠及多少家企业", required=False, min_value=0, max_value=10_000_000)
    item_id = forms.TypedChoiceField(label="哪一条引出的", required=False, coerce=int, empty_value=None)


def seat_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: LeadingSeat | None
) -> forms.Form:
    """Return the form of a seat on the rota."""
    form = SeatForm(
        data, initial={f: getattr(row, f) for f in SeatForm.KEPT} if row else {"valid_from": today}
    )
    if row is not None:
        del form.fields["person"]
        return form
    leaders = Membership.objects.filter(
        in_force(today), unit__district_id=viewer.district_id or 0, role="district_leader"
    )
    names = leaders.order_by("person__name").values_list("person_id", "person__name", "unit__name").distinct()
    offer(form, "person", [("", "请选一位"), *((pk, f"{name}（{unit}）") for pk, name, unit in names)])
    return form


class SeatForm(forms.Form):
    """A seat on the rota."""

    KEPT = ("group", "title", "valid_from", "valid_to")
    person = forms.TypedChoiceField(label="领导", coerce=int)
    group = forms.ChoiceField(label="哪套班子", choices=LeadingGroup.choices)
    title = forms.CharField(label="职务", required=False, max_length=40)
    valid_from = forms.DateField(label="起", widget=DAY)
    valid_to = forms.DateField(label="止", required=False, widget=DAY)


class GroupForm(forms.Form):
    """A service group."""

    name = forms.CharField(label="名称", max_length=40)
    units = forms.TypedMultipleChoiceField(label="哪些单位", coerce=int)
    categories = forms.MultipleChoiceField(label="管哪些类别", required=False)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)


def group_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: ServiceGroup | None
) -> forms.Form:
    """Return the form of a service group."""
    initial: dict[str, Any] = {}
    if row is not None:
        initial = {"name": row.name, "categories": row.categories, "is_active": row.is_active}
        initial["units"] = [u.pk for u in row.units.all()]
    form = GroupForm(data, initial=initial)
    district_id = viewer.district_id or 0
    offer(form, "units", unit_choices(district_id))
    offer(form, "categories", sorted(categories_named(district_id, PROCEDURE).items()))
    return form
