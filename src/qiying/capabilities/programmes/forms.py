"""What people type about programmes, their leaves and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.programmes.models import Node, Programme
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import OFFERS
from qiying.kernel.registers.rows import DAY, row_form

MAX_FILE = 20 * 1024 * 1024
AREA = forms.Textarea(attrs={"rows": 3})


units = OFFERS["unit"]
ProgrammeForm = row_form(
    Programme,
    *("title", "number", "meaning", "owner", "judge", "starts_on", "ends_on"),
    offers={"owner": units, "judge": units},
    hints={"meaning": "写在每一页最上面", "judge": "不能是任何一件任务的责任单位"},
    once=("owner", "judge"),
)


class WorkForm(forms.Form):
    """What a task is, whether given by hand or as the leaf of a plan."""

    title = forms.CharField(label="任务", min_length=2, max_length=120)
    unit = forms.TypedChoiceField(label="责任单位", coerce=int)
    person = forms.CharField(
        label="责任人", max_length=40, required=False, help_text="写姓名，要是责任单位的人"
    )
    co_units = forms.TypedMultipleChoiceField(label="配合单位", coerce=int, required=False)
    result_to_show = forms.CharField(label="要看到的结果", min_length=2, max_length=500, widget=AREA)
    due_on = forms.DateField(label="哪天前办完", widget=DAY)
    waits_for = forms.CharField(label="要等哪些任务", max_length=600, required=False, help_text="用顿号隔开")
    text = forms.CharField(label="要做什么", max_length=3000, required=False, widget=AREA)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, viewer: Viewer, today: date, row: Any = None
    ) -> None:
        super().__init__(data)
        self.today = today
        for field in self.fields.values():
            if isinstance(field, forms.TypedMultipleChoiceField):
                field.choices = units(viewer, today)
            elif isinstance(field, forms.TypedChoiceField):
                field.choices = [("", "请选"), *units(viewer, today)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["waits_for"] = [w for w in data.get("waits_for", "").replace(" ", "、").split("、") if w]
        if name := data.get("person"):
            here = in_force(self.today)
            rows = Membership.objects.filter(here, unit_id=data.get("unit") or 0, person__name=name)
            data["person"] = rows.values_list("person_id", flat=True).first()
            if data["person"] is None:
                self.add_error("person", f"责任单位里没有“{name}”")
        return {**data, "person": data.get("person") or None}


class TaskForm(WorkForm):
    judge_unit = forms.TypedChoiceField(label="谁来核销", coerce=int, help_text="不能是责任单位自己")
    origin_label = forms.CharField(
        label="来源", max_length=120, required=False, help_text="哪次会、哪份文件定的"
    )
    origin = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class LeafForm(WorkForm):
    """A leaf of a draft."""

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Node) -> None:
        super().__init__(data, viewer=viewer, today=today)
        said = {"unit": row.unit_id, "result_to_show": row.result, "waits_for": "、".join(row.waits)}
        said |= {name: getattr(row, name) for name in ("title", "text", "due_on", "co_units")}
        self.initial = {**said, "person": row.person.name if row.person else ""}
        if row.unit_said:
            self.fields["unit"].help_text = f"文件里写的是“{row.unit_said}”"


class FileForm(forms.Form):
    file = forms.FileField(
        label="方案文件",
        help_text="Excel（xlsx、xls、csv）或者 Word 大纲（docx），20 MB 以内；读出来先是草稿",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.docx"}),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MAX_FILE:
            raise forms.ValidationError("文件超过 20 MB，请分成几份。")
        return found
