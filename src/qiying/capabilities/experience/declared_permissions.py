"""What may be done with experience, and which roles may; the code is the one districts have granted."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("feedback.experience", "组织体验", "聘体验官，编体验脚本，派任务，看全区的体验记录。")
for _role in ("desk", "supervisor"):
    grant(_role, "feedback.experience")
