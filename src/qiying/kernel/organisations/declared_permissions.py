"""What may be done with units and people, and which roles may."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("organisations.view", "查看单位和人员", "看本区的单位树、各单位的人员和攻坚手名册，可以导出。")
declare(
    "organisations.manage", "管理单位和人员", "建、改、撤单位，开账号、停账号、重置密码，登记和结束任职。"
)
declare("organisations.roster", "管理攻坚手名册", "把人加进攻坚手名册，或者请出。")
declare("organisations.verify_identity", "核实身份", "当面核对身份证件，把账号记为窗口已核实。")
declare("organisations.impersonate", "代看", "以别人的眼睛看页面查问题，只能看不能动，每次开始和结束都留痕。")

for _role in ("desk", "liaison", "handler", "leader", "supervisor", "callback", "district_leader", "policy"):
    grant(_role, "organisations.view")
for _role in ("deputy", "discipline"):
    grant(_role, "organisations.view")
grant("supervisor", "organisations.roster")
grant("desk", "organisations.verify_identity")
grant(
    "admin", "organisations.view", "organisations.manage", "organisations.roster", "organisations.impersonate"
)
