"""Acts on units, people and accounts, as the audit page names them."""

from qiying.kernel.audit.acts import declare_act, declare_subjects

declare_subjects(person="人员", unit="单位", district="区县", list="名单")
declare_act(
    "organisations.sign_in",
    "登录了",
    way="怎么登录",
    second_step="手机验证器",
    code="短信验证码",
    password="密码",  # noqa: S106 - a word, no secret
)
declare_act("organisations.district_create", "建了区县", code="代码", name="名称")
declare_act(
    "organisations.unit_create",
    "建了单位",
    name="名称",
    kind="类别",
    path="在单位树里的位置",
    department="政府部门",
)
declare_act("organisations.unit_update", "改了单位信息", before="原来", after="改成")
declare_act("organisations.unit_move", "给单位换了上级", **{"from": "从", "to": "到"})
declare_act("organisations.unit_close", "停用了单位", on="哪天", reason="原因")
declare_act(
    "organisations.person_create",
    "开了账号",
    login="登录名",
    identity_level="身份",
    phone="手机号",
    unverified="未核实",
)
declare_act("organisations.person_register", "自己注册了账号", phone="手机号")
declare_act(
    "organisations.person_update",
    "改了账号信息",
    changed="改了什么",
    phone="手机号",
    name="姓名",
    email="邮箱",
    login="登录名",
)
declare_act("organisations.person_deactivate", "停用了账号", reason="原因")
declare_act("organisations.person_reactivate", "又启用了账号", reason="原因")
declare_act(
    "organisations.identity_confirm", "核实了身份", provider="谁核实的", level="身份", evidence="看了什么",
    desk="窗口", desk_verified="窗口已核实",
)  # fmt: skip
declare_act("organisations.password_change", "改了密码")
declare_act("organisations.password_reset_by_admin", "重设了别人的密码")
declare_act(
    "organisations.membership_start",
    "登记了任职",
    membership="任职",
    unit="单位编号",
    role="角色",
    **{"from": "从哪天", "to": "到哪天"},
)
declare_act("organisations.membership_end", "结束了任职", membership="任职", reason="原因", to="最后一天")
declare_act(
    "organisations.roster_add", "列入了攻坚手名册", entry="编号", unit="单位编号", specialities="专长"
)
declare_act(
    "organisations.roster_remove", "移出了攻坚手名册", entry="编号", unit="单位编号", specialities="专长"
)
declare_act("organisations.impersonation_start", "开始代看", impersonation="编号", reason="为什么")
declare_act("organisations.impersonation_stop", "结束了代看", impersonation="编号")
declare_act("list_export", "导出了名单", query="筛选", rows="行数", columns="列", list="名单")
LEAVE = {"deputy": "谁代办（人员编号）", "unit": "单位编号", "from": "从哪天", "to": "到哪天"}
declare_act("organisations.delegation_start", "登记了请假代办", **LEAVE)
declare_act("organisations.delegation_end", "提前结束了请假代办", **LEAVE)
