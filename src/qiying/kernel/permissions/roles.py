"""Every role of the kernel; capabilities may declare more of their own."""

from qiying.kernel.permissions.registry import declare_role

declare_role("clerk", "企业专员", "代表企业提诉求、看进度、评价答复，由企业绑定得来。")
declare_role("desk", "受理员", "在受理台登记来件、研判分类、交办到承办单位。")
declare_role("liaison", "联络员", "替本单位签收、退回、分派，盯住每件的期限。")
declare_role("handler", "经办人", "办理交给本单位的事项，写出答复，不能自己销号。")
declare_role("leader", "单位领导", "看本单位的全部事项，审签答复和申请，牵头疑难件。")
declare_role("supervisor", "督查", "催办、发黄牌红牌、批延期、退回不实的答复，不办理事项。")
declare_role("callback", "回访员", "向企业核实答复，代企业记下评价，不参与办理。")
declare_role("district_leader", "区领导", "看全区情况，作批示，领衔疑难件。")
declare_role("admin", "运维", "管账号、单位、参数和备份，不办理也不评价事项。")
declare_role("deputy", "人大代表", "反映企业问题，监督办理，只看不改。")
declare_role("discipline", "纪检", "查看办理过程和审计记录，收作风线索，只看不改。")
declare_role("policy", "政策专员", "录入惠企政策，核对适用条件和资金测算。")
OUTSIDE_LIAISON = ("handler", "liaison")
declare_role(
    "bank",
    "银行客户经理",
    "办交给本行的融资申请、确认共担的贷款，只看自己经手和本行的。",
    is_outside=True,
    acts_as=OUTSIDE_LIAISON,
)
declare_role(
    "associate",
    "合作机构代表",
    "院所、高校、联盟、协会、商会的人：参加链链看，会前替企业报问题，办交给本机构的件；看不到区里的台账。",
    is_outside=True,
    acts_as=OUTSIDE_LIAISON,
)
declare_role(
    "utility_handler",
    "公用企业经办",
    "供电、供水、供气、通信企业里签收、退回、答复交给本单位的件，管本单位的窗口、评价点和预约；看不到区里的台账。",
    is_outside=True,
    acts_as=OUTSIDE_LIAISON,
)
declare_role(
    "utility_head",
    "公用企业负责人",
    "看公用企业本单位的件，审签答复，写复盘；看不到区里的台账。",
    is_outside=True,
    acts_as=("leader",),
)
declare_role("worker", "后台程序", "按时推进期限、提醒和发送，不是人。")
declare_role("import_service", "导入程序", "把历史台账和来信装进系统，不是人。")

SYSTEM_ROLES = frozenset({"worker", "import_service"})
"""Roles that only programs have; no membership may carry them."""
