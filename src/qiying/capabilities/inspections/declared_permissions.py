"""Who inspects, who approves, who reviews the plans and looks into breaches."""

from qiying.kernel.enterprises import declared_permissions as _enterprises  # noqa: F401  granted below
from qiying.kernel.forms import declared_permissions as _forms  # noqa: F401
from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_function("law_watch", "行政执法监督")
declare_role("inspector", "执法检查人员", "持证入企检查：编计划、提请检查、扫码、记录、告知结果。")
declare_role("law_watcher", "执法监督人员", "司法局的人：管名录和上限，审检查计划，核查禁令线索，不检查。")
declare("inspections.view", "看涉企检查", "看检查主体、人员、事项、计划和频次上限。")
declare("inspections.inspect", "入企检查", "编本单位的计划，提请、进行和记录检查。")
declare("inspections.lead", "批检查计划", "提交本单位的年度计划，公布审核过的计划。")
declare("inspections.watch", "监督执法", "管全区的名录和频次上限，审计划，查明禁令线索，看全区的检查。")
declare("inspections.log", "登记观摩督导考察", "登记本单位到企业的观摩、督导、考察和上门服务。")

grant("inspector", "inspections.view", "inspections.inspect", "inspections.log")
grant("inspector", "enterprises.view", "enterprises.scan", "forms.view")
grant("law_watcher", "inspections.view", "inspections.watch", "enterprises.view")
for _role in ("leader", "liaison", "handler"):
    grant(_role, "inspections.view", "inspections.log")
grant("leader", "inspections.lead")
for _role in ("supervisor", "district_leader", "discipline", "deputy", "desk"):
    grant(_role, "inspections.view")
grant("inspector", "cockpit.view_unit")
grant("law_watcher", "cockpit.view")
