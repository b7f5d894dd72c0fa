"""Who reads the congress's oversight, who keeps it, who answers it; nobody of them changes anything in a case."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("congress", "人大机关工作人员", "登记和交办监督事项、代表建议，听进展、审结果，不办理政府的事。")
declare_role("procurator", "检察官", "和人大联合监督时看对方同意给看的，只看不改。")
declare("oversight.view", "看人大监督", "看监督依据、执法检查、听取报告和办理结果。")
declare("oversight.keep", "管人大监督", "登记监督依据、清单、执法检查和听取报告，审核销号。")
declare("oversight.fix", "报人大监督的结果", "替本单位报发现问题的整改结果。")
declare("oversight.joint", "联合监督", "提出、同意和结束联合监督，决定给对方看什么。")
for _role in ("supervisor", "district_leader", "discipline", "deputy", "congress", "procurator"):
    grant(_role, "oversight.view")
for _role in ("liaison", "handler", "leader"):
    grant(_role, "oversight.view", "oversight.fix")
grant("congress", "oversight.keep", "oversight.joint")
grant("procurator", "oversight.joint")
