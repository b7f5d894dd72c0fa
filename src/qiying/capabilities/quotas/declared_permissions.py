"""Who sees pools of environmental quota; who moves quota works for the unit that keeps the pool."""

from qiying.kernel.organisations.functions import declare_function
from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare_function("quota_keeper", "环境指标管理")
declare("quotas.view", "看环境指标", "看本区各项指标还有多少；留给了谁，只看本单位管理的。")
declare("quotas.watch", "看全区环境指标", "看各项指标留给了谁、用了多少、每一笔怎么变的。")
declare("quotas.keep", "管环境指标", "登记本单位管理的指标池，收储、预留、使用、退回。")
for _role in ("leader", "liaison", "handler", "supervisor", "district_leader", "discipline"):
    grant(_role, "quotas.view")
for _role in ("leader", "handler"):
    grant(_role, "quotas.keep")
for _role in ("supervisor", "district_leader", "discipline"):
    grant(_role, "quotas.watch")
