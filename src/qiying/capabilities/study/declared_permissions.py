"""Who looks at study, keeps plans and the bank, organises sessions, reviews law-duty reports."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("law_officer", "普法专员", "管学法题库和考试、布置和审核年度述法、管服务干部培训学时和合格证。")
declare("study.view", "看学习计划和结果", "看本区的学习计划、出席、考试结果和培训学时，都带分母。")
declare("study.organise", "组织学习", "以本单位名义定计划、开学习会、办培训。")
declare("study.keep", "管题库、考试、述法", "管题库、组织考试、布置和审核述法、发培训合格证。")
declare("study.own", "看自己的学习", "考试、看自己的成绩和学时，看本单位公开的述法。")
for _role in ("desk", "liaison", "leader", "supervisor", "district_leader", "discipline", "law_officer"):
    grant(_role, "study.view")
for _role in ("desk", "liaison", "leader", "law_officer"):
    grant(_role, "study.organise")
for _role in ("desk", "liaison", "handler", "leader", "policy", "callback", "law_officer", "district_leader"):
    grant(_role, "study.own")
grant("law_officer", "study.keep")
