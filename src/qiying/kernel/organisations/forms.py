"""Forms of the organisation pages: they read what was typed, the services decide."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from qiying.kernel.organisations.functions import function_choices
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.registry import all_roles
from qiying.kernel.permissions.roles import SYSTEM_ROLES
from qiying.ui.given import day_input

REASON = "写给以后查的人看，一句话就行"
NONE = ("", "请选一项")


def offer(form: forms.Form, name: str, choices: Sequence[tuple[Any, str]]) -> None:
    """Set the choices of one field, known only when the form is made."""
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def role_choices() -> list[tuple[str, str]]:
    """Return the roles a membership may carry."""
    return [(r.code, r.label) for r in all_roles() if r.code not in SYSTEM_ROLES | {"clerk"}]


class PasswordForm(forms.Form):
    """Change one's own password."""

    old = forms.CharField(
        label="原密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新密码",
        help_text="至少 10 位，不能全是数字，不要用常见词",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="新密码再写一遍", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") != data.get("again"):
            self.add_error("again", "两次写的不一样")
        return data


class UnitForm(forms.Form):
    """A unit's fields."""

    name = forms.CharField(label="单位名称", max_length=128)
    short_name = forms.CharField(label="简称", max_length=32, required=False)
    kind = forms.ChoiceField(label="类别", choices=UnitKind.choices)
    parent = forms.TypedChoiceField(label="上级单位", required=False, coerce=int, empty_value=None)
    functions = forms.MultipleChoiceField(
        label="承担的职能", required=False, widget=forms.CheckboxSelectMultiple, help_text="系统按职能找单位"
    )
    code = forms.CharField(label="单位编码", max_length=32, required=False)
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    letter_word = forms.CharField(
        label="发文字号用字", max_length=16, required=False, help_text="如「盐营商交」，用在〔2026〕1 号前面"
    )
    phone = forms.CharField(label="办公电话", max_length=32, required=False)
    address = forms.CharField(label="办公地址", max_length=128, required=False)
    hours = forms.CharField(
        label="对外办公时间",
        max_length=64,
        required=False,
        help_text="企业看得到，如：工作日 9:00–12:00、13:30–17:00",
    )
    sort_order = forms.IntegerField(label="排序", min_value=0, max_value=9999, initial=100)

    def __init__(self, *args: Any, district_id: int, with_parent: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "functions", function_choices())
        offer(self, "parent", [("", "（没有上级）"), *unit_choices(district_id)])
        if not with_parent:
            del self.fields["parent"]


class UnitChoiceForm(forms.Form):
    """Choose one unit of the district."""

    parent = forms.TypedChoiceField(label="移到哪个单位下面", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, district_id: int, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(pk, name) for pk, name in unit_choices(district_id) if pk != unit.pk]
        offer(self, "parent", [("", "（没有上级）"), *choices])


class DatedReasonForm(forms.Form):
    """A day and a reason."""

    on = forms.DateField(label="哪一天起", widget=day_input())
    reason = forms.CharField(label="原因", max_length=200, help_text=REASON)

    def __init__(self, *args: Any, today: date, label: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today.isoformat()})
        super().__init__(*args, **kwargs)
        if label:
            self.fields["on"].label = label


class ReasonForm(forms.Form):
    """A reason alone."""

    reason = forms.CharField(label="原因", max_length=200, help_text=REASON)


class EvidenceForm(forms.Form):
    """What somebody at the desk saw."""

    evidence = forms.CharField(
        label="核对了什么", max_length=200, help_text="如：本人到场，身份证原件。不要写证件号码。"
    )


class PersonForm(forms.Form):
    """An account's fields."""

    name = forms.CharField(label="姓名", max_length=64)
    login = forms.CharField(label="登录名", max_length=64, help_text="字母、数字，好记就行；手机号也能登录")
    phone = forms.CharField(label="手机号", max_length=24, required=False)
    email = forms.EmailField(label="电子邮箱", required=False)


class MembershipForm(forms.Form):
    """A person begins to act in a unit."""

    unit = forms.TypedChoiceField(label="单位", coerce=int)
    role = forms.ChoiceField(label="角色")
    title = forms.CharField(label="职务", max_length=64, required=False)
    valid_from = forms.DateField(label="从哪天起", widget=day_input())
    valid_to = forms.DateField(
        label="到哪天止",
        required=False,
        help_text="不写就是一直到另行结束",
        widget=day_input(),
    )

    def __init__(self, *args: Any, district_id: int, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"valid_from": today.isoformat()})
        super().__init__(*args, **kwargs)
        offer(self, "unit", [NONE, *unit_choices(district_id)])
        offer(self, "role", [NONE, *role_choices()])


class RosterForm(forms.Form):
    """Somebody joins the roster."""

    member = forms.ChoiceField(label="谁")
    specialities = forms.CharField(
        label="专长", max_length=200, help_text="几项之间用顿号或逗号，如：用地、环评"
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", [NONE, *members])


class LeaveForm(forms.Form):
    """Who is away from when to when, and who acts for him."""

    person = forms.ChoiceField(label="谁请假")
    deputy = forms.ChoiceField(label="由谁代办", help_text="同一个单位的同事。到期自己结束。")
    valid_from = forms.DateField(label="从哪天", widget=day_input())
    valid_to = forms.DateField(label="到哪天（含）", widget=day_input())

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[str, str]],
        deputies: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people if len(people) == 1 else [NONE, *people])
        offer(self, "deputy", [NONE, *deputies])


class ContactForm(forms.Form):
    """One's own e-mail."""

    email = forms.EmailField(label="电子邮箱", required=False)
