"""Who looks at programmes and tasks, gives tasks, and who may act for a duty unit or for the unit that writes off."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("programmes.view", "看任务清单", "看本区的方案、进度、哪些晚了；任务本身只有参与的单位看得到全部。")
declare("programmes.give", "交任务", "把一件事写成任务：谁办、到哪天、看什么结果、谁来核销。")
for _role in ("handler", "liaison"):
    grant(_role, "programmes.view")
for _role in ("desk", "leader", "supervisor", "district_leader"):
    grant(_role, "programmes.view", "programmes.give")
for _role in ("deputy", "discipline"):
    grant(_role, "programmes.view")
