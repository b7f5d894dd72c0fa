"""Forms of the money: they read what was typed, the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from qiying.kernel.organisations.forms import NONE, offer
from qiying.ui.given import day_input

DAY = day_input()
WIDE = forms.Textarea(attrs={"rows": 3})
MOST_YUAN = Decimal("99999999999.99")


def yuan_field(label: str = "金额（元）") -> forms.DecimalField:
    """Return a field for an amount in yuan with at most two decimals."""
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=MOST_YUAN,
        decimal_places=2,
        help_text="例如 300000 或 300000.50",
    )


def fen_of(yuan: Decimal) -> int:
    """Return exact fen of yuan with at most two decimals."""
    return int(yuan * 100)


class MoneyForm(forms.Form):
    """What every change of a budget needs; `key` makes pressing twice one change."""

    amount_yuan = yuan_field()
    document = forms.CharField(label="文号", max_length=60, help_text="例如 财预〔2026〕12号")
    memo = forms.CharField(label="说明", max_length=150, help_text="为什么，以后查账要看")
    key = forms.CharField(max_length=36, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = str(uuid4())

    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        data = self.cleaned_data
        return {
            "fen": fen_of(data["amount_yuan"]),
            "document": data["document"],
            "memo": data["memo"],
            "key": data["key"] or str(uuid4()),
        }


class AppropriateForm(MoneyForm):
    """Money for a policy and a year."""

    policy = forms.TypedChoiceField(label="给哪项政策", coerce=int)
    year = forms.TypedChoiceField(label="预算年度", coerce=int)
    field_order = ["policy", "year", "amount_yuan", "document", "memo", "key"]

    def __init__(
        self, *args: Any, policies: Sequence[tuple[int, str]], years: Sequence[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "policy", [NONE, *policies])
        offer(self, "year", [(y, f"{y} 年") for y in years])


class TransferForm(MoneyForm):
    """Money to another policy of the same unit."""

    policy = forms.TypedChoiceField(label="转给哪项政策", coerce=int)
    field_order = ["policy", "amount_yuan", "document", "memo", "key"]

    def __init__(self, *args: Any, policies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "policy", [NONE, *policies])


class ResultFileForm(forms.Form):
    """The treasury's answer to a batch."""

    table = forms.FileField(label="财政回单表", help_text="xlsx、xls 或 csv，要有“支付号”和“结果”两列")


class SettleForm(forms.Form):
    """One payment arrived."""

    on = forms.DateField(label="到账日期", widget=DAY)
    reference = forms.CharField(label="回单号", max_length=60, required=False)


class FailForm(forms.Form):
    """One payment did not arrive."""

    reason = forms.CharField(
        label="没付成的原因", max_length=200, help_text="企业会看到，例如：账号和户名不一致"
    )


class ReopenForm(forms.Form):
    """Pay a failed one again."""

    reason = forms.CharField(
        label="为什么这次能付成", max_length=200, required=False, help_text="企业已经换了账户的，可以不写"
    )


class ClawbackForm(forms.Form):
    """Ask for money back."""

    amount_yuan = yuan_field("追回多少（元）")
    reason = forms.CharField(label="为什么追回", max_length=300, widget=WIDE, help_text="企业会看到")
    basis = forms.CharField(label="依据", max_length=200, help_text="政策第几条，或者哪份决定")


class ClawbackDecisionForm(forms.Form):
    """Decide on a clawback; nothing is chosen beforehand."""

    verdict = forms.ChoiceField(
        label="决定", choices=[("yes", "通知企业退回"), ("no", "不追回")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=WIDE, help_text="不追回要写理由"
    )


class ReturnForm(forms.Form):
    """The money came back."""

    on = forms.DateField(label="退回日期", widget=DAY)


class DeliverForm(forms.Form):
    """A service or right was delivered."""

    on = forms.DateField(label="兑现日期", widget=DAY)
    note = forms.CharField(
        label="怎么兑现的", max_length=300, widget=WIDE, help_text="企业会看到，例如：已派驻专员，联系人王五"
    )
