"""What may be done with consents; a capability grants looking to the partners it brings."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("consents.look", "凭授权看数据", "看对方同意给本单位看的数据，每看一次都记下来给对方看。")
declare("consents.record", "登记本人同意", "本人书面同意以后，替他登记同意给谁看什么、看到哪天，也替他撤回。")

for _role in ("leader", "handler", "liaison"):
    grant(_role, "consents.look")
for _role in ("desk", "liaison"):
    grant(_role, "consents.record")
