"""Forms of the catalogue; their fields are those of the tables, and the headings of the tables that are imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db import models

from qiying.capabilities.catalogue.models import (
    AwayCard,
    Board,
    FreeService,
    Intermediary,
    IntermediaryRating,
    ItemUse,
    OneThing,
    ServiceItem,
)
from qiying.capabilities.catalogue.rules.items import (
    fen_of,
    limit_read,
    materials_read,
    materials_written,
)
from qiying.kernel.enterprises.fields import EnterpriseField
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import day_input

Data = Mapping[str, Any] | None
LABELS = {"valid_from": "从哪天起", "valid_to": "到哪天止"}
HELP = {
    "code": "31 位实施编码或 12 位基本编码；本区自己的写两个字母加四位数字",
    "also": "企业平时怎么说：开饭店 开餐馆，搜得到",
    "materials": "一行一份，括号里写从哪里来：营业执照（政府已有）",
    "promised": "如 3 个工作日、当场办",
    "free_when": "如：注册资本 < 5000000",
    "needed_when": '如：做什么 = "开业" and 行业 = "餐饮"',
    "bundle": "套餐的代码",
    "month": "写这个月的任意一天",
    "place": "如：广州市白云区",
    "family": "如：母亲一个人在家",
}


class Yuan(forms.CharField):
    """An amount in yuan, kept as fen."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return fen_of(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


def yuan(fen: int | None) -> str:
    """Return fen as it is typed."""
    return "" if fen is None else f"{fen / 100:.2f}".removesuffix(".00")


def field_of(model: type[models.Model], name: str) -> forms.Field:
    """Return how a column is typed: label, length and choices are the column's."""
    column: Any = model._meta.get_field(name.removesuffix("_id"))
    must = not column.null and not column.has_default()
    label = LABELS.get(name, str(column.verbose_name)).replace("（分）", "（元）")
    more: dict[str, Any] = {"label": label, "help_text": HELP.get(name, "")}
    if name.endswith("_id"):
        return forms.TypedChoiceField(coerce=int, required=must, empty_value=None, **more)
    if name.endswith("_fen"):
        return Yuan(required=must, **more)
    if isinstance(column, models.DateField):
        return forms.DateField(required=must, widget=day_input(), **more)
    if isinstance(column, (models.JSONField, models.TextField)):
        lines = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(
            required=False, max_length=column.__dict__.get("max_length") or 3000, widget=lines, **more
        )
    if isinstance(column, models.IntegerField):
        most = 32767 if isinstance(column, models.PositiveSmallIntegerField) else 10**8
        return forms.IntegerField(required=must, min_value=0, max_value=most, **more)
    if isinstance(column, models.URLField):
        more["assume_scheme"] = "https"
    found: forms.Field = column.formfield(**more)
    return found


class RowForm(forms.Form):
    """The form of a table's row: the columns named, starting with what the row holds."""

    model: ClassVar[type[models.Model]]
    columns: ClassVar[tuple[str, ...]]

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: Any) -> None:
        columns = {name: field_of(self.model, name) for name in self.columns}
        start: dict[str, Any] = {"valid_from": today}
        if row is not None:
            start = {n: yuan(v) if n.endswith("_fen") else v for n in columns for v in (getattr(row, n),)}
        super().__init__(data, initial=start)
        self.fields = {**columns, **self.fields}
        units = Unit.objects.filter(district_id=viewer.district_id or 0, is_active=True).order_by(
            "sort_order", "pk"
        )
        for name in {"unit_id", "department_id", "lead_id"} & set(columns):
            offer(self, name, [("", "没有"), *((u.pk, u.label) for u in units)])


class BoardForm(RowForm):
    model, columns = Board, ("name", "tier", "about", "unit_id", "position", "valid_from")


class OneThingForm(RowForm):
    model = OneThing
    columns = ("name", "year", "batch", "for_firms", "document", "lead_id", "bundle", "valid_from")


class IntermediaryForm(RowForm):
    model = Intermediary
    columns = (
        "name", "credit_code", "service", "price_fen", "price_unit", "workdays", "result", "qualification",
        "phone", "valid_from",
    )  # fmt: skip


class UseForm(RowForm):
    model, columns = ItemUse, ("code", "month", "source", "handled", "online", "in_time")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        return {**told, **{name: told.get(name) or 0 for name in ("online", "in_time")}}


class ItemForm(RowForm):
    """An item: one line of the table is one item."""

    model = ServiceItem
    columns = (
        "code", "name", "board_id", "department_id", "provider", "provider_name", "kind", "stage", "value_added",
        "summary", "also", "basis", "conditions", "materials", "steps", "statutory_days", "fee_fen", "fee_note",
        "window", "result", "online", "visits", "outside_url", "intermediary", "worth_fen", "free_when",
        "needed_when", "valid_from",
    )  # fmt: skip
    promised = forms.CharField(label="承诺多久", required=False, max_length=20, help_text=HELP["promised"])

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: ServiceItem | None) -> None:
        super().__init__(data, viewer=viewer, today=today, row=row)
        if row is not None:
            self.initial = {
                **self.initial,
                "materials": materials_written(row.materials),
                "valid_from": max(today, row.valid_from),
            }
            self.initial["promised"] = row.promised_words if row.promised is not None else ""
        self.fields["valid_from"].required = False
        self.order_fields([*self.columns[:16], "promised", *self.columns[16:]])
        boards = Board.objects.filter(in_force(today), district_id=viewer.district_id or 0)
        offer(self, "board_id", list(boards.values_list("pk", "name")))

    def clean(self) -> dict[str, Any]:
        """Turn words into what is kept."""
        told = super().clean() or {}
        try:
            told["promised"], told["promised_unit"] = limit_read(told.get("promised", ""))
        except ValueError as error:
            self.add_error("promised", str(error))
        told["materials"] = materials_read(told.get("materials", ""))
        return {**told, **{name: told.get(name) or 0 for name in ("visits", "fee_fen", "worth_fen")}}


class FreeServiceForm(RowForm):
    """A free service given."""

    model, columns = FreeService, ("item_id", "saved_fen", "valid_from", "valid_to", "note")
    enterprise = EnterpriseField(label="企业")

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: FreeService | None) -> None:
        super().__init__(data, viewer=viewer, today=today, row=row)
        self.fields["saved_fen"].required = False
        self.fields["saved_fen"].help_text = "不写就按这项服务的标准"
        firms: Any = self.fields["enterprise"]
        firms.queryset = Enterprise.objects.filter(district_id=viewer.district_id or 0)
        if row is not None:
            self.initial["enterprise"] = row.enterprise.name
        rows = ServiceItem.objects.filter(
            in_force(today), district_id=viewer.district_id or 0, worth_fen__gt=0
        )
        offer(self, "item_id", list(rows.values_list("pk", "name")))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        firm = told.get("enterprise")
        return {**told, "enterprise_id": firm.pk if firm else None}


class RateForm(forms.Form):
    """A word about an intermediary."""

    stars = forms.TypedChoiceField(
        label="几颗星",
        coerce=int,
        choices=[(n, f"{n} 颗星") for n in range(5, 0, -1)],
        widget=forms.RadioSelect,
    )
    free_choice = forms.TypedChoiceField(
        label="是您自己选的吗", coerce=lambda v: v == "yes", widget=forms.RadioSelect,
        choices=[("yes", "自己选的"), ("no", "有人让我用这家")],
    )  # fmt: skip
    comment = field_of(IntermediaryRating, "comment")


class AwayForm(forms.Form):
    """Where somebody is, where home is, who is to be looked after."""

    home_id, place, work, family = (field_of(AwayCard, n) for n in ("home_id", "place", "work", "family"))

    def __init__(self, data: Data, *, district_id: int, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        rows = Unit.objects.filter(district_id=district_id, is_active=True, kind=UnitKind.TOWN)
        offer(self, "home_id", list(rows.order_by("sort_order").values_list("pk", "name")))


class CareForm(forms.Form):
    """What is needed at home."""

    text = forms.CharField(
        label="家里有什么事要帮忙", max_length=500, min_length=5, widget=forms.Textarea(attrs={"rows": 4})
    )
