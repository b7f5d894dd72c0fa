"""Forms of the catalogue; what stands in them is also the heading of their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.approvals.models import (
    Board,
    FreeService,
    Intermediary,
    ItemKind,
    ItemUse,
    OneThing,
    Provider,
    ServiceItem,
    Stage,
    Tier,
)
from qiying.capabilities.approvals.rules.catalogue import (
    fen_of,
    limit_read,
    materials_read,
    materials_written,
)
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.forms import EnterpriseField
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

DAY = forms.DateInput(attrs={"type": "date"})
LINES = forms.Textarea(attrs={"rows": 4})
Data = Mapping[str, Any] | None


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


def _units(form: forms.Form, name: str, viewer: Viewer) -> None:
    rows = Unit.objects.filter(district_id=viewer.district_id or 0, is_active=True).order_by(
        "sort_order", "pk"
    )
    offer(form, name, [("", "没有"), *((u.pk, u.label) for u in rows)])


class RowForm(forms.Form):
    """A form that starts with what its row holds."""

    starts: tuple[str, ...] = ()

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: Any) -> None:
        start: dict[str, Any] = {"valid_from": today}
        if row is not None:
            start = {n: getattr(row, n) for n in self.base_fields if hasattr(row, n)}
        super().__init__(data, initial={**start, **self.told(row)})
        if "unit_id" in self.fields:
            _units(self, "unit_id", viewer)

    def told(self, row: Any) -> dict[str, Any]:
        """Return what the row says in other words than its columns."""
        return {}


def _unit(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, required=False, empty_value=None)


class BoardForm(RowForm):
    """A board."""

    name = forms.CharField(label="名称", max_length=30)
    tier = forms.ChoiceField(label="谁定的", choices=Tier.choices)
    about = forms.CharField(label="办什么", max_length=120)
    unit_id = _unit("牵头单位")
    position = forms.IntegerField(label="次序", min_value=0, max_value=999, initial=0)
    valid_from = forms.DateField(label="从哪天起", widget=DAY)


class ItemForm(forms.Form):
    """An item: one line of the table is one item."""

    code = forms.CharField(
        label="事项编码",
        max_length=40,
        help_text="31 位实施编码或 12 位基本编码；本区自己的写两个字母加四位数字",
    )
    name = forms.CharField(label="名称", max_length=80)
    board_id = forms.TypedChoiceField(label="板块", coerce=int)
    department_id = _unit("办理单位")
    provider = forms.ChoiceField(label="谁提供", choices=Provider.choices, initial=Provider.GOVERNMENT)
    provider_name = forms.CharField(label="提供的机构", required=False, max_length=60)
    kind = forms.ChoiceField(label="事项类型", choices=ItemKind.choices)
    stage = forms.ChoiceField(label="企业在哪一步", choices=Stage.choices)
    value_added = forms.BooleanField(label="增值服务", required=False)
    summary = forms.CharField(label="一句话", required=False, max_length=160)
    also = forms.CharField(
        label="也叫什么", required=False, max_length=120, help_text="企业平时怎么说：开饭店 开餐馆，搜得到"
    )
    basis = forms.CharField(label="依据", required=False, max_length=300)
    conditions = forms.CharField(label="什么条件", required=False, max_length=2000, widget=LINES)
    materials = forms.CharField(
        label="材料", required=False, max_length=3000, widget=LINES,
        help_text="一行一份，括号里写从哪里来：营业执照（政府已有）",
    )  # fmt: skip
    steps = forms.CharField(label="怎么办", required=False, max_length=1000, widget=LINES)
    statutory_days = forms.IntegerField(label="法定几个工作日", required=False, min_value=0, max_value=999)
    promised = forms.CharField(
        label="承诺多久", required=False, max_length=20, help_text="如 3 个工作日、当场办"
    )
    fee_fen = Yuan(label="收费（元）", required=False, help_text="不收费写 0")
    fee_note = forms.CharField(label="收费说明", required=False, max_length=120)
    window = forms.CharField(label="哪个窗口", required=False, max_length=60)
    result = forms.CharField(label="拿到什么", required=False, max_length=60)
    online = forms.BooleanField(label="网上能办完", required=False)
    visits = forms.IntegerField(label="要跑几趟", required=False, min_value=0, max_value=9)
    outside_url = forms.URLField(label="在哪个网站办", required=False, assume_scheme="https")
    intermediary = forms.CharField(label="要用的中介服务", required=False, max_length=30)
    worth_fen = Yuan(label="免费服务一次省（元）", required=False)
    free_when = forms.CharField(
        label="谁可以免费", required=False, max_length=200, help_text="如：注册资本 < 5000000"
    )
    needed_when = forms.CharField(
        label="什么时候要办",
        required=False,
        max_length=300,
        help_text='如：做什么 = "开业" and 行业 = "餐饮"',
    )
    valid_from = forms.DateField(label="从哪天起", required=False, widget=DAY, help_text="改过的从这天起用")

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: ServiceItem | None) -> None:
        start: dict[str, Any] = {"valid_from": today}
        if row is not None:
            start = {n: getattr(row, n) for n in self.base_fields}
            start |= {"materials": materials_written(row.materials), "valid_from": max(today, row.valid_from)}
            start |= {n: yuan(getattr(row, n)) for n in ("fee_fen", "worth_fen")}
            start["promised"] = row.promised_words if row.promised is not None else ""
        super().__init__(data, initial=start)
        boards = Board.objects.filter(in_force(today), district_id=viewer.district_id or 0)
        offer(self, "board_id", list(boards.values_list("pk", "name")))
        _units(self, "department_id", viewer)

    def clean(self) -> dict[str, Any]:
        """Turn words into what is kept."""
        told = super().clean() or {}
        try:
            told["promised"], told["promised_unit"] = limit_read(told.get("promised", ""))
        except ValueError as error:
            self.add_error("promised", str(error))
        told["materials"] = materials_read(told.get("materials", ""))
        for name in ("visits", "fee_fen", "worth_fen"):
            told[name] = told.get(name) or 0
        return told


class OneThingForm(RowForm):
    """One 一件事 of a national list."""

    name = forms.CharField(label="名称", max_length=60)
    year = forms.IntegerField(label="哪一年", min_value=2020, max_value=2100)
    batch = forms.IntegerField(label="第几批", min_value=1, max_value=9)
    for_firms = forms.BooleanField(label="企业的", required=False)
    document = forms.CharField(label="文号", required=False, max_length=80)
    unit_id = _unit("牵头单位")
    bundle = forms.SlugField(label="在这里办", required=False, max_length=40, help_text="套餐的代码")
    valid_from = forms.DateField(label="从哪天起", widget=DAY)

    def told(self, row: OneThing | None) -> dict[str, Any]:
        return {"unit_id": row.lead_id} if row else {}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        return {**told, "lead_id": told.get("unit_id")}


class IntermediaryForm(RowForm):
    """One service of an intermediary."""

    name = forms.CharField(label="机构", max_length=60)
    credit_code = forms.CharField(label="统一社会信用代码", max_length=30)
    service = forms.CharField(label="服务", max_length=30)
    price_fen = Yuan(label="收费（元）")
    price_unit = forms.CharField(label="怎么算", max_length=20, initial="一次")
    workdays = forms.IntegerField(label="几个工作日", min_value=0, max_value=999)
    result = forms.CharField(label="拿到什么", max_length=60)
    qualification = forms.CharField(label="资质", required=False, max_length=60)
    phone = forms.CharField(label="电话", required=False, max_length=30)
    valid_from = forms.DateField(label="从哪天起", widget=DAY)

    def told(self, row: Intermediary | None) -> dict[str, Any]:
        return {"price_fen": yuan(row.price_fen)} if row else {}


class UseForm(RowForm):
    """How often an item was used in a month."""

    code = forms.CharField(label="事项编码", max_length=40)
    month = forms.DateField(label="月份", widget=DAY, help_text="写这个月的任意一天")
    source = forms.CharField(label="谁报的", max_length=40)
    handled = forms.IntegerField(label="办了几件", min_value=0, max_value=10**8)
    online = forms.IntegerField(label="网上办的", required=False, min_value=0, max_value=10**8)
    in_time = forms.IntegerField(label="承诺时间内办完的", required=False, min_value=0, max_value=10**8)

    def told(self, row: ItemUse | None) -> dict[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        return {**told, "online": told.get("online") or 0, "in_time": told.get("in_time") or 0}


class FreeServiceForm(RowForm):
    """A free service given."""

    item_id = forms.TypedChoiceField(label="免费服务", coerce=int)
    enterprise = EnterpriseField(label="给哪家企业")
    valid_from = forms.DateField(label="哪天", widget=DAY)
    valid_to = forms.DateField(label="到哪天止", required=False, widget=DAY)
    saved_fen = Yuan(label="省了多少（元）", required=False, help_text="不写就按这项服务的标准")
    note = forms.CharField(label="说明", required=False, max_length=120)

    def __init__(self, data: Data, *, viewer: Viewer, today: date, row: FreeService | None) -> None:
        super().__init__(data, viewer=viewer, today=today, row=row)
        own = Enterprise.objects.filter(district_id=viewer.district_id or 0)
        self.fields["enterprise"].queryset = own  # type: ignore[attr-defined]
        rows = ServiceItem.objects.filter(
            in_force(today), district_id=viewer.district_id or 0, worth_fen__gt=0
        )
        offer(self, "item_id", list(rows.values_list("pk", "name")))

    def told(self, row: FreeService | None) -> dict[str, Any]:
        return {"enterprise": row.enterprise.name, "saved_fen": yuan(row.saved_fen)} if row else {}

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
    comment = forms.CharField(label="说一句", required=False, max_length=300, widget=LINES)


class AwayForm(forms.Form):
    """Where somebody is, where home is, who is to be looked after."""

    home_id = forms.TypedChoiceField(label="老家在哪个镇街", coerce=int)
    place = forms.CharField(label="现在在哪里", max_length=60, help_text="如：广州市白云区")
    work = forms.CharField(label="做什么", required=False, max_length=60)
    family = forms.CharField(
        label="家里谁要照应", required=False, max_length=120, help_text="如：母亲一个人在家"
    )

    def __init__(self, data: Data, *, district_id: int, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        rows = Unit.objects.filter(district_id=district_id, is_active=True, kind=UnitKind.TOWN)
        offer(self, "home_id", list(rows.order_by("sort_order").values_list("pk", "name")))


class CareForm(forms.Form):
    """What is needed at home."""

    text = forms.CharField(label="家里有什么事要帮忙", max_length=500, min_length=5, widget=LINES)
