"""Acts on units, people and accounts, as the audit page names them, and words that acts of any app note."""

from collections.abc import Collection

from qiying.kernel.audit.acts import (
    declare_act,
    declare_rows,
    declare_subjects,
    declare_values,
    declare_words,
)
from qiying.kernel.organisations.models import Person, Unit, UnitKind
from qiying.kernel.permissions.registry import role_word

declare_subjects(district="区县", list="名单")
declare_words(name="名称", reason="原因", phone="手机号", login="登录名", email="邮箱", unit="单位编号")
declare_words(before="原来", after="改成", on="哪天", rows="行数", source="从哪来", person="人员编号")
declare_words(**{"from": "从", "to": "到", "code": "代码", "kind": "类别", "request": "申请编号"})


def _units(ids: Collection[int]) -> dict[int, str]:
    return {u.pk: u.label for u in Unit.objects.filter(pk__in=ids).only("name", "short_name")}


def _people(ids: Collection[int]) -> dict[int, str]:
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


declare_rows(unit=_units, person=_people, deputy=_people, membership=None, entry=None, impersonation=None)
declare_rows(request=None, id=None)

declare_act("organisations.sign_in", "登录了", way="怎么登录", second_step="手机验证器", code="短信验证码")
declare_words("organisations.sign_in", password="密码")  # noqa: S106 - a word, no secret
declare_act("organisations.district_create", "建了区县")
declare_act("organisations.unit_create", "建了单位", path="在单位树里的位置", department="政府部门")
declare_words("organisations.unit_create", **dict(UnitKind.choices))
declare_act("organisations.unit_update", "改了单位信息", credit_code="信用代码")
declare_act("organisations.unit_move", "给单位换了上级")
declare_act("organisations.unit_close", "停用了单位")
declare_act("organisations.person_create", "开了账号", identity_level="身份", unverified="未核实")
declare_act("organisations.person_register", "自己注册了账号")
declare_act("organisations.person_update", "改了账号信息", changed="改了什么", name="姓名")
declare_act("organisations.person_deactivate", "停用了账号")
declare_act("organisations.person_reactivate", "又启用了账号")
declare_act(
    "organisations.identity_confirm", "核实了身份", provider="谁核实的", level="身份", evidence="看了什么"
)
declare_words("organisations.identity_confirm", desk="窗口", desk_verified="窗口已核实")
declare_act("organisations.password_change", "改了密码")
declare_act("organisations.password_reset_by_admin", "重设了别人的密码")
declare_act("organisations.membership_start", "登记了任职", membership="任职", role="角色")
declare_values("organisations.membership_start", role_word)
declare_act("organisations.membership_end", "结束了任职", membership="任职", to="最后一天")
declare_act("organisations.roster_add", "列入了攻坚手名册", entry="编号", specialities="专长")
declare_act("organisations.roster_remove", "移出了攻坚手名册", entry="编号", specialities="专长")
declare_act("organisations.impersonation_start", "开始代看", impersonation="编号", reason="为什么")
declare_act("organisations.impersonation_stop", "结束了代看", impersonation="编号")
declare_act("organisations.delegation_start", "登记了请假代办", deputy="谁代办（人员编号）")
declare_act("organisations.delegation_end", "提前结束了请假代办", deputy="谁代办（人员编号）")
declare_act("list_export", "导出了名单", query="筛选", columns="列", list="名单")
