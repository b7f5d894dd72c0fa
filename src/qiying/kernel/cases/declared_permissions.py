"""Who may look at and change the rules' dated data."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("cases.view_rules", "查看参数和日历", "看时限、督办等参数现在是多少、从哪来，看工作日历。")
declare("cases.parameters", "改参数", "给时限、督办等参数加一行从某天起的新值，写明依据；旧值留着。")
declare("cases.calendar", "改日历", "导入新一年的放假安排，登记本区停工或加班的日子，写明原因。")

for _role in ("admin", "supervisor", "desk", "leader", "district_leader", "discipline", "deputy"):
    grant(_role, "cases.view_rules")
declare("cases.erase", "删除个人信息", "按申请删除一件里的联系方式或原话，留承诺值，写明依据。")
grant("admin", "cases.parameters", "cases.calendar", "cases.erase")
