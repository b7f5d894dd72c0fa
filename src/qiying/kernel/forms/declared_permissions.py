"""What may be done with questionnaires, by whom."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare(
    "forms.edit", "编写表单", "给本单位和下级单位编题、改题、预览、发布新版、停用；别的单位的只能看已发布的。"
)
declare("forms.view", "看表单", "看本区已发布的表单和各版的不同，照着预览，不看答卷。")
declare("forms.responses", "看答卷", "看本单位和下级单位的表单收到的答卷，导出 Excel。")

for _role in ("desk", "liaison", "leader", "policy", "admin"):
    grant(_role, "forms.edit", "forms.view")
for _role in ("desk", "liaison", "leader", "policy", "supervisor"):
    grant(_role, "forms.responses")
for _role in ("handler", "supervisor", "district_leader", "callback"):
    grant(_role, "forms.view")
