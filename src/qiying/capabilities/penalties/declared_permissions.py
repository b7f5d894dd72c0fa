"""Who sees penalties; who files, decides and serves takes part in the case as an inspector or a leader of the unit."""

from qiying.kernel.permissions import roles  # noqa: F401  the kernel's roles are declared first
from qiying.kernel.permissions.registry import declare, grant

declare("penalties.view", "看行政处罚", "看本单位的处罚：到了哪一步、几书同达、哪天可以修复。")
declare("penalties.watch", "看全区行政处罚", "看全区各单位的处罚。")
for _role in ("inspector", "leader", "liaison"):
    grant(_role, "penalties.view")
for _role in ("law_watcher", "supervisor", "district_leader", "discipline"):
    grant(_role, "penalties.view", "penalties.watch")
