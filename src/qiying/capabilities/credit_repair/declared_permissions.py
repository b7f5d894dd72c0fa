"""Who keeps records of bad credit, who looks, who applies for an enterprise at the window."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare_function("credit", "信用修复窗口")
declare("credit.view", "看失信记录", "看本单位认定的失信记录：在哪里公示、哪一天可以修复、办到哪一步。")
declare("credit.district", "看全区失信记录", "看全区的失信记录，登记重整。")
declare("credit.records", "管失信记录", "登记、导入、更正失信记录；管不了全区的只管本单位认定的。")
declare("credit.counter", "替企业申请修复", "企业到窗口来的，替它申请修复或者提异议。")
for _role in ("handler", "liaison", "leader"):
    grant(_role, "credit.view")
grant("liaison", "credit.records")
grant("desk", "credit.view", "credit.district", "credit.records", "credit.counter")
for _role in ("supervisor", "district_leader", "discipline"):
    grant(_role, "credit.view", "credit.district")
