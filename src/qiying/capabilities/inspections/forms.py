"""Forms of the registers: who may inspect what, plans and their visits, who came otherwise, clues."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.inspections.models import (  # fmt: skip
    Body,
    CapRule,
    Flag,
    Item,
    Officer,
    OtherVisit,
    Plan,
    PlanLine,
)
from qiying.capabilities.inspections.rules.inspecting import KINDS
from qiying.capabilities.inspections.selectors import bodies_on, officers_on
from qiying.kernel.forms.models import Form, FormVersion
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.fields import Choices, area, choice, day, text
from qiying.kernel.registers.kept import OFFERS
from qiying.kernel.registers.rows import row_form

FIRM_HINT = "统一社会信用代码或企业全称"


def _bodies(viewer: Viewer, today: date) -> Choices:
    return [(b.pk, b.unit.label) for b in bodies_on(viewer.district_id or 0, today)]


def _own_units(viewer: Viewer, row: Any) -> forms.Field:
    return choice("单位", [(m.unit_id, m.unit_name) for m in viewer.memberships])


def _checklist(viewer: Viewer, row: Item | None) -> forms.Field:
    published = FormVersion.objects.values("form_id")
    rows = Form.objects.filter(district_id=viewer.district_id or 0, ended_at=None, pk__in=published)
    hint = "发布了的表单，现场原样按它记"
    return choice("检查表", [(f.code, f.title) for f in rows.order_by("title")], help_text=hint)


def _firm(viewer: Viewer, row: Any) -> forms.Field:
    return text("企业", 128, help_text=FIRM_HINT)


BODY = row_form(
    Body, "unit", "standing", "basis", "published_on", "valid_from", offers=OFFERS, once=("unit",)
)
OFFICER = row_form(
    Officer, "body", "person", "certificate", "valid_from", "valid_to", once=("body", "person"),
    offers={**OFFERS, "body": _bodies}, hints={"valid_to": "证上写的最后一天；过了这天就不能检查"},
)  # fmt: skip
ITEM = row_form(
    Item, "body", "code", "name", "basis", "checklist", "is_key", "valid_from", offers={"body": _bodies},
    fields={"checklist": _checklist}, once=("body",),
)  # fmt: skip
CAP = row_form(
    CapRule, "body", "most", "counts_case", "reasonable", "source", "valid_from", "valid_to", offers={"body": _bodies},
    hints={"body": "不选就是各单位通用", "counts_case": "国家答复和地方规定不一样，按本区公布的填"},
)  # fmt: skip
PlanForm = row_form(
    Plan, "year", "way", "share", once=("year",),
    hints={"way": "例如：双随机抽查为主，能联合的联合", "share": "例如：A 类 1%，B 类 5%，C 类 20%"},
)  # fmt: skip
OtherForm = row_form(
    OtherVisit, "enterprise", "unit", "kind", "on", "people", "purpose", "checked",
    fields={"enterprise": _firm, "unit": _own_units},
    hints={"checked": "如实勾：勾了的是变相检查的线索，由司法局核查"},
)  # fmt: skip


class LineForm(forms.Form):
    """One visit of a plan; a table's columns are these fields."""

    enterprise = text("企业", 128, help_text=FIRM_HINT)
    place = text("地点", 120)
    kind = choice("种类", [(k, v) for k, v in KINDS.items() if k != "case"], initial="daily")
    ordered_by = text("上级部署的文号", 120, required=False, help_text="上级统一部署的专项才填，不占上限")
    items = text("检查事项", 500, help_text="事项的编码或全名，几项用顿号隔开")
    first_on = day("从哪天")
    last_on = day("到哪天")

    def __init__(self, data: Any = None, *, viewer: Viewer, today: date, row: PlanLine | None = None) -> None:
        kept: dict[str, Any] = {}
        if row is not None:
            kept = {n: getattr(row, n) for n in self.base_fields}
            kept |= {"enterprise": row.enterprise.name, "items": "、".join(i.code for i in row.items.all())}
        super().__init__(data, initial=kept)


class SubmitForm(forms.Form):
    """What a body declares with its plan, because no row can show it."""

    quota = forms.BooleanField(
        label="没有下达检查指标", error_messages={"required": "有检查指标的计划不能送审（五个严禁）"}
    )
    tied = forms.BooleanField(
        label="检查次数、罚没数额没有和考核、预算挂钩",
        error_messages={"required": "挂钩的计划不能送审（八个不得）"},
    )


class ReviewForm(forms.Form):
    decision = choice("意见", [("approved", "通过"), ("refused", "退回")], widget=forms.RadioSelect)
    opinion = area("说明", 300, required=False)


class PublishForm(forms.Form):
    discussed_on = day("哪天集体讨论的")


class ReasonForm(forms.Form):
    reason = area("为什么", 300, min_length=4)


class OpenForm(forms.Form):
    """Asking the head for a visit that the plan foresees."""

    officers = forms.TypedMultipleChoiceField(
        label="谁去", coerce=int, error_messages={"required": "请选谁去，至少两人"}
    )
    reason = area("为什么查", 300, min_length=4)

    def __init__(self, data: Any = None, *, viewer: Viewer, today: date, row: PlanLine) -> None:
        super().__init__(data, initial={"reason": f"{row.plan}"})
        rows = officers_on(row.district_id, max(today, row.first_on)).filter(body=row.plan.body)
        field = self.fields["officers"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(o.pk, str(o)) for o in rows]


class SettleForm(forms.Form):
    """What looking into a clue found."""

    state = choice("结论", [c for c in Flag.State.choices if c[0] != "open"], widget=forms.RadioSelect)
    finding = area("查明什么", 500, min_length=4)
    due_on = day("哪天以前整改", required=False, help_text="属实的才填")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("state") == Flag.State.FOUNDED and not given.get("due_on"):
            self.add_error("due_on", "属实的要写明哪天以前整改")
        return given
