"""What people type about postings, matches and intents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.matchmaking.models import Posting
from qiying.capabilities.matchmaking.rules.words import KINDS, REASONS
from qiying.capabilities.matchmaking.selectors import links_of, party_choices
from qiying.kernel.organisations.forms import NONE
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import DAY, row_form

AREA = forms.Textarea(attrs={"rows": 3})


def _wan(label: str = "多少钱（万元）", start: int | None = None) -> forms.DecimalField:
    """Return a field for 万元, to the yuan; what is too little or too much the service says."""
    first = f"{start / 10_000:g}" if start else None
    told: dict[str, Any] = {
        "max_digits": 14,
        "decimal_places": 4,
        "initial": first,
        "help_text": "没有金额的空着",
    }
    return forms.DecimalField(label=label, required=False, **told)


def _party(viewer: Viewer, label: str) -> forms.ChoiceField:
    choices = party_choices(viewer)
    return forms.ChoiceField(label=label, choices=choices if len(choices) == 1 else [NONE, *choices])


PostingForm = row_form(
    Posting,
    *("owner", "side", "field", "title", "text", "wan", "link", "ends_on", "contact_name", "contact_phone"),
    fields={
        "owner": lambda viewer, row: _party(viewer, "谁发布"),
        "wan": lambda viewer, row: _wan(start=row.yuan if row else None),
    },
    offers={"link": lambda viewer, today: [(x.pk, str(x)) for x in links_of(viewer.district_id or 0, today)]},
    hints={
        "title": "例：求一条合成生物中试线",
        "text": "要什么、有什么、数量、条件；谁都看得到，不要写电话",
        "link": "不选的按企业行业定",
        "contact_phone": "双方都愿意才看得到",
    },
    once=("owner",),
)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="为什么", min_length=4, max_length=200, widget=AREA)


class AskForm(forms.Form):
    """What one party asks another; the posting's owner needs no contact, it stands with the posting."""

    words = forms.CharField(
        label="想谈什么", min_length=4, max_length=300, widget=AREA, help_text="对方看了再定谈不谈"
    )
    contact = forms.CharField(
        label="您的姓名和电话", min_length=9, max_length=80, help_text="对方愿意谈才看得到"
    )

    def __init__(
        self, data: Any = None, *, viewer: Viewer, today: date, row: Any, is_owner: bool = False
    ) -> None:
        super().__init__(data)
        if is_owner:
            del self.fields["contact"]
        else:
            self.fields["party"] = _party(viewer, "以谁的名义")
            self.order_fields(["party"])


class YesForm(forms.Form):
    contact = forms.CharField(
        label="您的姓名和电话", required=False, max_length=80, help_text="交换给对方；您发布时写过的不用再写"
    )


class IntentForm(forms.Form):
    """An intent made in the room: the other party by its code, what, which kind, how much."""

    code = forms.CharField(
        label="对方的对接码", max_length=12, help_text="请对方打开“对接码”，扫一扫或者念给您",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    title = forms.CharField(label="合作什么", min_length=4, max_length=120)
    kind = forms.ChoiceField(
        label="哪一种", choices=[NONE, *KINDS.items()], help_text="前五种是民法典第八百四十三条的技术合同"
    )
    wan = _wan("金额（万元）")
    memo = forms.CharField(
        label="备忘录", required=False, max_length=4000, widget=AREA,
        help_text="有政府部门参加的会做公平竞争审查，违反的签不了",
    )  # fmt: skip
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, viewer: Viewer, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["party"] = _party(viewer, "您代表谁")
        self.order_fields(["party"])


class EvidenceForm(forms.Form):
    """A day, an amount and the paper that proves them."""

    on = forms.DateField(label="哪天", widget=DAY)
    wan = _wan("金额（万元）")
    paper = forms.FileField(label="凭证", required=False, help_text="合同、回单、发货单的照片或者 PDF")


class EndForm(forms.Form):
    why = forms.ChoiceField(label="为什么没成", choices=[NONE, *REASONS.items()])
    note = forms.CharField(label="说明", required=False, max_length=200, widget=AREA)
