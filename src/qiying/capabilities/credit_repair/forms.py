"""Forms of records, restructurings, and of a place taken down."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.credit_repair.models import CreditRecord, Restructuring
from qiying.capabilities.credit_repair.rules import law
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.fields import choice, day, text


class RecordForm(forms.Form):
    """One record as its recognising unit published it; a table's columns are these fields."""

    enterprise = text("企业", 128, help_text="统一社会信用代码或企业全称")
    number = text("文书号", 60, help_text="例如：明市监罚〔2026〕12 号")
    title = text("什么事", 120, help_text="一句话，例如：未按规定公示年度报告")
    kind = choice("种类", law.KINDS, initial="penalty")
    grade = choice("类别", {"": "还没定", **law.GRADES}, required=False, help_text="没定的算不出哪天可以修复")
    sector = choice(
        "领域", {"": "其他", **law.SECTORS}, required=False, help_text="2026年3月31日以前的规定要看"
    )
    is_summary = forms.BooleanField(label="简易程序，或者只有警告、通报批评", required=False)
    unit_id = forms.ChoiceField(
        label="认定单位", required=False, error_messages={"invalid_choice": "认定单位不在可选的里面"}
    )
    recogniser = text("外区的认定单位", 60, required=False, help_text="本区单位认定的不填")
    decided_on = day("决定日期")
    published_on = day("公示日期")
    places = text(
        "公示的地方",
        500,
        required=False,
        help_text="几处用顿号隔开，日期不同的写在后面：信用中国 2026-05-01、信用浙江",
    )
    duty = text("要履行的义务", 200, required=False, help_text="例如：缴清罚款 5000 元")
    barred_by = text("不能修复的依据", 120, required=False, help_text="法律规定不能修复的才填")

    def __init__(
        self, data: Any = None, *, viewer: Viewer, today: date, row: CreditRecord | None = None
    ) -> None:
        super().__init__(data, initial=_initial(row) if row else None)
        units = unit_choices(viewer.district_id or 0)
        if not viewer.has("credit.district"):
            units = [(pk, name) for pk, name in units if pk in viewer.unit_ids]
        outside = [("", "不是本区单位")] if viewer.has("credit.district") else []
        field = self.fields["unit_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*outside, *units]


def _initial(row: CreditRecord) -> dict[str, Any]:
    names = ("number", "title", "kind", "grade", "sector", "is_summary", "recogniser", "duty", "barred_by")
    places = "、".join(f"{p.place} {p.published_on}" for p in row.places.all())
    return {
        **{name: getattr(row, name) for name in (*names, "unit_id", "decided_on", "published_on")},
        "enterprise": row.enterprise.credit_code or row.enterprise.name,
        "places": places,
    }


class RestructuringForm(forms.Form):
    """A court's ruling that approves a plan, and how its performance ended."""

    enterprise = text("企业", 128, help_text="统一社会信用代码或企业全称")
    court = text("法院", 60)
    ruling = text("裁定书文号", 60)
    approved_on = day("裁定批准的日期")
    completed_on = day("执行完毕的日期", required=False, help_text="执行完就可以全部修复")
    failed_on = day("终止执行的日期", required=False)

    def __init__(
        self, data: Any = None, *, viewer: Viewer, today: date, row: Restructuring | None = None
    ) -> None:
        names = ("court", "ruling", "approved_on", "completed_on", "failed_on")
        kept = {n: getattr(row, n) for n in names} | {"enterprise": row.enterprise.name} if row else None
        super().__init__(data, initial=kept)


class StopForm(forms.Form):
    """A place that shows a record no longer, where its publicity ended by itself."""

    place_id = forms.ChoiceField(label="哪一处撤下了", error_messages={"invalid_choice": "请重选一处"})
    receipt = text("回执", 120, help_text="回执编号，或者谁在哪天告诉您的")

    def __init__(self, data: Any = None, *, viewer: Viewer, today: date, row: CreditRecord) -> None:
        super().__init__(data)
        field = self.fields["place_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(p.pk, p.place) for p in row.places.filter(stopped_on__isnull=True)]
