"""Forms of sessions: they read what was chosen, the services decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.engagement.models import LeadingSeat, ServiceGroup, Session, SessionOutcome
from qiying.capabilities.engagement.rules import Turn
from qiying.capabilities.engagement.selectors.sessions import KINDS, PROCEDURE, Proposal, banks_of, groups_of
from qiying.capabilities.engagement.services.sessions import OUTCOME, SOURCES
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.gatherings.forms import HeadForm
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Item
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_form


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
    text = forms.CharField(
        label="什么问题", min_length=5, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Mapping[str, Any] | None, *, district_id: int) -> None:
        super().__init__(data)
        self.fields["enterprise"] = EnterpriseField(label="哪家企业", required=False, district_id=district_id)


def outcome_form(data: Mapping[str, Any] | None, items: Sequence[Item], viewer: Viewer) -> forms.Form:
    """Return the form of what came out of a session."""
    said = [(i.pk, f"{i.no}. {i.text[:40]}") for i in items]
    make = row_form(
        SessionOutcome,
        *OUTCOME,
        offers={"item": lambda viewer, today: said},
        hints={"policy_code": "在政策库里的才填"},
    )
    return make(data, viewer=viewer, today=None, row=SessionOutcome())


def _leaders(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    leaders = Membership.objects.filter(
        in_force(today), unit__district_id=viewer.district_id or 0, role="district_leader"
    )
    names = leaders.order_by("person__name").values_list("person_id", "person__name", "unit__name").distinct()
    return [(pk, f"{name}（{unit}）") for pk, name, unit in names]


def _categories(viewer: Viewer, row: ServiceGroup | None) -> forms.Field:
    choices = sorted(categories_named(viewer.district_id or 0, PROCEDURE).items())
    return forms.MultipleChoiceField(label="管哪些类别", required=False, choices=choices)


seat_form = row_form(
    LeadingSeat,
    "person",
    "group",
    "title",
    "valid_from",
    "valid_to",
    offers={"person": _leaders},
    once=("person",),
)
group_form = row_form(
    ServiceGroup,
    *("name", "units", "categories", "is_active"),
    offers={"units": lambda viewer, today: unit_choices(viewer.district_id or 0)},
    fields={"categories": _categories},
)
