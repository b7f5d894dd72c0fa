"""What people type about programmes, their leaves and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.programmes.models import Node
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY

MAX_FILE = 20 * 1024 * 1024
AREA = forms.Textarea(attrs={"rows": 3})


def _units(viewer: Viewer, first: str = "请选") -> list[tuple[Any, str]]:
    return [("", first), *unit_choices(viewer.district_id or 0)]


def _unit(viewer: Viewer, label: str, *, required: bool = True, help_text: str = "") -> forms.Field:
    return forms.TypedChoiceField(
        label=label,
        choices=_units(viewer, "请选" if required else "不选"),
        coerce=int,
        empty_value=None,
        required=required,
        help_text=help_text,
    )


def _several(viewer: Viewer, label: str) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        label=label, choices=unit_choices(viewer.district_id or 0), coerce=int, required=False
    )


class TaskForm(forms.Form):
    """A task given by hand or from a table."""

    title = forms.CharField(label="任务", min_length=2, max_length=120)
    text = forms.CharField(label="要做什么", max_length=3000, required=False, widget=AREA)
    result_to_show = forms.CharField(label="要看到的结果", min_length=2, max_length=500, widget=AREA)
    due_on = forms.DateField(label="哪天前办完", widget=DAY)
    waits_for = forms.CharField(
        label="要等哪些任务", max_length=600, required=False, help_text="写任务的办件号，用顿号隔开"
    )
    origin_label = forms.CharField(
        label="来源", max_length=120, required=False, help_text="哪次会、哪份文件定的"
    )
    origin = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    field_order = ("title", "unit", "person", "co_units", "judge_unit", "result_to_show", "due_on")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, viewer: Viewer, today: date, row: Any = None
    ) -> None:
        super().__init__(data)
        own = next(iter(sorted(viewer.unit_ids)), None)
        self.fields["unit"] = _unit(viewer, "责任单位")
        self.fields["person"] = forms.CharField(
            label="责任人", max_length=40, required=False, help_text="写姓名，要是责任单位的人"
        )
        self.fields["co_units"] = _several(viewer, "配合单位")
        self.fields["judge_unit"] = _unit(viewer, "谁来核销", help_text="不能是责任单位自己")
        self.initial["judge_unit"] = own
        self.order_fields(self.field_order)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["waits_for"] = [w for w in data.get("waits_for", "").replace(" ", "、").split("、") if w]
        name = data.get("person")
        data["person"] = person_named(data.get("unit"), name, self.today) if name else None
        if name and data["person"] is None:
            self.add_error("person", f"责任单位里没有“{name}”")
        return data


def person_named(unit_id: int | None, name: str, today: date) -> int | None:
    """Return who goes by a name in a unit, None for nobody."""
    rows = Membership.objects.filter(in_force(today), unit_id=unit_id or 0, person__name=name)
    return rows.values_list("person_id", flat=True).first()


class ProgrammeForm(forms.Form):
    title = forms.CharField(label="名称", min_length=4, max_length=120)
    number = forms.CharField(label="文号", max_length=60, required=False)
    meaning = forms.CharField(
        label="一句话说它为了什么", min_length=4, max_length=120, help_text="写在每一页最上面"
    )
    starts_on = forms.DateField(label="从哪天起", widget=DAY)
    ends_on = forms.DateField(label="到哪天止", widget=DAY)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, viewer: Viewer, today: date, row: Any = None
    ) -> None:
        super().__init__(data)
        if row is None:
            self.fields["owner"] = _unit(viewer, "牵头单位")
            self.fields["judge"] = _unit(viewer, "谁来核销", help_text="不能是任何一件任务的责任单位")
            return
        for name in self.fields:
            self.initial[name] = getattr(row, name)


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


class LeafForm(forms.Form):
    """A leaf of a draft."""

    title = forms.CharField(label="任务", min_length=2, max_length=120)
    text = forms.CharField(label="要做什么", max_length=3000, required=False, widget=AREA)
    result = forms.CharField(label="要看到的结果", min_length=2, max_length=500, widget=AREA)
    due_on = forms.DateField(label="哪天前办完", widget=DAY)
    waits = forms.CharField(
        label="要等哪些任务", max_length=300, required=False, help_text="写编号，用顿号隔开"
    )
    field_order = ("title", "unit_id", "person_id", "co_units", "result", "due_on", "waits", "text")

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, node: Node) -> None:
        super().__init__(data)
        self.fields["unit_id"] = _unit(
            viewer, "责任单位", help_text=f"文件里写的是“{node.unit_said}”" if node.unit_said else ""
        )
        self.fields["person_id"] = forms.CharField(label="责任人", max_length=40, required=False)
        self.fields["co_units"] = _several(viewer, "配合单位")
        self.order_fields(self.field_order)
        self.today = today
        for name in ("title", "text", "result", "due_on", "unit_id", "co_units"):
            self.initial[name] = getattr(node, name)
        self.initial["waits"] = "、".join(node.waits)
        self.initial["person_id"] = node.person.name if node.person else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["waits"] = [w for w in data.get("waits", "").replace(" ", "、").split("、") if w]
        name = data.get("person_id")
        data["person_id"] = person_named(data.get("unit_id"), name, self.today) if name else None
        if name and data["person_id"] is None:
            self.add_error("person_id", f"责任单位里没有“{name}”")
        return data
