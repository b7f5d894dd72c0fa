"""Who looks at programmes and tasks, gives tasks, and who may act for a duty unit or for the unit that writes off."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("programmes.view", "看任务清单", "看本区的方案、进度、哪些晚了；任务本身只有参与的单位看得到全部。")
declare("programmes.give", "交任务", "把一件事写成任务：谁办、到哪天、看什么结果、谁来核销。")
declare(
    "programmes.keep", "起草方案", "登记方案，从 Excel 或 Word 读出任务，改草稿；只管本单位牵头或核销的。"
)
declare("programmes.publish", "发布方案", "把别人起草的一版发出去，任务就立起来了。")
declare("programmes.all", "管全部方案", "不是本单位牵头的方案也能起草、发布。")
grant("handler", "programmes.view")
grant("liaison", "programmes.view", "programmes.keep")
for _role in ("desk", "leader", "supervisor"):
    grant(_role, "programmes.view", "programmes.give", "programmes.keep")
grant("district_leader", "programmes.view", "programmes.give", "programmes.publish")
for _role in ("leader", "supervisor"):
    grant(_role, "programmes.publish")
for _role in ("desk", "supervisor", "district_leader"):
    grant(_role, "programmes.all")
for _role in ("deputy", "discipline"):
    grant(_role, "programmes.view")
