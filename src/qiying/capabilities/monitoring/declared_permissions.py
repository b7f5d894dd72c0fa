"""Who keeps stations and plans, who sees clues, and what the personnel body alone reads."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, declare_role, grant

declare_role("personnel", "组织人事", "记容错决定、回访受处分的干部、列拟调整人员，别的角色都看不到。")
declare("integrity.watch", "管监测站和监督员", "登记廉情监测站、监督联系点、监督员和专项监督。")
declare("integrity.clues", "查线索", "看系统和人工发现的线索，核查，由另一个人审核，属实的交办整改。")
declare("integrity.personnel", "管干部监督台账", "容错决定、受处分干部回访、拟调整人员；只有组织人事看得到。")

grant("discipline", "integrity.watch", "integrity.clues")
grant("personnel", "integrity.personnel")
